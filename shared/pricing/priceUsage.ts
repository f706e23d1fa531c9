import { type CostByClass, NO_COST } from '../domain/metrics.ts';
import { promptTokens, type Tokens } from '../domain/tokens.ts';
import type { PriceRow } from './compileModel.ts';
import type { EndpointScope } from './endpoints.ts';
import { identifyModel, type ModelIdentity } from './modelIdentity.ts';
import { isUsInference } from './premiums.ts';
import type { PriceBook } from './priceBook.ts';
import type { PremiumKey, Rates } from './rates.ts';

/** What decides a price. `startedAt` is ISO 8601 in UTC; its text order is compared, it is not parsed. */
export type PriceRequest = Readonly<{
  modelId: string;
  region?: string;
  startedAt: string;
  serviceTier: string;
  tokens: Tokens;
  /** Searches that the provider ran for the request, whole and not negative. */
  webSearches?: number;
  /** True in the vendor's fast mode. */
  isFast?: boolean;
  /** Where the vendor's own API says that inference ran, such as `us`. */
  inferenceGeo?: string;
  /** True when a gateway answered from its own cache: nothing was billed, whatever the model. */
  isCacheHit?: boolean;
}>;

/** Why a request has no price. Each is a gap in the price book, which can be filled later. */
export type UnpricedReason =
  | 'unknown_model'
  | 'no_price_for_scope'
  | 'no_price_at_date'
  | 'unknown_tier'
  | 'no_price_for_class'
  | 'no_price_for_fast_mode'
  | 'unknown_inference_geo'
  | 'no_price_for_web_search';

/** The price of one request; the classes always add up to the total. */
export type Price =
  | Readonly<{
      kind: 'priced';
      model: string;
      scope: EndpointScope;
      costPicoUsd: CostByClass;
      totalPicoUsd: bigint;
      priceVersion: string;
    }>
  | Readonly<{
      kind: 'unpriced';
      model: string;
      scope: EndpointScope;
      reason: UnpricedReason;
      priceVersion: string;
    }>;

/**
 * Prices one request by the row in force when it started, for its model, endpoint, prompt band and
 * service tier. A band's rates hold for every token of the request, output included. Without tokens
 * and searches a known model costs nothing whatever its price; an unknown model is never priced, not even
 * at zero. A fee is the same on every tier. What a row has no price for leaves the whole request unpriced,
 * because half a sum would pass for the whole.
 */
export function priceUsage(book: PriceBook, request: PriceRequest): Price {
  const identity = identifyModel(book, request.modelId, request.region);
  if (request.isCacheHit === true) return priced(book, identity, NO_COST);
  if (!identity.isKnown) return unpriced(book, identity, 'unknown_model');
  const { tokens, webSearches = 0 } = request;
  const prompt = promptTokens(tokens);
  if (prompt === 0 && tokens.output === 0 && webSearches === 0) return priced(book, identity, NO_COST);
  if (identity.rows.length === 0) return unpriced(book, identity, 'no_price_for_scope');

  const row = rowInForce(identity.rows, request.startedAt, prompt);
  if (row === undefined) return unpriced(book, identity, 'no_price_at_date');
  const rates = ratesFor(row, request);
  if (typeof rates === 'string') return unpriced(book, identity, rates);

  const input = classCost(tokens.input, rates.input);
  const cacheRead = classCost(tokens.cacheRead, rates.cacheRead);
  const cacheWrite5m = classCost(tokens.cacheWrite5m, rates.cacheWrite5m);
  const cacheWrite1h = classCost(tokens.cacheWrite1h, rates.cacheWrite1h);
  const output = classCost(tokens.output, rates.output);
  if (input === null || cacheRead === null || cacheWrite5m === null) {
    return unpriced(book, identity, 'no_price_for_class');
  }
  if (cacheWrite1h === null || output === null) return unpriced(book, identity, 'no_price_for_class');
  let webSearch = 0n;
  if (webSearches > 0) {
    if (row.webSearchFee === undefined) return unpriced(book, identity, 'no_price_for_web_search');
    webSearch = BigInt(webSearches) * row.webSearchFee.picoUsd;
  }
  return priced(book, identity, { input, cacheRead, cacheWrite5m, cacheWrite1h, output, webSearch });
}

/** The rates of a row for the tier and the premiums of a request, or why there are none. */
function ratesFor(row: PriceRow, request: PriceRequest): Rates | UnpricedReason {
  const { serviceTier, isFast, inferenceGeo } = request;
  const rates = row.ratesByTier.get(serviceTier);
  if (rates === undefined) return 'unknown_tier';
  const key = premiumKey(row, isFast === true, inferenceGeo);
  if (key === undefined) return 'unknown_inference_geo';
  if (key === 'none') return rates;
  return row.premiumRates[key]?.get(serviceTier) ?? 'no_price_for_fast_mode';
}

/**
 * Only the vendor's own API has a choice of where inference runs: on Bedrock the endpoint's price says it
 * already. A row without the premium is of a model that costs the same everywhere.
 */
function premiumKey(
  row: PriceRow,
  isFast: boolean,
  inferenceGeo: string | undefined,
): PremiumKey | 'none' | undefined {
  const isUs = row.scope === 'api' ? isUsInference(inferenceGeo) : false;
  if (isUs === undefined) return undefined;
  if (!isUs || row.premiums.inferenceUs === undefined) return isFast ? 'fast' : 'none';
  return isFast ? 'fast+inferenceUs' : 'inferenceUs';
}

/** Rows come with the highest band first, so the first that fits is the one in force. */
function rowInForce(rows: readonly PriceRow[], startedAt: string, prompt: number): PriceRow | undefined {
  for (const row of rows) {
    if (prompt > row.promptTokensAbove && startedAt >= row.from && (row.to === null || startedAt < row.to)) {
      return row;
    }
  }
  return undefined;
}

/** `null` when tokens were used of a class whose price is not known. */
function classCost(tokens: number, rate: bigint | null): bigint | null {
  if (tokens === 0) return 0n;
  return rate === null ? null : BigInt(tokens) * rate;
}

function priced(book: PriceBook, identity: ModelIdentity, costPicoUsd: CostByClass): Price {
  const { model, scope } = identity;
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, webSearch } = costPicoUsd;
  const totalPicoUsd = input + cacheRead + cacheWrite5m + cacheWrite1h + output + webSearch;
  return { kind: 'priced', model, scope, costPicoUsd, totalPicoUsd, priceVersion: book.version };
}

function unpriced(book: PriceBook, identity: ModelIdentity, reason: UnpricedReason): Price {
  const { model, scope } = identity;
  return { kind: 'unpriced', model, scope, reason, priceVersion: book.version };
}
