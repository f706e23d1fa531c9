import type { PricedModel } from './compileModel.ts';
import { emptyIdentityMemo } from './modelIdentity.ts';
import { matchesModel } from './modelPattern.ts';
import { checkDiscounts, checkProfiles, mergedSources } from './overlayNames.ts';
import { type OwnPrice, ownPrices } from './overlayPrices.ts';
import { overlaidSchedules } from './overlaySchedules.ts';
import type { PriceBook } from './priceBook.ts';
import type { PriceOverlay } from './priceOverlay.ts';

/**
 * A new price book of this version: own prices first, then the book's less the discounts, and own ids known.
 * Throws `PriceBookError` with the place in the overlay's file when it does not fit the book. Runs wherever a
 * gateway runs, so it makes no digest of its own.
 */
export function overlayBook(book: PriceBook, overlay: PriceOverlay, version: string): PriceBook {
  const sources = mergedSources(book, overlay);
  checkDiscounts({ book, overlay, sources });
  checkProfiles(book, overlay);
  const prices = ownPrices({ book, overlay, sources });
  const overlaid = new Map<PricedModel, PricedModel>(
    book.models.map((model) => [model, overlaidModel(model, prices, overlay)]),
  );
  const overlaidIds = (ids: ReadonlyMap<string, PricedModel>) =>
    new Map([...ids].map(([id, model]) => [id, overlaid.get(model) ?? model]));
  return {
    version,
    models: [...overlaid.values()],
    sources,
    bedrockModels: overlaidIds(book.bedrockModels),
    apiModels: overlaidIds(book.apiModels),
    profiles: new Map([...book.profiles, ...overlay.profiles]),
    identities: emptyIdentityMemo(),
  };
}

function overlaidModel(model: PricedModel, prices: readonly OwnPrice[], overlay: PriceOverlay): PricedModel {
  const ownOfModel = prices.filter((price) => price.model === model.model);
  const discounts = overlay.discounts.flatMap((discount, index) =>
    discount.models.some((pattern) => matchesModel(pattern, model.model)) ? [{ ...discount, index }] : [],
  );
  if (ownOfModel.length === 0 && discounts.length === 0) return model;
  const schedules = overlaidSchedules(model, { prices: ownOfModel, discounts, locate: overlay.locate });
  return { ...model, schedules };
}
