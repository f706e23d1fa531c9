import { describe, expect, it } from 'vitest';
import { totalCost } from '../../../shared/domain/metrics.ts';
import { formatUsd } from '../../../shared/domain/money.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { priceRecord } from '../../../shared/pricing/priceRecord.ts';
import type { JsonObject } from '../../fixtures/bedrockShapes.ts';
import { apiRequest } from '../../fixtures/claudeCodeEvents.ts';
import { bedrockRecord, decode, usageOf } from '../../fixtures/decoding.ts';
import { envoyLine, kongLine, kongProxy, litellmSpend, plainLine } from '../../fixtures/gatewayRecords.ts';

/** Input, cache reads, 5-minute and 1-hour cache writes, output. */
type Counts = readonly [number, number, number, number, number];

function readAndPrice(line: JsonObject) {
  const usage = usageOf(line);
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = usage.tokens;
  const { costPicoUsd, unpricedReason } = priceRecord(bundledPriceBook(), usage);
  return {
    counts: [input, cacheRead, cacheWrite5m, cacheWrite1h, output],
    costUsd: unpricedReason ?? formatUsd(totalCost(costPicoUsd)),
    isEstimated: usage.isEstimated,
  };
}

const REGION = 'us-east-1';
const ARN = `arn:aws:bedrock:${REGION}:111122223333:inference-profile/`;
const SONNET_4 = 'us.anthropic.claude-sonnet-4-20250514-v1:0';
const HAIKU_4_5 = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';

function bedrock(
  modelId: string,
  timestamp: string,
  [input, output]: [number, number],
  more: JsonObject = {},
) {
  const counts = { input: { inputTokenCount: input }, output: { outputTokenCount: output } };
  return bedrockRecord({ region: REGION, modelId, timestamp, ...counts, ...more });
}

