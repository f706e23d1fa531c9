import { formatUsd } from '../domain/money.ts';
import { TOKEN_CLASSES } from '../domain/tokens.ts';
import { compiledBand, type PricedModel, type PriceRow, scheduleKey } from './compileModel.ts';
import { checkSource, type OverlayContext, unknownModel } from './overlayNames.ts';
import { PriceBookError } from './priceBookError.ts';
import type { OverlayPrice, PriceOverlay } from './priceOverlay.ts';
import { compileRates, PICO_USD_PER_MILLION_TOKENS } from './rates.ts';

/** An overlay's price as a row; `index` is its place in the file. */
export type OwnPrice = Readonly<{
  model: string;
  index: number;
  from: string;
  to: string | null;
  row: PriceRow;
}>;

/** A price this many times the book's, or this small a part of it, is a slip of the unit or the point. */
const ABSURD_TIMES = 100n;

const DAY_MS = 86_400_000;

/** Compiles the prices of an overlay and compares them with the book's; throws `PriceBookError`. */
export function ownPrices(context: OverlayContext): OwnPrice[] {
  const { book, overlay } = context;
  const models = new Map(book.models.map((model) => [model.model, model]));
  return overlay.prices.map((price, index) => {
    const model = models.get(price.model);
    if (model === undefined) throw unknownModel(context, price.model, ['prices', index, 'model']);
    checkSource(context, price.source, ['prices', index, 'source']);
    checkReachable(price, index, context);
    const row = compileOwnRow(price, { model, index, overlay });
    checkAgainstBook(row, { model, index, overlay });
    return { model: price.model, index, from: price.from, to: price.to, row };
  });
}

/** How messages call a row, in the words of the file. */
export function rowName(model: string, row: PriceRow): string {
  const where = scheduleKey(row.scope, row.regionGroup);
  return `${model}, ${where}, from ${row.from}, above ${Math.max(0, row.promptTokensAbove)}`;
}

/** A price of a scope through which no id of the model leads would never price a request. */
function checkReachable({ model, scope }: OverlayPrice, index: number, { book, overlay }: OverlayContext) {
  const ids = scope === 'api' ? book.apiModels : book.bedrockModels;
  if ([...ids.values()].some((priced) => priced.model === model)) return;
  const place = overlay.locate(['prices', index, 'scope']);
  const what = scope === 'api' ? "the vendor's own API" : 'Bedrock';
  throw new PriceBookError('scope_unreachable', `${place}: ${model} has no id on ${what}`);
}

type OwnContext = Readonly<{ model: PricedModel; index: number; overlay: PriceOverlay }>;

function compileOwnRow(price: OverlayPrice, { model, index, overlay }: OwnContext): PriceRow {
  const rates = compileRates(price.usdPerMillion, model.serviceTiers, (code, tokenClass, why) => {
    const place = overlay.locate(['prices', index, 'usdPerMillion', tokenClass]);
    return new PriceBookError(code, `${place}: ${price.model}, ${price.scope}, from ${price.from}: ${why}`);
  });
  return {
    ...rates,
    scope: price.scope,
    ...(price.regionGroup === undefined ? {} : { regionGroup: price.regionGroup }),
    from: price.from,
    to: price.to,
    promptTokensAbove: compiledBand(price.promptTokensAbove),
    source: price.source,
    isVerified: true,
  };
}

/**
 * Compares each class with the book's nearest row. A class that the book prices must have a price here
 * too: left out by an oversight, it would leave every request that uses it without a price.
 */
function checkAgainstBook(row: PriceRow, { model, index, overlay }: OwnContext): void {
  const neighbour = neighbourOf(row, model);
  if (neighbour === undefined) return;
  for (const tokenClass of TOKEN_CLASSES) {
    const own = row.standardRates[tokenClass];
    const listed = neighbour.standardRates[tokenClass];
    if (listed === null) continue;
    const place = overlay.locate(['prices', index, 'usdPerMillion', tokenClass]);
    const name = rowName(model.model, row);
    const book = `the price book has ${usdPerMillion(listed)}`;
    if (own === null) {
      throw new PriceBookError('price_missing', `${place}: ${name}: no price of ${tokenClass}; ${book}`);
    }
    if (isAbsurd(own, listed)) {
      const why = `${tokenClass} ${usdPerMillion(own)} is absurd; ${book}`;
      throw new PriceBookError('price_absurd', `${place}: ${name}: ${why}`);
    }
  }
}

function isAbsurd(own: bigint, listed: bigint): boolean {
  return own !== listed && (own >= listed * ABSURD_TIMES || own * ABSURD_TIMES <= listed);
}

function usdPerMillion(picoUsdPerToken: bigint): string {
  return formatUsd(picoUsdPerToken * PICO_USD_PER_MILLION_TOKENS);
}

/** The book's row that is most like the own one: its scope first, then group of regions, band and time. */
function neighbourOf(own: PriceRow, { schedules }: PricedModel): PriceRow | undefined {
  const unlikeness = (row: PriceRow) => [
    row.scope === own.scope ? 0 : 1,
    row.regionGroup === own.regionGroup ? 0 : 1,
    row.promptTokensAbove === own.promptTokensAbove ? 0 : 1,
    daysApart(row, own.from),
  ];
  return [...schedules.values()]
    .flat()
    .map((row) => ({ row, parts: unlikeness(row) }))
    .toSorted((a, b) => compareParts(a.parts, b.parts))[0]?.row;
}

function compareParts(a: readonly number[], b: readonly number[]): number {
  for (const [index, part] of a.entries()) {
    const difference = part - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Days from a day to the nearest one of a row's period; 0 within it. */
function daysApart(row: PriceRow, day: string): number {
  if (day < row.from) return (Date.parse(row.from) - Date.parse(day)) / DAY_MS;
  if (row.to === null || day < row.to) return 0;
  return (Date.parse(day) - Date.parse(row.to)) / DAY_MS + 1;
}
