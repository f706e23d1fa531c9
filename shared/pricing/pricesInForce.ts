import { type PricedModel, type PriceRow, scheduleKey } from './compileModel.ts';
import type { PriceBook } from './priceBook.ts';
import { isSameRates } from './rates.ts';

/** A row of a model; one price for the standard tier and the tiers derived from it. */
export type ModelPrice = Readonly<{ model: string; row: PriceRow }>;

/** What became of a price between two days, or two price books. */
export type PriceChange =
  | Readonly<{ kind: 'new'; model: string; after: PriceRow }>
  | Readonly<{ kind: 'ended'; model: string; before: PriceRow }>
  | Readonly<{ kind: 'changed'; model: string; before: PriceRow; after: PriceRow }>;

/** A source that was checked too long before the day on which it prices something. */
export type StaleSource = Readonly<{ source: string; checked: string; days: number }>;

/** A source that was last looked at longer ago than this may say something else by now. */
export const MAX_CHECKED_DAYS = 60;

const DAY_MS = 86_400_000;

/** All rows of a model: by endpoint in the book's order, then the lowest band and the oldest first. */
export function pricesOfModel({ model, schedules }: PricedModel): ModelPrice[] {
  return [...schedules.values()].flatMap((rows) => rows.toReversed().map((row) => ({ model, row })));
}

/** The prices in force on a UTC day: one for each model, endpoint and prompt band. */
export function pricesInForce(book: PriceBook, day: string): ModelPrice[] {
  return book.models
    .flatMap(pricesOfModel)
    .filter(({ row }) => row.from <= day && (row.to === null || day < row.to));
}

/** What differs between prices in force: first what is new or changed, then what ended. */
export function comparePrices(before: readonly ModelPrice[], after: readonly ModelPrice[]): PriceChange[] {
  const known = new Map(before.map((price) => [priceKey(price), price.row]));
  const changes: PriceChange[] = [];
  for (const price of after) {
    const { model, row } = price;
    // A group of regions that has no rows of its own yet had those of its scope.
    const old = known.get(priceKey(price)) ?? known.get(priceKey(price, 'ofScope'));
    if (old === undefined) changes.push({ kind: 'new', model, after: row });
    else if (!isSamePrice(old, row)) {
      changes.push({ kind: 'changed', model, before: old, after: row });
    }
  }
  const remaining = new Set(after.map((price) => priceKey(price)));
  for (const price of before) {
    if (!remaining.has(priceKey(price))) {
      changes.push({ kind: 'ended', model: price.model, before: price.row });
    }
  }
  return changes;
}

/** The sources of a row, those of its discount, premiums and fees included, that were checked more than 60 days before a day. */
export function staleSources(book: PriceBook, { row }: ModelPrice, day: string): StaleSource[] {
  return [...allSourcesOfRow(row)].flatMap((source) => {
    const checked = book.sources.get(source)?.checked;
    if (checked === undefined) return [];
    const days = (Date.parse(day) - Date.parse(checked)) / DAY_MS;
    return days > MAX_CHECKED_DAYS ? [{ source, checked, days }] : [];
  });
}

/** Where the rates of a row were read. */
export function sourcesOfRow({ source, discount }: PriceRow): string[] {
  return discount === undefined ? [source] : [source, discount.source];
}

function allSourcesOfRow(row: PriceRow): Set<string> {
  const { fast, inferenceUs } = row.premiums;
  const parts = [fast, inferenceUs, row.webSearchFee].flatMap((part) => part?.source ?? []);
  return new Set([...sourcesOfRow(row), ...parts]);
}

/** Premiums and fees are a part of what a row costs; where they were read is not. */
function isSamePrice(a: PriceRow, b: PriceRow): boolean {
  return (
    isSameRates(a.standardRates, b.standardRates) &&
    a.premiums.fast?.times === b.premiums.fast?.times &&
    a.premiums.inferenceUs?.times === b.premiums.inferenceUs?.times &&
    a.webSearchFee?.picoUsd === b.webSearchFee?.picoUsd
  );
}

function priceKey({ model, row }: ModelPrice, part: 'ofScope' | 'exact' = 'exact'): string {
  const endpoint = scheduleKey(row.scope, part === 'exact' ? row.regionGroup : undefined);
  return `${model} ${endpoint} ${row.promptTokensAbove}`;
}
