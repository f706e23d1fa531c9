import { describe, expect, it } from 'vitest';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { priceRecord } from '../../../shared/pricing/priceRecord.ts';
import { bedrockRecord, usageOf } from '../../fixtures/decoding.ts';

const inBody = (outputBodyJson: unknown) => ({ output: { outputBodyJson } });

describe('the service tier of a Bedrock request', () => {
  it.each<[string, object, string]>([
    ['standard where nothing tells one', {}, 'standard'],
    ['that of the answer of Converse', inBody({ serviceTier: { type: 'flex' } }), 'flex'],
    ['that of the answer of another API', inBody({ service_tier: 'priority' }), 'priority'],
    ['standard by Bedrock’s own word', inBody({ serviceTier: { type: 'default' } }), 'standard'],
    ['reserved', inBody({ serviceTier: { type: 'reserved' } }), 'reserved'],
    [
      'that of the log before that of the body',
      { serviceTier: 'flex', ...inBody({ service_tier: 'priority' }) },
      'flex',
    ],
    ['that of the log as an object', { serviceTier: { type: 'priority' } }, 'priority'],
    ['unknown, and not named, for any other word', inBody({ service_tier: 'a plan for Tuesday' }), 'unknown'],
    ['unknown for what is no word', inBody({ serviceTier: { type: ['flex'] } }), 'unknown'],
    ['standard for null', { serviceTier: null, ...inBody({ service_tier: null }) }, 'standard'],
    ['standard in the chunks of a stream', inBody([{ service_tier: 'priority' }]), 'standard'],
  ])('is %s', (_what, fields, tier) => {
    expect(usageOf(bedrockRecord({ ...fields })).serviceTier).toBe(tier);
  });

  it('decides the price, and an unknown one leaves the request without', () => {
    const priceOf = (type: string) => {
      const output = { outputTokenCount: 1_000, outputBodyJson: { serviceTier: { type } } };
      const record = { modelId: 'us.amazon.nova-pro-v1:0', region: 'us-east-1', output };
      const { costPicoUsd, unpricedReason } = priceRecord(bundledPriceBook(), usageOf(bedrockRecord(record)));
      return unpricedReason ?? costPicoUsd.output;
    };
    // 1,000 tokens at 3.2 USD a million; priority costs 1.75 times, flex 0.5 times that.
    expect(['default', 'priority', 'flex'].map(priceOf)).toEqual([
      3_200_000_000n,
      5_600_000_000n,
      1_600_000_000n,
    ]);
    expect(priceOf('express')).toBe('unknown_tier');
  });
});
