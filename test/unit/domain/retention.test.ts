import { describe, expect, it } from 'vitest';
import { firstExpiryMs, whatIsKept } from '../../../shared/domain/retention.ts';

const DAY = '2026-07-14';
const RETENTION = { recordRetentionDays: 90, lineRetentionDays: 400 };
const SEEN = { firstSeenAt: '2026-07-14T00:40:00.000Z' };
const IMPORTED = { firstSeenAt: '2026-09-01T12:00:00.000Z' };

describe('the first expiry of a day', () => {
  it.each([
    ['counts from the beginning of a day that was seen as it began', SEEN, '2026-10-12T00:00:00.000Z'],
    ['counts from a day before an import was seen', IMPORTED, '2026-11-29T12:00:00.000Z'],
  ])('%s', (_name, seal, expected) => {
    expect(new Date(firstExpiryMs(DAY, seal, RETENTION)).toISOString()).toBe(expected);
  });
});

describe('what is kept of a day', () => {
  it.each([
    ['2026-10-11T23:59:59.999Z', SEEN, 'records'],
    ['2026-10-12T00:00:00.000Z', SEEN, 'lines'],
    ['2026-10-12T00:00:00.001Z', SEEN, 'lines'],
    ['2026-11-29T11:59:59.999Z', IMPORTED, 'records'],
    ['2026-11-29T12:00:00.000Z', IMPORTED, 'lines'],
    ['2026-10-12T00:00:00.000Z', undefined, 'records'],
    ['2027-08-17T23:59:59.999Z', SEEN, 'lines'],
    ['2027-08-18T00:00:00.000Z', SEEN, 'totals'],
    ['2027-08-18T00:00:00.000Z', undefined, 'totals'],
  ])('at %s of one first seen at %j are its %s', (now, seal, kept) => {
    expect(whatIsKept(DAY, seal, { ...RETENTION, now: new Date(now) })).toBe(kept);
  });
});
