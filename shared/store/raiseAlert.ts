import { type Alert, type AlertSubject, alertId, makeAlert } from '../domain/alerts/alert.ts';
import type { AlertFacts } from '../domain/alerts/alertFacts.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { gatherFacts } from './alertFacts.ts';
import type { AlertStore } from './alertStore.ts';
import type { DirectoryStore } from './directoryStore.ts';
import type { TotalStore } from './totalStore.ts';

export type RaiseDependencies = Readonly<{
  alerts: Pick<AlertStore, 'create' | 'isKnown'>;
  totals: TotalStore;
  directory: Pick<DirectoryStore, 'findUsers'>;
  now: Date;
  /** Told what kept the facts of an alert from being read; the alert is made without them. */
  onMissingFacts?: (error: unknown) => void;
}>;

/** A process remembers this many alerts that there are; then it starts anew. */
const MAX_KNOWN_ALERTS = 10_000;

/** By store, for alerts are never taken back: what was known once is asked for no more. */
const knownAlerts = new WeakMap<RaiseDependencies['alerts'], Set<string>>();

/**
 * Makes the alert of something that was found, with what helps to decide; `undefined` where it has its alert
 * already. Of many who find it at once, one makes it.
 */
export async function raiseAlert(
  subject: AlertSubject,
  policy: Policy,
  dependencies: RaiseDependencies,
): Promise<Alert | undefined> {
  const { alerts, now } = dependencies;
  const id = alertId(subject);
  const name = `${subject.month} ${id}`;
  const known = knownAlerts.get(alerts) ?? new Set<string>();
  knownAlerts.set(alerts, known);
  if (known.has(name)) return undefined;
  const isNew = !(await alerts.isKnown(subject.month, id));
  const facts = isNew ? await findFacts(subject, policy, dependencies) : undefined;
  const alert = makeAlert(subject, now.toISOString(), facts);
  const isMade = isNew && (await alerts.create(alert)) === 'created';
  if (known.size >= MAX_KNOWN_ALERTS) known.clear();
  known.add(name);
  return isMade ? alert : undefined;
}

/** An alert without facts is better than none. */
async function findFacts(
  subject: AlertSubject,
  policy: Policy,
  { totals, directory, now, onMissingFacts }: RaiseDependencies,
): Promise<AlertFacts | undefined> {
  try {
    return await gatherFacts(subject, { totals, directory, policy, now });
  } catch (error) {
    onMissingFacts?.(error);
    return undefined;
  }
}
