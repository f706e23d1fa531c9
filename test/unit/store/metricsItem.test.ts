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

describe('metrics as attributes of an item', () => {
  it('are read back as they were, whatever they are', () => {
    fc.assert(
      fc.property(metricsArbitrary, (metrics) => {
        expect(readMetrics(metricsAttributes(metrics))).toStrictEqual(metrics);
      }),
    );
  });

  it('have no attribute for a fee that nobody paid', () => {
    expect(metricsAttributes(NO_METRICS)).toEqual({});
    expect(metricsAttributes(SEARCHED)).toEqual({ webSearchPicoUsd: 7n });
  });

  it('are read from an item of before the fee existed', () => {
    expect(readMetrics({ requests: 1, inputPicoUsd: 5 })).toStrictEqual({
      ...NO_METRICS,
      requests: 1,
      costPicoUsd: { ...NO_COST, input: 5n },
    });
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

  it('are no longer than before without the fee, and one number longer with it', () => {
    // Six counters, five token counts, five costs.
    expect(compactMetrics(NO_METRICS)).toHaveLength(16);
    expect(compactMetrics(SEARCHED)).toHaveLength(17);
  });

  it('are read from a list of before the fee existed', () => {
    const before = [1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3, 4, 0, 0, 0, 5];
    expect(readCompactMetrics(before)).toStrictEqual({
      ...NO_METRICS,
      requests: 1,
      tokens: { ...NO_METRICS.tokens, input: 2, output: 3 },
      costPicoUsd: { ...NO_COST, input: 4n, output: 5n },
    });
  });

  it.each([15, 18])('are refused from a list of %i numbers', (length) => {
    expect(() => readCompactMetrics(Array.from({ length }, () => 0))).toThrow();
  });
});
