import type { BudgetRule, BurstRule, HoursRule, Target } from './policy.ts';

/** Whom a rule is about, in one word: `org`, `team:payments`, `user:*` (each for itself), `tier:free`. */
export function targetName(target: Target): string {
  switch (target.kind) {
    case 'org':
      return 'org';
    case 'one':
      return `${target.scope}:${target.id}`;
    case 'each':
      return `${target.scope}:*`;
    case 'tier':
    case 'role':
      return `${target.kind}:${target.id}`;
    default:
      return target satisfies never;
  }
}

/**
 * The id of a budget that was given none: `team:payments:month:usd`, with its filter behind. Neither its
 * amount nor its place in the file is in it, because alerts and approvals keep referring to it when those
 * change.
 */
export function budgetName(rule: Pick<BudgetRule, 'target' | 'period' | 'limit' | 'filter'>): string {
  const { modelFamily, operation, entrypoint } = rule.filter;
  const filter = [
    modelFamily,
    operation && `operation=${operation}`,
    entrypoint && `entrypoint=${entrypoint}`,
  ];
  const parts = [targetName(rule.target), rule.period.unit, rule.limit.measure, ...filter];
  return parts.filter((part) => part !== undefined).join(':');
}

/** The id of a burst rule that was given none: `user:*:burst:60s`. */
export function burstName({ target, windowSeconds }: Pick<BurstRule, 'target' | 'windowSeconds'>): string {
  return `${targetName(target)}:burst:${windowSeconds}s`;
}

/** The id of a rule of hours that was given none: `org:hours:opus`. */
export function hoursName({ target, models }: Pick<HoursRule, 'target' | 'models'>): string {
  return `${targetName(target)}:hours:${models.join('+')}`;
}
