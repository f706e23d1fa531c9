import { describe, expect, it } from 'vitest';
import { quoteBody, toQuoteRequest } from '../../../shared/pricing/quoteBody.ts';

const NOW = new Date('2026-11-23T12:00:00.000Z');
const MINIMAL = { request_id: 'r-1', operation: 'query' };
const MODEL = { model_id: 'claude-haiku-4-5' };

function read(fields: object) {
  return toQuoteRequest(quoteBody.parse({ ...MINIMAL, ...fields }), NOW);
}

/** Where the mistakes of a body are; none of a good one. */
function mistakes(fields: object): string[] {
  const { error } = quoteBody.safeParse({ ...MINIMAL, ...fields });
  return (error?.issues ?? []).flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')],
  );
}

describe('a quote body', () => {
  it('is of now, of the default region and of nothing used, unless it says more', () => {
    expect(read({})).toStrictEqual({
      requestId: 'r-1',
      operation: 'query',
      at: '2026-11-23T12:00:00.000Z',
      region: 'us-east-1',
      isEstimated: false,
    });
  });

  it('reads what decides a price besides tokens, and no tokens where there are none', () => {
    const extras = { web_searches: 2, speed: 'fast', inference_geo: 'us' };
    expect(read({ ...MODEL, ...extras }).inference).toStrictEqual({
      modelId: 'claude-haiku-4-5',
      serviceTier: 'standard',
      tokens: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 },
      webSearches: 2,
      isFast: true,
      inferenceGeo: 'us',
    });
    expect(read({ ...MODEL, text_input_tokens: 1, speed: 'standard' }).inference).not.toHaveProperty(
      'isFast',
    );
  });

  it.each([
    [{ web_searches: 1 }, ['web_searches']],
    [{ speed: 'fast' }, ['speed']],
    [{ inference_geo: 'us' }, ['inference_geo']],
    [{ ...MODEL, web_searches: -1 }, ['web_searches']],
    [{ ...MODEL, web_searches: 1, speed: 'slow' }, ['speed']],
  ])('refuses %j', (fields, pointers) => {
    expect(mistakes(fields)).toEqual(pointers);
  });

  it('becomes what each service was used for', () => {
    const everything = {
      timestamp: '2025-01-10T12:00:00Z',
      region: 'us-gov-west-1',
      ...MODEL,
      service_tier: 'batch',
      text_input_tokens: 1,
      text_output_tokens: 2,
      cache_read_tokens: 3,
      cache_write_5m_tokens: 4,
      cache_write_1h_tokens: 5,
      embedding_model_id: 'amazon.titan-embed-text-v1',
      embedding_tokens: 6,
      transcribe_seconds: 7.5,
      lambda_duration_ms: 8,
      lambda_memory_mb: 128,
      lambda_architecture: 'arm64',
      dynamodb_reads: 9.5,
      dynamodb_writes: 10,
      s3_storage_bytes: 11,
      s3_storage_hours: 12,
      s3_put_requests: 13,
      s3_get_requests: 14,
      api_gateway_requests: 15,
      api_gateway_api: 'http',
    };
    expect(read(everything)).toStrictEqual({
      requestId: 'r-1',
      operation: 'query',
      at: '2025-01-10T12:00:00.000Z',
      region: 'us-gov-west-1',
      isEstimated: false,
      transcribe: { seconds: 7.5 },
      s3: { storageBytes: 11, storageHours: 12, putRequests: 13, getRequests: 14 },
      apiGateway: { requests: 15, api: 'http' },
      lambda: { durationMs: 8, memoryMb: 128, architecture: 'arm64' },
      dynamodb: { readUnits: 9.5, writeUnits: 10 },
      inference: {
        modelId: 'claude-haiku-4-5',
        serviceTier: 'batch',
        tokens: { input: 1, cacheRead: 3, cacheWrite5m: 4, cacheWrite1h: 5, output: 2 },
      },
      embedding: { modelId: 'amazon.titan-embed-text-v1', tokens: 6 },
    });
  });

  it.each<[object, object]>([
    [{ lambda_duration_ms: 1, lambda_memory_mb: 128 }, { lambda: { architecture: 'x86_64' } }],
    [{ api_gateway_requests: 1 }, { apiGateway: { api: 'rest' } }],
    [{ embedding_tokens: 1 }, { embedding: { modelId: 'amazon.titan-embed-text-v2:0' } }],
    [{ ...MODEL, text_output_tokens: 1 }, { inference: { serviceTier: 'standard', tokens: { input: 0 } } }],
    [{ dynamodb_writes: 1 }, { dynamodb: { readUnits: 0, writeUnits: 1 } }],
    [{ s3_put_requests: 1 }, { s3: { storageBytes: 0, storageHours: 0, getRequests: 0 } }],
  ])('reads %j with what is usual', (fields, expected) => {
    expect(read(fields)).toMatchObject(expected);
  });

  it.each<[object, object]>([
    [{ ...MODEL, text_input_characters: 5 }, { inference: { tokens: { input: 2 } } }],
    [{ ...MODEL, text_output_characters: 8 }, { inference: { tokens: { output: 2 } } }],
    [{ embedding_characters: 9 }, { embedding: { tokens: 3 } }],
    [{ audio_bytes: 1_500_000 }, { transcribe: { seconds: 90 } }],
    [{ estimated: true, embedding_tokens: 3 }, { embedding: { tokens: 3 } }],
  ])('marks %j as estimated', (fields, expected) => {
    expect(read(fields)).toMatchObject({ isEstimated: true, ...expected });
  });

  it.each<[string, object, string[]]>([
    ['no request id', { request_id: undefined }, ['request_id']],
    ['an empty request id', { request_id: '' }, ['request_id']],
    ['a request id with a #', { request_id: 'a#b' }, ['request_id']],
    ['an operation that is a number', { operation: 7 }, ['operation']],
    ['a misspelt key', { text_input_token: 1 }, ['text_input_token']],
    ['several unknown keys', { prompt: 'p', user: 'u' }, ['prompt', 'user']],
    ['a number as text', { ...MODEL, text_input_tokens: '1200' }, ['text_input_tokens']],
    ['a fraction of a token', { embedding_tokens: 0.5 }, ['embedding_tokens']],
    ['a quarter of a read unit', { dynamodb_reads: 0.25 }, ['dynamodb_reads']],
    ['half a write unit', { dynamodb_writes: 0.5 }, ['dynamodb_writes']],
    ['an unknown architecture', { lambda_architecture: 'x86' }, ['lambda_architecture']],
    ['a time of another zone', { timestamp: '2025-01-10T12:00:00+01:00' }, ['timestamp']],
    ['a day that does not exist', { timestamp: '2025-02-29T12:00:00Z' }, ['timestamp']],
    ['a place that is no region', { region: 'Ireland' }, ['region']],
    ['null', { embedding_tokens: null }, ['embedding_tokens']],
    ['tokens of no model', { text_input_tokens: 1 }, ['text_input_tokens']],
    ['a model without tokens', MODEL, ['model_id']],
    ['a tier of no model', { service_tier: 'batch' }, ['service_tier']],
    ['a duration without memory', { lambda_duration_ms: 1 }, ['lambda_duration_ms']],
    ['memory without a duration', { lambda_memory_mb: 128 }, ['lambda_memory_mb']],
    ['storage for no time', { s3_storage_bytes: 1 }, ['s3_storage_bytes']],
    ['storage of nothing', { s3_storage_hours: 1 }, ['s3_storage_hours']],
    ['an API without requests', { api_gateway_api: 'http' }, ['api_gateway_api']],
    ['an embedding model without tokens', { embedding_model_id: 'a' }, ['embedding_model_id']],
    ['a count beside its estimate', { transcribe_seconds: 1, audio_bytes: 1 }, ['audio_bytes']],
  ])('with %s is refused there', (_what, fields, expected) => {
    expect(mistakes(fields)).toEqual(expected);
  });

  const LAMBDA = { lambda_duration_ms: 1, lambda_memory_mb: 128 };

  it.each<[key: string, min: number, max: number, beside: object]>([
    ['text_input_tokens', 0, 100_000_000, MODEL],
    ['text_input_characters', 0, 400_000_000, MODEL],
    ['text_output_tokens', 0, 100_000_000, MODEL],
    ['cache_read_tokens', 0, 100_000_000, MODEL],
    ['embedding_tokens', 0, 100_000_000, {}],
    ['transcribe_seconds', 0, 86_400, {}],
    ['audio_bytes', 0, 2_147_483_648, {}],
    ['lambda_duration_ms', 0, 900_000, LAMBDA],
    ['lambda_memory_mb', 128, 10_240, LAMBDA],
    ['dynamodb_reads', 0, 1_000_000, {}],
    ['dynamodb_writes', 0, 1_000_000, {}],
    ['s3_storage_bytes', 0, 54_975_581_388_800, { s3_storage_hours: 1 }],
    ['s3_storage_hours', 0, 87_840, { s3_storage_bytes: 1 }],
    ['s3_put_requests', 0, 1_000_000, {}],
    ['api_gateway_requests', 0, 1_000_000, {}],
  ])('takes %s from %i to %i and no further', (key, min, max, beside) => {
    const at = (value: number) => mistakes({ ...beside, [key]: value });
    expect([at(min), at(max)]).toEqual([[], []]);
    expect([at(min - 1), at(max + 1)]).toEqual([[key], [key]]);
  });
});
