import { compilePatterns, type PatternSearch } from './pattern.ts';
import type { RoutingRules, RoutingTarget } from './routingRules.ts';

/** Where a request goes. `rule` is the index of the rule that decided, absent for the default. */
export type Route = RoutingTarget &
  Readonly<{
    rule?: number;
    pattern?: string;
    /** Later rules that match as well, and would decide if they stood first. */
    alsoMatched: readonly number[];
  }>;

/** Answers for one text, such as the last message of a request. */
export type Router = (text: string) => Route;

/**
 * Makes a router of rules that were read. The first rule in the file's order whose pattern matches decides,
 * so the special ones go first; `findOverlaps` tells where they do not.
 */
export function makeRouter({ rules, fallback }: RoutingRules): Router {
  const match = compilePatterns(rules.map(({ pattern }) => pattern));
  return (text) => {
    const [first, ...alsoMatched] = match(text);
    const rule = first === undefined ? undefined : rules[first];
    if (first === undefined || rule === undefined) return { ...fallback, alsoMatched: [] };
    return { model: rule.model, maxTokens: rule.maxTokens, rule: first, pattern: rule.pattern, alsoMatched };
  };
}

/** An alternative that can never decide, because an earlier one matches wherever it does. */
export type Overlap = Readonly<{ rule: number; alternative: string; takenByRule: number; takenBy: string }>;

/** A text that means itself: nothing in it is a sign of the pattern language. */
const LITERAL = /^[^\\^$.|?*+()[\]{}]+$/;

/**
 * Finds alternatives of plain text, such as `unit test`, that hold what an earlier alternative of the same
 * or of an earlier rule already looks for, such as `test`. Patterns with signs are looked for in plain ones
 * but not in each other: whether one automaton's language lies within another's takes more than linear time.
 */
export function findOverlaps({ rules }: RoutingRules): readonly Overlap[] {
  const overlaps: Overlap[] = [];
  const earlier: Readonly<{ rule: number; text: string; find: PatternSearch }>[] = [];
  for (const [rule, { pattern }] of rules.entries()) {
    for (const text of alternativesOf(pattern)) {
      const taken = LITERAL.test(text) ? earlier.find(({ find }) => find(text).length > 0) : undefined;
      if (taken === undefined) earlier.push({ rule, text, find: compilePatterns([text]) });
      else overlaps.push({ rule, alternative: text, takenByRule: taken.rule, takenBy: taken.text });
    }
  }
  return overlaps;
}

/** The alternatives of a pattern's top level; the whole pattern where groups or classes make that hard to tell. */
function alternativesOf(pattern: string): readonly string[] {
  return /[()[\]\\]/.test(pattern) ? [pattern] : pattern.split('|').filter((text) => text.trim() !== '');
}
