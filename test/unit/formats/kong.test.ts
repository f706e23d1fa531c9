import { describe, expect, it } from 'vitest';
import { expectSoundWhateverChanges, expectUnread } from '../../fixtures/anyOutcome.ts';
import type { JsonObject } from '../../fixtures/bedrockShapes.ts';
import { decode, EVENT_ID, usageOf } from '../../fixtures/decoding.ts';
import { kongLine, kongProxy } from '../../fixtures/gatewayRecords.ts';

const withProxy = (fields: JsonObject, line: JsonObject = {}) =>
  kongLine({ ai: { proxy: kongProxy(fields) }, ...line });

const countsOf = (usage: JsonObject) => usageOf(withProxy({ usage }));

describe('a log line of Kong', () => {
  it('gives all that it states', () => {
    expect(usageOf(kongLine())).toStrictEqual({
      source: 'kong',
      requestId: 'kong-1',
      startedAt: '2026-11-22T10:00:00.250Z',
      modelId: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
      region: 'us-west-2',
      // As in the sample: 11,184 of prompt without cached ones, 124 of answer, 11,308 in all.
      tokens: { input: 11_184, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 124 },
      isEstimated: false,
      hasTokenCounts: true,
      status: 'ok',
      serviceTier: 'standard',
      operation: '-',
      user: 'mira',
    });
  });

  it('counts cached tokens inside the prompt, and thinking inside the answer', () => {
    const usage = countsOf({
      prompt_tokens: 1_000,
      prompt_tokens_details: { cached_tokens: 900 },
      completion_tokens: 50,
      completion_tokens_details: { reasoning_tokens: 50 },
    });
    // 1,000 - 900 = 100
    expect(usage.tokens).toMatchObject({ input: 100, cacheRead: 900, output: 50 });
    expect(usage).toMatchObject({ isEstimated: false, thinkingTokens: 50 });
  });

  it('takes a prompt smaller than its cached tokens as uncached, and says so', () => {
    const details = (cached_tokens: number) =>
      countsOf({ prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens } });
    expect(details(10)).toMatchObject({ tokens: { input: 0, cacheRead: 10 }, isEstimated: false });
    expect(details(11)).toMatchObject({ tokens: { input: 10, cacheRead: 11 }, isEstimated: true });
  });

  it('takes an empty list for the empty table that Lua meant', () => {
    const usage = { prompt_tokens: 5, completion_tokens: 6, prompt_tokens_details: [] };
    expect(countsOf(usage).tokens.input).toBe(5);
    expect(decode(withProxy({ usage: { ...usage, prompt_tokens_details: [1] } }))).toMatchObject({
      reason: 'bad_field',
    });
  });

  it('reads older versions: a plugin by its own name, and counts in the singular', () => {
    const { ai, ...rest } = kongLine();
    const plugin = kongProxy({ usage: { prompt_token: 28, completion_token: 20, total_tokens: 48 } });
    expect(ai).toBeDefined();
    for (const name of ['ai-proxy', 'ai-proxy-advanced', 'ai-request-transformer']) {
      const usage = usageOf({ ...rest, ai: { payload: {}, [name]: plugin } });
      expect(usage.tokens).toMatchObject({ input: 28, output: 20 });
    }
    const both = { 'ai-request-transformer': kongProxy({ usage: { prompt_token: 1 } }), proxy: plugin };
    expect(usageOf({ ...rest, ai: both }).tokens.input).toBe(28);
  });

  it('has no counts when an answer came without any, or with zeros', () => {
    expect(countsOf({}).hasTokenCounts).toBe(false);
    expect(countsOf({ prompt_tokens: 0, completion_tokens: 0 }).hasTokenCounts).toBe(false);
    expect(countsOf({ prompt_tokens: 0, completion_tokens: 1 }).hasTokenCounts).toBe(true);
  });

  it('was not billed when the semantic cache answered', () => {
    const usage = usageOf(withProxy({ cache: { cache_status: 'Hit', fetch_latency: 21 } }));
    expect(usage.tokens).toMatchObject({ input: 0, output: 0 });
    expect(usage.isCacheHit).toBe(true);
    expect(usageOf(withProxy({ cache: { cache_status: 'Miss' } }))).not.toHaveProperty('isCacheHit');
  });
});

