import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineHours, hourOfStart, NO_HOURS, peakHour } from '../../../shared/domain/hours.ts';
import { hoursArbitrary } from '../../fixtures/arbitraries.ts';

const at = (hour: number, requests: number, costPicoUsd = 1n) => ({ hour, requests, costPicoUsd });

describe('hourOfStart', () => {
  it.each([
    ['2026-07-14T00:00:00.000Z', 0],
    ['2026-07-14T08:59:59.999Z', 8],
    ['2026-07-14T09:00:00.000Z', 9],
    ['2026-07-14T23:59:59.999Z', 23],
  ])('of %s is %i', (startedAt, hour) => {
    expect(hourOfStart(startedAt)).toBe(hour);
  });
});

describe('combineHours', () => {
  it('adds hour by hour, in the order of the day', () => {
    expect(combineHours([at(9, 1), at(20, 2)], [at(0, 3), at(9, 4, 6n)], 1)).toEqual([
      at(0, 3),
      at(9, 5, 7n),
      at(20, 2),
    ]);
  });

  it('leaves out an hour in which nothing is left, and keeps one with a cost alone', () => {
    expect(combineHours([at(9, 1), at(10, 1, 5n)], [at(9, 1), at(10, 1, 3n)], -1)).toEqual([at(10, 0, 2n)]);
  });

  it('adds in any order and grouping, and takes away what was added', () => {
    fc.assert(
      fc.property(hoursArbitrary, hoursArbitrary, hoursArbitrary, (a, b, c) => {
        expect(combineHours(a, b, 1)).toStrictEqual(combineHours(b, a, 1));
        expect(combineHours(combineHours(a, b, 1), c, 1)).toStrictEqual(
          combineHours(a, combineHours(b, c, 1), 1),
        );
        expect(combineHours(combineHours(a, b, 1), b, -1)).toStrictEqual(a);
        expect(combineHours(a, NO_HOURS, -1)).toStrictEqual(a);
        expect(combineHours(NO_HOURS, combineHours(NO_HOURS, a, -1), -1)).toStrictEqual(a);
      }),
    );
  });
});

describe('peakHour', () => {
  it.each([
    ['none for no hours', [], undefined],
    ['the one with most requests', [at(1, 2), at(5, 3), at(7, 1)], 5],
    ['the earliest of equals', [at(1, 2), at(5, 3), at(7, 3)], 5],
    ['none where corrections took all requests away', [at(3, 0), at(4, -1)], undefined],
  ])('is %s', (_what, hours, peak) => {
    expect(peakHour(hours)).toBe(peak);
  });
});
