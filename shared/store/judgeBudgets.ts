import type { Alert, AlertSubject } from '../domain/alerts/alert.ts';
import { alertRulesOf } from '../domain/alerts/alertPolicy.ts';
import { breakerStateOf, projectionSubject, subjectOfRung } from '../domain/alerts/budgetSubjects.ts';
import { type BudgetState, isPassed, passedRungs, type Use } from '../domain/budget.ts';
import { periodAt } from '../domain/policy/budgetPeriod.ts';
import { activeIncrease } from '../domain/policy/increase.ts';
import type { BudgetRule } from '../domain/policy/policy.ts';
import type { Aimed } from '../domain/policy/rulesOfAsker.ts';
import { NO_STEP, standingStep } from '../domain/policy/standingStep.ts';
import type { IncreaseStore } from './increaseStore.ts';
import type { PolicyVersion } from './policyStore.ts';
import { type RaiseDependencies, raiseAlert } from './raiseAlert.ts';
import type { KeptStanding, StandingStore } from './standingStore.ts';
import { useOfBudget } from './standings.ts';

export type JudgeDependencies = RaiseDependencies &
  Readonly<{ standings: StandingStore; increases: Pick<IncreaseStore, 'find'> }>;

/** Budgets of one scope, and the instants whose periods are to be looked at. */
export type Judging = Readonly<{
  budgets: readonly Aimed<BudgetRule>[];
  atMs: readonly number[];
  policy: Pick<PolicyVersion, 'number' | 'policy'>;
  /** What made somebody look: requests, or another policy. */
  trigger: 'use' | 'policy';
}>;

/**
 * Works out where these budgets stand, keeps that if it is another step, and makes an alert of each rung that
 * was not reached before, and once in a period of a pace that ends the budget too early. Given are the alerts that are new, for publishing. The alert comes before the
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
  const use = await useOfBudget(judged.state, dependencies.totals);
  const findings = findingsOf(judged, use.used, dependencies.now);
  const created: Alert[] = [];
  for (const { subject } of findings) {
    const alert = await raiseAlert(subject, judged.policy.policy, dependencies);
    if (alert !== undefined) created.push(alert);
  }
  const marks = findings.map(({ mark }) => mark);
  await keepStanding(judged, { ...use, marks }, dependencies);
  return created;
}

/** What an alert is to be made of, and by which mark the standing remembers it. */
type Finding = Readonly<{ mark: number; subject: AlertSubject }>;

/** Rungs begin at 1%. */
const PROJECTION_MARK = 0;

/** What of a budget's state was not told before in its period, as far as the standing remembers. */
function findingsOf(judged: Judged, used: bigint, now: Date): Finding[] {
  const { state, limit, policy } = judged;
  const { breaker, projection } = alertRulesOf(policy.policy);
  const isBreaker = breakerStateOf(state.rule.id) !== undefined;
  if (isBreaker && !breaker) return [];
  const isTold = (mark: number) => standingOfPeriod(judged)?.alerted.includes(mark) === true;
  const rungs = passedRungs(state.rule.ladder, used, limit).filter(({ percent }) => !isTold(percent));
  const findings = rungs.map((rung): Finding => {
    const cause = causeOf(judged, rung.percent);
    return { mark: rung.percent, subject: subjectOfRung(state, rung, { limit, used, cause }) };
  });
  const looksAhead = projection.isOn && !isBreaker && state.rule.ladder.length > 0;
  if (!looksAhead || isTold(PROJECTION_MARK)) return findings;
  const { fromPercentOfPeriod } = projection;
  const subject = projectionSubject(state, { limit, used }, { nowMs: now.getTime(), fromPercentOfPeriod });
  return subject === undefined ? findings : [...findings, { mark: PROJECTION_MARK, subject }];
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
  { used, n, marks }: Use & Readonly<{ marks: readonly number[] }>,
  { standings, now }: JudgeDependencies,
): Promise<void> {
  const { state, limit, policy } = judged;
  const { rule, aim } = state;
  const nowMs = now.getTime();
  const period = periodAt(rule.period, state.atMs);
  if (nowMs < period.startMs || nowMs >= period.endMs) return;
  const before = standingOfPeriod(judged);
  const rungs = passedRungs(rule.ladder, used, limit);
  const alerted = [...new Set([...(before?.alerted ?? []), ...marks])];
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
