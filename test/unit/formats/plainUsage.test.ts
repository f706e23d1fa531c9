import { describe, expect, it } from 'vitest';
import { expectSoundWhateverChanges, expectUnread } from '../../fixtures/anyOutcome.ts';
import type { JsonObject } from '../../fixtures/bedrockShapes.ts';
import { decode, tollbookLine, usageOf } from '../../fixtures/decoding.ts';
import { plainLine } from '../../fixtures/gatewayRecords.ts';

const anthropic = (fields: JsonObject = {}): JsonObject => ({
  input_tokens: 7,
  output_tokens: 60,
  cache_creation_input_tokens: 1_069,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 1_069, ephemeral_1h_input_tokens: 0 },
  service_tier: 'standard',
  inference_geo: 'not_available',
  ...fields,
});

const with1h = (ephemeral_5m_input_tokens: number, ephemeral_1h_input_tokens: number) =>
  anthropic({ cache_creation: { ephemeral_5m_input_tokens, ephemeral_1h_input_tokens } });

describe('a plain line', () => {
  it('gives all that it states', () => {
    const line = plainLine(anthropic(), {
      user: 'mira',
      metadata: { team: 'chess', project: 'minutes' },
      region: 'eu-west-1',
    });
    expect(usageOf(line)).toStrictEqual({
      source: 'plain',
      requestId: 'plain-1',
      startedAt: '2026-11-22T10:00:00.000Z',
      modelId: 'claude-sonnet-4-5-20250929',
      tokens: { input: 7, cacheRead: 0, cacheWrite5m: 1_069, cacheWrite1h: 0, output: 60 },
      isEstimated: false,
      hasTokenCounts: true,
      status: 'ok',
      serviceTier: 'standard',
      operation: '-',
      user: 'mira',
      team: 'chess',
      project: 'minutes',
      region: 'eu-west-1',
    });
  });

  // The numbers of the recorded answers that the project keeps as a reference, and some beside them.
  // [input, cacheRead, cacheWrite5m, cacheWrite1h, output], whether a class was guessed, thinking tokens.
  it.each<[string, JsonObject, number[], boolean, number | undefined]>([
    ['Anthropic, 5-minute write', anthropic(), [7, 0, 1_069, 0, 60], false, undefined],
    [
      'Anthropic, read and write',
      {
        input_tokens: 6,
        cache_read_input_tokens: 1_069,
        cache_creation_input_tokens: 85,
        cache_creation: { ephemeral_5m_input_tokens: 85, ephemeral_1h_input_tokens: 0 },
        output_tokens: 110,
      },
      [6, 1_069, 85, 0, 110],
      false,
      undefined,
    ],
    [
      'Anthropic, no cache',
      { input_tokens: 2_743, cache_read_input_tokens: 0, cache_creation_input_tokens: 0, output_tokens: 4 },
      [2_743, 0, 0, 0, 4],
      false,
      undefined,
    ],
    [
      'Anthropic, thinking',
      {
        input_tokens: 6,
        cache_read_input_tokens: 20_443,
        cache_creation_input_tokens: 574,
        cache_creation: { ephemeral_5m_input_tokens: 574 },
        output_tokens: 489,
        output_tokens_details: { thinking_tokens: 77 },
      },
      [6, 20_443, 574, 0, 489],
      false,
      77,
    ],
    ['Anthropic, both lifetimes', with1h(69, 1_000), [7, 0, 69, 1_000, 60], false, undefined],
    // 1,069 written, of which 69 + 900 have a lifetime: the other 100 are taken as 5-minute writes.
    ['Anthropic, part of the split', with1h(69, 900), [7, 0, 169, 900, 60], true, undefined],
    [
      'Anthropic, the split alone',
      {
        input_tokens: 1,
        output_tokens: 2,
        cache_read_input_tokens: 0,
        cache_creation: { ephemeral_1h_input_tokens: 5 },
      },
      [1, 0, 0, 5, 2],
      false,
      undefined,
    ],
    ['Anthropic or OpenAI', { input_tokens: 5, output_tokens: 6 }, [5, 0, 0, 0, 6], false, undefined],
    [
      'Converse, write',
      { inputTokens: 9, outputTokens: 5, cacheReadInputTokens: 0, cacheWriteInputTokens: 11_207 },
      [9, 0, 11_207, 0, 5],
      true,
      undefined,
    ],
    [
      'Converse, twin names',
      {
        inputTokens: 3,
        outputTokens: 401,
        totalTokens: 2_193,
        cacheReadInputTokens: 0,
        cacheReadInputTokenCount: 0,
        cacheWriteInputTokens: 1_789,
        cacheWriteInputTokenCount: 1_789,
      },
      [3, 0, 1_789, 0, 401],
      true,
      undefined,
    ],
    // 687 - 682 = 5
    [
      'OpenAI chat, cached',
      {
        prompt_tokens: 687,
        completion_tokens: 240,
        total_tokens: 927,
        prompt_tokens_details: { cached_tokens: 682 },
        completion_tokens_details: { reasoning_tokens: 165 },
      },
      [5, 682, 0, 0, 240],
      false,
      165,
    ],
    // 100 - 40 - 10 = 50
    [
      'OpenAI chat, written',
      {
        prompt_tokens: 100,
        completion_tokens: 1,
        prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 10 },
      },
      [50, 40, 10, 0, 1],
      true,
      undefined,
    ],
    ['OpenAI chat, embedding', { prompt_tokens: 8, total_tokens: 8 }, [8, 0, 0, 0, 0], false, undefined],
    // 4,020 - 4,012 = 8
    [
      'OpenAI Responses, cached',
      {
        input_tokens: 4_020,
        input_tokens_details: { cached_tokens: 4_012 },
        output_tokens: 5,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 4_025,
      },
      [8, 4_012, 0, 0, 5],
      false,
      0,
    ],
    // 4,020 - 4,000 - 15 = 5
    [
      'OpenAI Responses, written',
      {
        input_tokens: 4_020,
        input_tokens_details: { cached_tokens: 4_000, cache_write_tokens: 15 },
        output_tokens: 5,
      },
      [5, 4_000, 15, 0, 5],
      true,
      undefined,
    ],
    [
      'OpenAI Responses, null details',
      { input_tokens: 4, input_tokens_details: null, output_tokens: 5 },
      [4, 0, 0, 0, 5],
      false,
      undefined,
    ],
  ])('%s', (_what, usage, counts, isEstimated, thinkingTokens) => {
    const read = usageOf(plainLine(usage));
    const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = read.tokens;
    expect([input, cacheRead, cacheWrite5m, cacheWrite1h, output]).toEqual(counts);
    expect([read.isEstimated, read.thinkingTokens]).toEqual([isEstimated, thinkingTokens]);
  });
});

