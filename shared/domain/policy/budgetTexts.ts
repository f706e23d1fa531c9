import { displayUsd, PICO_USD_PER_USD } from '../money.ts';
import { wallTimeAt } from '../zone.ts';
import type { Aim } from './asker.ts';
import type { Period } from './budgetPeriod.ts';
import type { ReachedRung } from './ladder.ts';
import type { BudgetPeriod, BudgetRule, Limit, UsageFilter } from './policy.ts';

/**
 * What people are told of a budget. Every sentence holds for any period, measure, zone and filter: a month
 * is not daily, midnight is only where clocks show it, and "exceeded" only from the whole limit on.
 */

export type BudgetState = Readonly<{
  rule: BudgetRule;
  aim: Aim;
  period: Period;
  /** With the request that asks. */
  used: bigint;
  limit: bigint;
  /** Whole percent, rounded down; absent for a limit of nothing. */
  percent?: number | undefined;
}>;

/** Which of a scope's budgets is meant, as far as people name it. */
export type BudgetKind = Readonly<{ period: BudgetPeriod; measure: Limit['measure']; filter: UsageFilter }>;

const ADJECTIVES = { day: 'daily', week: 'weekly', month: 'monthly', quarter: 'quarterly', year: 'yearly' };
const BUDGETS = { tokens: 'token budget', requests: 'request budget', usd: 'budget' };
const KINDS = {
  org: 'organisation',
  businessUnit: 'business unit',
  department: 'department',
  costCentre: 'cost centre',
  team: 'team',
  project: 'project',
  user: 'user',
};

const resetTexts = new WeakMap<Period, string>();

export function budgetText(state: BudgetState, reached: ReachedRung): string {
  const { rung, verdict, graceEndsMs } = reached;
  if (rung.message !== undefined) return rung.message;
  if (graceEndsMs !== undefined) {
    const at = new Date(graceEndsMs).toISOString();
    return `${usedText(state)} Requests are refused from ${at} on unless an approver agrees.`;
  }
  if (rung.action.kind === 'restrict') {
    return `The ${budgetName(state)} is restricted: requests are refused until an approver agrees.`;
  }
  switch (verdict.action) {
    case 'allow':
    case 'warn':
      return usedText(state);
    case 'throttle':
      return `${limitText(state)} Responses may be slower.`;
    case 'reject':
      return refusalText(state);
    default:
      return verdict satisfies never;
  }
}

/** `org` and `team:payments` in words: `the organisation`, `team payments`. */
export function scopeName({ kind, id }: Aim): string {
  return kind === 'org' ? 'the organisation' : `${KINDS[kind]} ${id}`;
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `daily token budget for opus`. */
export function budgetNoun({ period, measure, filter }: BudgetKind): string {
  return `${ADJECTIVES[period.unit]} ${BUDGETS[measure]}${filterText(filter)}`;
}

/** `Team payments has used 82% of its monthly budget`; a limit of nothing has no percentage. */
export function usedSentence(aim: Aim, percent: number | undefined, noun: string): string {
  if (percent === undefined) return `The ${noun} of ${scopeName(aim)} is nothing`;
  return `${capitalised(scopeName(aim))} has used ${percent}% of ${possessive(aim)} ${noun}`;
}

/** `its`; people are no things. */
export function possessive({ kind }: Pick<Aim, 'kind'>): string {
  return kind === 'user' ? 'their' : 'its';
}

function usedText(state: BudgetState): string {
  const { aim, percent } = state;
  if (aim.kind === 'user' && percent !== undefined) {
    return `You've used ${percent}% of your ${plainName(state)}.`;
  }
  return `${usedSentence(aim, percent, plainName(state))}.`;
}

function limitText(state: BudgetState): string {
  const { rule, aim } = state;
  const limit = `${ADJECTIVES[rule.period.unit]} limit${filterText(rule.filter)}`;
  if (isFull(state)) {
    return aim.kind === 'user'
      ? capitalised(`${limit} reached.`)
      : `The ${limit} of ${scopeName(aim)} is reached.`;
  }
  return aim.kind === 'user' ? `Approaching ${limit}.` : `Approaching the ${limit} of ${scopeName(aim)}.`;
}

function refusalText(state: BudgetState): string {
  const { rule, aim, used, limit, period } = state;
  if (!isFull(state)) return `${usedText(state)} No more requests go. ${resetText(period, rule.period)}`;
  if (rule.limit.measure === 'usd') {
    const decimals = limit < PICO_USD_PER_USD ? 4 : 2;
    const figures = `${displayUsd(used, decimals)}/${displayUsd(limit, decimals)}`;
    return `${capitalised(KINDS[aim.kind])} budget${filterText(rule.filter)} exceeded: ${figures}`;
  }
  const name = aim.kind === 'user' ? plainName(state) : budgetName(state);
  return `${capitalised(name)} exceeded. ${resetText(period, rule.period)}`;
}

function isFull({ percent }: BudgetState): boolean {
  return percent === undefined || percent >= 100;
}

function plainName({ rule: { period, limit, filter } }: BudgetState): string {
  return budgetNoun({ period, measure: limit.measure, filter });
}

/** `daily token budget of team payments`. */
function budgetName(state: BudgetState): string {
  return `${plainName(state)} of ${scopeName(state.aim)}`;
}

function filterText({ modelFamily, operation, entrypoint }: UsageFilter): string {
  const kinds = [modelFamily, operation, entrypoint].filter((kind) => kind !== undefined);
  return kinds.length === 0 ? '' : ` for ${kinds.join(', ')}`;
}

/** `Resets at midnight UTC.` for a day, `Resets on 2026-12-01 at 00:00 UTC.` for anything longer. */
function resetText(period: Period, { unit, timeZone }: BudgetPeriod): string {
  const known = resetTexts.get(period);
  if (known !== undefined) return known;
  const { day, minute } = wallTimeAt(timeZone, period.endMs);
  const clock = `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
  // Where clocks jump at midnight, a day begins at one.
  const when = unit === 'day' ? `at ${minute === 0 ? 'midnight' : clock}` : `on ${day} at ${clock}`;
  const text = `Resets ${when} ${timeZone}.`;
  resetTexts.set(period, text);
  return text;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
