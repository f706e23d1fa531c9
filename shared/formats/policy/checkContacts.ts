import type { AlertPolicy, ScopeContacts } from '../../domain/alerts/alertPolicy.ts';
import { isEmailAddress } from '../../domain/emailAddress.ts';
import { didYouMean } from '../../pricing/nearestName.ts';
import type { Contacts } from './contactSection.ts';
import type { Notes, Path } from './notes.ts';

/**
 * Warns of those who are named for a scope and cannot be reached: an alert would go the way of the fallbacks
 * without a word, or to nobody.
 */
export function checkContacts(contacts: Contacts, path: Path, notes: Notes): void {
  const { people, teams, businessUnits } = contacts;
  for (const [id, team] of Object.entries(teams)) {
    const place = [...path, 'teams', id];
    warnOfPeople(team, { people, place, notes });
    const unit = team.businessUnit;
    if (unit !== undefined && !Object.hasOwn(businessUnits, unit)) {
      const meant = didYouMean(unit, Object.keys(businessUnits));
      notes.warn([...place, 'businessUnit'], `contacts have no business unit ${unit}${meant}`);
    }
    if (!isReached(team, contacts)) {
      notes.warn(
        place,
        `nobody can be reached for team ${id}: neither its people nor a unit have an address`,
        'key',
      );
    }
  }
  for (const [id, unit] of Object.entries(businessUnits)) {
    const place = [...path, 'businessUnits', id];
    warnOfPeople(unit, { people, place, notes });
    if (!isReached(unit, contacts)) {
      notes.warn(place, `nobody can be reached for business unit ${id}: nobody of it has an address`, 'key');
    }
  }
}

type Place = Readonly<{ people: AlertPolicy['people']; place: Path; notes: Notes }>;

function warnOfPeople({ lead, deputies, managers }: ScopeContacts, { people, place, notes }: Place): void {
  const named: (readonly [Path, string])[] = [
    ...(lead === undefined ? [] : [[['lead'], lead] as const]),
    ...deputies.map((person) => [['deputies'], person] as const),
    ...managers.map((person) => [['managers'], person] as const),
  ];
  for (const [part, person] of named) {
    if (hasAddress(person, people)) continue;
    const meant = didYouMean(person, Object.keys(people));
    notes.warn([...place, ...part], `${person} has no address under people${meant}`);
  }
}

function isReached(scope: ScopeContacts, { people, businessUnits }: Contacts): boolean {
  const { lead, deputies, managers, email, slack, businessUnit } = scope;
  if (email !== undefined || slack !== undefined) return true;
  const named = [...(lead === undefined ? [] : [lead]), ...deputies, ...managers];
  if (named.some((person) => hasAddress(person, people))) return true;
  const isKnown = businessUnit !== undefined && Object.hasOwn(businessUnits, businessUnit);
  const unit = isKnown ? businessUnits[businessUnit] : undefined;
  return unit !== undefined && isReached(unit, { people, teams: {}, businessUnits: {} });
}

/** An id that is an address is its own. */
function hasAddress(person: string, people: AlertPolicy['people']): boolean {
  return Object.hasOwn(people, person) || isEmailAddress(person);
}
