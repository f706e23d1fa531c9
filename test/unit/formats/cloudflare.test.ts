import { describe, expect, it } from 'vitest';
import { expectSoundWhateverChanges, expectUnread } from '../../fixtures/anyOutcome.ts';
import type { JsonObject } from '../../fixtures/bedrockShapes.ts';
import { decode, EVENT_ID, usageOf } from '../../fixtures/decoding.ts';
import { cloudflareLog } from '../../fixtures/gatewayRecords.ts';

describe("a log of Cloudflare's AI Gateway", () => {
  it('gives all that it states, a user who is a number included', () => {
    expect(usageOf(cloudflareLog())).toStrictEqual({
      source: 'cloudflare',
      requestId: 'cloudflare-1',
      startedAt: '2026-11-22T10:00:00.000Z',
      modelId: 'claude-sonnet-4-5',
      tokens: { input: 1_200, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 340 },
      isEstimated: false,
      hasTokenCounts: true,
      status: 'ok',
      serviceTier: 'standard',
      operation: '-',
      user: '12345',
      team: 'chess',
    });
  });

  it('was not billed when it was cached', () => {
    const usage = usageOf(cloudflareLog({ cached: true }));
    expect(usage.tokens).toStrictEqual({
      input: 0,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: 0,
    });
    expect(usage).toMatchObject({ isCacheHit: true, hasTokenCounts: true });
    expect(usageOf(cloudflareLog({ cached: null }))).not.toHaveProperty('isCacheHit');
  });

  it.each<[JsonObject, string, string | undefined]>([
    [{ status_code: 200, success: true }, 'ok', undefined],
    [{ status_code: 200, success: false }, 'error', undefined],
    [{ status_code: null, success: false }, 'error', undefined],
    [{ status_code: null, success: null }, 'ok', undefined],
    [{ status_code: 429, success: false }, 'throttled', '429'],
    [{ status_code: 500, success: false }, 'error', '500'],
  ])('with %j is %s', (fields, status, errorCode) => {
    const usage = usageOf(cloudflareLog(fields));
    expect([usage.status, usage.errorCode]).toEqual([status, errorCode]);
  });

  it.each<[unknown, string | undefined]>([
    ['{"user":"mira"}', 'mira'],
    [{ user: 'mira' }, 'mira'],
    ['{}', undefined],
    ['', undefined],
    [null, undefined],
  ])('is of whom its metadata %j names', (metadata, user) => {
    expect(usageOf(cloudflareLog({ metadata })).user).toBe(user);
  });

  it('names the model without its provider, and the event when it has no id', () => {
    const usage = usageOf(cloudflareLog({ model: 'anthropic/claude-sonnet-4-5', id: null }));
    expect([usage.modelId, usage.requestId]).toEqual(['claude-sonnet-4-5', EVENT_ID]);
    const bedrock = { provider: 'aws-bedrock', model: 'eu.anthropic.claude-haiku-4-5-20251001-v1:0' };
    expect(usageOf(cloudflareLog(bedrock)).modelId).toBe('eu.anthropic.claude-haiku-4-5-20251001-v1:0');
  });

  it('has no counts when an answer came with zeros', () => {
    expect(usageOf(cloudflareLog({ tokens_in: 0, tokens_out: 0 })).hasTokenCounts).toBe(false);
    expect(usageOf(cloudflareLog({ tokens_in: 1, tokens_out: null })).hasTokenCounts).toBe(true);
  });

  it.each<[string, JsonObject]>([
    ['bad_timestamp', { created_at: undefined }],
    ['bad_timestamp', { created_at: '2026-11-22 10:00:00' }],
    ['future_date', { created_at: '2026-11-24T12:00:00.001Z' }],
    ['bad_token_count', { tokens_in: -1 }],
    ['bad_token_count', { tokens_in: 100_000_001 }],
    ['bad_token_count', { tokens_out: {} }],
    ['bad_field', { model: undefined }],
    ['bad_field', { model: 7 }],
    ['bad_field', { cached: 'yes' }],
    ['bad_field', { status_code: 99 }],
    ['bad_field', { metadata: '{"user":true}' }],
    ['bad_field', { metadata: '{"user":1.5}' }],
    ['bad_field', { metadata: '"text"' }],
    ['bad_field', { metadata: '{"cut' }],
    ['unknown_schema', { provider: undefined }],
  ])('is refused as %s: %j', (reason, fields) => {
    expect(decode(cloudflareLog(fields))).toMatchObject({ kind: 'quarantined', reason });
  });

  it('ends in one sound way, whatever is changed in it', () => {
    expectSoundWhateverChanges([
      cloudflareLog(),
      cloudflareLog({ cached: true, metadata: { user: 'mira' } }),
    ]);
  });

  it('keeps its bodies to itself', () => {
    expectUnread(cloudflareLog(), [['request'], ['response'], ['request_head'], ['response_head']]);
  });
});
