import { formatUsd } from '../domain/money.ts';
import { byBandThenLatest, type PricedModel, type PriceRow, scheduleKey } from './compileModel.ts';
import { type OwnPrice, rowName } from './overlayPrices.ts';
import { PriceBookError, type PriceBookErrorCode } from './priceBookError.ts';
import type { Locate, OverlayDiscount } from './priceOverlay.ts';
import { discountRates } from './rates.ts';

type Span = Readonly<{ from: string; to: string | null }>;
type Discount = OverlayDiscount & Readonly<{ index: number }>;

/** What an overlay says about one model. */
type ModelOverlay = Readonly<{
  prices: readonly OwnPrice[];
  discounts: readonly Discount[];
  locate: Locate;
}>;

/** Stands for an open end: it sorts after every day. */
const NEVER = '~';

/** A model's rows by endpoint with an overlay's in their place; throws `PriceBookError`. */
export function overlaidSchedules(
  model: PricedModel,
  overlay: ModelOverlay,
): ReadonlyMap<string, readonly PriceRow[]> {
  const endpoints = new Map<string, PriceRow>();
  for (const row of [...[...model.schedules.values()].flat(), ...overlay.prices.map(({ row }) => row)]) {
    endpoints.set(scheduleKey(row.scope, row.regionGroup), row);
  }
  return new Map(
    [...endpoints].map(([key, endpoint]) => [key, overlaidSchedule(model, { endpoint, overlay })]),
  );
}

/**
 * The rows of one endpoint. A group of regions without rows of its own has those of its scope, and a
 * price without a group holds in every group, so that neither hides the other.
 */
function overlaidSchedule(
  model: PricedModel,
  { endpoint, overlay }: Readonly<{ endpoint: PriceRow; overlay: ModelOverlay }>,
): readonly PriceRow[] {
  const { scope, regionGroup } = endpoint;
  const group = regionGroup === undefined ? {} : { regionGroup };
  const listed =
    model.schedules.get(scheduleKey(scope, regionGroup)) ?? model.schedules.get(scheduleKey(scope, undefined));
  const own = overlay.prices.filter(
    ({ row }) => row.scope === scope && (row.regionGroup ?? regionGroup) === regionGroup,
  );
  const discounts = overlay.discounts
    .filter((discount) => (discount.scope ?? scope) === scope)
    .toSorted(byStart);
  checkDiscountPeriods(`${model.model}, ${scope}`, { discounts, locate: overlay.locate });

  const rows: PriceRow[] = [];
  const bands = Map.groupBy(own, ({ row }) => row.promptTokensAbove);
  for (const series of bands.values()) {
    series.sort(byStart);
    checkOwnPeriods(series, overlay.locate);
    rows.push(...series.map(({ row }) => ({ ...row, ...group })));
  }
  for (const row of listed ?? []) {
    const pieces = cutRow({ ...row, ...group }, bands.get(row.promptTokensAbove) ?? []);
    for (const { piece, span } of pieces) {
      if (span === undefined) rows.push(...discountedPieces(piece, { model: model.model, discounts, ...overlay }));
    }
  }
  return rows.sort(byBandThenLatest);
}
