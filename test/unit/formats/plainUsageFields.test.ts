import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../fixtures/bedrockShapes.ts';
import { decode, EVENT_ID, usageOf } from '../../fixtures/decoding.ts';
import { plainLine } from '../../fixtures/gatewayRecords.ts';

const anthropic = (fields: JsonObject = {}): JsonObject => ({
  input_tokens: 7,
  output_tokens: 60,
  ...fields,
});

describe('what else decides the price of a plain line', () => {
  it.each<[JsonObject, string]>([
    [{ service_tier: 'standard' }, 'standard'],
    [{ service_tier: 'priority' }, 'priority'],
    [{ service_tier: 'batch' }, 'batch'],
    [{ service_tier: 'default' }, 'standard'],
    [{ service_tier: null }, 'standard'],
  ])('has the tier of %j: %s', (usage, tier) => {
    expect(usageOf(plainLine(anthropic(usage))).serviceTier).toBe(tier);
  });

  it('has a tier beside the usage, as OpenAI tells it', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 1 };
    expect(usageOf(plainLine(usage, { service_tier: 'priority' })).serviceTier).toBe('priority');
  });

  it.each([
    ['us', 'us'],
    ['global', undefined],
    ['not_available', undefined],
    ['', undefined],
    ['eu', 'eu'],
  ])('keeps the place %s as %s', (inference_geo, expected) => {
    expect(usageOf(plainLine(anthropic({ inference_geo }))).inferenceGeo).toBe(expected);
  });

  it('does not guess which of two names for the cache is right', () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 1,
      cache_read_input_tokens: 40,
      prompt_tokens_details: { cached_tokens: 41 },
    };
    expect(decode(plainLine(usage))).toMatchObject({ kind: 'quarantined', reason: 'bad_token_count' });
  });

  it('tells fast answers and web searches', () => {
    const usage = anthropic({
      speed: 'fast',
      server_tool_use: { web_search_requests: 1, web_fetch_requests: 2 },
    });
    expect(usageOf(plainLine(usage))).toMatchObject({ isFast: true, webSearches: 1 });
    expect(usageOf(plainLine(anthropic({ speed: 'standard' })))).not.toHaveProperty('isFast');
  });

  it.each<[JsonObject, string]>([
    [{}, 'ok'],
    [{ status_code: 200 }, 'ok'],
    [{ status_code: 429 }, 'throttled'],
    [{ statusCode: '500' }, 'error'],
    [{ status: 429 }, 'throttled'],
    [{ status: 'completed' }, 'ok'],
    [{ status: 'failed' }, 'error'],
    [{ status: 'blocked' }, 'blocked'],
  ])('with %j is %s', (fields, status) => {
    expect(usageOf(plainLine(anthropic(), fields)).status).toBe(status);
  });
});

describe('the id and time of a plain line', () => {
  const bare = { id: undefined, timestamp: undefined };

  it.each<[JsonObject, string]>([
    [{ id: 'a', request_id: 'b', requestId: 'c' }, 'a'],
    [{ id: null, request_id: 'b', requestId: 'c' }, 'b'],
    [{ id: '', requestId: 'c' }, 'c'],
    [{ id: 7 }, '7'],
    [{ id: undefined }, EVENT_ID],
  ])('%j is called %s', (fields, requestId) => {
    expect(usageOf(plainLine(anthropic(), fields)).requestId).toBe(requestId);
  });

  it.each<[JsonObject, string]>([
    [{ timestamp: '2026-11-22T12:00:00.5+02:00' }, '2026-11-22T10:00:00.500Z'],
    [{ time: '2026-11-22T10:00:00Z' }, '2026-11-22T10:00:00.000Z'],
    [{ ts: 1_795_341_600.25 }, '2026-11-22T10:00:00.250Z'],
    [{ created: 1_795_341_600 }, '2026-11-22T10:00:00.000Z'],
    [{ created_at: 1_795_341_600 }, '2026-11-22T10:00:00.000Z'],
    [{ time: 1_795_341_600_250 }, '2026-11-22T10:00:00.250Z'],
    [{ '@timestamp': '2026-11-22T10:00:00Z' }, '2026-11-22T10:00:00.000Z'],
    [{ timestamp: null, created: 1_795_341_600 }, '2026-11-22T10:00:00.000Z'],
  ])('%j starts at %s', (fields, startedAt) => {
    expect(usageOf(plainLine(anthropic(), { ...bare, ...fields })).startedAt).toBe(startedAt);
  });

  it.each<[JsonObject, string]>([
    [{}, 'bad_timestamp'],
    [{ timestamp: {} }, 'bad_timestamp'],
    [{ timestamp: 'noon', created: 1_795_341_600 }, 'bad_timestamp'],
    // Nobody says in which zone.
    [{ timestamp: '2026-11-22 10:00:00' }, 'bad_timestamp'],
    [{ ts: 99_999_999_999 }, 'future_date'],
    [{ ts: 100_000_000_000 }, 'bad_timestamp'],
  ])('%j has a %s', (fields, reason) => {
    expect(decode(plainLine(anthropic(), { ...bare, ...fields }))).toMatchObject({
      kind: 'quarantined',
      reason,
    });
  });
});
