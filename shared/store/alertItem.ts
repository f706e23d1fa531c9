import { z } from 'zod';
import type { Alert, AlertSubject } from '../domain/alerts/alert.ts';
import { BUDGET_SCOPES, PERIOD_UNITS } from '../domain/policy/policy.ts';
import { USAGE_SOURCES } from '../domain/usage.ts';
import { storedBigint, storedCount } from './metricsItem.ts';
import type { Item } from './table.ts';

const text = z.string();
const place = { scopeKind: z.enum(['org', ...BUDGET_SCOPES]), scopeId: text, month: text };
const measure = z.enum(['usd', 'tokens', 'requests']);

const budgetFigures = {
  ...place,
  budgetId: text,
  period: z.object({ unit: z.enum(PERIOD_UNITS), timeZone: text }),
  periodKey: text,
  resetAt: text,
  measure,
  filter: z
    .object({
      modelFamily: text.exactOptional(),
      operation: text.exactOptional(),
      entrypoint: text.exactOptional(),
    })
    .default({}),
  limit: storedBigint,
  used: storedBigint,
};

const spent = { ...place, usedPicoUsd: storedBigint, limitPicoUsd: storedBigint };

const subject: z.ZodType<AlertSubject> = z.discriminatedUnion('rule', [
  z.object({
    rule: z.literal('budget'),
    ...budgetFigures,
    threshold: storedCount,
    action: z.enum(['notify', 'warn', 'throttle', 'reject', 'restrict']),
    notify: z.array(z.enum(['lead', 'managers', 'approvers'])).default([]),
    cause: z.enum(['use', 'policy']),
  }),
  z.object({ rule: z.literal('projection'), ...budgetFigures, projected: storedBigint, exhaustedAt: text }),
  z.object({ rule: z.literal('resolved'), ...budgetFigures, highest: storedCount }),
  z.object({
    rule: z.literal('breaker'),
    ...spent,
    state: z.enum(['closed', 'emergency', 'open']),
    day: text,
    timeZone: text,
    resetAt: text,
  }),
  z.object({ rule: z.literal('highSpend'), ...spent, day: text, resetAt: text }),
  z.object({
    rule: z.literal('expensiveRequest'),
    ...place,
    source: z.enum(USAGE_SOURCES),
    requestId: text,
    startedAt: text,
    team: text,
    model: text,
    costPicoUsd: storedBigint,
    limitPicoUsd: storedBigint,
  }),
  z.object({ rule: z.literal('burn'), ...spent, hour: text, windowMinutes: storedCount }),
  z.object({
    rule: z.literal('throttled'),
    ...place,
    hour: text,
    requests: storedCount,
    limit: storedCount,
  }),
  z.object({ rule: z.literal('unpricedModel'), ...place, model: text, requests: storedCount }),
  z.object({
    rule: z.literal('silence'),
    ...place,
    logGroup: text,
    lastLineAt: text,
    silentMinutes: storedCount,
  }),
  z.object({ rule: z.literal('resumed'), ...place, logGroup: text, silentSince: text, resumedAt: text }),
  z.object({
    rule: z.literal('drift'),
    ...place,
    day: text,
    scopes: storedCount,
    driftPicoUsd: storedBigint,
  }),
  z.object({
    rule: z.literal('increase'),
    ...place,
    state: z.enum(['requested', 'granted', 'denied']),
    increaseId: text,
    budgetId: text,
    periodKey: text,
    measure,
    amount: storedBigint,
    by: text,
    reason: text,
    until: text,
  }),
]);

const driver = z.object({
  dimension: z.enum(['team', 'user', 'model', 'project', 'operation']),
  id: text,
  costPicoUsd: storedBigint,
});

const alertItem: z.ZodType<Alert> = z.object({
  id: text,
  state: z.enum(['pending', 'published']),
  createdAt: text,
  publishedAt: text.exactOptional(),
  subject,
  facts: z
    .object({
      projected: storedBigint.exactOptional(),
      exhaustedAt: text.exactOptional(),
      normalDayPicoUsd: storedBigint.exactOptional(),
      todayPicoUsd: storedBigint.exactOptional(),
      drivers: z.array(driver),
      next: z.object({ percent: storedCount, action: text }).exactOptional(),
      owner: text.exactOptional(),
    })
    .exactOptional(),
  acknowledged: z.object({ by: text, at: text }).exactOptional(),
});

/** An alert as its item's attributes, without key. */
export function alertToItem(alert: Alert): Item {
  return { ...alert };
}

/** Reads an alert back. Throws on an item that is none. */
export function itemToAlert(item: unknown): Alert {
  return alertItem.parse(item);
}
