import type { PriceOf } from '../domain/policy/modelChoice.ts';
import type { PriceBook } from './priceBook.ts';
import { priceUsage } from './priceUsage.ts';

/** When and where requests are priced; `startedAt` is ISO 8601 in UTC. */
export type PricePlace = Readonly<{ startedAt: string; region?: string }>;

/**
 * The price of a request that has not been made yet, at the standard tier, for choosing among models. A model
 * that the book cannot price has none, so it is never chosen for being cheap.
 */
export function makePriceOf(book: PriceBook, place: PricePlace): PriceOf {
  return (modelId, tokens) => {
    const price = priceUsage(book, { ...place, modelId, tokens, serviceTier: 'standard' });
    return price.kind === 'priced' ? price.totalPicoUsd : undefined;
  };
}
