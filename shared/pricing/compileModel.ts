import type { Discount } from './discount.ts';
import type { EndpointScope, PricedTier, RegionGroup } from './endpoints.ts';
import type { Premiums } from './premiums.ts';
import { PriceBookError, type PriceBookErrorCode } from './priceBookError.ts';
import type { FileModel, FileRow } from './priceBookFile.ts';
import { compileRates, picoUsdPerUnit, type RefuseRate, type RowRates } from './rates.ts';

/** Pico-USD for one, and where it was read. */
export type Fee = Readonly<{ picoUsd: bigint; source: string; isVerified: boolean }>;

/** One dated price, with its rates multiplied out for every tier and premium that it has. */
export type PriceRow = RowRates &
  Readonly<{
    scope: EndpointScope;
    regionGroup?: RegionGroup;
    from: string;
    to: string | null;
    /** −1 for the lowest band, so that "strictly above" lets an empty prompt in. */
    promptTokensAbove: number;
    premiums: Premiums;
    /** The fee of one web search; without it no search has a price here. */
    webSearchFee?: Fee;
    source: string;
    isVerified: boolean;
    note?: string;
    /** A share of the list price that the rates leave out. */
    discount?: Discount & Readonly<{ source: string }>;
  }>;

/** A model with its rows by scope, in the order in which they are tried: see `scheduleKey`. */
export type PricedModel = Readonly<{
  model: string;
  vendor: string;
  serviceTiers: readonly PricedTier[];
  schedules: ReadonlyMap<string, readonly PriceRow[]>;
}>;

/** The fee of searches is told by the thousand. */
const SEARCHES = 1_000n;

/** Where in a model the rows of a scope are found, those of a group of regions apart. */
export function scheduleKey(scope: EndpointScope, regionGroup: RegionGroup | undefined): string {
  return regionGroup === undefined ? scope : `${scope}/${regionGroup}`;
}

/** Orders a schedule: the highest band comes first, so that the first row that fits is the right one. */
export function byBandThenLatest(a: PriceRow, b: PriceRow): number {
  return b.promptTokensAbove - a.promptTokensAbove || (a.from < b.from ? 1 : -1);
}

/** The band of a compiled row for a threshold as files state it. */
export function compiledBand(promptTokensAbove: number): number {
  return promptTokensAbove === 0 ? -1 : promptTokensAbove;
}

/**
 * A model of a price book file. Its prices are multiplied out when they are first asked for, because a
 * process meets few of the models, and start-up is on the way of every first request. Whether the rows
 * agree with each other is not looked at here: `loadPriceBook` checks a file once and whole.
 */
export function compileModel(model: FileModel): PricedModel {
  let schedules: PricedModel['schedules'] | undefined;
  return {
    model: model.model,
    vendor: model.vendor,
    serviceTiers: model.serviceTiers,
    get schedules() {
      schedules ??= compileSchedules(model);
      return schedules;
    },
  };
}

function compileSchedules(model: FileModel): PricedModel['schedules'] {
  const schedules = new Map<string, PriceRow[]>();
  for (const row of model.rows) {
    const key = scheduleKey(row.scope, row.regionGroup);
    const rows = schedules.get(key);
    if (rows === undefined) schedules.set(key, [compileRow(model, row)]);
    else rows.push(compileRow(model, row));
  }
  for (const rows of schedules.values()) rows.sort(byBandThenLatest);
  return schedules;
}

function compileRow(model: FileModel, row: FileRow): PriceRow {
  const { serviceTiers } = model;
  const { premiums = {} } = row;
  const refuse: RefuseRate = (code, _part, why) => refuseRow(code, { model, row, why });
  const search = row.fees?.webSearch;
  return {
    ...compileRates(row.usdPerMillion, { serviceTiers, premiums }, refuse),
    scope: row.scope,
    ...(row.regionGroup === undefined ? {} : { regionGroup: row.regionGroup }),
    from: row.from,
    to: row.to,
    promptTokensAbove: compiledBand(row.promptTokensAbove),
    premiums,
    ...(search === undefined ? {} : { webSearchFee: webSearchFee(search.usdPerThousand, search, refuse) }),
    source: row.source,
    isVerified: row.isVerified,
    ...(row.note === undefined ? {} : { note: row.note }),
  };
}

/** The fee of one search from USD for a thousand. */
export function webSearchFee(
  usdPerThousand: string,
  { source, isVerified }: Readonly<{ source: string; isVerified: boolean }>,
  refuse: RefuseRate,
): Fee {
  return { picoUsd: picoUsdPerUnit(usdPerThousand, SEARCHES, 'webSearch', refuse), source, isVerified };
}

type Refusal = Readonly<{ model: FileModel; row: FileRow; why: string }>;

/** Builds the error that names the row as one finds it in the file. */
export function refuseRow(code: PriceBookErrorCode, { model, row, why }: Refusal): PriceBookError {
  const where = scheduleKey(row.scope, row.regionGroup);
  const place = `row ${model.rows.indexOf(row) + 1} (${where}, from ${row.from}, above ${row.promptTokensAbove})`;
  return new PriceBookError(code, `${model.model}, ${place}: ${why}`);
}