describe('a model of Kong', () => {
  const meta = { request_model: 'asked', response_model: 'answered' };

  it('is the one that answered, but on Bedrock the one that was asked for', () => {
    const modelOf = (fields: JsonObject) => usageOf(withProxy({ tried_targets: [], ...fields })).modelId;
    expect(modelOf({ meta: { ...meta, provider_name: 'openai' } })).toBe('answered');
    expect(modelOf({ meta: { ...meta, provider_name: 'bedrock' } })).toBe('asked');
    expect(modelOf({ meta: { provider_name: 'openai', request_model: 'asked' } })).toBe('asked');
    const tried_targets = [
      { model: 'first' },
      { model: 'last', host: 'bedrock-runtime.eu-west-1.amazonaws.com' },
    ];
    const usage = usageOf(withProxy({ tried_targets, meta: { ...meta, provider_name: 'bedrock' } }));
    expect([usage.modelId, usage.region]).toEqual(['last', 'eu-west-1']);
  });

  it('must be told', () => {
    expect(decode(withProxy({ tried_targets: [], meta: {} }))).toMatchObject({ reason: 'bad_field' });
  });
});

describe('the rest of a line of Kong', () => {
  it.each<[string, JsonObject]>([
    ['kong-1', {}],
    ['header-1', { request: { headers: { 'x-kong-request-id': 'header-1' } } }],
    ['header-2', { request: {}, response: { status: 200, headers: { 'x-kong-request-id': 'header-2' } } }],
    ['header-3', { request: {}, response: {}, headers: { 'x-kong-request-id': 'header-3' } }],
    [EVENT_ID, { request: {}, response: {} }],
  ])('has the id %s', (requestId, fields) => {
    expect(usageOf(kongLine(fields)).requestId).toBe(requestId);
  });

  it.each<[unknown, string, string | undefined]>([
    [200, 'ok', undefined],
    [399, 'ok', undefined],
    [400, 'error', '400'],
    [428, 'error', '428'],
    [429, 'throttled', '429'],
    [430, 'error', '430'],
    [503, 'error', '503'],
    ['429', 'throttled', '429'],
    [null, 'ok', undefined],
  ])('with the status %j is %s', (status, expected, errorCode) => {
    const usage = usageOf(kongLine({ response: { status } }));
    expect([usage.status, usage.errorCode]).toEqual([expected, errorCode]);
  });

  it.each<[JsonObject, string | undefined]>([
    [{ username: 'mira', custom_id: 'm-7' }, 'mira'],
    [{ custom_id: 'm-7' }, 'm-7'],
    [{}, undefined],
  ])('is of the consumer %j', (consumer, user) => {
    expect(usageOf(kongLine({ consumer })).user).toBe(user);
  });

  it.each<[string, JsonObject]>([
    ['bad_timestamp', { started_at: undefined }],
    ['bad_timestamp', { started_at: 'today' }],
    ['future_date', { started_at: 1_795_521_600_001 }],
    ['bad_field', { response: { status: 'fine' } }],
    ['bad_field', { response: { status: 42 } }],
    ['bad_field', { consumer: 'mira' }],
    ['bad_token_count', { ai: { proxy: kongProxy({ usage: { prompt_tokens: 1.5 } }) } }],
    ['bad_token_count', { ai: { proxy: kongProxy({ usage: { prompt_tokens: '12' } }) } }],
    ['unknown_schema', { ai: {} }],
    ['unknown_schema', { ai: { proxy: {} } }],
  ])('is refused as %s: %j', (reason, fields) => {
    expect(decode(kongLine(fields))).toMatchObject({ kind: 'quarantined', reason });
  });
});

describe('any line of Kong', () => {
  it('ends in one sound way, whatever is changed in it', () => {
    expectSoundWhateverChanges([kongLine(), withProxy({ cache: { cache_status: 'Hit' } })]);
  });

  it('keeps its bodies to itself', () => {
    const line = kongLine({
      ai: { payload: {}, proxy: kongProxy({ payload: { request: '', response: '' } }) },
    });
    expectUnread(line, [
      ['ai', 'payload'],
      ['ai', 'payload', 'request'],
      ['ai', 'proxy', 'payload', 'request'],
      ['ai', 'proxy', 'payload', 'response'],
      ['request', 'body'],
    ]);
  });
});
