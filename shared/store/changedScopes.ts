import type { DaySpan } from '../domain/period.ts';
import type { BudgetedScope } from '../domain/policy/scopeRules.ts';
import { daysOfPeriod } from '../domain/total.ts';
import { parseOutboxKey } from './alertKeys.ts';
import { isCurrentPolicyKey } from './budgetKeys.ts';
import { type ItemKey, parseLineKey, parseTotalKey } from './keys.ts';

/** What a doorbell says to budgets: look at all of them, a scope with other totals, or a user with other lines. */
export type BudgetChange =
  /** `policy`: another one is in force; `use`: nothing rang, and all is looked at for safety. */
  | Readonly<{ kind: 'all'; trigger: 'use' | 'policy' }>
  /** `isMonth`: of a month's total, from which budgets of quarters and years are summed; else of a day's. */
  | Readonly<{
      kind: 'scope';
      scope: Exclude<BudgetedScope, { kind: 'user' }>;
      days: DaySpan;
      isMonth: boolean;
    }>
  | Readonly<{ kind: 'user'; user: string; days: DaySpan }>
  /** An alert came into the outbox, whoever made it: what it tells of was judged already. */
  | Readonly<{ kind: 'outbox'; alertId: string }>;

/** `undefined` for what concerns no budget. */
export function readBudgetChange(key: ItemKey): BudgetChange | undefined {
  if (isCurrentPolicyKey(key)) return { kind: 'all', trigger: 'policy' };
  const alertId = parseOutboxKey(key);
  if (alertId !== undefined) return { kind: 'outbox', alertId };
  const line = parseLineKey(key);
  if (line !== undefined) return { kind: 'user', user: line.user, days: { from: line.day, to: line.day } };
  const named = parseTotalKey(key);
  if (named === undefined || named.period.kind === 'week') return undefined;
  const { scope, period } = named;
  const change = { kind: 'scope', days: daysOfPeriod(period), isMonth: period.kind === 'month' } as const;
  switch (scope.kind) {
    case 'org':
      return { ...change, scope: { kind: 'org' } };
    case 'team':
    case 'businessUnit':
    case 'department':
    case 'costCentre':
    case 'project':
      return { ...change, scope: { kind: scope.kind, id: scope.id } };
    // A user's budgets go by lines, and nobody has a budget for the rest.
    case 'user':
    case 'model':
    case 'operation':
    case 'entrypoint':
    case 'serviceTier':
      return undefined;
    default:
      return scope satisfies never;
  }
}

/** Changes of one scope and the same days are looked at once. */
export function nameOfChange(change: BudgetChange): string {
  switch (change.kind) {
    case 'all':
      return `all by ${change.trigger}`;
    case 'outbox':
      return `outbox#${change.alertId}`;
    case 'user':
      return `user#${change.user}#${change.days.from}`;
    case 'scope': {
      const { scope, days, isMonth } = change;
      return `${scope.kind}#${scope.kind === 'org' ? '' : scope.id}#${days.from}#${isMonth}`;
    }
    default:
      return change satisfies never;
  }
}
