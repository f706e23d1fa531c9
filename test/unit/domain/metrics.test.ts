import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMetrics,
  cacheHitRate,
  isNothing,
  type Metrics,
  NO_METRICS,
  STATUS_COUNTER,
  subtractMetrics,
  totalCost,
} from '../../../shared/domain/metrics.ts';
import { REQUEST_STATUSES } from '../../../shared/domain/usage.ts';
import { costArbitrary, metricsArbitrary } from '../../fixtures/arbitraries.ts';

const ONE = {
  requests: 1,
  throttled: 2,
  blocked: 3,
  failed: 4,
  unpriced: 5,
  estimated: 6,
  thinkingTokens: 18,
  tokens: { input: 7, cacheRead: 8, cacheWrite5m: 9, cacheWrite1h: 10, output: 11 },
  costPicoUsd: {
    input: 12n,
    cacheRead: 13n,
    cacheWrite5m: 14n,
    cacheWrite1h: 15n,
    output: 16n,
    webSearch: 17n,
  },
  estimatedPicoUsd: 19n,
  hours: [
    { hour: 0, requests: 20, costPicoUsd: 21n },
    { hour: 23, requests: 22, costPicoUsd: 23n },
  ],
};

describe('metrics', () => {
  it('adds every figure to its own kind', () => {
    expect(addMetrics(ONE, ONE)).toStrictEqual({
      requests: 2,
      throttled: 4,
      blocked: 6,
      failed: 8,
      unpriced: 10,
      estimated: 12,
      thinkingTokens: 36,
      tokens: { input: 14, cacheRead: 16, cacheWrite5m: 18, cacheWrite1h: 20, output: 22 },
      costPicoUsd: {
        input: 24n,
        cacheRead: 26n,
        cacheWrite5m: 28n,
        cacheWrite1h: 30n,
        output: 32n,
        webSearch: 34n,
      },
      estimatedPicoUsd: 38n,
      hours: [
        { hour: 0, requests: 40, costPicoUsd: 42n },
        { hour: 23, requests: 44, costPicoUsd: 46n },
      ],
    });
  });

  it('gives back what it was before when what was added is subtracted', () => {
    fc.assert(
      fc.property(metricsArbitrary, metricsArbitrary, (a, b) => {
        expect(subtractMetrics(addMetrics(a, b), b)).toStrictEqual(a);
      }),
    );
  });

  it('adds in any order and grouping', () => {
    fc.assert(
      fc.property(metricsArbitrary, metricsArbitrary, metricsArbitrary, (a, b, c) => {
        expect(addMetrics(a, b)).toStrictEqual(addMetrics(b, a));
        expect(addMetrics(addMetrics(a, b), c)).toStrictEqual(addMetrics(a, addMetrics(b, c)));
      }),
    );
  });

  it('is unchanged by nothing, and less itself is nothing', () => {
    fc.assert(
      fc.property(metricsArbitrary, (a) => {
        expect(addMetrics(a, NO_METRICS)).toStrictEqual(a);
        expect(subtractMetrics(a, a)).toStrictEqual(NO_METRICS);
      }),
    );
  });

  it('stays exact where a float would not', () => {
    const large = { ...NO_METRICS, costPicoUsd: { ...NO_METRICS.costPicoUsd, output: 10n ** 30n } };
    const small = { ...NO_METRICS, costPicoUsd: { ...NO_METRICS.costPicoUsd, output: 1n } };
    expect(totalCost(addMetrics(large, small).costPicoUsd)).toBe(10n ** 30n + 1n);
  });
});

describe('isNothing', () => {
  it('is true of no figures', () => {
    expect(isNothing(NO_METRICS)).toBe(true);
  });

  it.each<[string, Partial<Metrics>]>([
    ['a request', { requests: 1 }],
    ['a thinking token', { thinkingTokens: 1 }],
    ['a token', { tokens: { ...NO_METRICS.tokens, cacheWrite1h: 1 } }],
    ['the cost of a token', { costPicoUsd: { ...NO_METRICS.costPicoUsd, output: 1n } }],
    ['the fee of a search', { costPicoUsd: { ...NO_METRICS.costPicoUsd, webSearch: 1n } }],
    ['an estimated cost', { estimatedPicoUsd: -1n }],
    ['an hour', { hours: [{ hour: 3, requests: 0, costPicoUsd: 1n }] }],
  ])('is false when there is %s', (_what, some) => {
    expect(isNothing({ ...NO_METRICS, ...some })).toBe(false);
  });
});

describe('cacheHitRate', () => {
  it.each([
    [{ input: 3, cacheRead: 1 }, 0.25],
    [{ input: 1, cacheRead: 6, cacheWrite5m: 2, cacheWrite1h: 1 }, 0.6],
    [{ cacheRead: 5 }, 1],
    [{ input: 5, output: 9 }, 0],
    [{ output: 9 }, undefined],
    [{}, undefined],
  ])('of %o is %s', (tokens, rate) => {
    expect(cacheHitRate({ tokens: { ...NO_METRICS.tokens, ...tokens } })).toBe(rate);
  });

  it('of a sum is the ratio of the sums, not the mean of the ratios', () => {
    const many = { ...NO_METRICS, tokens: { ...NO_METRICS.tokens, input: 900, cacheRead: 0 } };
    const few = { ...NO_METRICS, tokens: { ...NO_METRICS.tokens, input: 0, cacheRead: 100 } };
    expect(cacheHitRate(addMetrics(many, few))).toBe(0.1);
  });
});

describe('totalCost', () => {
  it('is the sum of the token classes and the fees', () => {
    expect(totalCost(ONE.costPicoUsd)).toBe(12n + 13n + 14n + 15n + 16n + 17n);
    fc.assert(
      fc.property(costArbitrary, (cost) => {
        expect(totalCost(cost)).toBe(Object.values(cost).reduce((sum, part) => sum + part, 0n));
      }),
    );
  });
});

describe('STATUS_COUNTER', () => {
  it.each([
    ['ok', undefined],
    ['throttled', 'throttled'],
    ['blocked', 'blocked'],
    ['error', 'failed'],
  ] as const)('counts %s under %s', (status, counter) => {
    expect(STATUS_COUNTER[status]).toBe(counter);
  });

  it('knows every status', () => {
    expect(Object.keys(STATUS_COUNTER).sort()).toEqual([...REQUEST_STATUSES].sort());
  });
});
