import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addCount,
  addReading,
  countedInHour,
  isDue,
  isStale,
  type Reading,
  risen,
  spentWithin,
} from '../../../../shared/domain/alerts/readings.ts';

const at = (time: string, amount: bigint, n = Number(amount)): Reading => ({
  ...{ atMs: Date.parse(`2026-07-${time}Z`), day: `2026-07-${time.slice(0, 2)}` },
  ...{ amount, n },
});
const FIVE_MINUTES_MS = 300_000;

describe('spentWithin', () => {
  it.each<[string, Reading[], Reading, bigint]>([
    ['nothing without a reading', [], at('14T10:00:00', 50n), 0n],
    ['what came since the only reading', [at('14T10:00:00', 50n)], at('14T10:01:00', 80n), 30n],
    [
      'from the newest reading that is not in the window: at its start exactly',
      [at('14T09:50:00', 10n), at('14T10:00:00', 50n), at('14T10:03:00', 60n)],
      at('14T10:05:00', 80n),
      30n,
    ],
    [
      'from the one before, when the newest is a moment into the window',
      [at('14T09:50:00', 10n), at('14T10:00:00.001', 50n)],
      at('14T10:05:00', 80n),
      70n,
    ],
    [
      'over midnight, the rest of the evening and the new day',
      [at('14T23:57:00', 50n), at('14T23:59:00', 70n)],
      at('15T00:01:00', 8n),
      28n,
    ],
    ['less than nothing after a correction', [at('14T10:00:00', 50n)], at('14T10:01:00', 20n, 60), -30n],
    [
      'nothing of a time in which nobody looked for an hour',
      [at('14T08:59:59', 10n)],
      at('14T10:05:00', 80n),
      0n,
    ],
  ])('is %s', (_name, readings, current, spent) => {
    expect(spentWithin(readings, current, FIVE_MINUTES_MS)).toBe(spent);
  });
});

describe('isStale', () => {
  const last = at('14T10:00:00', 50n, 7);
  it.each([
    ['an earlier look', at('14T09:59:59.999', 60n, 8), true],
    ['another one at the same time', at('14T10:00:00', 60n, 8), false],
    ['fewer changes of the same day', at('14T10:00:01', 40n, 6), true],
    ['as many changes', at('14T10:00:01', 50n, 7), false],
    ['a new day with fewer changes', at('15T00:00:00', 1n, 1), false],
  ])('of %s is told', (_name, current, isOld) => {
    expect(isStale([last], current)).toBe(isOld);
    expect(isStale([], current)).toBe(false);
  });
});

describe('isDue', () => {
  const last = at('14T10:00:00', 1_000n, 7);
  it.each([
    ['nothing changed', at('14T11:00:00', 1_000n, 7), false],
    ['a moment before a minute', at('14T10:00:59.999', 1_009n, 8), false],
    ['a minute', at('14T10:01:00', 1_001n, 8), true],
    ['a tenth of what is too much, at once', at('14T10:00:01', 1_010n, 8), true],
  ])('after %s', (_name, current, isNow) => {
    expect(isDue([last], current, 100n)).toBe(isNow);
  });
});

describe('addReading', () => {
  it('keeps two readings of any minute, and one that is older than the window', () => {
    const looks = fc.array(fc.tuple(fc.integer({ min: 1, max: 90_000 }), fc.bigInt({ min: 0n, max: 9n })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(looks, (steps) => {
        let readings: readonly Reading[] = [];
        let [atMs, amount] = [Date.parse('2026-07-14T00:00:00Z'), 0n];
        for (const [afterMs, more] of steps) {
          atMs += afterMs;
          amount += more;
          const current = { atMs, day: '2026-07-14', amount, n: atMs };
          readings = addReading(readings, current, FIVE_MINUTES_MS);
          expect(readings.at(-1)).toBe(current);
          expect(readings.filter((each) => each.atMs <= atMs - FIVE_MINUTES_MS).length).toBeLessThan(2);
          expect(readings.length).toBeLessThanOrEqual(13);
        }
        expect(risen(readings[0] ?? at('14T00:00:00', 0n), readings.slice(1))).toBe(
          amount - (readings[0]?.amount ?? 0n),
        );
      }),
    );
  });
});

describe('countedInHour', () => {
  it.each<[string, Reading[], bigint]>([
    ['the whole day without a reading before the hour', [at('14T10:00:00', 5n)], 30n],
    ['what came since the last reading before the hour', [at('14T09:59:59.999', 12n)], 18n],
    ['all of a new day', [at('13T23:59:00', 12n)], 30n],
  ])('is %s', (_name, readings, counted) => {
    expect(countedInHour(readings, at('14T10:30:00', 30n), 100n)).toBe(counted);
  });

  it('is never more than can have happened', () => {
    expect(countedInHour([], at('14T10:30:00', 30n), 7n)).toBe(7n);
  });

  it('keeps the last reading before the hour, and the newest', () => {
    const [before, first, second] = [
      at('14T09:59:00', 1n),
      at('14T10:01:00', 2n),
      at('14T10:02:00', 3n),
    ] as const;
    expect(addCount([before, first], second)).toEqual([before, second]);
    expect(addCount([first], second)).toEqual([second]);
  });
});
