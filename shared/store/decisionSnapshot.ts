import { toDay } from '../domain/period.ts';
import type { DecisionRequest, RecentRequests, Snapshot } from '../domain/policy/decision.ts';
import { activeIncrease } from '../domain/policy/increase.ts';
import { personOn } from '../domain/policy/personOn.ts';
import { type BurstRule, EMPTY_POLICY } from '../domain/policy/policy.ts';
import { type Aimed, rulesOf } from '../domain/policy/rulesOfAsker.ts';
import { makeSnapshot } from '../domain/policy/snapshot.ts';
import type { DirectoryStore } from './directoryStore.ts';
import type { IncreaseStore } from './increaseStore.ts';
import type { PolicyVersion } from './policyStore.ts';
import { breakerPlaces, presentStandings, standingsByBudget } from './snapshotData.ts';
import type { StandingStore } from './standingStore.ts';

/** Counts a request by a burst rule and gives the requests before it. */
export type CountByBurst = (burst: Aimed<BurstRule>) => Promise<RecentRequests>;

export type DecisionDependencies = Readonly<{
  policies: Readonly<{ read(now: Date): Promise<Pick<PolicyVersion, 'policy' | 'number'> | undefined> }>;
  directory: Pick<DirectoryStore, 'findUsers'>;
  standings: Pick<StandingStore, 'find'>;
  increases: Pick<IncreaseStore, 'find'>;
  countBurst: CountByBurst;
  now: Date;
}>;

/**
 * As much of a snapshot as one request needs, in two round trips: the policy and the person, both mostly
 * remembered, then at once where all of the request's budgets stand, what was granted on top, and its bursts.
 */
export async function snapshotFor(
  request: DecisionRequest,
  dependencies: DecisionDependencies,
): Promise<Snapshot> {
  const { policies, directory, standings, increases, countBurst, now } = dependencies;
  const [version, known] = await Promise.all([policies.read(now), directory.findUsers([request.user], now)]);
  const policy = version?.policy ?? EMPTY_POLICY;
  const person = personOn(request.user, known.get(request.user), toDay(now));
  const rules = rulesOf(policy, request, person);
  const places = rules.budgets.map(({ rule, aim }) => ({ budgetId: rule.id, scopeId: aim.id }));
  const [kept, granted, bursts] = await Promise.all([
    standings.find([...places, ...breakerPlaces(policy)]),
    increases.find(places),
    countAll(rules.bursts, countBurst),
  ]);
  const { placed, spentByDay } = presentStandings(kept, policy, now);
  const active = granted
    .flatMap((place) => place.increases)
    .flatMap((increase) => activeIncrease(increase, now.getTime()) ?? []);
  return makeSnapshot(
    {
      version: String(version?.number ?? 0),
      takenAtMs: now.getTime(),
      policy,
      persons: new Map([[person.user, person]]),
      standings: standingsByBudget(placed),
      increases: new Map(active.map((increase) => [increase.id, increase])),
      spentByDay,
    },
    { recentRequests: (burstId, scopeId) => bursts.get(`${burstId}#${scopeId}`) ?? NO_REQUESTS },
  );
}

const NO_REQUESTS: RecentRequests = { count: 0 };

async function countAll(
  bursts: readonly Aimed<BurstRule>[],
  countBurst: CountByBurst,
): Promise<Map<string, RecentRequests>> {
  const counted = bursts.map(
    async (burst) => [`${burst.rule.id}#${burst.aim.id}`, await countBurst(burst)] as const,
  );
  return new Map(await Promise.all(counted));
}
