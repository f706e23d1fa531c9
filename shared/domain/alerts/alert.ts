import type { BudgetFigures, Crossing } from '../budget.ts';
import type { Aim } from '../policy/asker.ts';
import type { BreakerState } from '../policy/breaker.ts';
import type { Limit } from '../policy/policy.ts';
import { requestIdentity } from '../requestIdentity.ts';
import type { UsageSource } from '../usage.ts';
import type { AlertFacts } from './alertFacts.ts';

/** Whom an alert is about, and the month `YYYY-MM` under which it is kept. */
export type AlertPlace = Readonly<{
  scopeKind: Aim['kind'];
  /** `*` for the organisation. */
  scopeId: string;
  month: string;
}>;

/**
 * What an alert is about, by the rule that found it. Each happens once: budget and threshold within a period, a
 * user's day, an hour, a request. Amounts named `…PicoUsd` are money, `used` and `limit` in the budget's measure.
 */
export type AlertSubject =
  | (Readonly<{ rule: 'budget' }> & Crossing)
  /** At the present pace the budget ends before its period does. */
  | (Readonly<{ rule: 'projection'; projected: bigint; exhaustedAt: string }> & BudgetFigures)
  /** The period of a budget of which people were alerted is over; `highest` is the highest mark it passed. */
  | (Readonly<{ rule: 'resolved'; highest: number }> & BudgetFigures)
  | (Readonly<{
      rule: 'breaker';
      state: BreakerState;
      day: string;
      timeZone: string;
      resetAt: string;
      usedPicoUsd: bigint;
      limitPicoUsd: bigint;
    }> &
      AlertPlace)
  | (Readonly<{
      rule: 'highSpend';
      /** UTC. */
      day: string;
      resetAt: string;
      usedPicoUsd: bigint;
      limitPicoUsd: bigint;
    }> &
      AlertPlace)
  | (Readonly<{
      rule: 'expensiveRequest';
      source: UsageSource;
      requestId: string;
      startedAt: string;
      team: string;
      model: string;
      costPicoUsd: bigint;
      limitPicoUsd: bigint;
    }> &
      AlertPlace)
  /** More was spent within a few minutes than is usual; once for each scope and UTC hour `YYYY-MM-DDTHH`. */
  | (Readonly<{
      rule: 'burn';
      hour: string;
      windowMinutes: number;
      usedPicoUsd: bigint;
      limitPicoUsd: bigint;
    }> &
      AlertPlace)
  /** A user was refused with status 429 more often within an hour than is healthy. */
  | (Readonly<{ rule: 'throttled'; hour: string; requests: number; limit: number }> & AlertPlace)
  | (Readonly<{ rule: 'unpricedModel'; model: string; requests: number }> & AlertPlace)
  /** A gateway that normally sends at this time has sent no line; `resumed` when it does again. */
  | (Readonly<{ rule: 'silence'; logGroup: string; lastLineAt: string; silentMinutes: number }> & AlertPlace)
  | (Readonly<{ rule: 'resumed'; logGroup: string; silentSince: string; resumedAt: string }> & AlertPlace)
  /** The nightly proof found lines or totals that did not hold what the records say, and mended them. */
  | (Readonly<{ rule: 'drift'; day: string; scopes: number; driftPicoUsd: bigint }> & AlertPlace)
  | (Readonly<{
      rule: 'increase';
      state: 'requested' | 'granted' | 'denied';
      increaseId: string;
      budgetId: string;
      periodKey: string;
      measure: Limit['measure'];
      amount: bigint;
      by: string;
      reason: string;
      until: string;
    }> &
      AlertPlace);

export type AlertRule = AlertSubject['rule'];
export type SubjectOf<Rule extends AlertRule> = Extract<AlertSubject, { rule: Rule }>;

export const ALERT_RULES = [
  'budget',
  'projection',
  'resolved',
  'breaker',
  'highSpend',
  'expensiveRequest',
  'burn',
  'throttled',
  'unpricedModel',
  'silence',
  'resumed',
  'drift',
  'increase',
] as const satisfies readonly AlertRule[];

