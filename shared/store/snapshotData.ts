import { createHash } from 'node:crypto';
import { periodAt } from '../domain/policy/budgetPeriod.ts';
import type { Increase } from '../domain/policy/decision.ts';
import { gatewayPolicy } from '../domain/policy/gatewayPolicy.ts';
import { activeIncrease } from '../domain/policy/increase.ts';
import { type BudgetRule, EMPTY_POLICY, type Policy } from '../domain/policy/policy.ts';
import { budgetsOfBreaker } from '../domain/policy/scopeRules.ts';
import type { PeriodStanding, SnapshotData } from '../domain/policy/snapshot.ts';
import type { PlacedStanding, SnapshotDifference } from '../domain/policy/snapshotDifference.ts';
import { formatVersion, parseVersion, type SnapshotVersion } from '../domain/policy/snapshotVersion.ts';
import type { StandingPlace } from './budgetKeys.ts';
import type { IncreaseStore, IncreasesOfPlace } from './increaseStore.ts';
import type { KnownPersons, PersonCache } from './personCache.ts';
import type { PolicyStore } from './policyStore.ts';
import type { KeptStanding, StandingStore } from './standingStore.ts';

export type SnapshotDependencies = Readonly<{
  policies: Pick<PolicyStore, 'current'>;
  persons: PersonCache;
  standings: Pick<StandingStore, 'all' | 'find' | 'changesSince'>;
  increases: Pick<IncreaseStore, 'all'>;
  now: Date;
}>;

/** What a gateway is told that has a snapshot already. */
export type SnapshotNews =
  | Readonly<{ kind: 'same' }>
  | Readonly<{ kind: 'difference'; difference: SnapshotDifference }>
  | Readonly<{ kind: 'whole'; data: SnapshotData }>;

/** Clocks of the functions that write standings may differ by so much. */
const OVERLAP_MS = 15_000;
/** An older snapshot is asked for whole: what changed since would be nearly all. */
const MAX_DIFFERENCE_MS = 3_600_000;
/** After so long an unchanged snapshot gets a new version, so that what is looked through stays short. */
const MAX_SAME_MS = 300_000;

/** The whole snapshot of now. Without a policy it is the one that limits nothing. */
export async function takeSnapshot(dependencies: SnapshotDependencies): Promise<SnapshotData> {
  return wholeOf(await gather(dependencies), dependencies);
}

/** What is new since the snapshot of a version; the whole where that is not told by a difference. */
export async function snapshotSince(
  since: string,
  dependencies: SnapshotDependencies,
): Promise<SnapshotNews> {
  const gathered = await gather(dependencies);
  const from = parseVersion(since);
  const { version, policy, increases } = gathered;
  if (from === undefined || !isComparable(from, version)) {
    return { kind: 'whole', data: await wholeOf(gathered, dependencies) };
  }
  const fromMs = from.takenAtMs - OVERLAP_MS;
  const changed = await dependencies.standings.changesSince(fromMs, version.takenAtMs + OVERLAP_MS);
  const { placed, spentByDay } = presentStandings(changed, policy, dependencies.now);
  const isSame =
    placed.length === 0 &&
    spentByDay.size === 0 &&
    from.increases === version.increases &&
    version.takenAtMs - from.takenAtMs < MAX_SAME_MS;
  if (isSame) return { kind: 'same' };
  return {
    kind: 'difference',
    difference: {
      from: since,
      to: formatVersion(version),
      takenAtMs: version.takenAtMs,
      ...{ persons: [], leftPersons: [], endedStandings: [] },
      standings: placed,
      increases: increases.active,
      endedIncreases: increases.ended,
      spentByDay: await spentOnDays(dependencies, policy),
    },
  };
}

/** A difference replaces all days, so it names them also when they did not change. */
async function spentOnDays(
  { standings, now }: SnapshotDependencies,
  policy: Policy,
): Promise<ReadonlyMap<number, bigint>> {
  const places = breakerPlaces(policy);
  if (places.length === 0) return new Map();
  return presentStandings(await standings.find(places), policy, now).spentByDay;
}

/** Where the cost of the organisation's day is found, for the breaker. */
export function breakerPlaces(policy: Policy): StandingPlace[] {
  return budgetsOfBreaker(policy).map(({ rule, aim }) => ({ budgetId: rule.id, scopeId: aim.id }));
}

