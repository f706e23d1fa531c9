import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_AHEAD_MS, readTimestamp } from '../../../shared/formats/timestamp.ts';
import { NOW } from '../../fixtures/decoding.ts';

function isoOf(text: string, now = NOW): string | undefined {
  const read = readTimestamp(text, now);
  return read.kind === 'read' ? read.iso : undefined;
}

describe('readTimestamp', () => {
  it.each([
    ['whole seconds', '2026-11-22T10:00:00Z', '2026-11-22T10:00:00.000Z'],
    ['milliseconds', '2026-11-22T10:00:00.123Z', '2026-11-22T10:00:00.123Z'],
    ['tenths', '2026-11-22T10:00:00.5Z', '2026-11-22T10:00:00.500Z'],
    ['nanoseconds, cut and not rounded', '2026-11-22T10:00:00.123999999Z', '2026-11-22T10:00:00.123Z'],
    ['a zone ahead of UTC', '2026-11-22T00:30:00+01:00', '2026-11-21T23:30:00.000Z'],
    ['a zone behind UTC', '2026-11-22T23:30:00-05:00', '2026-11-23T04:30:00.000Z'],
    ['a zone of half an hour', '2026-11-22T10:00:00.250+05:30', '2026-11-22T04:30:00.250Z'],
    ['UTC as a zone', '2026-11-22T10:00:00+00:00', '2026-11-22T10:00:00.000Z'],
    ['the last instant of a day', '2026-11-22T23:59:59.999Z', '2026-11-22T23:59:59.999Z'],
    ['the last day of a short month', '2026-02-28T23:59:59Z', '2026-02-28T23:59:59.000Z'],
    ['the last day of a month of 30', '2026-04-30T00:00:00Z', '2026-04-30T00:00:00.000Z'],
    ['the first instant that there is', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00.000Z'],
  ])('reads %s', (_what, text, iso) => {
    expect(isoOf(text)).toBe(iso);
  });

  it('reads 29 February of a leap year and of no other', () => {
    const later = new Date('2028-03-01T00:00:00Z');
    expect(isoOf('2028-02-29T12:00:00Z', later)).toBe('2028-02-29T12:00:00.000Z');
    expect(isoOf('2028-02-29T12:00:00+02:00', later)).toBe('2028-02-29T10:00:00.000Z');
    expect(isoOf('2028-02-30T12:00:00Z', later)).toBeUndefined();
    expect(isoOf('2024-02-29T12:00:00Z')).toBe('2024-02-29T12:00:00.000Z');
  });

  it.each([
    '2025-04-99T23:00:17Z',
    '2026-02-29T10:00:00Z',
    '2026-02-29T10:00:00.000Z',
    '2026-02-30T10:00:00+01:00',
    '2026-04-31T10:00:00Z',
    '2026-01-32T10:00:00Z',
    '2026-01-00T10:00:00Z',
    '2026-00-10T10:00:00Z',
    '2026-13-10T10:00:00Z',
    '2026-11-22T25:00:00Z',
    '2026-11-22T24:00:01Z',
    '2026-11-22T10:60:00Z',
    '2026-11-22T10:00:60Z',
    '2026-11-22T10:00:00',
    '2026-11-22T10:00:00 Z',
    '2026-11-22 10:00:00Z',
    '2026-11-22T10:00Z',
    '2026-11-22T10:00:00.Z',
    '2026-11-22T10:00:00.1234567890Z',
    '2026-11-22T10:00:00+0100',
    '2026-11-22T10:00:00+24:00',
    '2026-11-22T10:00:00+99:99',
    '2026-11-22t10:00:00z',
    '2026-11-22',
    '1795341600',
    '+012026-11-22T10:00:00Z',
    'Sun, 22 Nov 2026 10:00:00 GMT',
    ' 2026-11-22T10:00:00Z',
    '2026-11-22T10:00:00Z\n',
    '',
  ])('refuses %j', (text) => {
    expect(readTimestamp(text, NOW)).toMatchObject({ kind: 'bad_timestamp' });
  });

  it('takes the end of a day, 24:00:00, for the start of the next, with and without decimals', () => {
    expect(isoOf('2026-10-31T24:00:00.000Z')).toBe('2026-11-01T00:00:00.000Z');
    expect(isoOf('2026-10-31T24:00:00Z')).toBe('2026-11-01T00:00:00.000Z');
  });

  it.each([
    ['2019-12-31T23:59:59.999Z', 'bad_timestamp'],
    ['2020-01-01T00:59:59+01:00', 'bad_timestamp'],
    ['2020-01-01T01:00:00+01:00', 'read'],
    ['1970-01-01T00:00:00Z', 'bad_timestamp'],
    ['0000-01-01T00:00:00Z', 'bad_timestamp'],
  ])('knows that nobody logged a request before 2020: %s', (text, kind) => {
    expect(readTimestamp(text, NOW).kind).toBe(kind);
  });

  it('says which bound a time is beyond', () => {
    expect(readTimestamp('2019-12-31T23:59:59Z', NOW)).toMatchObject({
      detail: '2019-12-31T23:59:59Z is before 2020',
    });
    expect(readTimestamp('2026-12-01T00:00:00Z', NOW)).toMatchObject({
      detail: '2026-12-01T00:00:00Z is more than a day ahead of the clock',
    });
  });

  it.each([
    [-1, 'read'],
    [0, 'read'],
    [1, 'future_date'],
  ])('a clock may be 24 hours and %i ms ahead: %s', (extraMs, kind) => {
    const at = new Date(NOW.getTime() + MAX_AHEAD_MS + extraMs).toISOString();
    expect(readTimestamp(at, NOW).kind).toBe(kind);
  });

  it('allows 24 hours and not a second more', () => {
    expect(MAX_AHEAD_MS).toBe(24 * 60 * 60 * 1_000);
    expect(readTimestamp('2026-11-24T12:00:00Z', NOW).kind).toBe('read');
    expect(readTimestamp('2026-11-24T12:00:01Z', NOW).kind).toBe('future_date');
    expect(readTimestamp('9999-12-31T23:59:59Z', NOW).kind).toBe('future_date');
    // In UTC this is the year 10000, which is written with a sign.
    expect(readTimestamp('9999-12-31T23:59:59-01:00', NOW).kind).toBe('future_date');
  });

  it('quotes no more than the beginning of what it cannot read', () => {
    const read = readTimestamp('x'.repeat(10_000), NOW);
    expect(read.kind === 'bad_timestamp' && read.detail.length < 100).toBe(true);
  });

  it('reads every instant in every way of writing it as the same instant', () => {
    const instants = fc.date({ min: new Date('2020-01-02'), max: NOW, noInvalidDate: true });
    const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(instants, offsets, (instant, offsetMin) => {
        expect(isoOf(instant.toISOString())).toBe(instant.toISOString());
        expect(isoOf(inZone(instant, offsetMin))).toBe(instant.toISOString());
        const wholeSeconds = `${instant.toISOString().slice(0, 19)}Z`;
        expect(isoOf(wholeSeconds)).toBe(new Date(wholeSeconds).toISOString());
      }),
    );
  });
});

function inZone(instant: Date, offsetMin: number): string {
  const local = new Date(instant.getTime() + offsetMin * 60_000).toISOString().slice(0, -1);
  const minutes = Math.abs(offsetMin);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `${local}${offsetMin < 0 ? '-' : '+'}${hours}:${rest}`;
}
