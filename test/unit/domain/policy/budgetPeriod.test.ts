import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { periodAt } from '../../../../shared/domain/policy/budgetPeriod.ts';
import { type BudgetPeriod, PERIOD_UNITS } from '../../../../shared/domain/policy/policy.ts';
import { instantOf, isTimeZone, wallTimeAt } from '../../../../shared/domain/zone.ts';

const HOUR_MS = 3_600_000;

type Row = [BudgetPeriod['unit'], string, at: string, start: string, end: string, key: string];

describe('the period of an instant', () => {
  it.each<Row>([
    ['day', 'UTC', '2026-11-24T00:00:00.000Z', '2026-11-24T00:00Z', '2026-11-25T00:00Z', '2026-11-24'],
    ['day', 'UTC', '2026-11-23T23:59:59.999Z', '2026-11-23T00:00Z', '2026-11-24T00:00Z', '2026-11-23'],
    ['week', 'UTC', '2026-11-22T23:59:59.999Z', '2026-11-16T00:00Z', '2026-11-23T00:00Z', '2026-W47'],
    ['week', 'UTC', '2026-11-23T00:00:00.000Z', '2026-11-23T00:00Z', '2026-11-30T00:00Z', '2026-W48'],
    ['week', 'UTC', '2027-01-01T00:00:00.000Z', '2026-12-28T00:00Z', '2027-01-04T00:00Z', '2026-W53'],
    ['month', 'UTC', '2028-02-29T12:00:00.000Z', '2028-02-01T00:00Z', '2028-03-01T00:00Z', '2028-02'],
    ['quarter', 'UTC', '2026-09-30T23:59:59.999Z', '2026-07-01T00:00Z', '2026-10-01T00:00Z', '2026-Q3'],
    ['quarter', 'UTC', '2026-10-01T00:00:00.000Z', '2026-10-01T00:00Z', '2027-01-01T00:00Z', '2026-Q4'],
    ['year', 'UTC', '2026-12-31T23:59:59.999Z', '2026-01-01T00:00Z', '2027-01-01T00:00Z', '2026'],
    [
      'day',
      'Europe/Berlin',
      '2026-11-23T23:00:00.000Z',
      '2026-11-23T23:00Z',
      '2026-11-24T23:00Z',
      '2026-11-24',
    ],
    [
      'month',
      'Europe/Berlin',
      '2026-10-31T23:00:00.000Z',
      '2026-10-31T23:00Z',
      '2026-11-30T23:00Z',
      '2026-11',
    ],
    [
      'quarter',
      'America/New_York',
      '2026-11-24T00:00:00.000Z',
      '2026-10-01T04:00Z',
      '2027-01-01T05:00Z',
      '2026-Q4',
    ],
    ['year', 'Asia/Kolkata', '2026-12-31T18:30:00.000Z', '2026-12-31T18:30Z', '2027-12-31T18:30Z', '2027'],
    [
      'day',
      'Pacific/Apia',
      '2011-12-30T09:59:59.999Z',
      '2011-12-29T10:00Z',
      '2011-12-30T10:00Z',
      '2011-12-29',
    ],
    [
      'day',
      'Pacific/Apia',
      '2011-12-30T10:00:00.000Z',
      '2011-12-30T10:00Z',
      '2011-12-31T10:00Z',
      '2011-12-31',
    ],
  ])('%s in %s at %s', (unit, timeZone, at, start, end, key) => {
    const period = periodAt({ unit, timeZone }, Date.parse(at));
    expect(period).toEqual({
      startMs: Date.parse(start),
      endMs: Date.parse(end),
      endsAt: new Date(end).toISOString(),
      key,
    });
  });

  it.each([
    ['Europe/Berlin', '2026-03-29T12:00Z', 23],
    ['Europe/Berlin', '2026-03-30T12:00Z', 24],
    ['Europe/Berlin', '2026-10-25T12:00Z', 25],
    ['Africa/Cairo', '2026-04-24T12:00Z', 23],
    ['America/Havana', '2026-03-08T12:00Z', 23],
    ['America/Havana', '2026-11-01T12:00Z', 25],
    ['Australia/Lord_Howe', '2026-04-05T00:00Z', 24.5],
  ])('in %s the day of %s has %d hours', (timeZone, at, hours) => {
    const { startMs, endMs } = periodAt({ unit: 'day', timeZone }, Date.parse(at));
    expect((endMs - startMs) / HOUR_MS).toBe(hours);
  });

  it('remembers the period that was asked for last', () => {
    const period = { unit: 'month', timeZone: 'Europe/Paris' } as const;
    const first = periodAt(period, Date.parse('2026-11-24T09:00Z'));
    expect(periodAt({ ...period }, Date.parse('2026-11-25T09:00Z'))).toBe(first);
    expect(periodAt(period, Date.parse('2026-12-25T09:00Z')).key).toBe('2026-12');
    expect(periodAt(period, Date.parse('2026-11-24T09:00Z'))).toEqual(first);
  });

  it('lies around its instant, and the next begins where it ends', () => {
    const units = fc.constantFrom(...PERIOD_UNITS);
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Africa/Cairo', 'America/Havana', 'Asia/Kathmandu');
    const instants = fc.integer({ min: Date.parse('2000-01-01'), max: Date.parse('2060-01-01') });
    fc.assert(
      fc.property(units, zones, instants, (unit, timeZone, atMs) => {
        const { startMs, endMs, key } = periodAt({ unit, timeZone }, atMs);
        expect(startMs).toBeLessThanOrEqual(atMs);
        expect(endMs).toBeGreaterThan(atMs);
        expect(periodAt({ unit, timeZone }, startMs).key).toBe(key);
        expect(periodAt({ unit, timeZone }, endMs).startMs).toBe(endMs);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a zone that does not exist', () => {
    expect(() => periodAt({ unit: 'day', timeZone: 'Mars/Base' }, 0)).toThrow(RangeError);
  });
});

describe('clocks of a zone', () => {
  it.each([
    ['UTC', true],
    ['Europe/Berlin', true],
    ['Europe/Nowhere', false],
    ['', false],
  ])('%s exists: %s', (name, isKnown) => {
    expect(isTimeZone(name)).toBe(isKnown);
  });

  it('shows day and minute', () => {
    expect(wallTimeAt('Asia/Kolkata', Date.parse('2026-11-24T18:45:59.999Z'))).toEqual({
      day: '2026-11-25',
      minute: 15,
    });
  });

  it.each([
    ['a minute that is left out in spring, at the jump', '2026-03-29', 150, '2026-03-29T01:00:00.000Z'],
    ['a minute that comes twice in autumn, the first', '2026-10-25', 150, '2026-10-25T00:30:00.000Z'],
    ['a minute past the end of the day', '2026-11-24', 1_500, '2026-11-25T00:00:00.000Z'],
  ])('finds %s', (_, day, minute, at) => {
    expect(new Date(instantOf('Europe/Berlin', day, minute)).toISOString()).toBe(at);
  });
});
