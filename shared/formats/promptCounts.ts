import { NO_TOKENS, type Tokens } from '../domain/tokens.ts';
import type { RequestStatus } from '../domain/usage.ts';
import type { Fields } from './fields.ts';

/** The token counts of one request, as every decoder hands them on. */
export type ReadCounts = Readonly<{
  tokens: Tokens;
  isEstimated: boolean;
  hasTokenCounts: boolean;
  thinkingTokens?: number | undefined;
}>;

/** What a log tells about the cache; the split by lifetime is a part of `cacheWrite`. */
export type CacheCounts = Readonly<{
  cacheRead?: number | undefined;
  cacheWrite?: number | undefined;
  cacheWrite5m?: number | undefined;
  cacheWrite1h?: number | undefined;
}>;

type PromptClasses = Omit<Tokens, 'output'>;
type SplitPrompt = Readonly<{ classes: PromptClasses; isEstimated: boolean }>;

/**
 * The classes of a prompt whose count includes its cache tokens. Some versions of some gateways leave the
 * cache out of the count; where the cache is larger than the prompt this is certain, and the prompt is taken
 * as uncached. That is marked as an estimate.
 */
export function splitInclusivePrompt(line: Fields, prompt: number, cache: CacheCounts): SplitPrompt {
  const { classes, isEstimated } = splitExclusivePrompt(line, prompt, cache);
  const uncached = prompt - classes.cacheRead - classes.cacheWrite5m - classes.cacheWrite1h;
  return uncached < 0
    ? { classes, isEstimated: true }
    : { classes: { ...classes, input: uncached }, isEstimated };
}

/**
 * The classes of a prompt whose count excludes its cache tokens. Cache writes of an unknown lifetime are taken
 * as 5-minute ones, the cheaper ones, and marked as an estimate.
 */
export function splitExclusivePrompt(line: Fields, input: number, cache: CacheCounts): SplitPrompt {
  const { cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0 } = cache;
  const split = cacheWrite5m + cacheWrite1h;
  const cacheWrite = cache.cacheWrite ?? split;
  if (split > cacheWrite) {
    line.fail('bad_token_count', 'cache_creation', `splits ${split} cache writes of ${cacheWrite}`);
  }
  return {
    classes: { input, cacheRead, cacheWrite5m: cacheWrite - cacheWrite1h, cacheWrite1h },
    isEstimated: split < cacheWrite,
  };
}

/** The parts of a request's counts as a log has them; `prompt` includes cache tokens. */
export type InclusiveCounts = Readonly<{
  prompt: number | undefined;
  output: number | undefined;
  cache: CacheCounts;
  thinking?: number | undefined;
}>;

/** The counts of a request whose prompt count includes its cache tokens. */
export function inclusiveCounts(line: Fields, counts: InclusiveCounts): ReadCounts {
  const { prompt, output = 0, cache, thinking } = counts;
  const { classes, isEstimated } = splitInclusivePrompt(line, prompt ?? 0, cache);
  return {
    tokens: { ...classes, output },
    isEstimated,
    hasTokenCounts: prompt !== undefined || counts.output !== undefined,
    thinkingTokens: checkedThinking(line, thinking, output),
  };
}

/** Thinking is a part of the output. Where it is more, the log counts otherwise, and the output is not known. */
export function checkedThinking(
  line: Fields,
  thinking: number | undefined,
  output: number,
): number | undefined {
  if (thinking !== undefined && thinking > output) {
    line.fail('bad_token_count', 'reasoning_tokens', `${thinking} thinking tokens in ${output} of output`);
  }
  return thinking;
}

const NOTHING_BILLED: ReadCounts = { tokens: NO_TOKENS, isEstimated: false, hasTokenCounts: true };

/**
 * The counts as a gateway means them. An answer from its own cache was not billed, whatever tokens it tells.
 * A zero is what it writes when it could not count, for a request that succeeded has used some token.
 */
export function gatewayCounts(
  counts: ReadCounts,
  { status, isCacheHit }: { status: RequestStatus; isCacheHit: boolean },
): ReadCounts {
  if (isCacheHit) return NOTHING_BILLED;
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = counts.tokens;
  const isUncounted = status === 'ok' && input + cacheRead + cacheWrite5m + cacheWrite1h + output === 0;
  return isUncounted ? { ...counts, hasTokenCounts: false } : counts;
}
