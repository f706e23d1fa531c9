import { type Alert, threadKey } from '../domain/alerts/alert.ts';
import { amountWords, timeWords } from '../domain/alerts/alertWords.ts';
import type { Snooze } from '../domain/alerts/delivery.ts';
import type { NoticeAction } from '../domain/alerts/notice.ts';
import { type KeptIncrease, stateOfIncrease } from '../domain/policy/increase.ts';
import { waitsFor } from '../formats/increaseBody.ts';
import type { DeliveryStore } from '../store/deliveryStore.ts';
import type { IncreaseStore } from '../store/increaseStore.ts';
import type { PolicyStore } from '../store/policyStore.ts';
import { proposedIncreaseId } from '../store/proposeIncrease.ts';

export type NotesDependencies = Readonly<{
  increases: Pick<IncreaseStore, 'locate' | 'find'>;
  deliveries: Pick<DeliveryStore, 'findSnooze'>;
  policies: Pick<PolicyStore, 'current'>;
  now: Date;
}>;

/** What people did about an alert, one sentence each, and what is left to nobody thereby. */
export type AlertNotes = Readonly<{ notes: readonly string[]; settled: readonly NoticeAction[] }>;

const NOTHING: AlertNotes = { notes: [], settled: [] };

/** Read from the ledger as it is, so that it is the same whichever click came last. */
export async function alertNotes(alert: Alert, dependencies: NotesDependencies): Promise<AlertNotes> {
  const { deliveries, now } = dependencies;
  const [increase, snooze] = await Promise.all([
    findIncrease(alert, dependencies),
    deliveries.findSnooze(threadKey(alert.subject), now),
  ]);
  const parts = [
    increase === undefined ? NOTHING : await increaseNotes(increase, dependencies),
    snooze === undefined ? NOTHING : snoozeNotes(snooze, now),
    acknowledgedNotes(alert, now),
  ];
  return {
    notes: parts.flatMap(({ notes }) => notes),
    settled: parts.flatMap(({ settled }) => settled),
  };
}

async function findIncrease(
  { id, subject }: Alert,
  { increases }: NotesDependencies,
): Promise<KeptIncrease | undefined> {
  const increaseId = subject.rule === 'increase' ? subject.increaseId : proposedIncreaseId(id);
  const place = await increases.locate(increaseId);
  const [found] = place === undefined ? [] : await increases.find([place]);
  return found?.increases.find((increase) => increase.id === increaseId);
}

async function increaseNotes(
  increase: KeptIncrease,
  { policies, now }: NotesDependencies,
): Promise<AlertNotes> {
  const nowMs = now.getTime();
  const { approvals, denied, measure, amount, untilMs, grantedAtMs, isAutomatic } = increase;
  const at = (ms: number) => timeWords('UTC', ms, nowMs);
  const votes = approvals.map(({ by, atMs }) => `${by} agreed on ${at(atMs)}`);
  const settled: NoticeAction[] = ['approve', 'deny'];
  const state = stateOfIncrease(increase, nowMs);
  switch (state) {
    case 'granted': {
      const what = amount === 0n ? 'the restriction is lifted' : `${amountWords(measure, amount)} more`;
      const how = isAutomatic ? ['It went through by itself'] : votes;
      const since = grantedAtMs === undefined ? '' : ` from ${at(grantedAtMs)}`;
      return { notes: [...how, `Granted: ${what}${since} until ${at(untilMs)}`], settled };
    }
    case 'requested': {
      const waiting = waitsFor(increase, { policy: (await policies.current())?.policy, nowMs });
      return { notes: [...votes, `Waits for ${waiting.join(', ') || 'an approver'}`], settled: [] };
    }
    case 'denied':
      return { notes: [`Denied by ${denied?.by ?? 'somebody'} on ${at(denied?.atMs ?? nowMs)}`], settled };
    case 'expired':
      return { notes: [...votes, `Over since ${at(untilMs)}`], settled };
    default:
      return state satisfies never;
  }
}

function snoozeNotes({ kind, by, until }: Snooze, now: Date): AlertNotes {
  const what = kind === 'mute' ? 'Muted' : 'Snoozed';
  const end = timeWords('UTC', Date.parse(until), now.getTime());
  return { notes: [`${what} by ${by} until ${end}`], settled: ['snooze'] };
}

function acknowledgedNotes({ acknowledged }: Alert, now: Date): AlertNotes {
  if (acknowledged === undefined) return NOTHING;
  const since = timeWords('UTC', Date.parse(acknowledged.at), now.getTime());
  return { notes: [`${acknowledged.by} deals with it since ${since}`], settled: [] };
}
