import { type Alert, threadKey } from '../domain/alerts/alert.ts';
import type { AlertPolicy } from '../domain/alerts/alertPolicy.ts';
import { answersFor } from '../domain/alerts/audience.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { SlackClick } from '../formats/slackClick.ts';
import type { AlertStore } from '../store/alertStore.ts';
import { type IncreaseDependencies, type IncreaseOutcome, voteOnIncrease } from '../store/decideIncreases.ts';
import type { DeliveryStore } from '../store/deliveryStore.ts';
import type { DirectoryStore } from '../store/directoryStore.ts';
import { findAlert } from '../store/findAlert.ts';
import { approveProposedIncrease, proposalOf } from '../store/proposeIncrease.ts';
import { findPeople, readAlertPolicy } from './planDeliveries.ts';
import { isTestAlert } from './testAlert.ts';

export type ClickDependencies = IncreaseDependencies &
  Readonly<{
    alerts: Pick<AlertStore, 'find'>;
    deliveries: Pick<DeliveryStore, 'snooze' | 'findSnooze'>;
    directory: Pick<DirectoryStore, 'findUsers'>;
  }>;

/** `done`: the message is to show what holds now. `told`: nothing changed, and who clicked is told why. */
export type ClickOutcome =
  | Readonly<{ kind: 'done'; alert: Alert; viewUrl?: string }>
  | Readonly<{ kind: 'told'; text: string }>;

export const SNOOZE_MS = 24 * 3_600_000;

type Clicked = Readonly<{ click: SlackClick; alert: Alert; person: string }>;
type Policies = Readonly<{ policy: Policy; alertPolicy: AlertPolicy }>;

/** Does what somebody pressed, if he may. The same click again, or that of another approver, is no second increase. */
export async function actOnClick(click: SlackClick, dependencies: ClickDependencies): Promise<ClickOutcome> {
  const policies = await readAlertPolicy(dependencies);
  const people = peopleOf(click.slackUser, policies.alertPolicy);
  const [person] = people;
  if (person === undefined) return told(strangerText(click.slackUser));
  if (people.length > 1) {
    return told(
      `The policy gives your Slack id ${click.slackUser} to ${people.join(' and ')}. Nothing changed.`,
    );
  }
  if (isTestAlert(click.alertId)) {
    return told(`Your click arrived, and you are ${person} here. This was a test: nothing changed.`);
  }
  const alert = await findAlert(click.alertId, dependencies);
  if (alert === undefined) return told('This alert is no longer in the ledger. Nothing changed.');
  const why = await act({ click, alert, person }, policies, dependencies);
  if (why !== undefined) return told(why);
  const { viewUrl } = policies.alertPolicy;
  return { kind: 'done', alert, ...(viewUrl === undefined ? {} : { viewUrl }) };
}

/** Why nothing was done; `undefined` when it is so now. */
async function act(
  { click, alert, person }: Clicked,
  policies: Policies,
  dependencies: ClickDependencies,
): Promise<string | undefined> {
  switch (click.action) {
    case 'approve':
      return whyNot(await approve(alert, person, dependencies));
    case 'deny':
      return whyNot(await deny(alert, person, dependencies));
    case 'snooze':
      return snooze({ click, alert, person }, policies, dependencies);
    default:
      return click.action satisfies never;
  }
}

const NOTHING_ASKED: IncreaseOutcome = { kind: 'unknown', why: 'nobody asks for more in this alert' };

async function approve(
  { id, subject }: Alert,
  by: string,
  dependencies: ClickDependencies,
): Promise<IncreaseOutcome> {
  if (subject.rule === 'increase') {
    return voteOnIncrease({ id: subject.increaseId, by, vote: 'approve' }, dependencies);
  }
  if (subject.rule !== 'budget' && subject.rule !== 'projection') return NOTHING_ASKED;
  if (Date.parse(subject.resetAt) <= dependencies.now.getTime()) {
    return { kind: 'refused', why: `${subject.periodKey} is over` };
  }
  const { measure } = subject;
  return approveProposedIncrease({ proposal: proposalOf({ id }, subject), measure, by }, dependencies);
}

async function deny(
  { subject }: Alert,
  by: string,
  dependencies: ClickDependencies,
): Promise<IncreaseOutcome> {
  if (subject.rule !== 'increase') return NOTHING_ASKED;
  return voteOnIncrease({ id: subject.increaseId, by, vote: 'deny' }, dependencies);
}

async function snooze(
  { click, alert, person }: Clicked,
  { policy, alertPolicy }: Policies,
  dependencies: ClickDependencies,
): Promise<string | undefined> {
  const people = await findPeople(alert, policy, dependencies);
  if (!answersFor(person, { alert, policy: alertPolicy, people })) {
    return `Approvers, and who leads, deputises or manages here, may snooze this; you are ${person}. Nothing changed.`;
  }
  // By the time of the click, so that one that Slack sends again ends no later.
  const fromMs = Math.min(click.at.getTime(), dependencies.now.getTime());
  const until = new Date(fromMs + SNOOZE_MS).toISOString();
  await dependencies.deliveries.snooze({
    thread: threadKey(alert.subject),
    kind: 'snooze',
    until,
    by: person,
  });
  return undefined;
}

function whyNot(outcome: IncreaseOutcome): string | undefined {
  switch (outcome.kind) {
    case 'done':
      return undefined;
    case 'refused':
    case 'forbidden':
    case 'unknown':
      return `Nothing changed: ${outcome.why}${outcome.why.endsWith('?') ? '' : '.'}`;
    default:
      return outcome satisfies never;
  }
}

function told(text: string): ClickOutcome {
  return { kind: 'told', text };
}

/** Slack writes ids in capital letters, people do not always. */
function peopleOf(slackUser: string, { people }: AlertPolicy): string[] {
  const wanted = slackUser.toUpperCase();
  return Object.entries(people).flatMap(([id, { slack }]) => (slack?.toUpperCase() === wanted ? [id] : []));
}

function strangerText(slackUser: string): string {
  const line = `contacts: { people: { NAME: { slack: ${slackUser} } } }`;
  return `Tollbook does not know you. Whoever keeps the policy can add you: ${line}. Nothing changed.`;
}
