import * as z from 'zod';
import { identifierProblem, MAX_MODEL_ID_BYTES } from '../identifier.ts';
import { findPatternProblem, findSizeProblem } from './pattern.ts';

/** A model, and how many tokens it may answer with. */
export type RoutingTarget = Readonly<{ model: string; maxTokens: number }>;
export type RoutingRule = RoutingTarget & Readonly<{ pattern: string }>;

/** Rules in the order in which they are tried, and where everything else goes. */
export type RoutingRules = Readonly<{ rules: readonly RoutingRule[]; fallback: RoutingTarget }>;

/** What is wrong, and the way to it; where that stands in a file is the caller's to say. */
export type RoutingProblem = Readonly<{
  path: readonly (string | number)[];
  why: string;
  /** Within a pattern: its character, 1 for the first. */
  position?: number;
}>;

export type ReadRouting =
  | Readonly<{ kind: 'read'; rules: RoutingRules }>
  | Readonly<{ kind: 'refused'; problems: readonly RoutingProblem[] }>;

const MAX_RULES = 100;
/** Far above what any model answers with: more is a mistake of units. */
const MAX_TOKENS = 10_000_000;

const model = z.string().superRefine((text, context) => {
  const problem = identifierProblem(text, MAX_MODEL_ID_BYTES);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

/** YAML may be read with every scalar left as text. */
const tokens = z
  .union(
    [
      z.int(),
      z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number),
    ],
    { error: 'is no whole number' },
  )
  .refine((count) => count >= 1 && count <= MAX_TOKENS, `is not between 1 and ${MAX_TOKENS}`);

const target = { model, max_tokens: tokens };

const pattern = z.string().superRefine((text, context) => {
  const problem = findPatternProblem(text);
  if (problem === undefined) return;
  context.addIssue({ code: 'custom', message: problem.why, params: { position: problem.position } });
});

/** The routing file of seed 003, with its names. */
const routingFile = z.strictObject({
  rules: z.array(z.strictObject({ pattern, ...target })).max(MAX_RULES),
  default: z.strictObject(target),
});

/** Checks the contents of a routing file; all of its problems are told at once. */
export function readRoutingRules(value: unknown): ReadRouting {
  const parsed = routingFile.safeParse(value);
  if (!parsed.success) return { kind: 'refused', problems: parsed.error.issues.flatMap(problemsOf) };
  const { rules, default: fallback } = parsed.data;
  const tooLarge = findSizeProblem(rules.map((rule) => rule.pattern));
  if (tooLarge !== undefined) return { kind: 'refused', problems: [{ path: ['rules'], why: tooLarge }] };
  return {
    kind: 'read',
    rules: {
      rules: rules.map((rule) => ({ pattern: rule.pattern, ...targetOf(rule) })),
      fallback: targetOf(fallback),
    },
  };
}

function targetOf({ model, max_tokens: maxTokens }: Readonly<{ model: string; max_tokens: number }>) {
  return { model, maxTokens };
}

function problemsOf(issue: z.core.$ZodIssue): RoutingProblem[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const known =
      path.length === 0
        ? 'rules, default'
        : path[0] === 'rules'
          ? 'pattern, model, max_tokens'
          : 'model, max_tokens';
    return issue.keys.map((key) => ({ path: [...path, key], why: `is no key here; there are ${known}` }));
  }
  const position: unknown = issue.code === 'custom' ? issue.params?.position : undefined;
  return [{ path, why: issue.message, ...(typeof position === 'number' ? { position } : {}) }];
}
