import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUsd } from '../../../../shared/domain/money.ts';
import {
  percentileOf,
  roundUpHuman,
  suggestLimits,
} from '../../../../shared/domain/policy/observedLimits.ts';

const usd = (text: string) => parseUsd(text) ?? expect.fail(`${text} is no amount`);

describe('percentileOf', () => {
  const twenty = Array.from({ length: 20 }, (_, index) => BigInt(20 - index));
  it.each([
    [1, 1n],
    [5, 1n],
    [6, 2n],
    [50, 10n],
    [95, 19n],
    [96, 20n],
    [100, 20n],
  ])('%i of 1 to 20 is %i', (percentile, value) => {
    expect(percentileOf(twenty, percentile)).toBe(value);
  });

  it('is the only value of one, and none of none', () => {
    expect(percentileOf([7n], 95)).toBe(7n);
    expect(percentileOf([], 95)).toBeUndefined();
  });

  it('is a value that occurred and that enough do not exceed', () => {
    const values = fc.array(fc.bigInt({ min: 0n, max: 1_000n }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (all, percentile) => {
        const value = percentileOf(all, percentile) ?? expect.fail('must be there');
        expect(all).toContain(value);
        const covered = all.filter((each) => each <= value).length;
        expect(covered * 100).toBeGreaterThanOrEqual(percentile * all.length);
      }),
    );
  });
});

describe('roundUpHuman', () => {
  it.each([
    ['0.000000000001', '0.01'],
    ['0.01', '0.01'],
    ['0.010000000001', '0.02'],
    ['0.05', '0.05'],
    ['0.051', '0.06'],
    ['0.061', '0.08'],
    ['0.081', '0.1'],
    ['0.11', '0.12'],
    ['1', '1'],
    ['1.000000000001', '1.2'],
    ['1.17', '1.2'],
    ['3.24', '4'],
    ['6.5', '7.5'],
    ['7.51', '8'],
    ['8.01', '10'],
    ['126.743972952', '150'],
    ['99999', '100000'],
  ])('%s becomes %s', (text, rounded) => {
    expect(roundUpHuman(usd(text))).toBe(usd(rounded));
  });

  it('is never less, never more than double above a cent, and stays as it is once rounded', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: usd('0.01'), max: 10n ** 24n }), (amount) => {
        const rounded = roundUpHuman(amount);
        expect(rounded).toBeGreaterThanOrEqual(amount);
        expect(rounded).toBeLessThanOrEqual(amount * 2n);
        expect(roundUpHuman(rounded)).toBe(rounded);
      }),
    );
  });
});

describe('suggestLimits', () => {
  it('goes by active days alone, dearest first', () => {
    const costs = new Map([
      ['bob', [usd('0.4'), 0n, usd('0.3')]],
      ['ann', [usd('3.24'), usd('3.24')]],
      ['idle', [0n]],
    ]);
    expect(suggestLimits(costs, 50)).toEqual([
      {
        id: 'ann',
        activeDays: 2,
        observedPicoUsd: usd('3.24'),
        highestPicoUsd: usd('3.24'),
        limitPicoUsd: usd('4'),
      },
      {
        id: 'bob',
        activeDays: 2,
        observedPicoUsd: usd('0.3'),
        highestPicoUsd: usd('0.4'),
        limitPicoUsd: usd('0.3'),
      },
    ]);
  });
});
