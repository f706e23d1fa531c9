import { parseUsd } from '../domain/money.ts';
import type { TokenClass } from '../domain/tokens.ts';
import { PriceBookError, type PriceBookErrorCode } from './priceBookError.ts';
import type { EndpointScope, FileModel, FileRow, PricedTier, RegionGroup } from './priceBookFile.ts';

/** Pico-USD per token by class; `null` where no price is known. */
export type Rates = Readonly<Record<TokenClass, bigint | null>>;

/** One dated price, with its rates multiplied out for every name of a service tier that it has. */
export type PriceRow = Readonly<{
  scope: EndpointScope;
  regionGroup?: RegionGroup;
  from: string;
  to: string | null;
  /** −1 for the lowest band, so that "strictly above" lets an empty prompt in. */
  promptTokensAbove: number;
  ratesByTier: ReadonlyMap<string, Rates>;
  source: string;
  isVerified: boolean;
}>;

/** A model with its rows by scope, in the order in which they are tried: see `scheduleKey`. */
export type PricedModel = Readonly<{
  model: string;
  vendor: string;
  schedules: ReadonlyMap<string, readonly PriceRow[]>;
}>;

/** Numerator and denominator by tier, as AWS and Anthropic list them; exact, so no float is needed. */
const TIER_MULTIPLIERS = {
  batch: [1n, 2n],
  priority: [7n, 4n],
  flex: [1n, 2n],
} as const;

/** Names of a tier in logs: Bedrock calls `default` what Anthropic calls `standard`. */
const TIER_NAMES: Readonly<Record<PricedTier, readonly string[]>> = {
  standard: ['standard', 'default'],
  batch: ['batch'],
  priority: ['priority'],
  flex: ['flex'],
};

/** USD per million tokens is pico-USD per token times this: 10^12 / 10^6. */
const PICO_USD_PER_MILLION_TOKENS = 1_000_000n;

/** Where in a model the rows of a scope are found, those of a group of regions apart. */
export function scheduleKey(scope: EndpointScope, regionGroup: RegionGroup | undefined): string {
  return regionGroup === undefined ? scope : `${scope}/${regionGroup}`;
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
  // The highest band comes first, so that the first row that fits is the right one.
  for (const rows of schedules.values()) {
    rows.sort((a, b) => b.promptTokensAbove - a.promptTokensAbove || (a.from < b.from ? 1 : -1));
  }
  return { model: model.model, vendor: model.vendor, schedules };
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
  const listRates = ratesOf((tokenClass) => {
    const text = row.usdPerMillion[tokenClass];
    return text === undefined ? null : picoUsdPerToken(model, row, text);
  });
  const ratesByTier = new Map<string, Rates>();
  for (const tier of model.serviceTiers) {
    const rates = tier === 'standard' ? listRates : scaledRates(model, row, { tier, listRates });
    for (const name of TIER_NAMES[tier]) ratesByTier.set(name, rates);
  }
  return {
    scope: row.scope,
    ...(row.regionGroup === undefined ? {} : { regionGroup: row.regionGroup }),
    from: row.from,
    to: row.to,
    promptTokensAbove: row.promptTokensAbove === 0 ? -1 : row.promptTokensAbove,
    ratesByTier,
    source: row.source,
    isVerified: row.isVerified,
  };
}

function ratesOf(rate: (tokenClass: TokenClass) => bigint | null): Rates {
  return {
    input: rate('input'),
    cacheRead: rate('cacheRead'),
    cacheWrite5m: rate('cacheWrite5m'),
    cacheWrite1h: rate('cacheWrite1h'),
    output: rate('output'),
  };
}

function scaledRates(
  model: FileModel,
  row: FileRow,
  { tier, listRates }: Readonly<{ tier: Exclude<PricedTier, 'standard'>; listRates: Rates }>,
): Rates {
  const [numerator, denominator] = TIER_MULTIPLIERS[tier];
  return ratesOf((tokenClass) => {
    const rate = listRates[tokenClass];
    if (rate === null) return null;
    const scaled = rate * numerator;
    if (scaled % denominator !== 0n) {
      throw refusal('price_indivisible', model, row, `${tier} price of ${tokenClass} is no whole pico-USD`);
    }
    return scaled / denominator;
  });
}

function picoUsdPerToken(model: FileModel, row: FileRow, text: string): bigint {
  const picoUsd = parseUsd(text);
  if (picoUsd === undefined || text.startsWith('-')) {
    throw refusal(
      'price_malformed',
      model,
      row,
      `price ${JSON.stringify(text)} is no decimal from 0 upwards`,
    );
  }
  if (picoUsd % PICO_USD_PER_MILLION_TOKENS !== 0n) {
    throw refusal('price_too_fine', model, row, `price ${text} has more than 6 decimals`);
  }
  return picoUsd / PICO_USD_PER_MILLION_TOKENS;
}

/** Builds the error that names the row as one finds it in the file. */
function refusal(code: PriceBookErrorCode, model: FileModel, row: FileRow, why: string): PriceBookError {
  const where = scheduleKey(row.scope, row.regionGroup);
  const place = `row ${model.rows.indexOf(row) + 1} (${where}, from ${row.from}, above ${row.promptTokensAbove})`;
  return new PriceBookError(code, `${model.model}, ${place}: ${why}`);
}
