import { compilePatterns, type PatternSearch } from './pattern.ts';
import { type Route, type RoutingFeatures, type RoutingRules, routeOf } from './routing.ts';

/** Answers for one text, such as the last message of a request, and what else is known of the request. */
export type Router = (text: string, features?: Omit<RoutingFeatures, 'hasPattern'>) => Route | undefined;

/** Makes a router of rules that were read; `findOverlaps` tells where a rule stands in another's way. */
export function makeRouter(routing: RoutingRules): Router {
  const search = makePromptSearch(routing);
  return (text, features = {}) => routeOf(routing, { ...features, hasPattern: search(text) });
}

/** Whether one prompt has a pattern of the rules. */
export type PromptSearch = (prompt: string) => (pattern: string) => boolean;

/**
 * Looks for the patterns of rules in prompts. A prompt is read once, for all patterns together, and only
 * when the first of them is asked for.
 *
 * @throws RangeError for patterns that a policy's reader refuses.
 */
export function makePromptSearch({ rules }: RoutingRules): PromptSearch {
  const patterns = [...new Set(rules.flatMap(({ pattern }) => pattern ?? []))];
  const match = compilePatterns(patterns);
  return (prompt) => {
    let found: ReadonlySet<string | undefined> | undefined;
    return (pattern) => {
      found ??= new Set(match(prompt).map((index) => patterns[index]));
      return found.has(pattern);
    };
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
 * A rule that asks for more than its pattern takes nothing from later ones.
 */
export function findOverlaps({ rules }: RoutingRules): readonly Overlap[] {
  const overlaps: Overlap[] = [];
  const earlier: Readonly<{ rule: number; text: string; find: PatternSearch }>[] = [];
  for (const [rule, { pattern, model: _model, maxTokens: _maxTokens, ...others }] of rules.entries()) {
    for (const text of pattern === undefined ? [] : alternativesOf(pattern)) {
      const taken = LITERAL.test(text) ? earlier.find(({ find }) => find(text).length > 0) : undefined;
      if (taken !== undefined) {
        overlaps.push({ rule, alternative: text, takenByRule: taken.rule, takenBy: taken.text });
      } else if (Object.keys(others).length === 0) {
        earlier.push({ rule, text, find: compilePatterns([text]) });
      }
    }
  }
  return overlaps;
}

/** The alternatives of a pattern's top level; the whole pattern where groups or classes make that hard to tell. */
function alternativesOf(pattern: string): readonly string[] {
  return /[()[\]\\]/.test(pattern) ? [pattern] : pattern.split('|').filter((text) => text.trim() !== '');
}
