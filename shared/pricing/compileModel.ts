import { PriceBookError, type PriceBookErrorCode } from './priceBookError.ts';
import type { EndpointScope, FileModel, FileRow, PricedTier, RegionGroup } from './priceBookFile.ts';
import { compileRates, type RowRates } from './rates.ts';

/** One dated price, with its rates multiplied out for every name of a service tier that it has. */
export type PriceRow = RowRates &
  Readonly<{
    scope: EndpointScope;
    regionGroup?: RegionGroup;
    from: string;
    to: string | null;
    /** −1 for the lowest band, so that "strictly above" lets an empty prompt in. */
    promptTokensAbove: number;
    source: string;
    isVerified: boolean;
    note?: string;
    /** A share of the list price that the rates leave out; the percentage is times 10^12. */
    discount?: Readonly<{ picoPercent: bigint; source: string }>;
  }>;

/** A model with its rows by scope, in the order in which they are tried: see `scheduleKey`. */
export type PricedModel = Readonly<{
  model: string;
  vendor: string;
  serviceTiers: readonly PricedTier[];
  schedules: ReadonlyMap<string, readonly PriceRow[]>;
}>;

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

/** Checks a model's rows against each other and turns them into rates; throws `PriceBookError`. */
export function compileModel(model: FileModel, sources: ReadonlySet<string>): PricedModel {
  const seriesByKey = new Map<string, FileRow[]>();
  const schedules = new Map<string, PriceRow[]>();
  for (const row of model.rows) {
    if (!sources.has(row.source)) throw refusal('source_unknown', model, row, `has no source ${row.source}`);
    const key = scheduleKey(row.scope, row.regionGroup);
    appendTo(seriesByKey, `${key} ${row.promptTokensAbove}`, row);
    appendTo(schedules, key, compileRow(model, row));
  }
  for (const series of seriesByKey.values()) checkPeriods(model, series);
  for (const rows of schedules.values()) rows.sort(byBandThenLatest);
  return { model: model.model, vendor: model.vendor, serviceTiers: model.serviceTiers, schedules };
}

function appendTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

/** The periods of one scope and band must follow each other without a hole and without a choice. */
function checkPeriods(model: FileModel, rows: readonly FileRow[]): void {
  const ordered = rows.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  let previous: FileRow | undefined;
  for (const row of ordered) {
    if (row.to !== null && row.from >= row.to) throw refusal('period_empty', model, row, `ends on ${row.to}`);
    if (previous !== undefined) {
      if (previous.to === null || previous.to > row.from) {
        throw refusal('periods_overlap', model, row, `starts within the period from ${previous.from}`);
      }
      if (previous.to < row.from) {
        throw refusal('periods_gap', model, row, `leaves a gap after ${previous.to}`);
      }
    }
    previous = row;
  }
}

function compileRow(model: FileModel, row: FileRow): PriceRow {
  const rates = compileRates(row.usdPerMillion, model.serviceTiers, (code, _tokenClass, why) =>
    refusal(code, model, row, why),
  );
  return {
    ...rates,
    scope: row.scope,
    ...(row.regionGroup === undefined ? {} : { regionGroup: row.regionGroup }),
    from: row.from,
    to: row.to,
    promptTokensAbove: compiledBand(row.promptTokensAbove),
    source: row.source,
    isVerified: row.isVerified,
    ...(row.note === undefined ? {} : { note: row.note }),
  };
}

/** Builds the error that names the row as one finds it in the file. */
function refusal(code: PriceBookErrorCode, model: FileModel, row: FileRow, why: string): PriceBookError {
  const where = scheduleKey(row.scope, row.regionGroup);
  const place = `row ${model.rows.indexOf(row) + 1} (${where}, from ${row.from}, above ${row.promptTokensAbove})`;
  return new PriceBookError(code, `${model.model}, ${place}: ${why}`);
}
