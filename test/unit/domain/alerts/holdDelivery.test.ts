import { describe, expect, it } from 'vitest';
import type { AlertSeverity } from '../../../../shared/domain/alerts/alert.ts';
import type { Digest, QuietHours } from '../../../../shared/domain/alerts/alertPolicy.ts';
import type { Snooze } from '../../../../shared/domain/alerts/delivery.ts';
import { endOfHour, type HoldQuestion, holdOf } from '../../../../shared/domain/alerts/holdDelivery.ts';

const NIGHT: QuietHours = {
  ...{ timeZone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], startMinute: 20 * 60, endMinute: 7 * 60 },
  exceptFrom: 'critical',
};
const NOON: QuietHours = { ...NIGHT, timeZone: 'UTC', startMinute: 12 * 60, endMinute: 13 * 60 };
const HOURLY: Digest = { upTo: 'warning', everyHours: 1, atMinute: 0, timeZone: 'UTC' };
const DAILY: Digest = { ...HOURLY, everyHours: 24, atMinute: 9 * 60, timeZone: 'Europe/Berlin' };

function hold(now: string, question: Partial<HoldQuestion>): string {
  const held = holdOf({ channel: {}, severity: 'warning', now: new Date(now), ...question });
  return held === undefined ? 'at once' : `${held.reason} until ${held.until.toISOString()}`;
}

function snoozeOf(until: string, kind: Snooze['kind'] = 'snooze'): Snooze {
  return { thread: 't', kind, until, by: 'ann' };
}

describe('quiet hours', () => {
  // 2026-07-14 is a Tuesday; Berlin is two hours ahead of UTC.
  it.each([
    ['2026-07-14T17:59:59.999Z', 'at once'],
    ['2026-07-14T18:00:00.000Z', 'quietHours until 2026-07-15T05:00:00.000Z'],
    ['2026-07-14T22:00:00.000Z', 'quietHours until 2026-07-15T05:00:00.000Z'],
    ['2026-07-15T04:59:59.999Z', 'quietHours until 2026-07-15T05:00:00.000Z'],
    ['2026-07-15T05:00:00.000Z', 'at once'],
    ['2026-07-17T23:00:00.000Z', 'quietHours until 2026-07-18T05:00:00.000Z'],
    ['2026-07-18T18:00:00.000Z', 'at once'],
    ['2026-07-20T04:00:00.000Z', 'at once'],
  ])('over midnight belong to the day on which they begin: %s', (now, told) => {
    expect(hold(now, { channel: { quietHours: NIGHT } })).toBe(told);
  });

  it.each([
    ['2026-07-14T11:59:59.999Z', 'at once'],
    ['2026-07-14T12:00:00.000Z', 'quietHours until 2026-07-14T13:00:00.000Z'],
    ['2026-07-14T12:59:59.999Z', 'quietHours until 2026-07-14T13:00:00.000Z'],
    ['2026-07-14T13:00:00.000Z', 'at once'],
  ])('within a day: %s', (now, told) => {
    expect(hold(now, { channel: { quietHours: NOON } })).toBe(told);
  });

  it('end at the hour that the clocks show on the night on which they change', () => {
    const sundays = { ...NIGHT, days: [6] };
    expect(hold('2026-10-24T19:00:00.000Z', { channel: { quietHours: sundays } })).toBe(
      'quietHours until 2026-10-25T06:00:00.000Z',
    );
  });

  it('that end when they begin are none', () => {
    const never = { ...NOON, endMinute: NOON.startMinute };
    expect(hold('2026-07-14T12:00:00.000Z', { channel: { quietHours: never } })).toBe('at once');
  });

  it.each<[AlertSeverity, AlertSeverity, boolean]>([
    ['info', 'warning', true],
    ['warning', 'warning', false],
    ['critical', 'warning', false],
    ['warning', 'critical', true],
    ['critical', 'critical', false],
    ['info', 'info', false],
  ])('hold %s back, except from %s on: %s', (severity, exceptFrom, isHeld) => {
    const channel = { quietHours: { ...NOON, exceptFrom } };
    expect(hold('2026-07-14T12:30:00.000Z', { channel, severity })).toBe(
      isHeld ? 'quietHours until 2026-07-14T13:00:00.000Z' : 'at once',
    );
  });
});

