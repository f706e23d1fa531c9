import { makeBudgetFigures } from '../budget.ts';
import type { Aim } from '../policy/asker.ts';
import { type KeptIncrease, stepsBetween } from '../policy/increase.ts';
import type { BudgetRule } from '../policy/policy.ts';
import type { SubjectOf } from './alert.ts';

type Change = Readonly<{ before: KeptIncrease | undefined; after: KeptIncrease }>;

/** The most that one change comes to: what is granted at once was asked for too. */
const STATES = ['denied', 'granted', 'requested'] as const;

/**
 * What is told of a change of an increase: that somebody asked, or how it was decided and by whom; `policy` is who
 * granted what went through by itself. `undefined` for an approval that does not suffice yet.
 */
export function increaseSubject(
  { before, after }: Change,
  rule: BudgetRule,
  nowMs: number,
): SubjectOf<'increase'> | undefined {
  const steps = stepsBetween(before, after);
  const state = STATES.find((kind) => steps.some((step) => step.kind === kind));
  const step = steps.find(({ kind }) => kind === state);
  if (state === undefined || step === undefined) return undefined;
  const budget = { rule, aim: aimOf(rule, after.scopeId), atMs: nowMs };
  const { scopeKind, scopeId, month, periodKey } = makeBudgetFigures(budget, { limit: 0n, used: 0n });
  const { id: increaseId, budgetId, measure, amount, reason, untilMs } = after;
  return {
    ...{ rule: 'increase', state, scopeKind, scopeId, month, periodKey },
    ...{ increaseId, budgetId, measure, amount, reason, by: step.by },
    until: new Date(untilMs).toISOString(),
  };
}

/** A budget of a tier or a role is of each of its users. */
function aimOf({ target }: BudgetRule, id: string): Aim {
  if (target.kind === 'org') return { kind: 'org', id, scope: 'org' };
  const kind = target.kind === 'tier' || target.kind === 'role' ? 'user' : target.scope;
  return { kind, id, scope: `${kind}:${id}` };
}
