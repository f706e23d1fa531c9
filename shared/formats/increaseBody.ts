import { z } from 'zod';
import { identifierProblem } from '../domain/identifier.ts';
import { formatUsd } from '../domain/money.ts';
import { type KeptIncrease, missingApprovers, stateOfIncrease } from '../domain/policy/increase.ts';
import { EMPTY_POLICY, type OverflowRule } from '../domain/policy/policy.ts';
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

/** What the present state of an increase depends on; without a policy nobody approves anything. */
export type IncreaseContext = Readonly<{
  policy: Readonly<{ overflow: OverflowRule }> | undefined;
  nowMs: number;
}>;

/** As one of a list: with whom it still waits for. */
export function listedIncreaseJson(increase: KeptIncrease, context: IncreaseContext) {
  return { ...increaseJson(increase, context.nowMs), waitsFor: waitsFor(increase, context) };
}

/** Who must still agree, by the policy in force. */
export function waitsFor(increase: KeptIncrease, { policy, nowMs }: IncreaseContext): string[] {
  return missingApprovers(increase, policy?.overflow ?? EMPTY_POLICY.overflow, nowMs);
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
