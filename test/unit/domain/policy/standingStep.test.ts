import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_STEP, standingStep } from '../../../../shared/domain/policy/standingStep.ts';
import { warnAt } from '../../../support/policies.ts';

const LIMIT = 1_000_000n;
const NO_RUNGS: Parameters<typeof standingStep>[1] = { limit: LIMIT, ladder: [] };

function isSame(a: bigint, b: bigint, of = NO_RUNGS): boolean {
  return standingStep(a, of) === standingStep(b, of);
}

describe('standingStep', () => {
  it.each([
    ['5% below half', 49_999n, 50_000n],
    ['5% below half', 449_999n, 450_000n],
    ['2% from half on', 499_999n, 500_000n],
    ['2% from half on', 519_999n, 520_000n],
    ['0.5% from 80% on', 799_999n, 800_000n],
    ['0.5% from 80% on', 804_999n, 805_000n],
    ['0.5% from 80% on', 1_004_999n, 1_005_000n],
    ['20% from 120% on', 1_199_999n, 1_200_000n],
    ['20% from 120% on', 1_399_999n, 1_400_000n],
    ['20% up to twice', 1_999_999n, 2_000_000n],
    ['its double from there', 3_999_999n, 4_000_000n],
    ['its double from there', 7_999_999n, 8_000_000n],
  ])('begins anew at %s: between %i and %i', (_name, last, first) => {
    expect(isSame(last, first)).toBe(false);
    expect(isSame(first, first + 1n)).toBe(true);
  });

  it.each([0n, -1n, 1n, 49_999n])('is none for %i of a million, as without a standing', (used) => {
    expect(standingStep(used, NO_RUNGS)).toBe(NO_STEP);
  });

  it('is the same from twice the limit to four times', () => {
    expect(isSame(2_000_000n, 3_999_999n)).toBe(true);
  });

  it('begins anew at each rung, wherever it is', () => {
    const of = { limit: LIMIT, ladder: [warnAt(3), warnAt(83)] };
    expect(isSame(29_999n, 30_000n, of)).toBe(false);
    expect(isSame(829_999n, 830_000n, of)).toBe(false);
    expect(isSame(830_000n, 834_999n, of)).toBe(true);
  });

  it('knows nothing and something of a limit of nothing', () => {
    const of = { limit: 0n, ladder: [warnAt(100)] };
    expect(standingStep(0n, of)).toBe(NO_STEP);
    expect(isSame(1n, 10n ** 30n, of)).toBe(true);
    expect(isSame(0n, 1n, of)).toBe(false);
  });

  describe('from a rung that raises monitoring on', () => {
    const raising = { limit: LIMIT, ladder: [{ ...warnAt(3), raisesMonitoring: true }] };
    it.each([
      ['1% below half', 39_999n, 40_000n],
      ['0.4% from half on', 503_999n, 504_000n],
      ['0.1% from 80% on', 800_999n, 801_000n],
      ['0.1% up to 120%', 1_198_999n, 1_199_000n],
      ['4% from 120% on', 1_239_999n, 1_240_000n],
      ['its double from twice on', 3_999_999n, 4_000_000n],
    ])('begins anew at %s: between %i and %i', (_name, last, first) => {
      expect(isSame(last, first, raising)).toBe(false);
      expect(isSame(first, first + 1n, raising)).toBe(true);
    });

    it('is as wide as ever before it', () => {
      expect(isSame(10_000n, 29_999n, raising)).toBe(true);
      const later = { limit: LIMIT, ladder: [warnAt(80), { ...warnAt(95), raisesMonitoring: true }] };
      expect(isSame(801_000n, 804_999n, later)).toBe(true);
      expect(isSame(949_999n, 950_000n, later)).toBe(false);
      expect(isSame(950_999n, 951_000n, later)).toBe(false);
    });

    it('doubles from twice the limit on', () => {
      expect(isSame(2_000_000n, 3_999_999n, raising)).toBe(true);
    });
  });

  it('never lags by more than its width', () => {
    const widths = (used: bigint) => {
      if (used < LIMIT / 2n) return LIMIT / 20n;
      if (used < (LIMIT * 8n) / 10n) return LIMIT / 50n;
      return used < (LIMIT * 12n) / 10n ? LIMIT / 200n : LIMIT / 5n;
    };
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n * LIMIT - 1n }),
        fc.bigInt({ min: 0n, max: LIMIT }),
        (used, more) => {
          if (isSame(used, used + more)) expect(more).toBeLessThan(widths(used));
        },
      ),
    );
  });
});
