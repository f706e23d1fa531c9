import { z } from 'zod';
import { definedOnly } from '../domain/definedOnly.ts';
import { identifierProblem, MAX_MODEL_ID_BYTES } from '../domain/identifier.ts';
import { estimateAudioSeconds, estimateTokensOfLength } from './estimateTokens.ts';
import type { QuoteRequest } from './quoteCosts.ts';
import { DEFAULT_REGION } from './servicePrices.ts';

/** Embeddings without a model id of their own are this model's. */
const DEFAULT_EMBEDDING_MODEL_ID = 'amazon.titan-embed-text-v2:0';

/** The limits lie far above any one request: what exceeds them is a mistake of units. */
const MAX_TOKENS = 100_000_000;
const MAX_REQUESTS = 1_000_000;
/** What one invocation of Lambda can have. */
const MAX_LAMBDA_MS = 900_000;
const MIN_LAMBDA_MB = 128;
const MAX_LAMBDA_MB = 10_240;
const MAX_STORED_BYTES = 50 * 2 ** 40;
const MAX_STORED_HOURS = 10 * 366 * 24;
const MAX_AUDIO_SECONDS = 86_400;
const MAX_AUDIO_BYTES = 2 ** 31;

const countUpTo = (max: number) => z.int().min(0).max(max).optional();
const tokens = countUpTo(MAX_TOKENS);
/** Four characters are estimated as one token. */
const characters = countUpTo(4 * MAX_TOKENS);

function identifier(maxBytes?: number) {
  return z.string().superRefine((text, context) => {
    const problem = identifierProblem(text, maxBytes);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });
}

