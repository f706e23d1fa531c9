import * as z from 'zod';
import type { LeaseAnswer } from './lease.ts';
import { amountText, idText } from './wireText.ts';

/**
 * The body of `POST /leases` and its answer. One call carries many operations, each about one budget or one
 * shared burst rule, and is answered in their order. Amounts are decimal texts in the unit of the measure.
 */

export const MAX_OPERATIONS = 100;

const amount = amountText.refine((value) => value >= 0n, 'is negative');
/** Chosen by the gateway, unique in the world, and short because they are stored. */
const shortId = z.string().regex(/^[0-9A-Za-z-]{8,40}$/, 'is no id of 8 to 40 letters, digits and hyphens');
const instantMs = z.number().min(-8.64e15).max(8.64e15);

const leaseOperation = z
  .strictObject({
    kind: z.literal('lease'),
    budget: idText,
    scope: idText,
    /** Start of the budget's period as the gateway sees it. */
    periodStartMs: instantMs,
    lease: shortId,
    spent: amount,
    held: amount,
    needs: amount,
    wants: amount,
    isFirst: z.boolean(),
    isLast: z.boolean(),
  })
  .refine(({ needs, wants }) => needs <= wants, { path: ['wants'], message: 'is less than needs' });

const burstOperation = z.strictObject({
  kind: z.literal('burst'),
  burst: idText,
  scope: idText,
  request: shortId,
});

export const leaseBody = z.strictObject({
  operations: z
    .array(z.discriminatedUnion('kind', [leaseOperation, burstOperation]))
    .min(1)
    .max(MAX_OPERATIONS),
});

export type LedgerOperation = z.infer<typeof leaseBody>['operations'][number];

export type OperationAnswer =
  | LeaseAnswer
  | Readonly<{ kind: 'counted'; count: number; freesAtMs?: number }>
  /** The policy has no such rule for this scope, or the period is over: what the gateway knows is out of date. */
  | Readonly<{ kind: 'unknown' }>
  /** Too many at once: ask again. */
  | Readonly<{ kind: 'busy' }>;

const operationAnswer: z.ZodType<OperationAnswer> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('held'),
    granted: amount,
    expiresInMs: z.number().nonnegative(),
    refusal: z.enum(['spent', 'taken']).exactOptional(),
  }),
  z.object({ kind: z.literal('returned') }),
  z.object({ kind: z.literal('forgotten') }),
  z.object({
    kind: z.literal('counted'),
    count: z.int().nonnegative(),
    freesAtMs: instantMs.exactOptional(),
  }),
  z.object({ kind: z.literal('unknown') }),
  z.object({ kind: z.literal('busy') }),
]);

const leaseAnswers = z.object({ answers: z.array(operationAnswer).max(MAX_OPERATIONS) });

/** JSON of an answer or a body, with amounts as texts. */
export function encodeOperations(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));
}

/** `undefined` for a text that is no answer to so many operations. */
export function decodeAnswers(text: string, count: number): readonly OperationAnswer[] | undefined {
  try {
    const { answers } = leaseAnswers.parse(JSON.parse(text));
    return answers.length === count ? answers : undefined;
  } catch {
    return undefined;
  }
}
