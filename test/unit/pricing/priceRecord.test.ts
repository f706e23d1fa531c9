import { describe, expect, it } from 'vitest';
import { NO_COST } from '../../../shared/domain/metrics.ts';
import { NO_TOKENS } from '../../../shared/domain/tokens.ts';
import type { Usage } from '../../../shared/domain/usage.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { priceRecord } from '../../../shared/pricing/priceRecord.ts';

const USAGE: Usage = {
  source: 'plain',
  requestId: 'request-1',
  startedAt: '2026-12-01T12:00:00.000Z',
  modelId: 'claude-opus-5-5',
  tokens: { ...NO_TOKENS, input: 1_000 },
  isEstimated: false,
  hasTokenCounts: true,
  status: 'ok',
  serviceTier: 'standard',
  operation: '-',
};

const NOTHING = { tokens: NO_TOKENS, hasTokenCounts: false };

function priced(changes: Partial<Usage>) {
  const { costPicoUsd, unpricedReason } = priceRecord(bundledPriceBook(), { ...USAGE, ...changes });
  return unpricedReason ?? costPicoUsd;
}

describe('priceRecord', () => {
  it('takes all that decides a price from the usage', () => {
    // 1,000 x 4 USD per million, in fast mode twice, in the USA 1.1 times; 2 x 0.01 USD.
    expect(priced({ isFast: true, inferenceGeo: 'us', webSearches: 2 })).toEqual({
      ...NO_COST,
      input: 8_800_000_000n,
      webSearch: 20_000_000_000n,
    });
  });

  it.each(['claude-opus-5-5', 'claude-unheard-of'])(
    'charges nothing for %s out of a cache of the gateway',
    (modelId) => {
      expect(priced({ modelId, isCacheHit: true })).toEqual(NO_COST);
      expect(priced({ modelId, isCacheHit: true, ...NOTHING })).toEqual(NO_COST);
    },
  );

  it.each([
    ['an unknown model that answered', { modelId: 'claude-unheard-of' }, 'unknown_model'],
    ['an answer whose tokens nobody counted', NOTHING, 'no_token_counts'],
    [
      'a failure with searches on an unknown model',
      { ...NOTHING, modelId: 'x', status: 'error', webSearches: 1 },
      'unknown_model',
    ],
    [
      'searches on Bedrock',
      { modelId: 'us.anthropic.claude-opus-5-5', webSearches: 1 },
      'no_price_for_web_search',
    ],
  ] as const)('leaves %s unpriced', (_, changes, reason) => {
    expect(priced(changes)).toBe(reason);
  });

  it.each(['claude-opus-5-5', 'claude-unheard-of'])(
    'charges nothing for a failure of %s that used nothing',
    (modelId) => {
      expect(priced({ modelId, status: 'error', ...NOTHING })).toEqual(NO_COST);
    },
  );
});