describe('a plain line that is none', () => {
  it.each<[string, JsonObject]>([
    ['unknown_schema', { usage: anthropic(), timestamp: '2026-11-22T10:00:00Z' }],
    ['unknown_schema', { model: 'm', usage: 12, timestamp: '2026-11-22T10:00:00Z' }],
    ['unknown_schema', { model: 'm', usage: [anthropic()], timestamp: '2026-11-22T10:00:00Z' }],
    [
      'unknown_schema',
      tollbookLine({ schema: 'tollbook.v2', usage: { inputTokens: 1, cacheReadTokens: 5 } }),
    ],
    ['bad_field', plainLine({})],
    ['bad_field', plainLine({ tokens: 12 })],
    ['bad_field', plainLine(anthropic(), { model: 7 })],
    ['bad_field', plainLine(anthropic(), { user: { id: 'mira' } })],
    ['bad_field', plainLine(anthropic(), { metadata: 'text' })],
    ['bad_field', plainLine(anthropic({ service_tier: 1 }))],
    ['bad_identifier', plainLine(anthropic(), { user: 'a#b' })],
    ['bad_token_count', plainLine(anthropic({ input_tokens: '12' }))],
    ['bad_token_count', plainLine(anthropic({ output_tokens: -1 }))],
    ['bad_token_count', plainLine(with1h(69, 1_001))],
    ['bad_token_count', plainLine({ prompt_tokens: 1.5 })],
    ['bad_token_count', plainLine({ inputTokens: 100_000_001 })],
    // More thinking than output: this API counts it beside the output, which is then not known.
    [
      'bad_token_count',
      plainLine({
        prompt_tokens: 1,
        completion_tokens: 9,
        completion_tokens_details: { reasoning_tokens: 10 },
      }),
    ],
  ])('is refused as %s: %j', (reason, line) => {
    expect(decode(line)).toMatchObject({ kind: 'quarantined', reason });
  });
});

describe('any plain line', () => {
  const chat = {
    prompt_tokens: 687,
    completion_tokens: 240,
    prompt_tokens_details: { cached_tokens: 682 },
    completion_tokens_details: { reasoning_tokens: 165 },
  };
  const responses = { input_tokens: 4_020, input_tokens_details: { cached_tokens: 4_012 }, output_tokens: 5 };
  const converse = { inputTokens: 9, outputTokens: 5, cacheWriteInputTokens: 11_207 };

  it('ends in one sound way, whatever is changed in it', () => {
    const usages = [anthropic(), chat, responses, converse];
    expectSoundWhateverChanges(usages.map((usage) => plainLine(usage, { metadata: { user: 'mira' } })));
  });

  it('keeps its bodies to itself', () => {
    expectUnread(plainLine(anthropic()), [
      ['messages'],
      ['content'],
      ['choices'],
      ['output'],
      ['response'],
      ['prompt'],
      ['usage', 'note'],
    ]);
  });
});
