import { describe, expect, it } from 'vitest';
import { expectSoundWhateverChanges, expectUnread } from '../../fixtures/anyOutcome.ts';
import type { JsonObject } from '../../fixtures/bedrockShapes.ts';
import { decode, EVENT_ID, usageOf } from '../../fixtures/decoding.ts';
import { portkeyLine } from '../../fixtures/gatewayRecords.ts';

describe("a line of Portkey's log export", () => {
  it('gives all that it states, and nothing of the cost', () => {
    expect(usageOf(portkeyLine())).toStrictEqual({
      source: 'portkey',
      requestId: 'portkey-1',
      startedAt: '2026-11-22T10:00:00.000Z',
      modelId: 'claude-sonnet-4-5',
      tokens: { input: 1_200, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 340 },
      isEstimated: false,
      hasTokenCounts: true,
      status: 'ok',
      serviceTier: 'standard',
      operation: '-',
      user: 'mira',
      team: 'chess',
    });
    expect(usageOf(portkeyLine({ cost: 'much' }))).toStrictEqual(usageOf(portkeyLine()));
  });

  it('reads units in quotes, and no counts from zeros', () => {
    const usage = usageOf(portkeyLine({ req_units: '12', res_units: '' }));
    expect(usage.tokens).toMatchObject({ input: 12, output: 0 });
    expect(usageOf(portkeyLine({ req_units: 0, res_units: 0 })).hasTokenCounts).toBe(false);
    expect(usageOf(portkeyLine({ req_units: 0, res_units: 1 })).hasTokenCounts).toBe(true);
  });

  it.each([
    ['HIT', true],
    ['SEMANTIC HIT', true],
    ['semantic hit', true],
    ['MISS', undefined],
    ['DISABLED', undefined],
    [null, undefined],
  ])('was answered by the cache: %s is %s', (cache_status, isCacheHit) => {
    const usage = usageOf(portkeyLine({ cache_status }));
    expect(usage.isCacheHit).toBe(isCacheHit);
    expect(usage.tokens.input).toBe(isCacheHit ? 0 : 1_200);
  });

  it.each<[unknown, unknown, string, string | undefined]>([
    [200, 1, 'ok', undefined],
    [null, 1, 'ok', undefined],
    [null, true, 'ok', undefined],
    [null, 0, 'error', undefined],
    [null, false, 'error', undefined],
    [null, '0', 'error', undefined],
    [null, 'false', 'error', undefined],
    ['429', 0, 'throttled', '429'],
    [445, 0, 'error', '445'],
    [446, 0, 'blocked', '446'],
    [500, 0, 'error', '500'],
  ])('with the code %j and success %j is %s', (response_status_code, is_success, status, errorCode) => {
    const usage = usageOf(portkeyLine({ response_status_code, is_success }));
    expect([usage.status, usage.errorCode]).toEqual([status, errorCode]);
  });

  it('has an id of its own, or one of its trace and time', () => {
    expect(usageOf(portkeyLine({ id: undefined })).requestId).toBe('trace-1@2026-11-22T10:00:00.000Z');
    expect(usageOf(portkeyLine({ id: undefined, trace_id: null })).requestId).toBe(EVENT_ID);
  });

  it.each([
    ['2026-11-22 10:00:00', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22T12:00:00+02:00', '2026-11-22T10:00:00.000Z'],
    [1_795_341_600_000, '2026-11-22T10:00:00.000Z'],
  ])('has the time %j', (created_at, startedAt) => {
    expect(usageOf(portkeyLine({ created_at })).startedAt).toBe(startedAt);
    expect(usageOf(portkeyLine({ created_at: undefined, time_of_generation: created_at })).startedAt).toBe(
      startedAt,
    );
  });

  it.each<[string, string, string]>([
    ['bedrock', 'us.anthropic.claude-haiku-4-5-20251001-v1:0', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['anthropic', 'anthropic/claude-sonnet-4-5', 'claude-sonnet-4-5'],
    ['vertex-ai', 'claude-sonnet-4-5', 'vertex-ai/claude-sonnet-4-5'],
    ['openai', 'gpt-4o', 'gpt-4o'],
  ])('names the model of %s: %s is %s', (ai_org, ai_model, modelId) => {
    expect(usageOf(portkeyLine({ ai_org, ai_model })).modelId).toBe(modelId);
  });

  it('reads metadata as an object and as JSON in a text', () => {
    expect(usageOf(portkeyLine({ metadata: '{"_user":"jonas"}' })).user).toBe('jonas');
    expect(usageOf(portkeyLine({ metadata: '' }))).not.toHaveProperty('user');
  });

  it.each<[string, JsonObject]>([
    ['bad_timestamp', { created_at: undefined }],
    ['bad_timestamp', { created_at: 'Sunday' }],
    ['future_date', { created_at: '2026-11-24 12:00:01' }],
    ['bad_token_count', { req_units: -1 }],
    ['bad_token_count', { res_units: 0.5 }],
    ['bad_token_count', { req_units: 'many' }],
    ['bad_field', { ai_model: null }],
    ['bad_field', { response_status_code: 'OK' }],
    ['bad_field', { metadata: '[1]' }],
    ['bad_field', { metadata: 'user=mira' }],
    ['bad_field', { metadata: { team: ['chess'] } }],
  ])('is refused as %s: %j', (reason, fields) => {
    expect(decode(portkeyLine(fields))).toMatchObject({ kind: 'quarantined', reason });
  });

  it('ends in one sound way, whatever is changed in it', () => {
    expectSoundWhateverChanges([portkeyLine(), portkeyLine({ metadata: '{"_user":"mira"}', id: undefined })]);
  });

  it('keeps its bodies to itself', () => {
    expectUnread(portkeyLine(), [['request'], ['request', 'body'], ['response'], ['metadata', 'note']]);
  });
});