/**
 * Something to be told once. `pending` until its message is published; the id is the same in every message about
 * it, so a receiver can drop a repeat.
 */
export type Alert = Readonly<{
  id: string;
  state: 'pending' | 'published';
  createdAt: string;
  publishedAt?: string;
  subject: AlertSubject;
  /** What helps to decide, as it was when the alert was made; absent when it could not be found out. */
  facts?: AlertFacts;
  /** Who said that they deal with it, and when. */
  acknowledged?: Readonly<{ by: string; at: string }>;
}>;

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
/** From the mildest on. */
export type AlertSeverity = (typeof SEVERITIES)[number];

/** The same happening always gives the same id: rule, scope, period and threshold name it. */
export function alertId(subject: AlertSubject): string {
  const { rule, scopeKind, scopeId } = subject;
  const scope = scopeKind === 'org' ? 'org' : `${scopeKind}:${scopeId}`;
  switch (subject.rule) {
    case 'budget':
      return `${threadKey(subject)}:${subject.threshold}`;
    case 'projection':
    case 'resolved':
      return `${rule}:${subject.budgetId}:${scopeId}:${subject.periodKey}`;
    case 'breaker':
      return `breaker:${subject.day}:${subject.state}`;
    case 'highSpend':
      return `highSpend:${scope}:${subject.day}`;
    case 'expensiveRequest':
      // A call is one request, in whichever logs it stands.
      return `expensiveRequest:${requestIdentity(subject).replace('#', ':')}`;
    case 'burn':
    case 'throttled':
      return `${rule}:${scope}:${subject.hour}`;
    case 'unpricedModel':
      return `unpricedModel:${subject.model}:${subject.month}`;
    case 'silence':
      return `silence:${subject.logGroup}:${subject.lastLineAt}`;
    case 'resumed':
      return `resumed:${subject.logGroup}:${subject.silentSince}`;
    case 'drift':
      return `drift:${subject.day}`;
    case 'increase':
      return `increase:${subject.increaseId}:${subject.state}`;
    default:
      return subject satisfies never;
  }
}

/**
 * What belongs into one conversation: all alerts of a budget, scope and period; a day's breaker; a gateway's
 * silence and its end. Anything else stands for itself.
 */
export function threadKey(subject: AlertSubject): string {
  switch (subject.rule) {
    case 'budget':
    case 'projection':
    case 'resolved':
    case 'increase':
      return `budget:${subject.budgetId}:${subject.scopeId}:${subject.periodKey}`;
    case 'breaker':
      return `breaker:${subject.day}`;
    case 'silence':
      return `silence:${subject.logGroup}:${subject.lastLineAt}`;
    case 'resumed':
      return `silence:${subject.logGroup}:${subject.silentSince}`;
    case 'highSpend':
    case 'expensiveRequest':
    case 'burn':
    case 'throttled':
    case 'unpricedModel':
    case 'drift':
      return alertId(subject);
    default:
      return subject satisfies never;
  }
}

export function makeAlert(subject: AlertSubject, createdAt: string, facts?: AlertFacts): Alert {
  const known = facts === undefined ? {} : { facts };
  return { id: alertId(subject), state: 'pending', createdAt, subject, ...known };
}

/**
 * `critical` is what stops requests or makes the books doubtful: a spent budget, one that refuses, the breaker,
 * silence, drift. `info` asks nobody to act. The rest is a warning.
 */
export function alertSeverity({ subject }: Pick<Alert, 'subject'>): AlertSeverity {
  switch (subject.rule) {
    case 'budget': {
      const { threshold, action } = subject;
      return threshold >= 100 || action === 'reject' || action === 'restrict' ? 'critical' : 'warning';
    }
    case 'breaker':
      return subject.state === 'closed' ? 'info' : 'critical';
    case 'burn':
    case 'silence':
    case 'drift':
      return 'critical';
    case 'projection':
    case 'highSpend':
    case 'expensiveRequest':
    case 'throttled':
    case 'unpricedModel':
      return 'warning';
    case 'increase':
      return subject.state === 'requested' ? 'warning' : 'info';
    case 'resolved':
    case 'resumed':
      return 'info';
    default:
      return subject satisfies never;
  }
}
