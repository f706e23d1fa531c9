import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributeUsage } from '../../../shared/domain/attribution.ts';
import { totalCost } from '../../../shared/domain/metrics.ts';
import { promptTokens } from '../../../shared/domain/tokens.ts';
import { usageDay } from '../../../shared/domain/usage.ts';
import {
  makeUsageRecord,
  metricsOfRecord,
  type RecordPrice,
  usageOfRecord,
} from '../../../shared/domain/usageRecord.ts';
import { recordArbitrary, usageArbitrary } from '../../fixtures/arbitraries.ts';
import { bedrockRecord, usageOf } from '../../fixtures/decoding.ts';
import { placed } from '../../support/directory.ts';

const USAGE = usageOf(bedrockRecord({ timestamp: '2026-11-22T23:59:59Z', input: { inputTokenCount: 10 } }));
const PRICE: RecordPrice = {
  model: 'nova-lite',
  endpointScope: 'inRegion',
  priceVersion: 'v1',
  costPicoUsd: { input: 600n, cacheRead: 0n, cacheWrite5m: 0n, cacheWrite1h: 0n, output: 0n, webSearch: 0n },
};

describe('makeUsageRecord', () => {
  it('is the first revision, of the UTC day of the start', () => {
    const record = makeUsageRecord(USAGE, attributeUsage(USAGE, undefined), PRICE);
    expect(record).toMatchObject({ rev: 1, day: '2026-11-22', user: 'unattributed', isUserLogged: false });
  });

  it('remembers that a user called unattributed was logged', () => {
    const usage = { ...USAGE, user: 'unattributed' };
    expect(makeUsageRecord(usage, attributeUsage(usage, undefined), PRICE).isUserLogged).toBe(true);
  });

  it('can be turned back into the very usage it was made of, whatever the directory and the price', () => {
    const everything = { team: 'rivers', businessUnit: 'games', department: 'play', costCentre: 'c-1' };
    const entries = fc.constantFrom(undefined, placed('mira', everything));
    fc.assert(
      fc.property(usageArbitrary, entries, (usage, entry) => {
        const record = makeUsageRecord(usage, attributeUsage(usage, entry), PRICE);
        expect(usageOfRecord(record)).toStrictEqual(usage);
      }),
    );
  });
});

describe('metricsOfRecord', () => {
  it.each([
    ['ok', { throttled: 0, blocked: 0, failed: 0 }],
    ['throttled', { throttled: 1, blocked: 0, failed: 0 }],
    ['blocked', { throttled: 0, blocked: 1, failed: 0 }],
    ['error', { throttled: 0, blocked: 0, failed: 1 }],
  ] as const)('counts a request that ended %s', (status, counters) => {
    const record = makeUsageRecord({ ...USAGE, status }, attributeUsage(USAGE, undefined), PRICE);
    expect(metricsOfRecord(record)).toMatchObject({
      requests: 1,
      unpriced: 0,
      ...counters,
      tokens: { input: 10 },
    });
    expect(totalCost(metricsOfRecord(record).costPicoUsd)).toBe(600n);
  });

  it('costs nothing and says so while it has no price', () => {
    const price = { ...PRICE, unpricedReason: 'unknown model' };
    const record = makeUsageRecord(USAGE, attributeUsage(USAGE, undefined), price);
    expect(metricsOfRecord(record)).toMatchObject({ requests: 1, unpriced: 1, tokens: { input: 10 } });
    expect(totalCost(metricsOfRecord(record).costPicoUsd)).toBe(0n);
  });

  it('always counts one request, and under one status at most', () => {
    fc.assert(
      fc.property(recordArbitrary, (record) => {
        const { requests, throttled, blocked, failed, estimated } = metricsOfRecord(record);
        expect(requests).toBe(1);
        expect(throttled + blocked + failed).toBe(record.status === 'ok' ? 0 : 1);
        expect(estimated).toBe(record.isEstimated ? 1 : 0);
      }),
    );
  });
});

describe('usage', () => {
  it('lies in the UTC day of its start', () => {
    expect(usageDay({ startedAt: '2026-11-30T23:59:59.999Z' })).toBe('2026-11-30');
    expect(usageDay({ startedAt: '2026-12-01T00:00:00.000Z' })).toBe('2026-12-01');
  });

  it('counts everything that was sent as its prompt, and nothing that came back', () => {
    const tokens = { input: 1, cacheRead: 20, cacheWrite5m: 300, cacheWrite1h: 4_000, output: 50_000 };
    expect(promptTokens(tokens)).toBe(4_321);
  });
});
