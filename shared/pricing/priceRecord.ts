import { NO_COST } from '../domain/metrics.ts';
import { promptTokens } from '../domain/tokens.ts';
import type { Usage } from '../domain/usage.ts';
import type { RecordPrice } from '../domain/usageRecord.ts';
import type { PriceBook } from './priceBook.ts';
import { priceUsage } from './priceUsage.ts';

/**
 * The price of a usage in a record's words. A request that failed before anything was used costs nothing
 * whatever its model, and so does one that a gateway answered from its own cache; one that succeeded
 * without telling its tokens is unpriced, never zero by accident.
 */
export function priceRecord(book: PriceBook, usage: Usage): RecordPrice {
  const price = priceUsage(book, usage);
  const named = { model: price.model, endpointScope: price.scope, priceVersion: price.priceVersion };
  const isCounted = usage.hasTokenCounts || usage.isCacheHit === true;
  if (price.kind === 'priced' && isCounted) return { ...named, costPicoUsd: price.costPicoUsd };
  const usedNothing = promptTokens(usage.tokens) + usage.tokens.output + (usage.webSearches ?? 0) === 0;
  if (usage.status !== 'ok' && usedNothing) return { ...named, costPicoUsd: NO_COST };
  const unpricedReason = price.kind === 'unpriced' ? price.reason : 'no_token_counts';
  return { ...named, costPicoUsd: NO_COST, unpricedReason };
}
