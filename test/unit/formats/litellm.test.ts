import { describe, expect, it } from 'vitest';
import { expectSoundWhateverChanges, expectUnread } from '../../fixtures/anyOutcome.ts';
import type { JsonObject } from '../../fixtures/bedrockShapes.ts';
import { decode, EVENT_ID, usageOf } from '../../fixtures/decoding.ts';
import { litellmPayload, litellmSpend } from '../../fixtures/gatewayRecords.ts';

/** A payload with these counts and this usage object, and nothing else about tokens. */
const counted = (prompt: unknown, completion: unknown, usage_object: JsonObject = {}) =>
  usageOf(
    litellmPayload({ prompt_tokens: prompt, completion_tokens: completion, metadata: { usage_object } }),
  );

describe("LiteLLM's standard logging payload", () => {
  it('gives all that it states, with the cache taken out of the prompt', () => {
    expect(usageOf(litellmPayload())).toStrictEqual({
      source: 'litellm',
      requestId: 'call-1',
      startedAt: '2026-11-22T10:00:00.250Z',
      modelId: 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
      region: 'eu-west-1',
      // 1,000 of prompt - 600 read - 300 written = 100; of the 300, 100 live for 5 minutes and 200 for 1 hour.
      tokens: { input: 100, cacheRead: 600, cacheWrite5m: 100, cacheWrite1h: 200, output: 50 },
      isEstimated: false,
      hasTokenCounts: true,
      thinkingTokens: 20,
      status: 'ok',
      serviceTier: 'standard',
      operation: 'summary',
      user: 'mira',
      team: 'chess',
      project: 'minutes',
      entrypoint: 'cli',
      priority: '2',
    });
  });

  it('reads the spend logs, where nothing is a word and metadata is a text', () => {
    expect(usageOf(litellmSpend())).toStrictEqual({
      source: 'litellm',
      requestId: 'spend-1',
      startedAt: '2026-11-22T10:00:00.847Z',
      modelId: 'gpt-4o',
      // As in the sample: 10 of prompt, nothing cached, 20 of answer.
      tokens: { input: 10, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 20 },
      isEstimated: false,
      hasTokenCounts: true,
      status: 'ok',
      serviceTier: 'standard',
      operation: '-',
      session: 'session-9',
    });
  });

  it('takes the price of web searches, tier, speed and place from the usage object', () => {
    const usage = {
      service_tier: 'priority',
      inference_geo: 'us',
      speed: 'fast',
      server_tool_use: { web_search_requests: 3 },
    };
    expect(counted(1, 1, usage)).toMatchObject({
      serviceTier: 'priority',
      inferenceGeo: 'us',
      isFast: true,
      webSearches: 3,
    });
  });
});

describe('a line of LiteLLM', () => {
  it('is known by its call type beside any of three keys', () => {
    const line = litellmSpend({ model_group: undefined, custom_llm_provider: undefined, spend: undefined });
    expect(decode(line)).toMatchObject({ reason: 'unknown_schema' });
    for (const key of ['model_group', 'custom_llm_provider', 'spend']) {
      expect(decode({ ...line, [key]: null }).kind).toBe('usage');
      expect(decode({ ...line, [key]: null, call_type: undefined })).toMatchObject({
        reason: 'unknown_schema',
      });
    }
  });
});

