import { formatUsd } from '../domain/money.ts';
import { byBandThenLatest, type PricedModel, type PriceRow, scheduleKey } from './compileModel.ts';
import { byStart, cutRow, findOverlap } from './cutRow.ts';
import { discountRates } from './discount.ts';
import { type OwnPrice, rowName } from './overlayPrices.ts';
import { PriceBookError } from './priceBookError.ts';
import type { Locate, OverlayDiscount } from './priceOverlay.ts';

/** A discount with its place in the file. */
type Discount = OverlayDiscount & Readonly<{ index: number }>;

/** What an overlay says about one model. */
type ModelOverlay = Readonly<{
  prices: readonly OwnPrice[];
  discounts: readonly Discount[];
  locate: Locate;
}>;

/** A model's rows by endpoint with an overlay's in their place; throws `PriceBookError`. */
export function overlaidSchedules(
  model: PricedModel,
  overlay: ModelOverlay,
): ReadonlyMap<string, readonly PriceRow[]> {
  const endpoints = new Map<string, PriceRow>();
  for (const row of [...[...model.schedules.values()].flat(), ...overlay.prices.map(({ row }) => row)]) {
    endpoints.set(scheduleKey(row.scope, row.regionGroup), row);
  }
  return new Map([...endpoints].map(([key, endpoint]) => [key, overlaidSchedule(model, endpoint, overlay)]));
}

/**
 * The rows of the endpoint that a row is of. A group of regions without rows of its own has those of its
 * scope, and a price without a group holds in every group, so that neither hides the other.
 */
function overlaidSchedule(
  model: PricedModel,
  { scope, regionGroup }: PriceRow,
  { prices, discounts, locate }: ModelOverlay,
): readonly PriceRow[] {
  const own = prices
    .filter(({ row }) => row.scope === scope && (row.regionGroup ?? regionGroup) === regionGroup)
    .map((price) => ({ ...price, row: inGroup(price.row, regionGroup) }))
    .toSorted(byStart);
  const ownByBand = Map.groupBy(own, ({ row }) => row.promptTokensAbove);
  for (const series of ownByBand.values()) checkOwnPeriods(series, locate);
  const inScope = discounts.filter((discount) => (discount.scope ?? scope) === scope).toSorted(byStart);
  checkDiscountPeriods(`${model.model}, ${scope}`, inScope, locate);

  const key = scheduleKey(scope, regionGroup);
  const listed = model.schedules.get(key) ?? model.schedules.get(scope) ?? [];
  const kept = listed
    .flatMap((row) => cutRow(inGroup(row, regionGroup), ownByBand.get(row.promptTokensAbove) ?? []))
    .filter(({ span }) => span === undefined)
    .flatMap(({ piece }) => cutRow(piece, inScope))
    .map(({ piece, span }) =>
      span === undefined ? piece : discountedRow(model.model, piece, { span, locate }),
    );
  return [...own.map(({ row }) => row), ...kept].sort(byBandThenLatest);
}

function inGroup(row: PriceRow, regionGroup: PriceRow['regionGroup']): PriceRow {
  return regionGroup === undefined ? row : { ...row, regionGroup };
}

function discountedRow(
  model: string,
  row: PriceRow,
  { span, locate }: Readonly<{ span: Discount; locate: Locate }>,
): PriceRow {
  const { index, picoPercent, rounding, source } = span;
  if (picoPercent === 0n) return row;
  const discount = { picoPercent, ...(rounding === undefined ? {} : { rounding }) };
  const rates = discountRates(row, discount, (code, _tokenClass, price) => {
    const place = locate(['discounts', index, 'percent']);
    const why = `${formatUsd(picoPercent)} percent off the ${price} is no whole number of pico-USD per token`;
    return new PriceBookError(
      code,
      `${place}: ${rowName(model, row)}: ${why}; give this row a price of its own, or the discount a rounding`,
    );
  });
  return { ...row, ...rates, discount: { ...discount, source } };
}

/**
 * Own prices of one row follow each other. A gap is most often an end that was meant to be included, and
 * would let the price of the book hold for a day.
 */
function checkOwnPeriods(series: readonly OwnPrice[], locate: Locate): void {
  const overlap = findOverlap(series);
  if (overlap === undefined) {
    checkGap(series, locate);
    return;
  }
  const { earlier, later } = overlap;
  const place = locate(['prices', later.index, 'from']);
  const why = `starts within the period from ${earlier.from}, given at ${locate(['prices', earlier.index])}`;
  throw new PriceBookError('periods_overlap', `${place}: ${rowName(later.model, later.row)}: ${why}`);
}

function checkGap(series: readonly OwnPrice[], locate: Locate): void {
  for (const [index, later] of series.entries()) {
    const end = series[index - 1]?.to;
    if (typeof end !== 'string' || end >= later.from) continue;
    const place = locate(['prices', later.index, 'from']);
    const why = `leaves a gap after ${end}, the first day on which the price before it no longer holds`;
    throw new PriceBookError('periods_gap', `${place}: ${rowName(later.model, later.row)}: ${why}`);
  }
}

/** Two discounts at once could be meant to add up, or one to replace the other: nobody can tell. */
function checkDiscountPeriods(name: string, discounts: readonly Discount[], locate: Locate): void {
  const overlap = findOverlap(discounts);
  if (overlap === undefined) return;
  const [first, second] = [overlap.earlier, overlap.later].toSorted((a, b) => a.index - b.index);
  if (first === undefined || second === undefined) return;
  const place = locate(['discounts', second.index]);
  const why = `has two discounts at once; the other is at ${locate(['discounts', first.index])}`;
  throw new PriceBookError('discounts_overlap', `${place}: ${name} ${why}`);
}
