import { z } from 'zod';
import type { AlertSubject, SubjectOf } from '../domain/alerts/alert.ts';
import { type BudgetFigures, percentUsed } from '../domain/budget.ts';
import { formatUsd, parseUsd } from '../domain/money.ts';
import { type Limit, PERIOD_UNITS } from '../domain/policy/policy.ts';
import { USAGE_SOURCES } from '../domain/usage.ts';
import { isTimeZone } from '../domain/zone.ts';

const text = z.string();
const count = z.int().nonnegative();
/** Exact: USD as a decimal, tokens and requests as whole numbers. A float would not hold them. */
const amount = text.refine((value) => parseUsd(value) !== undefined, 'no decimal amount');
const instant = z.iso.datetime();
const timeZone = text.refine(isTimeZone, 'no time zone');
const measure = z.enum(['usd', 'tokens', 'requests']);
/** `percent` is whole, rounded down; absent for a limit of nothing. */
const share = { measure, used: amount, limit: amount, percent: z.number().exactOptional() };

const budget = {
  budgetId: text,
  period: text,
  periodUnit: z.enum(PERIOD_UNITS),
  timeZone,
  resetAt: instant,
  /** Which requests count; all where it is empty. */
  only: z.object({
    modelFamily: text.exactOptional(),
    operation: text.exactOptional(),
    entrypoint: text.exactOptional(),
  }),
  ...share,
};

/** The figures of an alert by its rule, as programs read them. */
export const alertFiguresSchema = z.discriminatedUnion('rule', [
  z.object({
    rule: z.literal('budget'),
    ...budget,
    threshold: z.number(),
    action: z.enum(['notify', 'warn', 'throttle', 'reject', 'restrict']),
    /** `policy` when the mark was lowered below what had been used already. */
    cause: z.enum(['use', 'policy']),
  }),
  z.object({ rule: z.literal('projection'), ...budget, projected: amount, exhaustedAt: instant }),
  z.object({ rule: z.literal('resolved'), ...budget, highestThreshold: z.number() }),
  z.object({
    rule: z.literal('breaker'),
    ...share,
    ...{ state: z.enum(['closed', 'emergency', 'open']), day: text, timeZone, resetAt: instant },
  }),
  z.object({ rule: z.literal('highSpend'), ...share, day: text, resetAt: instant }),
  z.object({
    rule: z.literal('expensiveRequest'),
    ...share,
    ...{ source: z.enum(USAGE_SOURCES), requestId: text, startedAt: instant, model: text },
  }),
  z.object({ rule: z.literal('burn'), ...share, hour: text, windowMinutes: count }),
  z.object({ rule: z.literal('throttled'), ...share, hour: text }),
  z.object({ rule: z.literal('unpricedModel'), model: text, requests: count }),
  z.object({ rule: z.literal('silence'), logGroup: text, lastLineAt: instant, silentMinutes: count }),
  z.object({ rule: z.literal('resumed'), logGroup: text, silentSince: instant, resumedAt: instant }),
  z.object({ rule: z.literal('drift'), day: text, scopes: count, driftUsd: amount }),
  z.object({
    rule: z.literal('increase'),
    ...{ state: z.enum(['requested', 'granted', 'denied']), increaseId: text, budgetId: text, period: text },
    ...{ measure, amount, by: text, reason: text, until: instant },
  }),
]);

export type AlertFigures = z.infer<typeof alertFiguresSchema>;

export function alertFigures(subject: AlertSubject): AlertFigures {
  switch (subject.rule) {
    case 'budget': {
      const { rule, threshold, action, cause } = subject;
      return { rule, ...budgetFigures(subject), threshold, action, cause };
    }
    case 'projection': {
      const { rule, measure, projected, exhaustedAt } = subject;
      return { rule, ...budgetFigures(subject), projected: amountText(measure, projected), exhaustedAt };
    }
    case 'resolved':
      return { rule: subject.rule, ...budgetFigures(subject), highestThreshold: subject.highest };
    case 'breaker': {
      const { rule, state, day, timeZone, resetAt } = subject;
      return { rule, ...spentShare(subject), state, day, timeZone, resetAt };
    }
    case 'highSpend':
      return {
        rule: subject.rule,
        ...spentShare(subject),
        ...{ day: subject.day, resetAt: subject.resetAt },
      };
    case 'expensiveRequest': {
      const { rule, source, requestId, startedAt, model, costPicoUsd: usedPicoUsd, limitPicoUsd } = subject;
      return { rule, ...spentShare({ usedPicoUsd, limitPicoUsd }), source, requestId, startedAt, model };
    }
    case 'burn': {
      const { rule, hour, windowMinutes } = subject;
      return { rule, ...spentShare(subject), hour, windowMinutes };
    }
    case 'throttled': {
      const { rule, hour, requests, limit } = subject;
      return { rule, ...shareOf('requests', BigInt(requests), BigInt(limit)), hour };
    }
    case 'unpricedModel':
      return { rule: subject.rule, model: subject.model, requests: subject.requests };
    case 'silence': {
      const { rule, logGroup, lastLineAt, silentMinutes } = subject;
      return { rule, logGroup, lastLineAt, silentMinutes };
    }
    case 'resumed': {
      const { rule, logGroup, silentSince, resumedAt } = subject;
      return { rule, logGroup, silentSince, resumedAt };
    }
    case 'drift': {
      const { rule, day, scopes, driftPicoUsd } = subject;
      return { rule, day, scopes, driftUsd: formatUsd(driftPicoUsd) };
    }
    case 'increase':
      return increaseFigures(subject);
    default:
      return subject satisfies never;
  }
}

function increaseFigures(subject: SubjectOf<'increase'>) {
  const { rule, state, increaseId, budgetId, periodKey, measure, amount, by, reason, until } = subject;
  const asked = { measure, amount: amountText(measure, amount), by, reason, until };
  return { rule, state, increaseId, budgetId, period: periodKey, ...asked };
}

function budgetFigures(figures: BudgetFigures) {
  const { budgetId, period, periodKey, resetAt, measure, filter, used, limit } = figures;
  const named = { budgetId, period: periodKey, periodUnit: period.unit, timeZone: period.timeZone };
  return { ...named, resetAt, only: filter, ...shareOf(measure, used, limit) };
}

function spentShare({ usedPicoUsd, limitPicoUsd }: Readonly<{ usedPicoUsd: bigint; limitPicoUsd: bigint }>) {
  return shareOf('usd', usedPicoUsd, limitPicoUsd);
}

function shareOf(measure: Limit['measure'], used: bigint, limit: bigint) {
  const percent = limit > 0n ? { percent: Number(percentUsed(used, limit)) } : {};
  return { measure, used: amountText(measure, used), limit: amountText(measure, limit), ...percent };
}

function amountText(measure: Limit['measure'], value: bigint): string {
  return measure === 'usd' ? formatUsd(value) : String(value);
}
