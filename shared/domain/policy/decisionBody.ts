import * as z from 'zod';
import { definedOnly } from '../definedOnly.ts';
import { identifierProblem, MAX_MODEL_ID_BYTES } from '../identifier.ts';
import { formatUsd, parseUsd } from '../money.ts';
import { TOKEN_CLASSES } from '../tokens.ts';
import type { Decision, DecisionRequest, Estimate, Reason } from './decision.ts';
import { COMPLEXITIES } from './modelChoice.ts';

/** The body of a question and the answer to it, as they travel in JSON: amounts are decimal texts. */

function idOf(maxBytes?: number) {
  return z.string().superRefine((text, context) => {
    const problem = identifierProblem(text, maxBytes);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });
}

const id = idOf();

const usd = z.string().transform((text, context) => {
  const picoUsd = parseUsd(text);
  if (picoUsd !== undefined && picoUsd >= 0n) return picoUsd;
  const message = 'is no decimal amount of 0 USD or more, in text, such as "0.0125"';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const tokens = z.partialRecord(z.enum(TOKEN_CLASSES), z.int().nonnegative());

const estimate = z
  .strictObject({ usd: usd.optional(), tokens: tokens.default({}) })
  .transform((read): Estimate => ({ picoUsd: read.usd ?? 0n, tokens: read.tokens }));

/** A caller that repeats a question names it, so that a burst rule counts it once and nothing is reserved twice. */
const requestId = z.string().regex(/^[0-9A-Za-z]{1,64}$/, 'is no name of 1 to 64 letters and digits');

export type DecisionQuestion = Readonly<{ requestId?: string; request: DecisionRequest }>;

export const decisionBody = z
  .strictObject({
    requestId: requestId.optional(),
    user: id,
    model: idOf(MAX_MODEL_ID_BYTES),
    team: id.optional(),
    project: id.optional(),
    operation: id.optional(),
    entrypoint: id.optional(),
    complexity: z.enum(COMPLEXITIES).optional(),
    priority: z.enum(['normal', 'critical']).default('normal'),
    estimate: estimate.optional(),
  })
  .transform(({ requestId: name, ...request }): DecisionQuestion => {
    return { request: definedOnly(request), ...(name === undefined ? {} : { requestId: name }) };
  });

export function decisionJson(decision: Decision): object {
  const { reasons, remaining, ...rest } = decision;
  const { usd: left, tokens: leftTokens, requests } = remaining;
  return {
    ...rest,
    reasons: reasons.map(reasonJson),
    remaining: {
      ...(left === undefined ? {} : { usd: formatUsd(left) }),
      ...(leftTokens === undefined ? {} : { tokens: String(leftTokens) }),
      ...(requests === undefined ? {} : { requests: String(requests) }),
    },
  };
}

function reasonJson({ used, limit, ...reason }: Reason): object {
  const text = (amount: bigint) => (reason.measure === 'usd' ? formatUsd(amount) : String(amount));
  return {
    ...reason,
    ...(used === undefined ? {} : { used: text(used) }),
    ...(limit === undefined ? {} : { limit: text(limit) }),
  };
}
