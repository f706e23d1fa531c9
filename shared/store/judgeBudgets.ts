import { type Alert, makeAlert } from '../domain/alerts/alert.ts';
import { type BudgetState, isPassed, makeCrossing, passedRungs, type Use } from '../domain/budget.ts';
import { periodAt } from '../domain/policy/budgetPeriod.ts';
import { activeIncrease } from '../domain/policy/increase.ts';
import type { BudgetRule } from '../domain/policy/policy.ts';
import type { Aimed } from '../domain/policy/rulesOfAsker.ts';
import { NO_STEP, standingStep } from '../domain/policy/standingStep.ts';
import type { AlertStore } from './alertStore.ts';
import type { IncreaseStore } from './increaseStore.ts';
import type { PolicyVersion } from './policyStore.ts';
import type { KeptStanding, StandingStore } from './standingStore.ts';
import { useOfBudget } from './standings.ts';
import type { TotalStore } from './totalStore.ts';

export type JudgeDependencies = Readonly<{
  totals: TotalStore;
  standings: StandingStore;
  increases: Pick<IncreaseStore, 'find'>;
  alerts: Pick<AlertStore, 'create'>;
  now: Date;
}>;

/** Budgets of one scope, and the instants whose periods are to be looked at. */
export type Judging = Readonly<{
  budgets: readonly Aimed<BudgetRule>[];
  atMs: readonly number[];
  policy: Pick<PolicyVersion, 'number'>;
  /** What made somebody look: requests, or another policy. */
  trigger: 'use' | 'policy';
}>;

/**
 * Works out where these budgets stand, keeps that if it is another step, and makes an alert of each rung that
 * was not reached before. Given are the alerts that are new, for publishing. The alert comes before the
 * standing that remembers it: a death in between makes it once more, and it is known.
 */
export async function judgeBudgets(judging: Judging, dependencies: JudgeDependencies): Promise<Alert[]> {
  const { budgets, atMs, policy, trigger } = judging;
  const { standings, increases, now } = dependencies;
  const states = distinctStates(budgets, atMs);
  const places = budgets.map(({ rule, aim }) => ({ budgetId: rule.id, scopeId: aim.id }));
  const [kept, raised] = await Promise.all([standings.find(places), increases.find(places)]);
  const alerts: Alert[] = [];
  for (const state of states) {
    const isHere = ({ budgetId, scopeId }: KeptPlace) =>
      budgetId === state.rule.id && scopeId === state.aim.id;
    const granted = raised.find(isHere)?.increases ?? [];
    const extra = granted.reduce(
      (sum, increase) => sum + (activeIncrease(increase, now.getTime())?.amount ?? 0n),
      0n,
    );
    const judged = { state, before: kept.find(isHere), limit: state.rule.limit.amount + extra };
    alerts.push(...(await judgeState({ ...judged, policy, trigger }, dependencies)));
  }
  return alerts;
}

type KeptPlace = Readonly<{ budgetId: string; scopeId: string }>;

/** Each budget once for each of its periods. */
function distinctStates(budgets: readonly Aimed<BudgetRule>[], atMs: readonly number[]): BudgetState[] {
  return budgets.flatMap(({ rule, aim }) => {
    const byPeriod = new Map(atMs.map((at) => [periodAt(rule.period, at).startMs, { rule, aim, atMs: at }]));
    return [...byPeriod.values()];
  });
}

type Judged = Readonly<{
  state: BudgetState;
  before: KeptStanding | undefined;
  limit: bigint;
}> &
  Pick<Judging, 'policy' | 'trigger'>;

async function judgeState(judged: Judged, dependencies: JudgeDependencies): Promise<Alert[]> {
  const { state, limit } = judged;
  const use = await useOfBudget(state, dependencies.totals);
  const before = standingOfPeriod(judged);
  const rungs = passedRungs(state.rule.ladder, use.used, limit);
  const fresh = rungs.filter(({ percent }) => before?.alerted.includes(percent) !== true);
  const created: Alert[] = [];
  for (const rung of fresh) {
    const cause = causeOf(judged, rung.percent);
    const crossing = makeCrossing(state, rung, { limit, used: use.used, cause });
    const alert = makeAlert({ rule: 'budget', ...crossing }, dependencies.now.toISOString());
    if ((await dependencies.alerts.create(alert)) === 'created') created.push(alert);
  }
  await keepStanding(judged, use, dependencies);
  return created;
}

/** The mark was not passed by using more when what had been used was beyond it already. */
function causeOf(judged: Judged, percent: number): 'use' | 'policy' {
  const before = standingOfPeriod(judged);
  if (before === undefined) return judged.trigger;
  return isPassed(before.used, judged.limit, percent) ? 'policy' : 'use';
}

function standingOfPeriod({ state, before }: Judged): KeptStanding | undefined {
  const { startMs } = periodAt(state.rule.period, state.atMs);
  return before?.periodStartMs === startMs ? before : undefined;
}

/** Only the present period has a standing; one that is on the same step, with the same alerts, stays. */
async function keepStanding(
  judged: Judged,
  { used, n }: Use,
  { standings, now }: JudgeDependencies,
): Promise<void> {
  const { state, limit, policy } = judged;
  const { rule, aim } = state;
  const nowMs = now.getTime();
  const period = periodAt(rule.period, state.atMs);
  if (nowMs < period.startMs || nowMs >= period.endMs) return;
  const before = standingOfPeriod(judged);
  const rungs = passedRungs(rule.ladder, used, limit);
  const alerted = [...new Set([...(before?.alerted ?? []), ...rungs.map(({ percent }) => percent)])];
  const isRestricted = rungs.some(({ action }) => action.kind === 'restrict');
  const restrictedSinceMs = before?.restrictedSinceMs ?? (isRestricted ? nowMs : undefined);
  const step = (amount: bigint) => standingStep(amount, { limit, ladder: rule.ladder });
  const isSame =
    step(used) === (before === undefined ? NO_STEP : step(before.used)) &&
    alerted.length === (before?.alerted.length ?? 0) &&
    restrictedSinceMs === before?.restrictedSinceMs;
  if (isSame) return;
  await standings.put(
    {
      ...{ budgetId: rule.id, scopeId: aim.id, used, n, alerted },
      ...{ periodStartMs: period.startMs, policyNumber: policy.number, asOfMs: nowMs },
      ...(restrictedSinceMs === undefined ? {} : { restrictedSinceMs }),
    },
    now,
  );
}
