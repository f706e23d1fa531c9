import type { Increase, Person, RecentRequests, Snapshot, Standing } from './decision.ts';
import type { Policy } from './policy.ts';

/** A standing together with the period that it is of. */
export type PeriodStanding = Standing & Readonly<{ periodStartMs: number }>;

/** Standings of one budget by scope id. */
export type Standings = ReadonlyMap<string, PeriodStanding>;

/**
 * All that decisions need, as plain data: of people only what rules look at, and of each budget and scope
 * the present period alone.
 */
export type SnapshotData = Readonly<{
  version: string;
  takenAtMs: number;
  policy: Policy;
  /** By user. */
  persons: ReadonlyMap<string, Person>;
  /** By budget id. */
  standings: ReadonlyMap<string, Standings>;
  /** By their own ids. */
  increases: ReadonlyMap<string, Increase>;
  /** Cost of the organisation in pico-USD by the start of the day, for the breaker. */
  spentByDay: ReadonlyMap<number, bigint>;
}>;

/** What a snapshot cannot hold because it changes with every request. */
export type LiveFigures = Readonly<{
  recentRequests(burstId: string, scopeId: string, nowMs: number): RecentRequests;
  /** What is reserved for requests in flight, in the unit of the budget's measure. */
  reserved?(budgetId: string, scopeId: string, periodStartMs: number): bigint;
}>;

const NO_LIVE_FIGURES: LiveFigures = { recentRequests: () => ({ count: 0 }) };
const NOTHING_USED: Standing = { used: 0n };
const NO_INCREASES: readonly Increase[] = [];

/** The data as `decide` asks for it. */
export function makeSnapshot(data: SnapshotData, live: LiveFigures = NO_LIVE_FIGURES): Snapshot {
  const increases = increasesByScope(data.increases.values());
  const settled = (budgetId: string, scopeId: string, periodStartMs: number): Standing => {
    const standing = data.standings.get(budgetId)?.get(scopeId);
    return standing?.periodStartMs === periodStartMs ? standing : NOTHING_USED;
  };
  return {
    version: data.version,
    takenAtMs: data.takenAtMs,
    policy: data.policy,
    person: (user) => data.persons.get(user),
    standing(budgetId, scopeId, periodStartMs) {
      const standing = settled(budgetId, scopeId, periodStartMs);
      const reserved = live.reserved?.(budgetId, scopeId, periodStartMs) ?? 0n;
      return reserved === 0n ? standing : { ...standing, used: standing.used + reserved };
    },
    increases: (budgetId, scopeId) => increases.get(budgetId)?.get(scopeId) ?? NO_INCREASES,
    spentOnDay: (dayStartMs) => data.spentByDay.get(dayStartMs) ?? 0n,
    recentRequests: (burstId, scopeId, nowMs) => live.recentRequests(burstId, scopeId, nowMs),
  };
}

function increasesByScope(increases: Iterable<Increase>): Map<string, Map<string, Increase[]>> {
  const byBudget = new Map<string, Map<string, Increase[]>>();
  for (const increase of increases) {
    const byScope = byBudget.get(increase.budgetId) ?? new Map<string, Increase[]>();
    byBudget.set(increase.budgetId, byScope);
    const others = byScope.get(increase.scopeId);
    if (others === undefined) byScope.set(increase.scopeId, [increase]);
    else others.push(increase);
  }
  return byBudget;
}
