import { NO_TOKENS, type Tokens } from '../../../shared/domain/tokens.ts';
import type { Random } from './random.ts';

/** What a session has sent so far: an agent finds it in the cache, a chat sends it again. */
export type Context = { cachedTokens: number };

/** Above this the agent summarises its work and starts with a short prompt again. */
const COMPACTION_TOKENS = 150_000;

/** One step of an agent: nearly all of its prompt is read from a cache that grows with every step. */
export function agentTokens(context: Context, random: Random): Tokens {
  if (context.cachedTokens > COMPACTION_TOKENS) context.cachedTokens = 0;
  const isFirst = context.cachedTokens === 0;
  const written = isFirst ? random.int(18_000, 32_000) : skewed(random, 800, 9_000);
  const tokens = {
    ...NO_TOKENS,
    input: skewed(random, 3, 900),
    cacheRead: context.cachedTokens,
    cacheWrite5m: written,
    output: skewed(random, 200, 3_000),
  };
  context.cachedTokens += written;
  return tokens;
}

/** A subagent's step on a small model: a short prompt of its own, part of it cached. */
export function subagentTokens(random: Random): Tokens {
  return {
    ...NO_TOKENS,
    input: skewed(random, 300, 4_000),
    cacheRead: random.int(8_000, 20_000),
    cacheWrite5m: random.int(0, 2_000),
    output: skewed(random, 80, 900),
  };
}

/** A turn of a conversation without caching: the whole conversation is sent each time. */
export function chatTokens(context: Context, random: Random): Tokens {
  const input = context.cachedTokens + skewed(random, 40, 1_500);
  const output = skewed(random, 60, 1_400);
  context.cachedTokens = input + output;
  return { ...NO_TOKENS, input, output };
}

/**
 * A step of the runaway agent. It changes the head of its prompt each time, so nothing after it is
 * found in the cache and the whole context is written again: dear, and quite as it happens in reality.
 * Computed from the step's number alone, so that the story costs the same on every day.
 */
export function runawayTokens(step: number): Tokens {
  return {
    ...NO_TOKENS,
    input: 90 + ((step * 53) % 410),
    cacheRead: 12_400,
    cacheWrite5m: 88_000 + ((step * 1_373) % 24_000),
    output: 1_100 + ((step * 389) % 1_700),
  };
}

/** A whole number from `min` to `max`, small ones far more often than large ones. */
function skewed(random: Random, min: number, max: number): number {
  const point = random.next();
  return min + Math.floor(point * point * (max - min + 1));
}
