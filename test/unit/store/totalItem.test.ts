import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { addMetrics, type Metrics, NO_METRICS, splitFigures } from '../../../shared/domain/metrics.ts';
import type { Total } from '../../../shared/domain/total.ts';
import { itemToTotal, totalToItem } from '../../../shared/store/totalItem.ts';
import { itemSizeBytes } from '../../bench/itemSize.ts';

const PAGE_BYTES = 1_048_576;
const DAYS_PER_YEAR = 366;

/** A day of a large team: every figure of ten models, in all hours, with fifteen digits of cost. */
function largeDay(): Total {
  const cost = 987_654_321_012_345n;
  const perModel: Metrics = {
    ...{ requests: 98_765, throttled: 987, blocked: 98, failed: 987, unpriced: 98, estimated: 9_876 },
    thinkingTokens: 98_765_432,
    tokens: {
      input: 987_654_321,
      cacheRead: 987_654_321,
      cacheWrite5m: 98_765_432,
      cacheWrite1h: 9_876_543,
      output: 98_765_432,
    },
    costPicoUsd: {
      input: cost,
      cacheRead: cost,
      cacheWrite5m: cost,
      cacheWrite1h: cost,
      output: cost,
      webSearch: cost,
    },
    estimatedPicoUsd: cost,
    hours: Array.from({ length: 24 }, (_, hour) => ({ hour, requests: 98_765, costPicoUsd: cost })),
  };
  const models = Array.from({ length: 10 }, (_, index) => `anthropic.claude-of-a-long-name-${index}-v1:0`);
  return {
    scope: { kind: 'team', id: 'a-team-of-a-long-name' },
    period: { kind: 'day', day: '2026-07-14' },
    n: 987_654,
    metrics: models.reduce((sum) => addMetrics(sum, perModel), NO_METRICS),
    byModel: new Map(models.map((model) => [model, splitFigures(perModel)])),
    span: { first: '2026-07-14T00', last: '2026-07-14T23' },
  };
}

describe('the item of a total', () => {
  it('is read back as it was', () => {
    expect(itemToTotal(totalToItem(largeDay()))).toStrictEqual(largeDay());
  });

  it('is so small that a year of the days of a large team is one page of an answer', () => {
    expect(itemSizeBytes(marshall(totalToItem(largeDay()))) * DAYS_PER_YEAR).toBeLessThan(PAGE_BYTES);
  });
});
