import { type Alert, type AlertSubject, type SubjectOf, threadKey } from '../domain/alerts/alert.ts';
import { alertRulesOf } from '../domain/alerts/alertPolicy.ts';
import { breakerStateOf, breakerSubject } from '../domain/alerts/budgetSubjects.ts';
import { type BudgetState, makeBudgetFigures } from '../domain/budget.ts';
import type { Aim } from '../domain/policy/asker.ts';
import { periodAt } from '../domain/policy/budgetPeriod.ts';
import { activeIncrease } from '../domain/policy/increase.ts';
import { EMPTY_POLICY, type Policy } from '../domain/policy/policy.ts';
import { budgetsOfBreaker, EMERGENCY_BUDGET } from '../domain/policy/scopeRules.ts';
import type { IncreaseStore } from './increaseStore.ts';
import { inParallel } from './inParallel.ts';
import type { OpenAlertStore } from './openAlertStore.ts';
import type { PolicyStore } from './policyStore.ts';
import { type RaiseDependencies, raiseAlert } from './raiseAlert.ts';
import { useOfBudget } from './standings.ts';
import { type SweepSendersDependencies, sweepSenders } from './watchSenders.ts';

export type SweepRulesDependencies = RaiseDependencies &
  SweepSendersDependencies &
  Readonly<{
    openAlerts: OpenAlertStore;
    policies: Pick<PolicyStore, 'current'>;
    increases: Pick<IncreaseStore, 'find'>;
  }>;

/** So long after the end of a period its last lines are counted, but for what is delivered late. */
const SETTLING_MS = 300_000;
/** More ends are left to the next sweep; a ladder has a hundred rungs at most. */
const MAX_ENDED = 200;
const THREADS_AT_ONCE = 8;

/** The rules that time alone sets off, for every sweep: gives the alerts that are new, for publishing. */
export async function sweepRules(dependencies: SweepRulesDependencies): Promise<Alert[]> {
  const resolved = await resolveEnded(dependencies, dependencies.now);
  const policy = (await dependencies.policies.current())?.policy ?? EMPTY_POLICY;
  return [...resolved, ...(await sweepSenders(policy, dependencies))];
}

/**
 * Tells once of each budget and day of the breaker of which people were alerted that its period is over, with what was
 * used in the end. A budget that is gone, or has other periods now, is told of no more. An alert comes before its
 * conversation is closed: a death in between finds it known. One that fails holds up no other.
 */
export async function resolveEnded(dependencies: SweepRulesDependencies, now: Date): Promise<Alert[]> {
  const { openAlerts, policies } = dependencies;
  const ended = await openAlerts.ended(new Date(now.getTime() - SETTLING_MS), MAX_ENDED);
  if (ended.length === 0) return [];
  const policy = (await policies.current())?.policy ?? EMPTY_POLICY;
  const threads = [...Map.groupBy(ended, ({ subject }) => threadKey(subject)).values()];
  // What was cut off may have its rest in the next page.
  const whole = ended.length === MAX_ENDED && threads.length > 1 ? threads.slice(0, -1) : threads;
  const failures: unknown[] = [];
  const resolved = await inParallel(whole, THREADS_AT_ONCE, async (alerts) => {
    const told = tellEnd(alerts, policy, { ...dependencies, now });
    return told.catch((error: unknown) => void failures.push(error));
  });
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} ends were not told`);
  return resolved.flatMap((alert) => alert ?? []);
}

async function tellEnd(
  alerts: readonly Alert[],
  policy: Policy,
  dependencies: SweepRulesDependencies,
): Promise<Alert | undefined> {
  const subject = await endOf(alerts, policy, dependencies);
  const alert = subject && (await raiseAlert(subject, policy, dependencies));
  await dependencies.openAlerts.close(alerts);
  return alert;
}

/** What is to be told of the end of a conversation, if anything. */
async function endOf(
  alerts: readonly Alert[],
  policy: Policy,
  dependencies: SweepRulesDependencies,
): Promise<AlertSubject | undefined> {
  const rules = alertRulesOf(policy);
  const [first] = alerts;
  if (first === undefined || !rules.resolved) return undefined;
  const { subject } = first;
  if (subject.rule === 'breaker')
    return rules.breaker ? closedBreaker(subject, policy, dependencies) : undefined;
  if (subject.rule !== 'budget' && subject.rule !== 'projection') return undefined;
  const state = stateOf(subject, policy);
  if (state === undefined) return undefined;
  const marks = alerts.map((alert) => (alert.subject.rule === 'budget' ? alert.subject.threshold : 0));
  const amounts = await finalAmounts(state, dependencies);
  return { rule: 'resolved', ...makeBudgetFigures(state, amounts), highest: Math.max(...marks) };
}

/** The budget in the period that is over, if the policy still has it with such periods. */
function stateOf(
  { budgetId, scopeKind, scopeId, periodKey, resetAt }: SubjectOf<'budget' | 'projection'>,
  policy: Policy,
): BudgetState | undefined {
  const rule = policy.budgets.find(({ id }) => id === budgetId);
  const atMs = Date.parse(resetAt) - 1;
  if (rule === undefined || periodAt(rule.period, atMs).key !== periodKey) return undefined;
  const scope = scopeKind === 'org' ? scopeKind : `${scopeKind}:${scopeId}`;
  const aim: Aim = { kind: scopeKind, id: scopeId, scope };
  return { rule, aim, atMs };
}

async function closedBreaker(
  { day, resetAt }: SubjectOf<'breaker'>,
  policy: Policy,
  dependencies: SweepRulesDependencies,
): Promise<AlertSubject | undefined> {
  const emergency = budgetsOfBreaker(policy).find(({ rule }) => rule.id === EMERGENCY_BUDGET);
  const atMs = Date.parse(resetAt) - 1;
  if (emergency === undefined || periodAt(emergency.rule.period, atMs).key !== day) return undefined;
  const state: BudgetState = { ...emergency, atMs };
  return breakerSubject(state, 'closed', await finalAmounts(state, dependencies));
}

/** What was used of the limit as it was in the period's last moment, with what was granted on top. */
async function finalAmounts(
  state: BudgetState,
  { totals, increases }: SweepRulesDependencies,
): Promise<Readonly<{ used: bigint; limit: bigint }>> {
  const { rule, aim, atMs } = state;
  const place = { budgetId: rule.id, scopeId: aim.id };
  const isBreaker = breakerStateOf(rule.id) !== undefined;
  const [{ used }, places] = await Promise.all([
    useOfBudget(state, totals),
    isBreaker ? [] : increases.find([place]),
  ]);
  const active = places.flatMap((each) => each.increases.flatMap((one) => activeIncrease(one, atMs) ?? []));
  return { used, limit: active.reduce((sum, { amount }) => sum + amount, rule.limit.amount) };
}
