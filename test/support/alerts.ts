import type { Alert } from '../../shared/domain/alerts/alert.ts';
import {
  type AlertRule,
  type AlertSubject,
  makeAlert,
  type SubjectOf,
} from '../../shared/domain/alerts/alert.ts';
import type { AlertFacts } from '../../shared/domain/alerts/alertFacts.ts';

/** One alert of every rule, as they could come in November 2026; `USD` is a dollar in pico-USD. */

export const USD = 1_000_000_000_000n;
export const ALERT_TIME = '2026-11-22T14:05:49.210Z';
export const VIEW_URL = 'https://tollbook.example.com';

const PAYMENTS = { scopeKind: 'team', scopeId: 'payments', month: '2026-11' } as const;
const DANA = { scopeKind: 'user', scopeId: 'dana', month: '2026-11' } as const;
const ORG = { scopeKind: 'org', scopeId: '*', month: '2026-11' } as const;

const BUDGET = {
  ...PAYMENTS,
  budgetId: 'team:payments:month:usd',
  period: { unit: 'month', timeZone: 'UTC' },
  periodKey: '2026-11',
  resetAt: '2026-12-01T00:00:00.000Z',
  measure: 'usd',
  filter: {},
  limit: 500n * USD,
  used: 410n * USD,
} as const;

const SUBJECTS: { readonly [Rule in AlertRule]: SubjectOf<Rule> } = {
  budget: { rule: 'budget', ...BUDGET, threshold: 80, action: 'warn', notify: ['lead'], cause: 'use' },
  projection: {
    ...{ rule: 'projection', ...BUDGET, used: 310n * USD },
    ...{ projected: 5_592n * (USD / 10n), exhaustedAt: '2026-11-26T14:00:00.000Z' },
  },
  resolved: { rule: 'resolved', ...BUDGET, used: 520n * USD, highest: 100 },
  breaker: {
    ...{ rule: 'breaker', ...ORG, state: 'emergency', day: '2026-11-22', timeZone: 'Europe/Berlin' },
    ...{
      resetAt: '2026-11-22T23:00:00.000Z',
      usedPicoUsd: 10_124n * (USD / 10n),
      limitPicoUsd: 1_000n * USD,
    },
  },
  highSpend: {
    ...{ rule: 'highSpend', ...DANA, day: '2026-11-22', resetAt: '2026-11-23T00:00:00.000Z' },
    ...{ usedPicoUsd: 631n * (USD / 10n), limitPicoUsd: 50n * USD },
  },
  expensiveRequest: {
    ...{ rule: 'expensiveRequest', ...DANA, source: 'bedrock', requestId: 'req-7f31' },
    ...{ startedAt: '2026-11-22T14:04:11.000Z', team: 'payments', model: 'claude-opus-5-5' },
    ...{ costPicoUsd: 431n * (USD / 100n), limitPicoUsd: USD },
  },
  burn: {
    ...{ rule: 'burn', ...PAYMENTS, hour: '2026-11-22T14', windowMinutes: 5 },
    ...{ usedPicoUsd: 62n * (USD / 10n), limitPicoUsd: 5n * USD },
  },
  throttled: { rule: 'throttled', ...DANA, hour: '2026-11-22T13', requests: 34, limit: 20 },
  unpricedModel: { rule: 'unpricedModel', ...ORG, model: 'acme.giant-v9', requests: 1_203 },
  silence: {
    ...{ rule: 'silence', ...ORG, logGroup: '/aws/bedrock/invocations' },
    ...{ lastLineAt: '2026-11-22T13:10:00.000Z', silentMinutes: 55 },
  },
  resumed: {
    ...{ rule: 'resumed', ...ORG, logGroup: '/aws/bedrock/invocations' },
    ...{ silentSince: '2026-11-22T11:10:00.000Z', resumedAt: '2026-11-22T14:05:00.000Z' },
  },
  drift: { rule: 'drift', ...ORG, day: '2026-11-21', scopes: 3, driftPicoUsd: 42n * (USD / 100n) },
  increase: {
    ...{ rule: 'increase', ...PAYMENTS, state: 'requested', increaseId: '3f9c2a71b0de' },
    ...{ budgetId: 'team:payments:month:usd', periodKey: '2026-11', measure: 'usd', amount: 50n * USD },
    ...{ by: 'dana', reason: 'release week', until: '2026-11-30T17:00:00.000Z' },
  },
};

const FACTS: Partial<Record<AlertRule, AlertFacts>> = {
  budget: {
    projected: 5_592n * (USD / 10n),
    exhaustedAt: '2026-11-26T14:00:00.000Z',
    normalDayPicoUsd: 221n * (USD / 10n),
    todayPicoUsd: 612n * (USD / 10n),
    drivers: [
      { dimension: 'user', id: 'alice', costPicoUsd: 210n * USD },
      { dimension: 'user', id: 'bob', costPicoUsd: 120n * USD },
      { dimension: 'user', id: 'dana', costPicoUsd: 405n * (USD / 10n) },
    ],
    next: { percent: 100, action: 'requests are slowed by 2 s' },
    owner: 'dana',
  },
  highSpend: {
    normalDayPicoUsd: 9n * USD,
    todayPicoUsd: 631n * (USD / 10n),
    drivers: [{ dimension: 'model', id: 'claude-opus-5-5', costPicoUsd: 600n * (USD / 10n) }],
    owner: 'max',
  },
};

export function sampleSubject<Rule extends AlertRule>(
  rule: Rule,
  parts: Partial<SubjectOf<Rule>> = {},
): SubjectOf<Rule> {
  return { ...SUBJECTS[rule], ...parts };
}

/** An alert of a rule; without `facts` those that the sample of the rule has. */
export function sampleAlert(rule: AlertRule, facts: AlertFacts | undefined = FACTS[rule]): Alert {
  return alertOf(SUBJECTS[rule], facts);
}

export function alertOf(subject: AlertSubject, facts?: AlertFacts): Alert {
  return makeAlert(subject, ALERT_TIME, facts);
}

/** An alert of a rule in which everything that people or logs can name has this name. */
export function hostileAlert(rule: AlertRule, name: string): Alert {
  const facts: AlertFacts = {
    normalDayPicoUsd: 22n * USD,
    todayPicoUsd: 61n * USD,
    drivers: [1n, 2n, 3n].map((share) => ({ dimension: 'user', id: name, costPicoUsd: share * USD })),
    next: { percent: 100, action: name },
    owner: name,
  };
  return alertOf(withName(SUBJECTS[rule], name), facts);
}

function withName(subject: AlertSubject, name: string): AlertSubject {
  const scopeId = name;
  switch (subject.rule) {
    case 'budget':
    case 'projection':
    case 'resolved':
      return { ...subject, scopeId, budgetId: name, filter: { modelFamily: name, operation: name } };
    case 'expensiveRequest':
      return { ...subject, scopeId, requestId: name, team: name, model: name };
    case 'unpricedModel':
      return { ...subject, model: name };
    case 'silence':
    case 'resumed':
      return { ...subject, logGroup: name };
    case 'increase':
      return { ...subject, scopeId, increaseId: name, budgetId: name, by: name, reason: name };
    case 'breaker':
    case 'drift':
      return subject;
    case 'highSpend':
    case 'burn':
    case 'throttled':
      return { ...subject, scopeId };
    default:
      return subject satisfies never;
  }
}
