import { z } from 'zod';
import { identifierProblem } from '../domain/identifier.ts';
import { formatUsd } from '../domain/money.ts';
import { type KeptIncrease, stateOfIncrease } from '../domain/policy/increase.ts';
import { parseUntil } from '../domain/until.ts';
import { parseAmount } from './policy/amount.ts';

const MAX_TEXT_LENGTH = 64;

const id = z.string().superRefine((text, context) => {
  const problem = identifierProblem(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

const amount = z
  .string()
  .max(MAX_TEXT_LENGTH)
  .transform((text, context) => {
    const read = parseAmount(text);
    if (read.kind === 'amount') return read;
    context.addIssue({ code: 'custom', message: read.why });
    return z.NEVER;
  });

const until = z
  .string()
  .max(MAX_TEXT_LENGTH)
  .transform((text, context) => {
    const untilMs = parseUntil(text);
    if (untilMs !== undefined) return untilMs;
    context.addIssue({ code: 'custom', message: 'is no UTC day or time with a zone, as 2026-11-30T18:00Z' });
    return z.NEVER;
  });

/** The body of `POST /budgets/increases`; the rules of reasons and ends are the policy's. */
export const increaseBody = z.strictObject({ budget: id, scope: id, amount, until, reason: z.string() });

/** An increase for programs: exact amounts as text, times in ISO 8601. */
export function increaseJson(increase: KeptIncrease, nowMs: number) {
  const { budgetId, scopeId, measure, untilMs, reason, asked, approvals, grantedAtMs, denied } = increase;
  return {
    id: increase.id,
    budget: budgetId,
    scope: scopeId,
    state: stateOfIncrease(increase, nowMs),
    automatic: increase.isAutomatic,
    measure,
    amount: measure === 'usd' ? formatUsd(increase.amount) : String(increase.amount),
    until: instant(untilMs),
    reason,
    askedBy: asked.by,
    askedAt: instant(asked.atMs),
    approvedBy: approvals.map(({ by }) => by),
    ...(grantedAtMs === undefined ? {} : { grantedAt: instant(grantedAtMs) }),
    ...(denied === undefined ? {} : { deniedBy: denied.by }),
  };
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
