import type { PriceOf } from '../domain/policy/modelChoice.ts';
import { overlayBook } from './overlayBook.ts';
import type { PriceBook } from './priceBook.ts';
import type { PriceOverlay } from './priceOverlay.ts';
import { priceUsage } from './priceUsage.ts';

/** When and where requests are priced; `startedAt` is ISO 8601 in UTC. */
export type PricePlace = Readonly<{
  startedAt: string;
  region?: string;
  /** The company's own prices, already read; they go over the book once, here. */
  overlay?: PriceOverlay;
}>;

/**
 * The price of a request that has not been made yet, at the standard tier, for choosing among models. A model
 * that the book cannot price has none, so it is never chosen for being cheap.
 *
 * @throws PriceBookError for an overlay that does not fit the book.
 */
export function makePriceOf(book: PriceBook, { overlay, ...place }: PricePlace): PriceOf {
  const prices = overlay === undefined ? book : overlayBook(book, overlay, `${book.version}+own`);
  return (modelId, tokens) => {
    const price = priceUsage(prices, { ...place, modelId, tokens, serviceTier: 'standard' });
    return price.kind === 'priced' ? price.totalPicoUsd : undefined;
  };
}