const quoteFields = z.strictObject({
  request_id: identifier(),
  operation: identifier(),
  timestamp: z.iso.datetime({ error: 'give a UTC time such as 2025-01-10T12:00:00.000Z' }).optional(),
  region: z
    .string()
    .regex(/^[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/, { error: 'give a region such as us-east-1' })
    .default(DEFAULT_REGION),
  estimated: z.boolean().default(false),
  model_id: identifier(MAX_MODEL_ID_BYTES).optional(),
  service_tier: z.string().min(1).max(32).optional(),
  text_input_tokens: tokens,
  text_input_characters: characters,
  text_output_tokens: tokens,
  text_output_characters: characters,
  cache_read_tokens: tokens,
  cache_write_5m_tokens: tokens,
  cache_write_1h_tokens: tokens,
  web_searches: countUpTo(MAX_REQUESTS),
  speed: z.enum(['standard', 'fast']).optional(),
  inference_geo: z.string().min(1).max(32).optional(),
  embedding_model_id: identifier(MAX_MODEL_ID_BYTES).optional(),
  embedding_tokens: tokens,
  embedding_characters: characters,
  transcribe_seconds: z.number().min(0).max(MAX_AUDIO_SECONDS).optional(),
  audio_bytes: countUpTo(MAX_AUDIO_BYTES),
  lambda_duration_ms: countUpTo(MAX_LAMBDA_MS),
  lambda_memory_mb: z.int().min(MIN_LAMBDA_MB).max(MAX_LAMBDA_MB).optional(),
  lambda_architecture: z.enum(['x86_64', 'arm64']).optional(),
  dynamodb_reads: z.number().min(0).max(MAX_REQUESTS).multipleOf(0.5).optional(),
  dynamodb_writes: countUpTo(MAX_REQUESTS),
  s3_storage_bytes: countUpTo(MAX_STORED_BYTES),
  s3_storage_hours: countUpTo(MAX_STORED_HOURS),
  s3_put_requests: countUpTo(MAX_REQUESTS),
  s3_get_requests: countUpTo(MAX_REQUESTS),
  api_gateway_requests: countUpTo(MAX_REQUESTS),
  api_gateway_api: z.enum(['rest', 'http']).optional(),
});

type QuoteKey = keyof z.infer<typeof quoteFields>;

/** A count and its estimate: both at once would leave open which one is meant. */
const ESTIMATES: readonly (readonly [count: QuoteKey, estimate: QuoteKey])[] = [
  ['text_input_tokens', 'text_input_characters'],
  ['text_output_tokens', 'text_output_characters'],
  ['embedding_tokens', 'embedding_characters'],
  ['transcribe_seconds', 'audio_bytes'],
];

const MODEL_COUNTS: readonly QuoteKey[] = [
  'text_input_tokens',
  'text_input_characters',
  'text_output_tokens',
  'text_output_characters',
  'cache_read_tokens',
  'cache_write_5m_tokens',
  'cache_write_1h_tokens',
  'web_searches',
];

/** What says nothing alone: it needs at least one of the others, or a part would cost nothing by mistake. */
const COMPANIONS: readonly (readonly [key: QuoteKey, needsOneOf: readonly QuoteKey[]])[] = [
  ...MODEL_COUNTS.map((key) => [key, ['model_id']] as const),
  ['model_id', MODEL_COUNTS],
  ['service_tier', ['model_id']],
  ['speed', ['model_id']],
  ['inference_geo', ['model_id']],
  ['embedding_model_id', ['embedding_tokens', 'embedding_characters']],
  ['lambda_duration_ms', ['lambda_memory_mb']],
  ['lambda_memory_mb', ['lambda_duration_ms']],
  ['lambda_architecture', ['lambda_duration_ms']],
  ['s3_storage_bytes', ['s3_storage_hours']],
  ['s3_storage_hours', ['s3_storage_bytes']],
  ['api_gateway_api', ['api_gateway_requests']],
];

/** The body of `POST /costs/quote`: flat, under the names that gateways already use. */
export const quoteBody = quoteFields.superRefine((body, context) => {
  const refuse = (key: QuoteKey, message: string) =>
    context.addIssue({ code: 'custom', path: [key], message });
  for (const [count, estimate] of ESTIMATES) {
    if (body[count] !== undefined && body[estimate] !== undefined) {
      refuse(estimate, `is an estimate of ${count}: give one of them`);
    }
  }
  for (const [key, needsOneOf] of COMPANIONS) {
    if (body[key] !== undefined && needsOneOf.every((other) => body[other] === undefined)) {
      refuse(key, `needs ${needsOneOf.join(' or ')} beside it`);
    }
  }
});

export type QuoteBody = z.infer<typeof quoteBody>;

/** A checked body in the words of the price books; one without a time is of `now`. */
export function toQuoteRequest(body: QuoteBody, now: Date): QuoteRequest {
  const isEstimated = body.estimated || ESTIMATES.some(([, estimate]) => body[estimate] !== undefined);
  return {
    requestId: body.request_id,
    operation: body.operation,
    at: (body.timestamp === undefined ? now : new Date(body.timestamp)).toISOString(),
    region: body.region,
    isEstimated,
    ...definedOnly({
      transcribe: transcribeUse(body),
      s3: s3Use(body),
      apiGateway: apiGatewayUse(body),
      lambda: lambdaUse(body),
      dynamodb: dynamodbUse(body),
      inference: inferenceUse(body),
      embedding: embeddingUse(body),
    }),
  };
}

function transcribeUse({ transcribe_seconds: counted, audio_bytes: bytes }: QuoteBody) {
  if (counted !== undefined) return { seconds: counted };
  return bytes === undefined ? undefined : { seconds: estimateAudioSeconds(bytes).seconds };
}

function s3Use(body: QuoteBody) {
  const { s3_storage_bytes: bytes, s3_put_requests: puts, s3_get_requests: gets } = body;
  if (bytes === undefined && puts === undefined && gets === undefined) return undefined;
  return {
    storageBytes: bytes ?? 0,
    storageHours: body.s3_storage_hours ?? 0,
    putRequests: puts ?? 0,
    getRequests: gets ?? 0,
  };
}

function apiGatewayUse({ api_gateway_requests: requests, api_gateway_api: api = 'rest' }: QuoteBody) {
  return requests === undefined ? undefined : { requests, api };
}

/** AWS makes a function an x86 one unless it is told otherwise. */
function lambdaUse(body: QuoteBody) {
  const { lambda_duration_ms: durationMs, lambda_memory_mb: memoryMb } = body;
  if (durationMs === undefined || memoryMb === undefined) return undefined;
  return { durationMs, memoryMb, architecture: body.lambda_architecture ?? 'x86_64' };
}

function dynamodbUse({ dynamodb_reads: reads, dynamodb_writes: writes }: QuoteBody) {
  if (reads === undefined && writes === undefined) return undefined;
  return { readUnits: reads ?? 0, writeUnits: writes ?? 0 };
}

function inferenceUse(body: QuoteBody) {
  if (body.model_id === undefined) return undefined;
  return {
    ...definedOnly({ webSearches: body.web_searches, inferenceGeo: body.inference_geo }),
    ...(body.speed === 'fast' ? { isFast: true } : {}),
    modelId: body.model_id,
    serviceTier: body.service_tier ?? 'standard',
    tokens: {
      input: tokenCount(body.text_input_tokens, body.text_input_characters) ?? 0,
      cacheRead: body.cache_read_tokens ?? 0,
      cacheWrite5m: body.cache_write_5m_tokens ?? 0,
      cacheWrite1h: body.cache_write_1h_tokens ?? 0,
      output: tokenCount(body.text_output_tokens, body.text_output_characters) ?? 0,
    },
  };
}

function embeddingUse(body: QuoteBody) {
  const count = tokenCount(body.embedding_tokens, body.embedding_characters);
  if (count === undefined) return undefined;
  return { modelId: body.embedding_model_id ?? DEFAULT_EMBEDDING_MODEL_ID, tokens: count };
}

function tokenCount(counted: number | undefined, length: number | undefined): number | undefined {
  if (counted !== undefined) return counted;
  return length === undefined ? undefined : estimateTokensOfLength(length).tokens;
}
