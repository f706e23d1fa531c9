import { promptTokens, type Tokens } from '../domain/tokens.ts';
import type { PriceBook } from './priceBook.ts';
import { type Price, priceUsage, type UnpricedReason } from './priceUsage.ts';
import {
  type NoServicePrice,
  type Place,
  type ServiceItem,
  type ServicePrices,
  servicePriceAt,
} from './servicePrices.ts';

export type Service = 'transcribe' | 's3' | 'api_gateway' | 'lambda' | 'dynamodb' | 'bedrock' | 'web_search';

/** The part of a request's cost that one service has; `quantity` counts what was billed, in `unit`s. */
export type CostLine = Readonly<{
  service: Service;
  operation: string;
  costPicoUsd: bigint;
  unit: string;
  quantity: number;
}>;

/** A part of a request of which no price is known. Its cost is missing, not zero. */
export type UnpricedPart = Readonly<{
  service: Service;
  operation: string;
  reason: UnpricedReason | NoServicePrice;
}>;

export type ServiceCost =
  | (CostLine & Readonly<{ kind: 'priced' }>)
  | (UnpricedPart & Readonly<{ kind: 'unpriced' }>);

/** Where the prices of a request are read. */
export type Books = Readonly<{ priceBook: PriceBook; servicePrices: ServicePrices }>;

/** What a model was asked for; the provider's web searches are a line of their own. */
export type InferenceUse = Readonly<{
  modelId: string;
  serviceTier: string;
  tokens: Tokens;
  webSearches?: number;
  isFast?: boolean;
  inferenceGeo?: string;
}>;
export type EmbeddingUse = Readonly<{ modelId: string; tokens: number }>;
export type TranscribeUse = Readonly<{ seconds: number }>;
export type LambdaUse = Readonly<{
  durationMs: number;
  memoryMb: number;
  architecture: 'x86_64' | 'arm64';
}>;
/** Request units; an eventually consistent read of up to 4 KB is half a unit. */
export type DynamodbUse = Readonly<{ readUnits: number; writeUnits: number }>;
export type S3Use = Readonly<{
  storageBytes: number;
  storageHours: number;
  putRequests: number;
  getRequests: number;
}>;
export type ApiGatewayUse = Readonly<{ requests: number; api: 'rest' | 'http' }>;

/** Units of an item as an exact fraction, for a duration times a memory has no finite decimal of GB-seconds. */
type ItemUse = Readonly<{ item: ServiceItem; numerator: bigint; denominator?: bigint }>;

const MS_PER_SECOND = 1_000n;
const MB_PER_GB = 1_024n;
const BYTES_PER_GB = 2n ** 30n;
const HOURS_PER_DAY = 24;

/** Model inference: the tokens of all classes, priced as the ledger prices a usage record. */
export function inferenceCost(use: InferenceUse, { region, at }: Place, books: Books): ServiceCost {
  const { tokens } = use;
  const price = priceUsage(books.priceBook, { ...use, region, startedAt: at, webSearches: 0 });
  return bedrockCost('inference', price, promptTokens(tokens) + tokens.output);
}

/** The fee of the searches that a model's provider ran: what the whole request costs more for them. */
export function webSearchCost(
  use: InferenceUse,
  { region, at }: Place,
  books: Books,
): ServiceCost | undefined {
  const { webSearches = 0 } = use;
  if (webSearches === 0) return undefined;
  const line = { service: 'web_search', operation: 'requests' } as const;
  const price = priceUsage(books.priceBook, { ...use, region, startedAt: at });
  if (price.kind === 'unpriced') return { kind: 'unpriced', ...line, reason: price.reason };
  const costPicoUsd = price.costPicoUsd.webSearch;
  return { kind: 'priced', ...line, costPicoUsd, unit: 'searches', quantity: webSearches };
}

/** An embedding has input tokens and nothing else. */
export function embeddingCost({ modelId, tokens }: EmbeddingUse, place: Place, books: Books) {
  const { region, at } = place;
  const price = priceUsage(books.priceBook, {
    modelId,
    region,
    startedAt: at,
    serviceTier: 'standard',
    tokens: { input: tokens, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 },
  });
  return bedrockCost('embedding', price, tokens);
}

/** Audio is billed by the started second and, where the price says so, by a minimum for each request. */
export function transcribeCost({ seconds }: TranscribeUse, place: Place, books: Books): ServiceCost {
  const price = servicePriceAt(books.servicePrices, 'transcribe_second', place);
  const minimum = typeof price === 'string' || seconds === 0 ? 0 : price.minimumUnits;
  const billedSeconds = Math.max(Math.ceil(seconds), minimum);
  const line = { service: 'transcribe', operation: 'speech_to_text', unit: 'seconds' } as const;
  const uses = [{ item: 'transcribe_second', numerator: BigInt(billedSeconds) }] as const;
  return costOf({ ...line, quantity: billedSeconds }, uses, { place, books });
}

