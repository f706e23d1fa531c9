import type { Increase, Person } from './decision.ts';
import type { Policy } from './policy.ts';
import type { PeriodStanding, SnapshotData, Standings } from './snapshot.ts';

/** One standing with its place. */
export type PlacedStanding = Readonly<{ budgetId: string; scopeId: string; standing: PeriodStanding }>;
export type Place = Readonly<{ budgetId: string; scopeId: string }>;

/** What changed from one snapshot to the next. */
export type SnapshotDifference = Readonly<{
  /** Version that it starts from; it fits no other. */
  from: string;
  to: string;
  takenAtMs: number;
  /** The whole policy, where it is another. */
  policy?: Policy;
  persons: readonly Person[];
  leftPersons: readonly string[];
  standings: readonly PlacedStanding[];
  endedStandings: readonly Place[];
  increases: readonly Increase[];
  endedIncreases: readonly string[];
  /** All days, because there are only one or two. */
  spentByDay: ReadonlyMap<number, bigint>;
}>;

export type Applied =
  | Readonly<{ kind: 'applied'; data: SnapshotData }>
  /** Ask for the whole snapshot. */
  | Readonly<{ kind: 'otherVersion'; has: string; needs: string }>;

/** The next snapshot. The former one is not touched: whoever decides with it goes on undisturbed. */
export function applyDifference(data: SnapshotData, difference: SnapshotDifference): Applied {
  if (data.version !== difference.from) {
    return { kind: 'otherVersion', has: data.version, needs: difference.from };
  }
  const next: SnapshotData = {
    version: difference.to,
    takenAtMs: difference.takenAtMs,
    policy: difference.policy ?? data.policy,
    persons: changed(
      data.persons,
      difference.persons.map((person) => [person.user, person]),
      difference.leftPersons,
    ),
    standings: changedStandings(data.standings, difference),
    increases: changed(
      data.increases,
      difference.increases.map((increase) => [increase.id, increase]),
      difference.endedIncreases,
    ),
    spentByDay: difference.spentByDay,
  };
  return { kind: 'applied', data: next };
}

/** The same map where nothing changed, a changed copy otherwise. */
function changed<Value>(
  before: ReadonlyMap<string, Value>,
  put: readonly (readonly [string, Value])[],
  dropped: readonly string[],
): ReadonlyMap<string, Value> {
  if (put.length === 0 && dropped.length === 0) return before;
  const after = new Map(before);
  for (const key of dropped) after.delete(key);
  for (const [key, value] of put) after.set(key, value);
  return after;
}

/** Copies only the budgets in which something changed. */
function changedStandings(
  before: ReadonlyMap<string, Standings>,
  { standings, endedStandings }: SnapshotDifference,
): ReadonlyMap<string, Standings> {
  const copies = new Map<string, Map<string, PeriodStanding>>();
  const copyOf = (budgetId: string) => {
    const copy = copies.get(budgetId) ?? new Map(before.get(budgetId));
    copies.set(budgetId, copy);
    return copy;
  };
  for (const { budgetId, scopeId } of endedStandings) copyOf(budgetId).delete(scopeId);
  for (const { budgetId, scopeId, standing } of standings) copyOf(budgetId).set(scopeId, standing);
  const kept = [...copies].filter(([, scopes]) => scopes.size > 0);
  const emptied = [...copies].filter(([, scopes]) => scopes.size === 0).map(([budgetId]) => budgetId);
  return changed(before, kept, emptied);
}

/** What leads from one snapshot to another; applying it to `before` gives `after`. */
export function differenceBetween(before: SnapshotData, after: SnapshotData): SnapshotDifference {
  return {
    from: before.version,
    to: after.version,
    takenAtMs: after.takenAtMs,
    ...(isSame(before.policy, after.policy) ? {} : { policy: after.policy }),
    persons: newIn(before.persons, after.persons).map(([, person]) => person),
    leftPersons: goneFrom(before.persons, after.persons),
    standings: [...after.standings].flatMap(([budgetId, scopes]) =>
      newIn(before.standings.get(budgetId), scopes).map(([scopeId, standing]) => ({
        budgetId,
        scopeId,
        standing,
      })),
    ),
    endedStandings: [...before.standings].flatMap(([budgetId, scopes]) =>
      goneFrom(scopes, after.standings.get(budgetId)).map((scopeId) => ({ budgetId, scopeId })),
    ),
    increases: newIn(before.increases, after.increases).map(([, increase]) => increase),
    endedIncreases: goneFrom(before.increases, after.increases),
    spentByDay: after.spentByDay,
  };
}

function newIn<Value>(
  before: ReadonlyMap<string, Value> | undefined,
  after: ReadonlyMap<string, Value>,
): [string, Value][] {
  return [...after].filter(([key, value]) => !isSame(before?.get(key), value));
}

function goneFrom(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown> | undefined,
): string[] {
  return [...before.keys()].filter((key) => after?.has(key) !== true);
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || comparable(a) === comparable(b);
}

/** Two equal values may differ in the order of their keys; they count as changed then, which does no harm. */
function comparable(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner));
}
