import { createHash } from 'node:crypto';
import { TOKEN_CLASSES } from '../domain/tokens.ts';
import type { Discount } from './discount.ts';
import type { EndpointScope, RegionGroup } from './endpoints.ts';
import { overlayBook } from './overlayBook.ts';
import type { PriceBook } from './priceBook.ts';
import type { PriceSource } from './priceBookFile.ts';
import type { UsdPerMillion } from './rates.ts';

/** UTC days; `to` is the day on which it no longer holds, `null` for an open end. */
type Period = Readonly<{ from: string; to: string | null }>;

/** Percent off the list price of every model that a pattern matches. */
export type OverlayDiscount = Period &
  Discount &
  Readonly<{ models: readonly string[]; scope?: EndpointScope; source: string }>;

/** A price of the company's own. Without a group of regions it holds in all of them. */
export type OverlayPrice = Period &
  Readonly<{
    model: string;
    scope: EndpointScope;
    regionGroup?: RegionGroup;
    promptTokensAbove: number;
    usdPerMillion: UsdPerMillion;
    /** Own fees; without one the book's holds. */
    usdPerThousand?: Readonly<{ webSearch?: string | undefined }>;
    source: string;
  }>;

/** Says where in its file a part of an overlay stands, as `file:line:column`. */
export type Locate = (path: readonly (string | number)[], part?: 'key' | 'value') => string;

/** A company's own prices over a price book: checked in itself, not yet against the book. */
export type PriceOverlay = Readonly<{
  sources: ReadonlyMap<string, PriceSource>;
  discounts: readonly OverlayDiscount[];
  prices: readonly OverlayPrice[];
  /** Own model ids and the id that each stands for. */
  profiles: ReadonlyMap<string, string>;
  locate: Locate;
}>;

/**
 * A new price book under a version that tells the overlay's prices from all others; see `overlayBook`. Throws
 * `PriceBookError` with the place in the overlay's file when it does not fit the book.
 */
export function applyOverlay(book: PriceBook, overlay: PriceOverlay): PriceBook {
  return overlayBook(book, overlay, `${book.version}+${overlayHash(overlay)}`);
}

/** First 8 hex digits of the SHA-256 of all that decides a price; titles, order and layout do not. */
function overlayHash({ discounts, prices, profiles }: PriceOverlay): string {
  const parts = [
    ...discounts.map(({ models, picoPercent, scope, from, to, rounding }) =>
      JSON.stringify(withOptional(['discount', models, String(picoPercent), scope, from, to], rounding)),
    ),
    ...prices.map(({ model, scope, regionGroup, from, to, promptTokensAbove, ...usd }) => {
      const decimals = TOKEN_CLASSES.map((tokenClass) => usd.usdPerMillion[tokenClass]);
      const price = ['price', model, scope, regionGroup, from, to, promptTokensAbove, decimals];
      return JSON.stringify(withOptional(price, usd.usdPerThousand?.webSearch));
    }),
    ...[...profiles].map((profile) => JSON.stringify(['profile', ...profile])),
  ];
  return createHash('sha256').update(parts.toSorted().join('\n')).digest('hex').slice(0, 8);
}

/** What is left out leaves no trace, so that an overlay keeps its version when a new key is invented. */
function withOptional(parts: readonly unknown[], optional: string | undefined): readonly unknown[] {
  return optional === undefined ? parts : [...parts, optional];
}