function isComparable(from: SnapshotVersion, to: SnapshotVersion): boolean {
  const ageMs = to.takenAtMs - from.takenAtMs;
  return (
    from.policyNumber === to.policyNumber &&
    from.persons === to.persons &&
    ageMs >= 0 &&
    ageMs <= MAX_DIFFERENCE_MS
  );
}

type Gathered = Readonly<{
  version: SnapshotVersion;
  policy: Policy;
  known: KnownPersons;
  increases: Readonly<{ active: readonly Increase[]; ended: readonly string[] }>;
}>;

async function gather(dependencies: SnapshotDependencies): Promise<Gathered> {
  const { policies, persons, increases, now } = dependencies;
  const [current, known, places] = await Promise.all([
    policies.current(),
    persons.read(now),
    increases.all(),
  ]);
  const found = sortIncreases(places, now);
  const version = {
    policyNumber: current?.decidesAs ?? current?.number ?? 0,
    takenAtMs: now.getTime(),
    persons: known.digest,
    increases: digestOf(found.active),
  };
  const policy = gatewayPolicy(current?.policy ?? EMPTY_POLICY);
  return { version, policy, known, increases: found };
}

function sortIncreases(places: readonly IncreasesOfPlace[], now: Date): Gathered['increases'] {
  const kept = places.flatMap(({ increases }) => increases);
  const active = kept.flatMap((increase) => activeIncrease(increase, now.getTime()) ?? []);
  const ids = new Set(active.map(({ id }) => id));
  return { active, ended: kept.map(({ id }) => id).filter((id) => !ids.has(id)) };
}

function digestOf(increases: readonly Increase[]): string {
  const ids = increases.map(({ id, fromMs }) => `${id} ${fromMs}`).sort();
  return createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 8);
}

async function wholeOf(
  { version, policy, known, increases }: Gathered,
  { standings, now }: SnapshotDependencies,
): Promise<SnapshotData> {
  const kept: KeptStanding[] = [];
  for await (const standing of standings.all()) kept.push(standing);
  const { placed, spentByDay } = presentStandings(kept, policy, now);
  return {
    version: formatVersion(version),
    takenAtMs: version.takenAtMs,
    policy,
    persons: known.persons,
    standings: standingsByBudget(placed),
    increases: new Map(increases.active.map((increase) => [increase.id, increase])),
    spentByDay,
  };
}

export type PresentStandings = Readonly<{
  placed: readonly PlacedStanding[];
  /** Of the two amounts of the breaker the one that is up to date. */
  spentByDay: ReadonlyMap<number, bigint>;
}>;

/** The standings of present periods of budgets that there are; the breaker's become what its days cost. */
export function presentStandings(kept: readonly KeptStanding[], policy: Policy, now: Date): PresentStandings {
  const rules = new Map(policy.budgets.map((rule) => [rule.id, rule]));
  const ofBreaker = new Map(budgetsOfBreaker(policy).map(({ rule }) => [rule.id, rule]));
  const isPresent = (rule: BudgetRule | undefined, { periodStartMs }: KeptStanding) =>
    rule !== undefined && periodAt(rule.period, now.getTime()).startMs === periodStartMs;
  const spentByDay = new Map<number, bigint>();
  const placed: PlacedStanding[] = [];
  for (const standing of kept) {
    const { budgetId, scopeId, used, periodStartMs, restrictedSinceMs } = standing;
    if (isPresent(ofBreaker.get(budgetId), standing)) {
      const known = spentByDay.get(periodStartMs) ?? used;
      spentByDay.set(periodStartMs, used > known ? used : known);
    } else if (isPresent(rules.get(budgetId), standing)) {
      const restriction = restrictedSinceMs === undefined ? {} : { restrictedSinceMs };
      placed.push({ budgetId, scopeId, standing: { used, periodStartMs, ...restriction } });
    }
  }
  return { placed, spentByDay };
}

/** Standings as a snapshot holds them: by budget, then by scope. */
export function standingsByBudget(
  placed: readonly PlacedStanding[],
): Map<string, Map<string, PeriodStanding>> {
  const byBudget = new Map<string, Map<string, PeriodStanding>>();
  for (const { budgetId, scopeId, standing } of placed) {
    const ofBudget = byBudget.get(budgetId) ?? new Map<string, PeriodStanding>();
    byBudget.set(budgetId, ofBudget.set(scopeId, standing));
  }
  return byBudget;
}
