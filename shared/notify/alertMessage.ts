import { z } from 'zod';
import { type Alert, type AlertSeverity, alertSeverity } from '../domain/alert.ts';
import { percentSpent } from '../domain/budget.ts';
import { displayUsd, formatUsd, parseUsd } from '../domain/money.ts';
import { monthEnd } from '../domain/period.ts';

/**
 * What is published about an alert. `alertId` is the same in every repeat, so receivers can drop them;
 * amounts are exact decimal texts in USD, `resetAt` is when the budget starts anew.
 */
export type AlertMessage = Readonly<{
  alertId: string;
  event: 'budget_crossed';
  severity: AlertSeverity;
  team: string;
  period: string;
  threshold: number;
  spendUsd: string;
  budgetUsd: string;
  percent: number;
  resetAt: string;
  createdAt: string;
}>;

const usd = z.string().refine((text) => parseUsd(text) !== undefined, 'no decimal amount');

export const alertMessageSchema: z.ZodType<AlertMessage> = z.object({
  alertId: z.string(),
  event: z.literal('budget_crossed'),
  severity: z.enum(['warning', 'critical']),
  team: z.string(),
  period: z.string(),
  threshold: z.number(),
  spendUsd: usd,
  budgetUsd: usd,
  percent: z.number(),
  resetAt: z.string(),
  createdAt: z.string(),
});

export function makeAlertMessage(alert: Alert): AlertMessage {
  const { team, month, threshold, limitPicoUsd, spentPicoUsd } = alert.crossing;
  return {
    alertId: alert.id,
    event: 'budget_crossed',
    severity: alertSeverity(alert),
    team,
    period: month,
    threshold,
    spendUsd: formatUsd(spentPicoUsd),
    budgetUsd: formatUsd(limitPicoUsd),
    percent: Number(percentSpent(spentPicoUsd, limitPicoUsd)),
    resetAt: monthEnd(month),
    createdAt: alert.createdAt,
  };
}

/** The message as a person reads it, in three lines. */
export function alertText(message: AlertMessage): string {
  const spend = displayUsd(parseUsd(message.spendUsd) ?? 0n);
  const budget = displayUsd(parseUsd(message.budgetUsd) ?? 0n);
  const word = message.severity === 'critical' ? 'CRITICAL' : 'Warning';
  return [
    `${word}: team ${message.team} has used ${message.percent}% of its budget for ${message.period}`,
    `${spend} of ${budget} spent, past the ${message.threshold}% mark. Starts anew ${message.resetAt.slice(0, 10)} (UTC).`,
    `Alert ${message.alertId}`,
  ].join('\n');
}
