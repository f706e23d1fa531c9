import { z } from 'zod';
import { type Alert, type AlertSeverity, alertSeverity } from '../domain/alerts/alert.ts';
import { percentUsed } from '../domain/budget.ts';
import { displayUsd, formatUsd, parseUsd } from '../domain/money.ts';
import { scopeName } from '../domain/policy/budgetTexts.ts';
import { BUDGET_SCOPES, type UsageFilter } from '../domain/policy/policy.ts';
import { isTimeZone, wallTimeAt } from '../domain/zone.ts';

const MEASURES = ['usd', 'tokens', 'requests'] as const;
const SCOPE_KINDS = ['org', ...BUDGET_SCOPES] as const;
const CAUSES = ['use', 'policy'] as const;

/**
 * What is published about an alert. `alertId` is the same in every repeat, so receivers can drop them.
 * `used` and `limit` are decimal texts, exact: USD, or a number of tokens or requests. `resetAt` is when the
 * budget starts anew; `cause` is `policy` when the mark was lowered below what had been used already.
 */
export type AlertMessage = Readonly<{
  alertId: string;
  event: 'budget_crossed';
  severity: AlertSeverity;
  budgetId: string;
  scope: (typeof SCOPE_KINDS)[number];
  scopeId: string;
  period: string;
  timeZone: string;
  threshold: number;
  measure: (typeof MEASURES)[number];
  /** Which requests count; all where it is empty. */
  only: UsageFilter;
  used: string;
  limit: string;
  percent: number;
  cause: (typeof CAUSES)[number];
  resetAt: string;
  createdAt: string;
}>;

const text = z.string();
const amount = text.refine((value) => parseUsd(value.replace(/^-/, '')) !== undefined, 'no decimal amount');

export const alertMessageSchema: z.ZodType<AlertMessage> = z.object({
  alertId: text,
  event: z.literal('budget_crossed'),
  severity: z.enum(['warning', 'critical']),
  budgetId: text,
  scope: z.enum(SCOPE_KINDS),
  scopeId: text,
  period: text,
  timeZone: text.refine(isTimeZone, 'no time zone'),
  threshold: z.number(),
  measure: z.enum(MEASURES),
  only: z.object({
    modelFamily: text.exactOptional(),
    operation: text.exactOptional(),
    entrypoint: text.exactOptional(),
  }),
  used: amount,
  limit: amount,
  percent: z.number(),
  cause: z.enum(CAUSES),
  resetAt: z.iso.datetime(),
  createdAt: text,
});

export function makeAlertMessage(alert: Alert): AlertMessage {
  const crossing = alert.subject;
  if (crossing.rule !== 'budget') throw new RangeError(`${alert.id} is no crossing of a budget`);
  const { measure } = crossing;
  const amountOf = (value: bigint) => (measure === 'usd' ? formatUsd(value) : String(value));
  return {
    alertId: alert.id,
    event: 'budget_crossed',
    severity: alertSeverity(alert),
    budgetId: crossing.budgetId,
    scope: crossing.scopeKind,
    scopeId: crossing.scopeId,
    period: crossing.periodKey,
    timeZone: crossing.period.timeZone,
    threshold: crossing.threshold,
    measure,
    only: crossing.filter,
    used: amountOf(crossing.used),
    limit: amountOf(crossing.limit),
    percent: Number(percentUsed(crossing.used, crossing.limit)),
    cause: crossing.cause,
    resetAt: crossing.resetAt,
    createdAt: alert.createdAt,
  };
}

/** The message as a person reads it, in three lines. */
export function alertText(message: AlertMessage): string {
  const { scope, scopeId, percent, period, threshold, timeZone } = message;
  const word = message.severity === 'critical' ? 'CRITICAL' : 'Warning';
  const who = scopeName({ kind: scope, id: scopeId, scope });
  const since = message.cause === 'policy' ? ' since the policy changed' : '';
  const anew = wallTimeAt(timeZone, Date.parse(message.resetAt)).day;
  return [
    `${word}: ${who} has used ${percent}% of its ${budgetName(message)} for ${period}`,
    `${figures(message)}, past the ${threshold}% mark${since}. Starts anew ${anew} (${timeZone}).`,
    `Alert ${message.alertId}`,
  ].join('\n');
}

const BUDGETS = { usd: 'budget', tokens: 'token budget', requests: 'request budget' };

/** `budget`, or `token budget of opus, chat` where only some requests count. */
function budgetName({ measure, only }: AlertMessage): string {
  const kinds = [only.modelFamily, only.operation, only.entrypoint].filter((kind) => kind !== undefined);
  return kinds.length === 0 ? BUDGETS[measure] : `${BUDGETS[measure]} of ${kinds.join(', ')}`;
}

function figures({ measure, used, limit }: AlertMessage): string {
  if (measure === 'usd') {
    const [spent, whole] = [parseUsd(used) ?? 0n, parseUsd(limit) ?? 0n];
    return `${displayUsd(spent)} of ${displayUsd(whole)} spent`;
  }
  return `${grouped(used)} of ${grouped(limit)} ${measure} used`;
}

function grouped(count: string): string {
  return count.replace(/\B(?=(\d{3})+$)/g, ',');
}
