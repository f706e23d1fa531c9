import { bundledPriceBook, type PriceBook } from '../../../shared/pricing/priceBook.ts';
import { PriceBookError } from '../../../shared/pricing/priceBookError.ts';
import { applyOverlay } from '../../../shared/pricing/priceOverlay.ts';
import { readPriceOverlay } from '../../../shared/pricing/readPriceOverlay.ts';

/** Sections of an overlay as values; JSON is YAML too. */
export type OverlaySections = Readonly<{
  sources?: object;
  discounts?: readonly object[];
  prices?: readonly object[];
  profiles?: Readonly<Record<string, string>>;
}>;

/** An own price of Sonnet 5.5 that is a tenth below the book's. */
export const OWN_PRICE = {
  model: 'claude-sonnet-5-5',
  scope: 'global',
  from: '2026-11-01',
  to: '2027-01-01',
  usdPerMillion: { input: '1.8', cacheRead: '0.09', cacheWrite5m: '2.25', cacheWrite1h: '3.6', output: '9' },
  source: 'contract',
};

/** A whole year's discount on one model. */
export const DISCOUNT = {
  models: ['claude-opus-5'],
  percent: '10',
  from: '2026-10-01',
  to: '2027-10-01',
  source: 'contract',
};

/** The text of an overlay with these sections and the source `contract`. */
export function overlayText(sections: OverlaySections): string {
  const sources = { contract: { title: 'Private offer 2026-114', checked: '2026-10-01' } };
  return JSON.stringify({ currency: 'USD', sources, ...sections });
}

/** The bundled price book under an overlay; of a text, its mistakes are in `own.yaml`. */
export function bookUnder(overlay: OverlaySections | string): PriceBook {
  const text = typeof overlay === 'string' ? overlay : overlayText(overlay);
  return applyOverlay(bundledPriceBook(), readPriceOverlay(text, 'own.yaml'));
}

/** The error with which an overlay is refused, whether in itself or for the book. */
export function refusalOf(overlay: OverlaySections | string): PriceBookError {
  try {
    bookUnder(overlay);
  } catch (error) {
    if (error instanceof PriceBookError) return error;
    throw error;
  }
  throw new Error('the overlay was taken');
}
