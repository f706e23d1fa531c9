import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paceOf } from '../../../../shared/domain/alerts/pace.ts';

/** June 2026 has 30 days; a day of it is 86,400,000 ms. */
const JUNE = {
  period: { unit: 'month', timeZone: 'UTC' },
  resetAt: '2026-07-01T00:00:00.000Z',
} as const;
const START_MS = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;

function june(used: bigint, limit = 300n) {
  return { ...JUNE, used, limit };
}

describe('the pace of a budget', () => {
  it.each([
    // 100 in 10 of 30 days are 300 in the end: reached with the period's last moment, so not before it.
    ['as much as the limit in the end', 100n, 10, { projected: 300n }],
    // 101 in 10 days: 303 in the end, and 300 after 300 × 864,000,000 / 101 = 2,566,336,633.7 ms.
    ['a little more', 101n, 10, { projected: 303n, exhaustedAtMs: START_MS + 2_566_336_634 }],
    // 150 in 10 days are 15 a day: 300 after 20 days.
    ['half as much again', 150n, 10, { projected: 450n, exhaustedAtMs: START_MS + 20 * DAY_MS }],
    ['all but one', 299n, 20, { projected: 448n, exhaustedAtMs: START_MS + 1_733_779_265 }],
    ['all of it', 300n, 20, { projected: 450n }],
    ['more than all of it', 600n, 20, { projected: 900n }],
    ['nothing', 0n, 10, undefined],
    ['less than nothing, by a correction', -1n, 10, undefined],
  ])('tells where %s leads', (_name, used, day, pace) => {
    expect(paceOf(june(used), START_MS + day * DAY_MS, 10)).toEqual(pace);
  });

  it.each([
    // A tenth of 30 days is 3 days.
    [3 * DAY_MS - 1, 10, false],
    [3 * DAY_MS, 10, true],
    [3 * DAY_MS + 1, 10, true],
    // A third of a percent more is no whole percent: 33% of 30 days are 855,360,000 ms.
    [855_359_999, 33, false],
    [855_360_000, 33, true],
    [1, 0, true],
    [0, 0, false],
    [-1, 0, false],
    [30 * DAY_MS - 1, 100, false],
    [30 * DAY_MS - 1, 99, true],
    [30 * DAY_MS, 99, false],
  ])(
    '%i ms into a period that is looked at from %i%% on, there is one: %s',
    (elapsedMs, percent, isThere) => {
      expect(paceOf(june(1n), START_MS + elapsedMs, percent) !== undefined).toBe(isThere);
    },
  );

  it('counts the hours of a day on which clocks change', () => {
    // 2026-03-29 has 23 hours in Berlin, from 23:00 UTC on: 12 hours later, 12 of 24 last 23 hours exactly.
    const day = {
      period: { unit: 'day', timeZone: 'Europe/Berlin' },
      resetAt: '2026-03-29T22:00:00.000Z',
    } as const;
    const noon = Date.parse('2026-03-29T11:00:00.000Z');
    expect(paceOf({ ...day, used: 12n, limit: 23n }, noon, 10)).toEqual({ projected: 23n });
    expect(paceOf({ ...day, used: 12n, limit: 22n }, noon, 10)).toEqual({
      projected: 23n,
      exhaustedAtMs: Date.parse('2026-03-29T21:00:00.000Z'),
    });
  });

  it('is exact for amounts that no float holds', () => {
    const used = 10n ** 24n + 1n;
    expect(paceOf(june(used, 10n ** 25n), START_MS + 10 * DAY_MS, 10)?.projected).toBe(
      3_000_000_000_000_000_000_000_003n,
    );
  });

  it('is exhausted after now and before the reset, if at all, and then alone projected beyond the limit', () => {
    const amounts = fc.bigInt({ min: 1n, max: 10n ** 18n });
    const elapsed = fc.integer({ min: 1, max: 30 * DAY_MS - 1 });
    fc.assert(
      fc.property(amounts, amounts, elapsed, (used, limit, elapsedMs) => {
        const pace = paceOf(june(used, limit), START_MS + elapsedMs, 0);
        const at = pace?.exhaustedAtMs;
        if (at === undefined) expect(used >= limit || (pace?.projected ?? 0n) <= limit).toBe(true);
        else {
          expect(at).toBeGreaterThan(START_MS + elapsedMs);
          expect(at).toBeLessThan(Date.parse(JUNE.resetAt));
          expect((pace?.projected ?? 0n) >= limit && used < limit).toBe(true);
        }
      }),
    );
  });
});
