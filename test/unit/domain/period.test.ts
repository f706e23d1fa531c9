import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  daysOfMonth,
  daysOfWeek,
  isDay,
  monthEnd,
  monthOfDay,
  toDay,
  weekOfDay,
} from '../../../shared/domain/period.ts';

describe('isDay', () => {
  it.each(['2026-01-01', '2026-02-28', '2028-02-29', '2000-02-29', '2026-04-30', '2026-12-31'])(
    'knows %s',
    (text) => {
      expect(isDay(text)).toBe(true);
    },
  );

  it.each([
    '2026-02-29',
    '2100-02-29',
    '2026-02-30',
    '2026-04-31',
    '2026-04-99',
    '2026-12-32',
    '2026-01-00',
    '2026-00-01',
    '2026-13-01',
    '2026-1-1',
    '26-01-01',
    '12026-01-01',
    '2026-01',
    '2026/01/01',
    '2026-01-01T00:00:00Z',
    '2026-01-01\n',
    ' 2026-01-01',
    '',
  ])('refuses %j', (text) => {
    expect(isDay(text)).toBe(false);
  });
});

describe('addDays', () => {
  it.each([
    ['2026-11-22', 0, '2026-11-22'],
    ['2026-11-30', 1, '2026-12-01'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2027-01-01', -1, '2026-12-31'],
    ['2026-02-28', 1, '2026-03-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2028-02-28', 2, '2028-03-01'],
    ['2028-03-01', -1, '2028-02-29'],
    // The clocks of Europe change on these two days; UTC does not care.
    ['2026-03-29', 1, '2026-03-30'],
    ['2026-10-25', 1, '2026-10-26'],
    ['2026-01-01', 365, '2027-01-01'],
    ['2028-01-01', 366, '2029-01-01'],
  ])('%s and %i days is %s', (day, count, expected) => {
    expect(addDays(day, count)).toBe(expected);
  });

  it('goes there and back, in text order, and always to a day of the calendar', () => {
    const days = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, fc.integer({ min: 1, max: 1_000 }), (date, count) => {
        const day = toDay(date);
        const later = addDays(day, count);
        expect(isDay(later)).toBe(true);
        expect(later > day).toBe(true);
        expect(addDays(later, -count)).toBe(day);
      }),
    );
  });
});

describe('toDay', () => {
  it.each([
    ['2026-11-22T00:00:00.000Z', '2026-11-22'],
    ['2026-11-22T23:59:59.999Z', '2026-11-22'],
    ['2026-11-22T23:30:00-05:00', '2026-11-23'],
    ['2026-11-22T00:30:00+01:00', '2026-11-21'],
  ])('%s lies in the UTC day %s', (at, day) => {
    expect(toDay(new Date(at))).toBe(day);
  });
});

describe('months', () => {
  it.each([
    ['2026-11-01', '2026-11'],
    ['2026-12-31', '2026-12'],
  ])('%s lies in %s', (day, month) => {
    expect(monthOfDay(day)).toBe(month);
  });

  it.each([
    ['2026-01', '2026-02-01T00:00:00.000Z'],
    ['2026-02', '2026-03-01T00:00:00.000Z'],
    ['2028-02', '2028-03-01T00:00:00.000Z'],
    ['2026-09', '2026-10-01T00:00:00.000Z'],
    ['2026-12', '2027-01-01T00:00:00.000Z'],
  ])('%s ends at %s', (month, end) => {
    expect(monthEnd(month)).toBe(end);
  });

  it('the day after the last day of a month is the day of its end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2020, max: 2099 }), fc.integer({ min: 1, max: 12 }), (year, number) => {
        const month = `${year}-${String(number).padStart(2, '0')}`;
        const end = monthEnd(month).slice(0, 10);
        expect(monthOfDay(end)).not.toBe(month);
        expect(monthOfDay(addDays(end, -1))).toBe(month);
      }),
    );
  });
});

describe('daysOfMonth', () => {
  it.each([
    ['2026-02', '2026-02-28'],
    ['2028-02', '2028-02-29'],
    ['2026-04', '2026-04-30'],
    ['2026-12', '2026-12-31'],
  ])('of %s end with %s', (month, to) => {
    expect(daysOfMonth(month)).toEqual({ from: `${month}-01`, to });
  });
});

describe('weekOfDay', () => {
  // The Monday and the Sunday around each turn of a year; weeks as in ISO 8601.
  it.each([
    ['2026-07-12', '2026-W28'],
    ['2026-07-13', '2026-W29'],
    ['2026-07-19', '2026-W29'],
    ['2026-07-20', '2026-W30'],
    ['2024-12-29', '2024-W52'],
    ['2024-12-30', '2025-W01'],
    ['2025-12-28', '2025-W52'],
    ['2025-12-29', '2026-W01'],
    ['2026-12-31', '2026-W53'],
    ['2027-01-03', '2026-W53'],
    ['2027-01-04', '2027-W01'],
    ['2022-01-01', '2021-W52'],
    ['2020-02-29', '2020-W09'],
  ])('of %s is %s', (day, week) => {
    expect(weekOfDay(day)).toBe(week);
  });
});

describe('daysOfWeek', () => {
  it.each([
    ['2026-W29', '2026-07-13', '2026-07-19'],
    ['2025-W01', '2024-12-30', '2025-01-05'],
    ['2026-W01', '2025-12-29', '2026-01-04'],
    ['2026-W53', '2026-12-28', '2027-01-03'],
  ])('of %s are %s to %s', (week, from, to) => {
    expect(daysOfWeek(week)).toEqual({ from, to });
  });

  it('are the seven days whose week it is, from Monday to Sunday, for any day', () => {
    fc.assert(
      fc.property(fc.integer({ min: -40_000, max: 80_000 }), (days) => {
        const day = addDays('2000-01-01', days);
        const { from, to } = daysOfWeek(weekOfDay(day));
        expect(from <= day && day <= to).toBe(true);
        expect(new Date(from).getUTCDay()).toBe(1);
        expect(addDays(from, 6)).toBe(to);
        expect(weekOfDay(from)).toBe(weekOfDay(to));
        expect(weekOfDay(addDays(to, 1)) > weekOfDay(to)).toBe(true);
      }),
    );
  });
});
