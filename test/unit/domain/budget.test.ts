import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Budget,
  DEFAULT_THRESHOLDS,
  findCrossings,
  percentSpent,
} from '../../../shared/domain/budget.ts';

const BUDGET: Budget = { team: 'chess', limitPicoUsd: 10n ** 15n, thresholds: DEFAULT_THRESHOLDS };

function crossed(spentPicoUsd: bigint, budget = BUDGET): number[] {
  return findCrossings(budget, '2026-11', spentPicoUsd).map(({ threshold }) => threshold);
}

describe('findCrossings', () => {
  // A limit of 1,000 USD is 10^15 pico-USD; 80% of it are 8 x 10^14.
  it.each([
    ['nothing', 0n, []],
    ['1 pico-USD less than 80%', 8n * 10n ** 14n - 1n, []],
    ['exactly 80%', 8n * 10n ** 14n, [80]],
    ['1 pico-USD more than 80%', 8n * 10n ** 14n + 1n, [80]],
    ['1 pico-USD less than the limit', 10n ** 15n - 1n, [80]],
    ['exactly the limit', 10n ** 15n, [80, 100]],
    ['1 pico-USD more than the limit', 10n ** 15n + 1n, [80, 100]],
    ['ten times the limit', 10n ** 16n, [80, 100]],
    ['a correction below zero', -1n, []],
  ])('after spending %s', (_what, spentPicoUsd, thresholds) => {
    expect(crossed(spentPicoUsd)).toEqual(thresholds);
  });

  // 80% of 101 pico-USD are 80.8: 80 are less, 81 are more.
  it.each([
    [80n, []],
    [81n, [80]],
    [100n, [80]],
    [101n, [80, 100]],
  ])('is exact where the share is no whole pico-USD: %i of 101', (spentPicoUsd, thresholds) => {
    expect(crossed(spentPicoUsd, { ...BUDGET, limitPicoUsd: 101n })).toEqual(thresholds);
  });

  it('takes the thresholds of the budget, past 100 too', () => {
    const budget = { ...BUDGET, thresholds: [50, 90, 120] };
    expect(crossed(6n * 10n ** 14n, budget)).toEqual([50]);
    expect(crossed(12n * 10n ** 14n - 1n, budget)).toEqual([50, 90]);
    expect(crossed(12n * 10n ** 14n, budget)).toEqual([50, 90, 120]);
    expect(crossed(10n ** 18n, { ...BUDGET, thresholds: [] })).toEqual([]);
  });

  it('names whose budget it is, the month, and what was spent of how much', () => {
    expect(findCrossings(BUDGET, '2026-11', 9n * 10n ** 14n)).toStrictEqual([
      {
        team: 'chess',
        month: '2026-11',
        threshold: 80,
        limitPicoUsd: 10n ** 15n,
        spentPicoUsd: 9n * 10n ** 14n,
      },
    ]);
  });

  it('never loses a crossing by spending more', () => {
    const pico = fc.bigInt({ min: 0n, max: 10n ** 18n });
    const limits = fc.bigInt({ min: 1n, max: 10n ** 18n });
    fc.assert(
      fc.property(limits, pico, pico, (limitPicoUsd, spent, more) => {
        const budget = { ...BUDGET, limitPicoUsd };
        expect(crossed(spent + more, budget)).toEqual(expect.arrayContaining(crossed(spent, budget)));
      }),
    );
  });
});

describe('percentSpent', () => {
  it.each([
    [0n, 1_000n, 0n],
    [799n, 1_000n, 79n],
    [800n, 1_000n, 80n],
    [999n, 1_000n, 99n],
    [10n ** 30n - 1n, 10n ** 30n, 99n],
    [1_000n, 1_000n, 100n],
    [2_509n, 1_000n, 250n],
    [5n, 0n, 0n],
  ])('%i of %i is %i%', (spent, limit, percent) => {
    expect(percentSpent(spent, limit)).toBe(percent);
  });

  it('says 80 and 100 exactly when those thresholds are crossed', () => {
    const limits = fc.bigInt({ min: 1n, max: 10n ** 6n });
    fc.assert(
      fc.property(limits, fc.bigInt({ min: 0n, max: 2n * 10n ** 6n }), (limitPicoUsd, spent) => {
        const percent = percentSpent(spent, limitPicoUsd);
        expect(crossed(spent, { ...BUDGET, limitPicoUsd })).toEqual(
          DEFAULT_THRESHOLDS.filter((threshold) => percent >= BigInt(threshold)),
        );
      }),
    );
  });
});
