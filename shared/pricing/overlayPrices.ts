import { TOKEN_CLASSES } from '../domain/tokens.ts';
import {
  compiledBand,
  type Fee,
  type PricedModel,
  type PriceRow,
  scheduleKey,
  webSearchFee,
} from './compileModel.ts';
import { isAbsurd, nearestRow, placeOfRow, usdPerMillion } from './neighbours.ts';
import { checkSource, type OverlayContext, unknownModel } from './overlayNames.ts';
import { PriceBookError } from './priceBookError.ts';
import type { OverlayPrice, PriceOverlay } from './priceOverlay.ts';
import { compileRates, type RefuseRate } from './rates.ts';

/** An overlay's price as a row; `index` is its place in the file. */
export type OwnPrice = Readonly<{
  model: string;
  index: number;
  from: string;
  to: string | null;
  row: PriceRow;
}>;

/** Compiles the prices of an overlay and compares them with the book's; throws `PriceBookError`. */
export function ownPrices(context: OverlayContext): OwnPrice[] {
  const { book, overlay } = context;
  const models = new Map(book.models.map((model) => [model.model, model]));
  return overlay.prices.map((price, index) => {
    const model = models.get(price.model);
    if (model === undefined) throw unknownModel(context, price.model, ['prices', index, 'model']);
    checkSource(context, price.source, ['prices', index, 'source']);
    checkReachable(price, index, context);
    const listed = nearestRow(placeOfRow(price), [...model.schedules.values()].flat());
    const row = compileOwnRow(price, { model, index, overlay, listed });
    checkAgainstBook(row, { model, index, overlay, listed });
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

/** `listed` is the book's row that is most like the own one. */
type OwnContext = Readonly<{
  model: PricedModel;
  index: number;
  overlay: PriceOverlay;
  listed: PriceRow | undefined;
}>;

/**
 * Premiums and fees that the book has for the same scope go on top of an own price: a contract about
 * tokens does not say that fast mode costs nothing more. A fee that the own price states comes first.
 */
function compileOwnRow(price: OverlayPrice, { model, index, overlay, listed }: OwnContext): PriceRow {
  const { serviceTiers } = model;
  const inherited = listed?.scope === price.scope ? listed : undefined;
  const premiums = inherited?.premiums ?? {};
  const refuse: RefuseRate = (code, part, why) => {
    const section = part === 'webSearch' ? 'usdPerThousand' : 'usdPerMillion';
    const place = overlay.locate(['prices', index, section, part]);
    return new PriceBookError(code, `${place}: ${price.model}, ${price.scope}, from ${price.from}: ${why}`);
  };
  const fee = ownFee(price, inherited?.webSearchFee, refuse);
  return {
    ...compileRates(price.usdPerMillion, { serviceTiers, premiums }, refuse),
    premiums,
    ...(fee === undefined ? {} : { webSearchFee: fee }),
    scope: price.scope,
    ...(price.regionGroup === undefined ? {} : { regionGroup: price.regionGroup }),
    from: price.from,
    to: price.to,
    promptTokensAbove: compiledBand(price.promptTokensAbove),
    source: price.source,
    isVerified: true,
  };
}

function ownFee(
  { usdPerThousand, source }: OverlayPrice,
  listed: Fee | undefined,
  refuse: RefuseRate,
): Fee | undefined {
  const usd = usdPerThousand?.webSearch;
  if (usd === undefined) return listed;
  const fee = webSearchFee(usd, { source, isVerified: true }, refuse);
  if (listed === undefined || fee.picoUsd === 0n || !isAbsurd(fee.picoUsd, listed.picoUsd)) return fee;
  throw refuse('price_absurd', 'webSearch', `webSearch ${usd} is absurd beside the price book's`);
}

/**
 * Compares each class with the book's nearest row. A class that the book prices must have a price here
 * too: left out by an oversight, it would leave every request that uses it without a price.
 */
function checkAgainstBook(row: PriceRow, { model, index, overlay, listed: neighbour }: OwnContext): void {
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
