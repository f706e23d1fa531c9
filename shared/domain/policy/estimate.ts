import type { TokenClass } from '../tokens.ts';
import type { Estimate } from './decision.ts';
import type { Limit } from './policy.ts';

/**
 * What a request will use of a limit, in the unit of its measure: itself, of requests. A missing or
 * negative estimate is none, and never gives anything back; a broken count is rounded up.
 */
export function estimatedUse(limit: Limit, estimate: Estimate | undefined): bigint {
  switch (limit.measure) {
    case 'requests':
      return 1n;
    case 'usd':
      return estimatedPicoUsd(estimate);
    case 'tokens':
      return estimatedTokens(limit.counted, estimate);
    default:
      return limit satisfies never;
  }
}

export function estimatedPicoUsd(estimate: Estimate | undefined): bigint {
  return estimate === undefined || estimate.picoUsd < 0n ? 0n : estimate.picoUsd;
}

function estimatedTokens(counted: readonly TokenClass[], estimate: Estimate | undefined): bigint {
  let tokens = 0;
  for (const tokenClass of counted) tokens += wholeCount(estimate?.tokens[tokenClass]);
  return BigInt(tokens);
}

/** A count that prices and sums can bear: whole, not negative, and exact as a number. */
export function wholeCount(count: number | undefined): number {
  return count !== undefined && count > 0 ? Math.min(Math.ceil(count), Number.MAX_SAFE_INTEGER) : 0;
}
