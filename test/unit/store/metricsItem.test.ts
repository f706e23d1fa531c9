import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_COST, NO_METRICS } from '../../../shared/domain/metrics.ts';
import {
  compactMetrics,
  metricsAttributes,
  readCompactMetrics,
  readMetrics,
} from '../../../shared/store/metricsItem.ts';
import { metricsArbitrary } from '../../fixtures/arbitraries.ts';

const SEARCHED = { ...NO_METRICS, costPicoUsd: { ...NO_COST, webSearch: 7n } };
const AT_NIGHT = {
  ...NO_METRICS,
  hours: [
    { hour: 0, requests: 2, costPicoUsd: 5n },
    { hour: 23, requests: 1, costPicoUsd: 0n },
  ],
};

describe('metrics as attributes of an item', () => {
  it('are read back as they were, whatever they are', () => {
    fc.assert(
      fc.property(metricsArbitrary, (metrics) => {
        expect(readMetrics(metricsAttributes(metrics))).toStrictEqual(metrics);
      }),
    );
  });

  it('have names of one letter, two for those of an hour, and none for what is zero', () => {
    expect(metricsAttributes(NO_METRICS)).toEqual({});
    expect(metricsAttributes(SEARCHED)).toEqual({ W: 7n });
    expect(metricsAttributes({ ...NO_METRICS, requests: 1, thinkingTokens: 9 })).toEqual({ q: 1, k: 9 });
    expect(metricsAttributes(AT_NIGHT)).toEqual({ ha: 2, Ha: 5n, hx: 1 });
  });

  it('leave the names free that every item needs', () => {
    const all = { pk: 'p', sk: 's', n: 9, ttl: 8, bu: 'u', de: 'd', cc: 'c', a: 'first', z: 'last', m: [] };
    expect(readMetrics(all)).toStrictEqual(NO_METRICS);
  });

  it.each([-1, 24])('are refused with an hour %i, which no day has', (hour) => {
    const metrics = { ...NO_METRICS, hours: [{ hour, requests: 1, costPicoUsd: 0n }] };
    expect(() => metricsAttributes(metrics)).toThrow(RangeError);
  });
});

describe('metrics as one list', () => {
  it('are read back as they were, whatever they are', () => {
    fc.assert(
      fc.property(metricsArbitrary, (metrics) => {
        expect(readCompactMetrics(compactMetrics(metrics))).toStrictEqual(metrics);
      }),
    );
  });

  it('say which figures are there, and hold no others', () => {
    expect(compactMetrics(NO_METRICS)).toEqual([0]);
    const some = { ...NO_METRICS, requests: 1, tokens: { ...NO_METRICS.tokens, output: 2 } };
    // The first and the third of the counts.
    expect(compactMetrics(some)).toEqual([0b101, 1, 2]);
    // Twelve counts, then costs, of which this is the sixth.
    expect(compactMetrics(SEARCHED)).toEqual([2 ** (12 + 5), 7n]);
  });

  it('hold hours only where there are any', () => {
    expect(compactMetrics(AT_NIGHT)).toEqual([
      0,
      [
        [0, 2, 5n],
        [23, 1, 0n],
      ],
    ]);
  });

  it.each([
    ['a figure that is not there', [1]],
    ['a figure too many', [1, 5, [], 6]],
    ['a bit that stands for nothing', [2 ** 19, 1]],
    ['a text', [1, '5']],
    ['nothing at all', []],
  ])('are refused with %s', (_what, lists) => {
    expect(() => readCompactMetrics(lists)).toThrow();
  });
});