/** One invocation: its request, and its duration times its memory. */
export function lambdaCost(
  { durationMs, memoryMb, architecture }: LambdaUse,
  place: Place,
  books: Books,
): ServiceCost {
  const line = { service: 'lambda', operation: 'execution', unit: 'seconds' } as const;
  const uses = [
    { item: 'lambda_request', numerator: 1n },
    {
      item: `lambda_gb_second_${architecture}`,
      numerator: BigInt(durationMs) * BigInt(memoryMb),
      denominator: MS_PER_SECOND * MB_PER_GB,
    },
  ] as const;
  return costOf({ ...line, quantity: durationMs / Number(MS_PER_SECOND) }, uses, { place, books });
}

export function dynamodbCost(
  { readUnits, writeUnits }: DynamodbUse,
  place: Place,
  books: Books,
): ServiceCost {
  const line = { service: 'dynamodb', operation: 'requests', unit: 'request_units' } as const;
  const uses = [
    { item: 'dynamodb_read_unit', numerator: BigInt(readUnits * 2), denominator: 2n },
    { item: 'dynamodb_write_unit', numerator: BigInt(writeUnits) },
  ] as const;
  return costOf({ ...line, quantity: readUnits + writeUnits }, uses, { place, books });
}

/**
 * Storage and requests are one line of different units, so its quantity is 1. A month of storage is the
 * month of the request: AWS divides byte-hours by the hours that the calendar month has.
 */
export function s3Cost(
  { storageBytes, storageHours, putRequests, getRequests }: S3Use,
  place: Place,
  books: Books,
): ServiceCost {
  const line = { service: 's3', operation: 'storage_and_requests', unit: 'mixed', quantity: 1 } as const;
  const uses = [
    {
      item: 's3_storage_gb_month',
      numerator: BigInt(storageBytes) * BigInt(storageHours),
      denominator: BYTES_PER_GB * BigInt(hoursOfMonth(place.at)),
    },
    { item: 's3_put_request', numerator: BigInt(putRequests) },
    { item: 's3_get_request', numerator: BigInt(getRequests) },
  ] as const;
  return costOf(line, uses, { place, books });
}

export function apiGatewayCost({ requests, api }: ApiGatewayUse, place: Place, books: Books): ServiceCost {
  const line = {
    service: 'api_gateway',
    operation: 'requests',
    unit: 'requests',
    quantity: requests,
  } as const;
  return costOf(line, [{ item: `api_gateway_${api}_request`, numerator: BigInt(requests) }], {
    place,
    books,
  });
}

/**
 * Adds up what a line's items cost. Each item is rounded half up to a whole pico-USD, once; only memory
 * over time and storage over time ever need it. One missing price leaves the whole line unpriced, because
 * half a sum would pass for the whole. What was not used needs no price.
 */
function costOf(
  line: Omit<CostLine, 'costPicoUsd'>,
  uses: readonly ItemUse[],
  { place, books }: Readonly<{ place: Place; books: Books }>,
): ServiceCost {
  let costPicoUsd = 0n;
  for (const { item, numerator, denominator = 1n } of uses) {
    if (numerator === 0n) continue;
    const price = servicePriceAt(books.servicePrices, item, place);
    if (typeof price === 'string') {
      return { kind: 'unpriced', service: line.service, operation: line.operation, reason: price };
    }
    costPicoUsd += divideHalfUp(price.picoUsdPerUnit * numerator, denominator);
  }
  return { kind: 'priced', ...line, costPicoUsd };
}

/** Neither is negative. */
function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  return (numerator * 2n + denominator) / (denominator * 2n);
}

function bedrockCost(use: 'inference' | 'embedding', price: Price, quantity: number): ServiceCost {
  const isKnown = price.kind === 'priced' || price.reason !== 'unknown_model';
  const operation = isKnown ? `${use}_${familyOf(price.model)}` : use;
  if (price.kind === 'unpriced') {
    return { kind: 'unpriced', service: 'bedrock', operation, reason: price.reason };
  }
  const costPicoUsd = price.totalPicoUsd;
  return { kind: 'priced', service: 'bedrock', operation, costPicoUsd, unit: 'tokens', quantity };
}

/** `claude` of `claude-sonnet-4-5`, `titan` of `amazon.titan-embed-text-v2`. */
function familyOf(model: string): string {
  return model.replace(/^.*\./, '').replace(/-.*$/, '');
}

function hoursOfMonth(at: string): number {
  const lastDay = new Date(Date.UTC(Number(at.slice(0, 4)), Number(at.slice(5, 7)), 0));
  return lastDay.getUTCDate() * HOURS_PER_DAY;
}
