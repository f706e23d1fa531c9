import { RE2JS, RE2JSException, RE2JSSyntaxException, RE2Set } from 're2js';

/** Why a pattern is refused, and the character to blame, 1 for the first. */
export type PatternProblem = Readonly<{ position: number; why: string }>;

const MAX_PATTERN_CHARACTERS = 256;
/** Steps of a compiled pattern: with the length of the text they bound how long a search can take. */
const MAX_STEPS = 1_000;
const MAX_STEPS_TOGETHER = 4_000;

/** What a request wants stands at its beginning; the rest of a long text is not looked at. */
export const MAX_ROUTED_CHARACTERS = 16_000;

/** Case does not count: people write `Fix` and `fix`. */
const FLAGS = RE2JS.CASE_INSENSITIVE;

/** RE2's `\b` knows ASCII letters only, so the border of a word is spelt out. */
const NO_WORD = '[^\\pL\\pM\\pN_]';

/**
 * What is wrong with a pattern; `undefined` for a sound one. The language is RE2's: literals, classes, groups,
 * `. * + ? | ^ $ \b`, counts up to 1000; no references and no look-around, so that no search goes back. One that
 * also means an empty text is refused, because it would be in almost every text.
 */
export function findPatternProblem(source: string): PatternProblem | undefined {
  if (source.trim() === '') return { position: 1, why: 'is empty' };
  if (source.length > MAX_PATTERN_CHARACTERS) {
    const why = `is longer than ${MAX_PATTERN_CHARACTERS} characters`;
    return { position: MAX_PATTERN_CHARACTERS + 1, why };
  }
  // Quoting would hide the end of the group that the pattern is put into.
  if (endsWithinQuote(source)) return { position: source.length + 1, why: 'ends within \\Q' };
  try {
    if (RE2JS.compile(source, FLAGS).test('')) return { position: 1, why: 'also means an empty text' };
    const steps = stepsOf(source);
    if (steps <= MAX_STEPS) return undefined;
    return { position: 1, why: `unfolds to ${steps} steps, of ${MAX_STEPS} at most` };
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return problemOf(source, error);
    if (error instanceof RE2JSException) return { position: 1, why: error.message };
    throw error;
  }
}

/** What is wrong with patterns of which each alone is sound; `undefined` for nothing. */
export function findSizeProblem(sources: readonly string[]): string | undefined {
  let steps = 0;
  for (const source of sources) steps += stepsOf(source);
  if (steps <= MAX_STEPS_TOGETHER) return undefined;
  return `all patterns together unfold to ${steps} steps, of ${MAX_STEPS_TOGETHER} at most`;
}

/** Looks for patterns in a text: the indices of those that are there, in their order. */
export type PatternSearch = (text: string) => readonly number[];

/**
 * Looks for several patterns as whole words, so that `format` is not in "information". Whatever the patterns
 * and the text, the time grows with the length of the text and no faster.
 *
 * @throws RangeError for patterns that `findPatternProblem` or `findSizeProblem` refuses.
 */
export function compilePatterns(sources: readonly string[]): PatternSearch {
  if (sources.length === 0) return () => [];
  // One automaton for all of them reads a text once.
  const set = new RE2Set(RE2Set.UNANCHORED, FLAGS);
  for (const source of sources) {
    const problem = findPatternProblem(source);
    if (problem !== undefined) {
      const place = `pattern ${JSON.stringify(source)}, character ${problem.position}`;
      throw new RangeError(`${place}: ${problem.why}`);
    }
    set.add(wordsOf(source));
  }
  const tooLarge = findSizeProblem(sources);
  if (tooLarge !== undefined) throw new RangeError(tooLarge);
  set.compile();
  return (text) => set.match(text.slice(0, MAX_ROUTED_CHARACTERS)).toSorted((a, b) => a - b);
}

function stepsOf(source: string): number {
  return RE2JS.compile(wordsOf(source), FLAGS).programSize();
}

/** The pattern as whole words. */
function wordsOf(source: string): string {
  return `(?:^|${NO_WORD})(?:${source})(?:${NO_WORD}|$)`;
}

/** True when a `\Q` has no `\E` after it. */
function endsWithinQuote(source: string): boolean {
  const rest = source.replace(/\\Q.*?\\E|\\[^Q]/gs, '');
  return rest.includes('\\Q');
}

/** The engine tells the part that it stumbled over, or the whole pattern where a parenthesis is to blame. */
function problemOf(source: string, { error: why, input }: RE2JSSyntaxException): PatternProblem {
  if (why === 'missing closing )') return { position: source.length + 1, why };
  if (why === 'unexpected )') return { position: endOfSound(source) + 1, why };
  return { position: Math.max(0, source.indexOf(input ?? source)) + 1, why };
}

/** Length of the longest beginning that has no closing parenthesis too many. */
function endOfSound(source: string): number {
  for (let length = 1; length <= source.length; length += 1) {
    if (hasUnexpected(source.slice(0, length))) return length - 1;
  }
  return 0;
}

function hasUnexpected(source: string): boolean {
  try {
    RE2JS.compile(source, FLAGS);
    return false;
  } catch (error) {
    return error instanceof RE2JSSyntaxException && error.error === 'unexpected )';
  }
}
