import { type BudgetState, type Crossing, makeBudgetFigures, makeCrossing } from '../budget.ts';
import type { BreakerState } from '../policy/breaker.ts';
import { periodAt } from '../policy/budgetPeriod.ts';
import type { Rung } from '../policy/policy.ts';
import { EMERGENCY_BUDGET, OPEN_BUDGET } from '../policy/scopeRules.ts';
import type { AlertSubject, SubjectOf } from './alert.ts';
import { paceOf } from './pace.ts';

type Amounts = Pick<Crossing, 'limit' | 'used'>;

/** What is told of a rung that was passed: of the breaker's two amounts, which state it is in now. */
export function subjectOfRung(
  state: BudgetState,
  rung: Rung,
  { cause, ...amounts }: Amounts & Pick<Crossing, 'cause'>,
): AlertSubject {
  const breaker = breakerStateOf(state.rule.id);
  if (breaker !== undefined) return breakerSubject(state, breaker, amounts);
  return { rule: 'budget', ...makeCrossing(state, rung, { cause, ...amounts }) };
}

/** The state of the breaker that a budget of its stands for; `undefined` for any other budget. */
export function breakerStateOf(budgetId: string): Exclude<BreakerState, 'closed'> | undefined {
  if (budgetId === OPEN_BUDGET) return 'open';
  return budgetId === EMERGENCY_BUDGET ? 'emergency' : undefined;
}

export function breakerSubject(
  { rule, aim, atMs }: BudgetState,
  state: BreakerState,
  { limit, used }: Amounts,
): SubjectOf<'breaker'> {
  const { key: day, endsAt: resetAt } = periodAt(rule.period, atMs);
  return {
    rule: 'breaker',
    scopeKind: aim.kind,
    scopeId: aim.id,
    month: day.slice(0, 7),
    ...{ state, day, timeZone: rule.period.timeZone, resetAt },
    ...{ usedPicoUsd: used, limitPicoUsd: limit },
  };
}

/**
 * A budget that ends before its period does at the present pace. Of a day it is never said: people work in hours, and
 * before the pace of a day means anything its marks have told.
 */
export function projectionSubject(
  state: BudgetState,
  amounts: Amounts,
  { nowMs, fromPercentOfPeriod }: Readonly<{ nowMs: number; fromPercentOfPeriod: number }>,
): SubjectOf<'projection'> | undefined {
  if (state.rule.period.unit === 'day') return undefined;
  const figures = makeBudgetFigures(state, amounts);
  const pace = paceOf(figures, nowMs, fromPercentOfPeriod);
  if (pace?.exhaustedAtMs === undefined) return undefined;
  const exhaustedAt = new Date(pace.exhaustedAtMs).toISOString();
  return { rule: 'projection', ...figures, projected: pace.projected, exhaustedAt };
}
