import type { DecisionRequest } from './decision.ts';
import type { Complexity } from './modelChoice.ts';

/** A model, and how many tokens it may answer with. */
export type RoutingTarget = Readonly<{ model: string; maxTokens: number }>;

/** What a rule asks of a request: all of it must hold, and a rule asks at least one thing. */
export type RoutingCondition = Readonly<{
  /** In RE2's language; the prompt has it somewhere, as whole words. */
  pattern?: string;
  operation?: string;
  entrypoint?: string;
  complexity?: Complexity;
  /** The prompt has this many tokens or fewer, those read from a cache included. */
  maxPromptTokens?: number;
}>;

export type RoutingRule = RoutingTarget & RoutingCondition;

/** Rules in the order in which they are tried, and where everything else goes; nowhere in particular without it. */
export type RoutingRules = Readonly<{ rules: readonly RoutingRule[]; fallback?: RoutingTarget }>;

/** What is known of a request. A rule that asks for something else of it cannot be tried. */
export type RoutingFeatures = Readonly<{
  operation?: string | undefined;
  entrypoint?: string | undefined;
  complexity?: Complexity | undefined;
  promptTokens?: number | undefined;
  /** Whether the prompt has a pattern; absent where nobody has the prompt. */
  hasPattern?: ((pattern: string) => boolean) | undefined;
}>;

/** Where a request goes. `rule` is the index of the rule that decided, absent for the default. */
export type Route = RoutingTarget &
  Readonly<{
    rule?: number;
    pattern?: string;
    /** Later rules that hold as well, and would decide if they stood first. */
    alsoMatched: readonly number[];
  }>;

type Outcome = 'holds' | 'fails' | 'unknown';

/**
 * Where rules send a request: the first that holds decides, so the special ones go first. A rule that cannot be
 * tried is passed over; the default decides only when every rule was tried and none holds, because what nobody
 * looked at is not "everything else".
 */
export function routeOf({ rules, fallback }: RoutingRules, features: RoutingFeatures): Route | undefined {
  const outcomes = rules.map((rule) => outcomeOf(rule, features));
  const [first, ...alsoMatched] = [...outcomes.keys()].filter((index) => outcomes[index] === 'holds');
  const rule = first === undefined ? undefined : rules[first];
  if (first !== undefined && rule !== undefined) {
    const { model, maxTokens, pattern } = rule;
    return { model, maxTokens, rule: first, ...(pattern === undefined ? {} : { pattern }), alsoMatched };
  }
  if (fallback === undefined || outcomes.includes('unknown')) return undefined;
  return { ...fallback, alsoMatched: [] };
}

/** What is cheap to look at comes first: a prompt is searched only for rules that nothing else rules out. */
function outcomeOf(rule: RoutingRule, features: RoutingFeatures): Outcome {
  const { pattern, maxPromptTokens } = rule;
  const { promptTokens, hasPattern } = features;
  const stated = [
    equals(rule.operation, features.operation),
    equals(rule.entrypoint, features.entrypoint),
    equals(rule.complexity, features.complexity),
    maxPromptTokens === undefined ? 'holds' : outcome(promptTokens, (count) => count <= maxPromptTokens),
  ];
  if (stated.includes('fails')) return 'fails';
  const found = pattern === undefined ? 'holds' : outcome(hasPattern, (has) => has(pattern));
  if (found === 'fails') return 'fails';
  return found === 'unknown' || stated.includes('unknown') ? 'unknown' : 'holds';
}

function equals(wanted: string | undefined, stated: string | undefined): Outcome {
  return wanted === undefined ? 'holds' : outcome(stated, (text) => text === wanted);
}

function outcome<T>(stated: T | undefined, holds: (stated: T) => boolean): Outcome {
  if (stated === undefined) return 'unknown';
  return holds(stated) ? 'holds' : 'fails';
}

/** What a request states about itself; its text is not among it. */
export function featuresOf({
  operation,
  entrypoint,
  complexity,
  estimate,
}: DecisionRequest): RoutingFeatures {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h } = estimate?.tokens ?? {};
  const counts = [input, cacheRead, cacheWrite5m, cacheWrite1h].filter((count) => count !== undefined);
  const promptTokens = counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
  return { operation, entrypoint, complexity, promptTokens };
}
