import { describe, expect, it } from 'vitest';
import { expectSoundWhateverChanges, expectUnread } from '../../fixtures/anyOutcome.ts';
import type { JsonObject } from '../../fixtures/bedrockShapes.ts';
import { decode, EVENT_ID, usageOf } from '../../fixtures/decoding.ts';
import { envoyLine } from '../../fixtures/gatewayRecords.ts';

const INPUT = 'gen_ai.usage.input_tokens';
const OUTPUT = 'gen_ai.usage.output_tokens';
const MODEL = 'gen_ai.request.model';

/** The older names of the documentation, for the same record. */
const OLD_NAMES = {
  genai_model_name: 'claude-sonnet-4-5',
  genai_model_name_override: null,
  genai_tokens_input: 15,
  genai_tokens_output: 7,
  response_code: 200,
  start_time: '2026-11-22T10:00:00.894Z',
  'x-request-id': 'envoy-1',
};

describe('an access log line of Envoy AI Gateway', () => {
  it('gives all that it states, by its old names too', () => {
    const expected = {
      source: 'envoy',
      requestId: 'envoy-1',
      startedAt: '2026-11-22T10:00:00.894Z',
      modelId: 'claude-sonnet-4-5',
      // As in the sample: 15 of prompt, 7 of answer, 22 in all.
      tokens: { input: 15, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 7 },
      isEstimated: false,
      hasTokenCounts: true,
      status: 'ok',
      serviceTier: 'standard',
      operation: '-',
    };
    expect(usageOf(envoyLine())).toStrictEqual(expected);
    expect(usageOf(OLD_NAMES)).toStrictEqual(expected);
  });

  it.each<[string, JsonObject, object, boolean]>([
    ['no cache', { [INPUT]: 100 }, { input: 100 }, false],
    ['texts', { [INPUT]: '100', [OUTPUT]: '7' }, { input: 100 }, false],
    // 100 - 60 = 40
    [
      'reads',
      { [INPUT]: 100, 'gen_ai.usage.cached_input_tokens': '60' },
      { input: 40, cacheRead: 60 },
      false,
    ],
    [
      'reads by another name',
      { [INPUT]: 100, 'gen_ai.usage.cache_read.input_tokens': 60 },
      { input: 40, cacheRead: 60 },
      false,
    ],
    ['a dash for reads', { [INPUT]: 100, 'gen_ai.usage.cached_input_tokens': '-' }, { input: 100 }, false],
    // 100 - 60 - 30 = 10, and the lifetime of the 30 is not told.
    [
      'writes',
      {
        [INPUT]: 100,
        'gen_ai.usage.cached_input_tokens': 60,
        'gen_ai.usage.cache_creation_input_tokens': 30,
      },
      { input: 10, cacheRead: 60, cacheWrite5m: 30 },
      true,
    ],
    [
      'more reads than prompt',
      { [INPUT]: 59, 'gen_ai.usage.cached_input_tokens': 60 },
      { input: 59, cacheRead: 60 },
      true,
    ],
  ])('has a prompt with %s', (_what, fields, classes, isEstimated) => {
    const usage = usageOf(envoyLine(fields));
    const none = { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 7 };
    expect(usage.tokens).toStrictEqual({ ...none, ...classes });
    expect(usage.isEstimated).toBe(isEstimated);
  });

  it('is of the model that the backend was asked for', () => {
    const override = { 'gen_ai.request.model_override': 'us.anthropic.claude-haiku-4-5-20251001-v1:0' };
    expect(usageOf(envoyLine(override)).modelId).toBe('us.anthropic.claude-haiku-4-5-20251001-v1:0');
    expect(usageOf(envoyLine({ 'gen_ai.request.model_override': '-' })).modelId).toBe('claude-sonnet-4-5');
  });

  it.each([null, '-'])('has no counts where both are %j', (nothing) => {
    expect(usageOf(envoyLine({ [INPUT]: nothing, [OUTPUT]: nothing })).hasTokenCounts).toBe(false);
    expect(usageOf(envoyLine({ [INPUT]: nothing })).hasTokenCounts).toBe(true);
  });

  it('is of no interest when it is about no model and no tokens, as those of MCP calls', () => {
    const nothing = { [MODEL]: null, [INPUT]: null, [OUTPUT]: '-', mcp_method: 'tools/call' };
    expect(decode(envoyLine(nothing))).toStrictEqual({ kind: 'ignored', reason: 'no_request' });
    expect(decode(envoyLine({ ...nothing, [OUTPUT]: 1 }))).toMatchObject({ reason: 'bad_field' });
    expect(decode(envoyLine({ ...nothing, [OUTPUT]: 'x' }))).toMatchObject({ reason: 'bad_token_count' });
  });

  it.each<[unknown, string]>([
    [200, 'ok'],
    ['200', 'ok'],
    ['-', 'ok'],
    [429, 'throttled'],
    ['429', 'throttled'],
    [500, 'error'],
    // The connection ended before there was an answer.
    [0, 'error'],
  ])('with the code %j is %s', (response_code, status) => {
    expect(usageOf(envoyLine({ response_code })).status).toBe(status);
  });

  it('is of whom its operator maps, and of nobody where that is a dash', () => {
    const usage = usageOf(envoyLine({ user_id: 'mira', 'team.id': 7, project: '-' }));
    expect([usage.user, usage.team, usage.project]).toEqual(['mira', '7', undefined]);
  });

  it('has the id of its log event when it has none of its own', () => {
    expect(usageOf(envoyLine({ 'x-request-id': '-' })).requestId).toBe(EVENT_ID);
  });

  it.each<[string, JsonObject]>([
    ['bad_timestamp', { start_time: null }],
    ['bad_timestamp', { start_time: '-' }],
    ['future_date', { start_time: '2026-11-24T12:00:00.001Z' }],
    ['bad_token_count', { [INPUT]: '1.5' }],
    ['bad_token_count', { [INPUT]: -1 }],
    ['bad_token_count', { [OUTPUT]: true }],
    ['bad_token_count', { 'gen_ai.usage.reasoning_tokens': 8 }],
    ['bad_field', { response_code: 'OK' }],
    ['bad_field', { [MODEL]: {} }],
    ['bad_field', { user: { id: 'mira' } }],
    ['bad_identifier', { 'x-request-id': 'a#b' }],
  ])('is refused as %s: %j', (reason, fields) => {
    expect(decode(envoyLine(fields))).toMatchObject({ kind: 'quarantined', reason });
  });

  it('ends in one sound way, whatever is changed in it', () => {
    expectSoundWhateverChanges([envoyLine(), OLD_NAMES]);
  });

  it('keeps what it does not know to itself', () => {
    expectUnread(envoyLine(), [['messages'], ['response'], ['gen_ai.prompt'], ['user-agent']]);
  });
});