describe('a digest', () => {
  it.each<[string, Digest, string]>([
    ['2026-07-14T12:59:59.999Z', HOURLY, '2026-07-14T13:00:00.000Z'],
    ['2026-07-14T13:00:00.000Z', HOURLY, '2026-07-14T14:00:00.000Z'],
    ['2026-07-14T23:00:00.000Z', HOURLY, '2026-07-15T00:00:00.000Z'],
    ['2026-07-14T12:59:59.999Z', { ...HOURLY, everyHours: 4 }, '2026-07-14T16:00:00.000Z'],
    ['2026-07-14T20:00:00.000Z', { ...HOURLY, everyHours: 4 }, '2026-07-15T00:00:00.000Z'],
    ['2026-07-14T12:10:00.000Z', { ...HOURLY, timeZone: 'Asia/Kolkata' }, '2026-07-14T12:30:00.000Z'],
    ['2026-07-14T06:59:59.999Z', DAILY, '2026-07-14T07:00:00.000Z'],
    ['2026-07-14T07:00:00.000Z', DAILY, '2026-07-15T07:00:00.000Z'],
    ['2026-10-24T08:00:00.000Z', DAILY, '2026-10-25T08:00:00.000Z'],
  ])('of what comes at %s is told at the next whole slot', (now, digest, until) => {
    expect(hold(now, { channel: { digest } })).toBe(`digest until ${until}`);
  });

  it.each<[AlertSeverity, AlertSeverity, boolean]>([
    ['info', 'info', true],
    ['warning', 'info', false],
    ['warning', 'warning', true],
    ['critical', 'warning', false],
    ['critical', 'critical', true],
  ])('gathers %s up to %s: %s', (severity, upTo, isHeld) => {
    const told = hold('2026-07-14T12:30:00.000Z', { channel: { digest: { ...HOURLY, upTo } }, severity });
    expect(told).toBe(isHeld ? 'digest until 2026-07-14T13:00:00.000Z' : 'at once');
  });

  it.each(['digest', 'quietHours', 'snoozed', 'maximum'] as const)(
    'gathers nothing that was held by %s',
    (held) => {
      expect(hold('2026-07-14T13:00:00.000Z', { channel: { digest: HOURLY }, held })).toBe('at once');
    },
  );
});

describe('a snoozed conversation', () => {
  it.each([
    ['2026-07-14T12:29:59.999Z', 'snoozed until 2026-07-14T12:30:00.000Z'],
    ['2026-07-14T12:30:00.000Z', 'quietHours until 2026-07-14T13:00:00.000Z'],
    ['2026-07-14T13:00:00.000Z', 'digest until 2026-07-14T14:00:00.000Z'],
  ])('is stronger than quiet hours, and these than a digest: %s', (now, told) => {
    const snooze = snoozeOf('2026-07-14T12:30:00.000Z');
    expect(hold(now, { channel: { quietHours: NOON, digest: HOURLY }, snooze })).toBe(told);
  });

  it('holds back what is critical too', () => {
    const snooze = snoozeOf('2026-07-14T12:30:00.000Z');
    expect(hold('2026-07-14T12:00:00.000Z', { severity: 'critical', snooze })).toContain('snoozed');
  });

  it('is not one that is muted', () => {
    const snooze = snoozeOf('2026-07-14T12:30:00.000Z', 'mute');
    expect(hold('2026-07-14T12:00:00.000Z', { snooze })).toBe('at once');
  });
});

it.each([
  ['2026-07-14T12:00:00.000Z', '2026-07-14T13:00:00.000Z'],
  ['2026-07-14T23:59:59.999Z', '2026-07-15T00:00:00.000Z'],
])('the hour of %s ends at %s', (now, end) => {
  expect(endOfHour(new Date(now)).toISOString()).toBe(end);
});
