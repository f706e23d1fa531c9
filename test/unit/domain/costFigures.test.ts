import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costFigures } from '../../../shared/domain/costFigures.ts';
import { NO_METRICS } from '../../../shared/domain/metrics.ts';
import { parseUsd } from '../../../shared/domain/money.ts';
import { metricsArbitrary } from '../../fixtures/arbitraries.ts';

describe('costFigures', () => {
  it('gives the exact cost as text and both lifetimes of cache writes as one count', () => {
    const figures = costFigures({
      ...NO_METRICS,
      requests: 3,
      throttled: 1,
      tokens: { input: 10, cacheRead: 20, cacheWrite5m: 300, cacheWrite1h: 4_000, output: 50 },
      costPicoUsd: {
        input: 1n,
        cacheRead: 10n,
        cacheWrite5m: 100n,
        cacheWrite1h: 1_000n,
        output: 10n ** 13n,
        webSearch: 0n,
      },
    });
    expect(figures).toStrictEqual({
      costUsd: '10.000000001111',
      requests: 3,
      inputTokens: 10,
      outputTokens: 50,
      cacheReadTokens: 20,
      cacheCreationTokens: 4_300,
    });
  });

  it('names the fee of web searches beside the cost that it is a part of', () => {
    const costPicoUsd = { ...NO_METRICS.costPicoUsd, input: 1n, webSearch: 3n * 10n ** 10n };
    const figures = costFigures({ ...NO_METRICS, costPicoUsd });
    expect(figures).toMatchObject({ costUsd: '0.030000000001', webSearchUsd: '0.03' });
  });

  it('is all zeros for nothing', () => {
    expect(costFigures(NO_METRICS)).toMatchObject({ costUsd: '0', requests: 0, cacheCreationTokens: 0 });
  });

  it('never rounds and never leaves a class of tokens out', () => {
    fc.assert(
      fc.property(metricsArbitrary, (metrics) => {
        const figures = costFigures(metrics);
        const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, webSearch } = metrics.costPicoUsd;
        const tokensPicoUsd = input + cacheRead + cacheWrite5m + cacheWrite1h + output;
        expect(parseUsd(figures.costUsd)).toBe(tokensPicoUsd + webSearch);
        expect(parseUsd(figures.webSearchUsd ?? '0')).toBe(webSearch);
        const { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens } = figures;
        expect(inputTokens + outputTokens + cacheReadTokens + cacheCreationTokens).toBe(
          Object.values(metrics.tokens).reduce((sum, count) => sum + count, 0),
        );
      }),
    );
  });
});