const BLOCKED = { output: { outputBodyJson: { 'amazon-bedrock-guardrailAction': 'INTERVENED' } } };
const NO_CACHE = { cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
const plainOf = (model: string, usage: JsonObject) => plainLine(usage, { model });

/**
 * The numbers of records that were captured or published, in records of our own. Behind each is the reckoning
 * in micro-USD: tokens times the list price of a million, with 1.1 times that on geo endpoints since Haiku 4.5.
 */
describe('a captured record', () => {
  it.each<[string, JsonObject, Counts, string]>([
    // 20 × 3 + 18 × 15
    [
      'Claude 3.5 Sonnet by Converse',
      bedrock('anthropic.claude-3-5-sonnet-20240620-v1:0', '2026-07-29T10:00:00Z', [20, 18]),
      [20, 0, 0, 0, 18],
      '0.00033',
    ],
    // 35 × 0.25 + 446 × 1.25
    [
      'Claude 3 Haiku with metadata',
      bedrock('anthropic.claude-3-haiku-20240307-v1:0', '2025-04-09T23:00:17Z', [35, 446]),
      [35, 0, 0, 0, 446],
      '0.00056625',
    ],
    // 62 × 1.1 + 36 × 5.5
    [
      'Haiku 4.5 by profile ARN',
      bedrock(`${ARN}${HAIKU_4_5}`, '2026-08-10T21:12:39Z', [62, 36]),
      [62, 0, 0, 0, 36],
      '0.0002662',
    ],
    // 4 × 0.06 + 38 × 0.24
    [
      'Nova Lite',
      bedrock('amazon.nova-lite-v1:0', '2025-03-11T00:38:02Z', [4, 38]),
      [4, 0, 0, 0, 38],
      '0.00000936',
    ],
    // 219 × 3 + 112 × 15
    [
      'Sonnet 4 past a guardrail',
      bedrock(`${ARN}${SONNET_4}`, '2025-08-15T14:39:40Z', [219, 112]),
      [219, 0, 0, 0, 112],
      '0.002337',
    ],
    // 219 × 3 + 109 × 15: the region where it ran changes nothing
    [
      'Sonnet 4 in another region',
      bedrock(`${ARN}${SONNET_4}`, '2025-08-22T09:41:06Z', [219, 109], { inferenceRegion: 'us-west-2' }),
      [219, 0, 0, 0, 109],
      '0.002292',
    ],
    [
      'Sonnet 4 blocked, without counts',
      bedrockRecord({
        region: REGION,
        modelId: `${ARN}${SONNET_4}`,
        timestamp: '2025-08-15T15:29:08Z',
        ...BLOCKED,
      }),
      [0, 0, 0, 0, 0],
      '0',
    ],
    [
      'Claude 3 Sonnet blocked, with zeros',
      bedrock('anthropic.claude-3-sonnet-20240229-v1:0', '2024-04-25T20:21:37Z', [0, 0]),
      [0, 0, 0, 0, 0],
      '0',
    ],
    // 11,184 × 1.1 + 124 × 5.5
    ['Haiku 4.5 behind Kong', kongLine({ ai: { proxy: kongProxy() } }), [11_184, 0, 0, 0, 124], '0.0129844'],
    // 2,743 × 3 + 4 × 15
    [
      'Sonnet 4.5 without a cache',
      plainOf('claude-sonnet-4-5-20250929', { ...NO_CACHE, input_tokens: 2_743, output_tokens: 4 }),
      [2_743, 0, 0, 0, 4],
      '0.008289',
    ],
    // 7 × 3 + 1,069 × 3.75 + 60 × 15
    [
      'Sonnet 4.5 that writes its cache',
      plainOf('claude-sonnet-4-5-20250929', {
        input_tokens: 7,
        cache_creation_input_tokens: 1_069,
        cache_read_input_tokens: 0,
        cache_creation: { ephemeral_5m_input_tokens: 1_069, ephemeral_1h_input_tokens: 0 },
        output_tokens: 60,
        inference_geo: 'not_available',
      }),
      [7, 0, 1_069, 0, 60],
      '0.00492975',
    ],
    // 6 × 3 + 1,069 × 0.3 + 85 × 3.75 + 110 × 15
    [
      'Sonnet 4.5 that reads and writes it',
      plainOf('claude-sonnet-4-5-20250929', {
        input_tokens: 6,
        cache_creation_input_tokens: 85,
        cache_read_input_tokens: 1_069,
        cache_creation: { ephemeral_5m_input_tokens: 85, ephemeral_1h_input_tokens: 0 },
        output_tokens: 110,
      }),
      [6, 1_069, 85, 0, 110],
      '0.00230745',
    ],
    // 6 × 2 + 20,443 × 0.2 + 574 × 2.5 + 489 × 10, the 77 tokens of thinking among the 489
    [
      'Sonnet 5 that thinks',
      plainOf('claude-sonnet-5', {
        input_tokens: 6,
        cache_creation_input_tokens: 574,
        cache_read_input_tokens: 20_443,
        cache_creation: { ephemeral_5m_input_tokens: 574, ephemeral_1h_input_tokens: 0 },
        output_tokens: 489,
        output_tokens_details: { thinking_tokens: 77 },
        inference_geo: 'global',
      }),
      [6, 20_443, 574, 0, 489],
      '0.0104256',
    ],
    // 10,809 × 3 + 644 × 15, and one search of 10,000
    [
      'Sonnet 4.6 that searches the web',
      plainOf('claude-sonnet-4-6', {
        ...NO_CACHE,
        input_tokens: 10_809,
        output_tokens: 644,
        server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 },
      }),
      [10_809, 0, 0, 0, 644],
      '0.052087',
    ],
  ])('costs what its tokens cost: %s', (_what, line, counts, costUsd) => {
    expect(readAndPrice(line)).toEqual({ counts, costUsd, isEstimated: false });
  });

  it.each<[string, JsonObject, Counts, string]>([
    // 25 × 3 + 100 × 0.3 + 20 × 3.75 + 150 × 15
    [
      'cache counts at the top level',
      bedrock(SONNET_4, '2026-07-15T10:30:00.123Z', [25, 150], {
        cacheReadInputTokenCount: 100,
        cacheWriteInputTokenCount: 20,
      }),
      [25, 100, 20, 0, 150],
      '0.00243',
    ],
    // 2 × 0.1 + 9,179 × 0.01 + 13,356 × 0.125 + 4 × 0.5; the client says 0.00276519, with 13,356 × 0.2
    ['an event of Claude Code', apiRequest(), [2, 9_179, 13_356, 0, 4], '0.00176349'],
    // 9 × 1.1 + 11,207 × 1.375 + 5 × 5.5
    [
      'a usage of Converse',
      plainOf(HAIKU_4_5, {
        inputTokens: 9,
        cacheReadInputTokens: 0,
        cacheWriteInputTokens: 11_207,
        outputTokens: 5,
      }),
      [9, 0, 11_207, 0, 5],
      '0.015447025',
    ],
    // 3 × 1.1 + 1,789 × 1.375 + 401 × 5.5, the writes told twice
    [
      'a usage of Converse with its counts twice',
      plainOf(HAIKU_4_5, {
        inputTokens: 3,
        cacheReadInputTokens: 0,
        cacheReadInputTokenCount: 0,
        cacheWriteInputTokens: 1_789,
        cacheWriteInputTokenCount: 1_789,
        outputTokens: 401,
        totalTokens: 2_193,
      }),
      [3, 0, 1_789, 0, 401],
      '0.004668675',
    ],
  ])('is an estimate where it does not tell how long its cache lives: %s', (_what, line, counts, costUsd) => {
    expect(readAndPrice(line)).toEqual({ counts, costUsd, isEstimated: true });
  });

  it.each<[string, JsonObject, Counts]>([
    ['GPT-4o in LiteLLM’s spend log', litellmSpend(), [10, 0, 0, 0, 20]],
    ['GPT-4o mini behind Envoy', envoyLine({ 'gen_ai.request.model': 'gpt-4o-mini' }), [15, 0, 0, 0, 7]],
    [
      'Grok by the chat API',
      plainOf('x-ai/grok-4', {
        prompt_tokens: 687,
        prompt_tokens_details: { cached_tokens: 682, audio_tokens: 0 },
        completion_tokens: 240,
        completion_tokens_details: { reasoning_tokens: 165 },
      }),
      [5, 682, 0, 0, 240],
    ],
    [
      'GPT by the Responses API',
      plainOf('openai/gpt-5.6-sol', {
        input_tokens: 4_020,
        input_tokens_details: { cached_tokens: 4_012 },
        output_tokens: 5,
        output_tokens_details: { reasoning_tokens: 0 },
      }),
      [8, 4_012, 0, 0, 5],
    ],
  ])('of a model without a price is counted and never zero by accident: %s', (_what, line, counts) => {
    expect(readAndPrice(line)).toEqual({ counts, costUsd: 'unknown_model', isEstimated: false });
  });

  it('with a day that no calendar has is not guessed', () => {
    const line = bedrock('anthropic.claude-3-haiku-20240307-v1:0', '2025-04-99T23:00:17Z', [35, 446]);
    expect(decode(line)).toMatchObject({ kind: 'quarantined', reason: 'bad_timestamp' });
  });
});
