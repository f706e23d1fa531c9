import { compareSources, DEFAULT_PRECEDENCE, type SourcePrecedence } from './sourcePrecedence.ts';
import { TOKEN_CLASSES } from './tokens.ts';
import { OPTIONAL_USAGE, type RequestStatus, type Usage } from './usage.ts';

/** What a second sighting of a request means for the record that is already there. */
export type Sighting = 'same' | 'better' | 'worse';

const STATUS_RANK: Record<RequestStatus, number> = { throttled: 0, error: 1, blocked: 2, ok: 3 };

/**
 * Compares a new sighting of a request with what is recorded. The order is total and looks at the
 * contents alone, so whichever order the sightings arrive in, the same one is kept in the end: the one of
 * the source that is believed first, then the one with token counts, then the one with more tokens (a final
 * record after a partial one), then the better status, then the later text order. Price and directory play
 * no part, so a replay after a change of prices or teams is still the same sighting.
 */
export function compareSightings(
  recorded: Usage,
  seen: Usage,
  precedence: SourcePrecedence = DEFAULT_PRECEDENCE,
): Sighting {
  const order =
    compareSources(recorded.source, seen.source, precedence) ||
    Number(seen.hasTokenCounts) - Number(recorded.hasTokenCounts) ||
    sumTokens(seen) - sumTokens(recorded) ||
    STATUS_RANK[seen.status] - STATUS_RANK[recorded.status] ||
    compareText(canonicalText(seen), canonicalText(recorded));
  if (order === 0) return 'same';
  return order > 0 ? 'better' : 'worse';
}

function sumTokens(usage: Usage): number {
  let sum = 0;
  for (const tokenClass of TOKEN_CLASSES) sum += usage.tokens[tokenClass];
  return sum;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a > b ? 1 : -1;
}

function canonicalText(usage: Usage): string {
  return JSON.stringify([
    usage.startedAt,
    usage.modelId,
    TOKEN_CLASSES.map((tokenClass) => usage.tokens[tokenClass]),
    usage.isEstimated,
    usage.status,
    usage.serviceTier,
    usage.operation,
    OPTIONAL_USAGE.map((key) => usage[key]),
  ]);
}
