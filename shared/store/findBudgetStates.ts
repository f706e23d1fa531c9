import { passedRungs } from '../domain/budget.ts';
import type { Aim } from '../domain/policy/asker.ts';
import { periodAt } from '../domain/policy/budgetPeriod.ts';
import { activeIncrease } from '../domain/policy/increase.ts';
import type { BudgetRule, BudgetScope, Rung } from '../domain/policy/policy.ts';
import { isMonitoredClosely } from '../domain/policy/standingStep.ts';
import type { IncreaseStore, IncreasesOfPlace } from './increaseStore.ts';
import { inParallel } from './inParallel.ts';
import type { KeptStanding, StandingStore } from './standingStore.ts';
import { useOfBudget } from './standings.ts';
import type { TotalStore } from './totalStore.ts';

/** Where a budget of one scope stands now. Amounts are in the unit of the measure. */
export type BudgetStateNow = Readonly<{
  rule: BudgetRule;
  scope: string;
  scopeId: string;
  used: bigint;
  /** With what was granted for now. */
  limit: bigint;
  granted: bigint;
  /** Whole percent, rounded down; absent for a limit of nothing. */
  percent?: number;
  /** The highest rung that is reached. */
  rung?: Rung;
  /** A rung that raises monitoring is reached. */
  isMonitoredClosely: boolean;
  restrictedSinceMs?: number;
  resetAt: string;
}>;

export type BudgetStates = Readonly<{
  states: readonly BudgetStateNow[];
  /** Scopes left out, by budget, because others used more. */
  hidden: ReadonlyMap<string, number>;
}>;

export type StateDependencies = Readonly<{
  totals: TotalStore;
  standings: StandingStore;
  increases: IncreaseStore;
  now: Date;
  /** Scopes shown of a budget that each have their own limit. */
  top: number;
}>;

const READS_AT_ONCE = 16;

/**
 * Where budgets stand, read anew. A budget of one scope is always there; of one that each has for itself, those
 * that used the most, of all whose standing was ever worth writing.
 */
export async function findBudgetStates(
  rules: readonly BudgetRule[],
  dependencies: StateDependencies,
): Promise<BudgetStates> {
  const { standings, increases, totals, now, top } = dependencies;
  const nowMs = now.getTime();
  const places = new Map((await increases.all()).map((place) => [nameOf(place), place]));
  const kept = new Map<string, KeptStanding[]>();
  for await (const standing of standings.all()) {
    const ofBudget = kept.get(standing.budgetId);
    if (ofBudget === undefined) kept.set(standing.budgetId, [standing]);
    else ofBudget.push(standing);
  }
  const hidden = new Map<string, number>();
  const states: BudgetStateNow[] = [];
  for (const rule of rules) {
    const { startMs } = periodAt(rule.period, nowMs);
    const present = (kept.get(rule.id) ?? []).filter(({ periodStartMs }) => periodStartMs === startMs);
    const sorted = present.toSorted((a, b) => (a.used < b.used ? 1 : a.used > b.used ? -1 : 0));
    const aims = aimsOf(rule, sorted.slice(0, top));
    if (sorted.length > aims.length) hidden.set(rule.id, sorted.length - aims.length);
    const ofRule = await inParallel(aims, READS_AT_ONCE, async (aim) => {
      const { used } = await useOfBudget({ rule, aim, atMs: nowMs }, totals);
      const standing = present.find(({ scopeId }) => scopeId === aim.id);
      const place = places.get(nameOf({ budgetId: rule.id, scopeId: aim.id }));
      return stateOf({ rule, aim, used, standing, place, nowMs });
    });
    states.push(...ofRule);
  }
  return { states, hidden };
}

type Figures = Readonly<{
  rule: BudgetRule;
  aim: Aim;
  used: bigint;
  standing: KeptStanding | undefined;
  place: IncreasesOfPlace | undefined;
  nowMs: number;
}>;

function stateOf({ rule, aim, used, standing, place, nowMs }: Figures): BudgetStateNow {
  const active = (place?.increases ?? []).flatMap((increase) => activeIncrease(increase, nowMs) ?? []);
  const granted = active.reduce((sum, { amount }) => sum + amount, 0n);
  const limit = rule.limit.amount + granted;
  const reached = passedRungs(rule.ladder, used, limit);
  const rung = reached.at(-1);
  const since = standing?.restrictedSinceMs;
  return {
    ...{ rule, scope: aim.scope, scopeId: aim.id, used, limit, granted },
    ...(limit > 0n ? { percent: Number((used * 100n) / limit) } : {}),
    ...(rung === undefined ? {} : { rung }),
    isMonitoredClosely: isMonitoredClosely(reached),
    ...(since === undefined ? {} : { restrictedSinceMs: since }),
    resetAt: periodAt(rule.period, nowMs).endsAt,
  };
}

/** The one scope of a budget, or those that are known of one that each has for itself. */
function aimsOf({ target }: BudgetRule, present: readonly KeptStanding[]): Aim[] {
  if (target.kind === 'org') return [{ kind: 'org', id: '*', scope: 'org' }];
  if (target.kind === 'one') return [aim(target.scope, target.id)];
  const kind = target.kind === 'each' ? target.scope : 'user';
  return present.map(({ scopeId }) => aim(kind, scopeId));
}

function aim(kind: BudgetScope, id: string): Aim {
  return { kind, id, scope: `${kind}:${id}` };
}

function nameOf({ budgetId, scopeId }: Pick<KeptStanding, 'budgetId' | 'scopeId'>): string {
  return `${budgetId}#${scopeId}`;
}
