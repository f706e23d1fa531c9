import { type CostByClass, NO_COST } from '../domain/metrics.ts';
import { promptTokens, type Tokens } from '../domain/tokens.ts';
import type { PriceRow } from './compileModel.ts';
import { identifyModel, type ModelIdentity } from './modelIdentity.ts';
import type { PriceBook } from './priceBook.ts';
import type { EndpointScope } from './priceBookFile.ts';

/** What decides a price. `startedAt` is ISO 8601 in UTC; its text order is compared, it is not parsed. */
export type PriceRequest = Readonly<{
  modelId: string;
  region?: string;
  startedAt: string;
  serviceTier: string;
  tokens: Tokens;
}>;

/** Why a request has no price. Each is a gap in the price book, which can be filled later. */
export type UnpricedReason =
  | 'unknown_model'
  | 'no_price_for_scope'
  | 'no_price_at_date'
  | 'unknown_tier'
  | 'no_price_for_class';

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
 * a known model costs nothing whatever its price; an unknown model is never priced, not even at zero.
 */
export function priceUsage(book: PriceBook, request: PriceRequest): Price {
  const identity = identifyModel(book, request.modelId, request.region);
  if (!identity.isKnown) return unpriced(book, identity, 'unknown_model');
  const { tokens } = request;
  const prompt = promptTokens(tokens);
  if (prompt === 0 && tokens.output === 0) return priced(book, identity, NO_COST);
  if (identity.rows.length === 0) return unpriced(book, identity, 'no_price_for_scope');

  const row = rowInForce(identity.rows, request.startedAt, prompt);
  if (row === undefined) return unpriced(book, identity, 'no_price_at_date');
  const rates = row.ratesByTier.get(request.serviceTier);
  if (rates === undefined) return unpriced(book, identity, 'unknown_tier');

  const input = classCost(tokens.input, rates.input);
  const cacheRead = classCost(tokens.cacheRead, rates.cacheRead);
  const cacheWrite5m = classCost(tokens.cacheWrite5m, rates.cacheWrite5m);
  const cacheWrite1h = classCost(tokens.cacheWrite1h, rates.cacheWrite1h);
  const output = classCost(tokens.output, rates.output);
  if (input === null || cacheRead === null || cacheWrite5m === null) {
    return unpriced(book, identity, 'no_price_for_class');
  }
  if (cacheWrite1h === null || output === null) return unpriced(book, identity, 'no_price_for_class');
  return priced(book, identity, { input, cacheRead, cacheWrite5m, cacheWrite1h, output });
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
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = costPicoUsd;
  const totalPicoUsd = input + cacheRead + cacheWrite5m + cacheWrite1h + output;
  return { kind: 'priced', model, scope, costPicoUsd, totalPicoUsd, priceVersion: book.version };
}

function unpriced(book: PriceBook, identity: ModelIdentity, reason: UnpricedReason): Price {
  const { model, scope } = identity;
  return { kind: 'unpriced', model, scope, reason, priceVersion: book.version };
}
