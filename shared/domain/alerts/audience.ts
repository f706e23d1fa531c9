import { isEmailAddress } from '../emailAddress.ts';
import type { Audience } from '../policy/policy.ts';
import type { Alert } from './alert.ts';
import type { AlertPolicy, Contact, ScopeContacts } from './alertPolicy.ts';

/** Whom the ledger knows around the scope of an alert, by their ids. */
export type AlertPeople = Readonly<{
  /** Who leads the scope, as the directory says. */
  lead?: string;
  /** Where a user belongs. */
  team?: string;
  businessUnit?: string;
  /** Who asked for the increase that an alert is about. */
  asker?: string;
  /** Who must agree to increases. */
  approvers: readonly string[];
}>;

/** How a channel reaches people: `email` by address, `slack` by the id of a person or a channel. */
export type Medium = keyof Contact;

type Asked = Readonly<{ alert: Pick<Alert, 'subject'>; policy: AlertPolicy; people: AlertPeople }>;

/**
 * The addresses of whoever is to be told, each once. A rung of a ladder says who that is; approvers hear of what is
 * asked for, and who asked of the answer; of anything else, and of rungs that name nobody, the lead hears. Where
 * nobody asked for can be reached, the lead is, and at last the approvers: no alert goes to nobody for want of a contact.
 */
export function audienceAddresses(asked: Asked, medium: Medium): string[] {
  const wanted = wantedOf(asked).flatMap((part) => addressesOf(part, asked, medium));
  const found = wanted.length > 0 ? wanted : addressesOf('lead', asked, medium);
  return unique(found.length > 0 ? found : addressesOf('approvers', asked, medium));
}

/** Each once; capital letters make no other address of one. */
export function unique(addresses: readonly string[]): string[] {
  const first = new Map<string, string>();
  for (const address of addresses) {
    const name = address.toLowerCase();
    if (!first.has(name)) first.set(name, address);
  }
  return [...first.values()];
}

/**
 * Whether a person may say that an alert is dealt with, or leave its conversation alone: approvers may, and who
 * leads, deputises or manages where the alert is of, or above it.
 */
export function answersFor(person: string, asked: Asked): boolean {
  const { people } = asked;
  const { scope, unit } = contactsOf(asked);
  const named = [scope, unit].flatMap((each) =>
    each === undefined
      ? []
      : [...(each.lead === undefined ? [] : [each.lead]), ...each.deputies, ...each.managers],
  );
  const ownLead = people.lead === undefined ? [] : [people.lead];
  return [...named, ...ownLead, ...people.approvers].includes(person);
}

function wantedOf({ alert: { subject } }: Asked): readonly (Audience | 'asker')[] {
  if (subject.rule === 'increase') return subject.state === 'requested' ? ['approvers'] : ['asker'];
  return subject.rule === 'budget' && subject.notify.length > 0 ? subject.notify : ['lead'];
}

function addressesOf(part: Audience | 'asker', asked: Asked, medium: Medium): string[] {
  const { policy, people } = asked;
  const reach = (ids: readonly string[]) => ids.flatMap((id) => addressOf(id, policy, medium));
  const { scope, unit } = contactsOf(asked);
  const unitSteps = [reach(unit?.managers ?? []), own(unit, medium)];
  switch (part) {
    case 'asker':
      return reach(people.asker === undefined ? [] : [people.asker]);
    case 'approvers':
      return reach(people.approvers);
    case 'managers':
      return firstWithAny([reach(scope?.managers ?? []), ...unitSteps]);
    case 'lead': {
      const lead = scope?.lead ?? people.lead;
      return firstWithAny([
        reach(lead === undefined ? [] : [lead]),
        reach(scope?.deputies ?? []),
        own(scope, medium),
        reach(scope?.managers ?? []),
        ...unitSteps,
      ]);
    }
    default:
      return part satisfies never;
  }
}

/** What the policy says of the scope and of the business unit above it. */
function contactsOf({ alert: { subject }, policy, people }: Asked): {
  scope: ScopeContacts | undefined;
  unit: ScopeContacts | undefined;
} {
  const unitOf = (name: string | undefined) =>
    name === undefined ? undefined : entryOf(policy.businessUnits, name);
  if (subject.scopeKind === 'businessUnit') return { scope: unitOf(subject.scopeId), unit: undefined };
  const team = subject.scopeKind === 'team' ? subject.scopeId : people.team;
  const scope = team === undefined ? undefined : entryOf(policy.teams, team);
  return { scope, unit: unitOf(scope?.businessUnit ?? people.businessUnit) };
}

/** Names come from logs: one such as `constructor` finds nothing that the policy does not say. */
function entryOf<Entry>(entries: Readonly<Record<string, Entry>>, name: string): Entry | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}

function addressOf(id: string, { people }: AlertPolicy, medium: Medium): string[] {
  const known = entryOf(people, id)?.[medium];
  if (known !== undefined) return [known];
  return medium === 'email' && isEmailAddress(id) ? [id] : [];
}

function own(contacts: ScopeContacts | undefined, medium: Medium): string[] {
  const address = contacts?.[medium];
  return address === undefined ? [] : [address];
}

function firstWithAny(steps: readonly (readonly string[])[]): string[] {
  return [...(steps.find((addresses) => addresses.length > 0) ?? [])];
}