describe('a prompt of LiteLLM', () => {
  it.each<[string, number, JsonObject, object, boolean]>([
    ['without a cache', 10, {}, { input: 10 }, false],
    [
      'with reads',
      687,
      { prompt_tokens_details: { cached_tokens: 682 } },
      { input: 5, cacheRead: 682 },
      false,
    ],
    [
      'with reads by both names',
      100,
      { cache_read_input_tokens: 40, prompt_tokens_details: { cached_tokens: 40 } },
      { input: 60, cacheRead: 40 },
      false,
    ],
    [
      'with a zero beside a number',
      100,
      { cache_read_input_tokens: 0, prompt_tokens_details: { cached_tokens: 40 } },
      { input: 60, cacheRead: 40 },
      false,
    ],
    [
      'with writes of unknown lifetime',
      100,
      { cache_creation_input_tokens: 30 },
      { input: 70, cacheWrite5m: 30 },
      true,
    ],
    [
      'all cached',
      100,
      { cache_read_input_tokens: 99, cache_creation_input_tokens: 1 },
      { input: 0, cacheRead: 99, cacheWrite5m: 1 },
      true,
    ],
    // 100 - 99 - 2 < 0: the prompt cannot include both, so it is taken as uncached.
    [
      'that leaves the cache out',
      100,
      { cache_read_input_tokens: 99, cache_creation_input_tokens: 2 },
      { input: 100, cacheRead: 99, cacheWrite5m: 2 },
      true,
    ],
    ['smaller than its reads', 6, { cache_read_input_tokens: 1_069 }, { input: 6, cacheRead: 1_069 }, true],
    [
      'with null details',
      10,
      { prompt_tokens_details: null, cache_read_input_tokens: null },
      { input: 10 },
      false,
    ],
  ])('%s', (_what, prompt, usage, classes, isEstimated) => {
    const none = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 5 };
    const usageRead = counted(prompt, 5, usage);
    expect(usageRead.tokens).toStrictEqual({ ...none, ...classes });
    expect(usageRead.isEstimated).toBe(isEstimated);
  });

  it('finds the usage object in the hidden parameters too, also as JSON in a text', () => {
    const usage_object = { cache_read_input_tokens: 900 };
    for (const hidden_params of [{ usage_object }, JSON.stringify({ usage_object })]) {
      const usage = usageOf(litellmPayload({ metadata: {}, hidden_params }));
      expect(usage.tokens).toMatchObject({ input: 100, cacheRead: 900 });
    }
  });

  it('reads counts in quotes, and takes the usage object for what is nothing in words', () => {
    expect(counted('12', '7').tokens).toMatchObject({ input: 12, output: 7 });
    const usage = counted('None', '-', { prompt_tokens: 3, completion_tokens: 4 });
    expect(usage.tokens).toMatchObject({ input: 3, output: 4 });
  });

  it('has no counts when an answer came with zeros: LiteLLM could not count', () => {
    expect(counted(0, 0).hasTokenCounts).toBe(false);
    expect(counted(1, 0).hasTokenCounts).toBe(true);
    expect(counted(0, 1).hasTokenCounts).toBe(true);
  });

  it.each<[string, unknown, JsonObject]>([
    ['prompt_tokens', -1, {}],
    ['prompt_tokens', '12.5', {}],
    ['prompt_tokens', '1e3', {}],
    ['prompt_tokens', 'many', {}],
    ['prompt_tokens', '100000001', {}],
    ['prompt_tokens', [12], {}],
    ['usage_object.cache_read_input_tokens', 9, { cache_read_input_tokens: -1 }],
    [
      'cache_creation',
      9,
      {
        cache_creation_input_tokens: 1,
        prompt_tokens_details: { cache_creation_token_details: { ephemeral_1h_input_tokens: 2 } },
      },
    ],
    ['reasoning_tokens', 9, { completion_tokens_details: { reasoning_tokens: 6 } }],
  ])('is refused for %s', (place, prompt, usage_object) => {
    const line = litellmPayload({ prompt_tokens: prompt, completion_tokens: 5, metadata: { usage_object } });
    const decoded = decode(line);
    expect(decoded).toMatchObject({ kind: 'quarantined', reason: 'bad_token_count' });
    expect(decoded).toHaveProperty('detail', expect.stringContaining(`${place}: `));
  });
});

describe("LiteLLM's own cache", () => {
  it.each([true, 'True', 'true'])('was hit: %j, so nothing was billed', (cache_hit) => {
    const usage = usageOf(litellmPayload({ cache_hit }));
    expect(usage.tokens).toStrictEqual({
      input: 0,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: 0,
    });
    expect(usage).toMatchObject({ isCacheHit: true, hasTokenCounts: true, isEstimated: false });
    expect(usage).not.toHaveProperty('thinkingTokens');
    const usage_object = { server_tool_use: { web_search_requests: 2 } };
    expect(usageOf(litellmPayload({ cache_hit, metadata: { usage_object } }))).not.toHaveProperty(
      'webSearches',
    );
  });

  it.each([null, undefined, false, 'False', 'None', ''])('was not hit: %j', (cache_hit) => {
    const usage = usageOf(litellmPayload({ cache_hit }));
    expect(usage).not.toHaveProperty('isCacheHit');
    expect(usage.tokens.input).toBe(100);
  });

  it.each([1, 'yes', {}])('may not be %j', (cache_hit) => {
    expect(decode(litellmPayload({ cache_hit }))).toMatchObject({ reason: 'bad_field' });
  });

  it('may repeat the id of a stored response, so the time goes with it', () => {
    const line = (fields: JsonObject) => usageOf(litellmPayload({ litellm_call_id: undefined, ...fields }));
    expect(line({}).requestId).toBe('chatcmpl-response-1');
    expect(line({ cache_hit: true }).requestId).toBe('chatcmpl-response-1@2026-11-22T10:00:00.250Z');
    const call = { litellm_call_id: 'call-2', cache_hit: true };
    expect(line(call).requestId).toBe('call-2');
    expect(line({ id: '' }).requestId).toBe(EVENT_ID);
  });
});

describe('an id of LiteLLM', () => {
  it('that is too long stands for itself by a digest of it, always the same', () => {
    const idOf = (id: string) => usageOf(litellmPayload({ litellm_call_id: id })).requestId;
    expect(idOf('x'.repeat(128))).toBe('x'.repeat(128));
    expect(idOf(`resp_${'x'.repeat(124)}`)).toMatch(/^id-[0-9a-f]{32}$/);
    expect(idOf(`resp_${'x'.repeat(124)}`)).not.toBe(idOf(`resp_${'x'.repeat(125)}`));
  });
});

describe('any record of LiteLLM', () => {
  it('ends in one sound way, whatever is changed in it', () => {
    const failure = litellmPayload({ status: 'failure', error_information: { error_code: '429' } });
    expectSoundWhateverChanges([
      litellmPayload(),
      litellmPayload({ cache_hit: true }),
      failure,
      litellmSpend(),
    ]);
  });

  it('keeps its bodies to itself', () => {
    const bodies = [
      ['messages'],
      ['response'],
      ['proxy_server_request'],
      ['model_parameters'],
      ['error_str'],
      ['error_information', 'error_message'],
      ['error_information', 'traceback'],
      ['metadata', 'prompt_management_metadata'],
      ['request_tags'],
    ];
    expectUnread(litellmPayload({ status: 'failure' }), bodies);
    expectUnread(litellmSpend(), [['messages'], ['response'], ['proxy_server_request']]);
  });
});
