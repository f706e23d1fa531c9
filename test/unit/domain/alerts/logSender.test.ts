import { describe, expect, it } from 'vitest';
import {
  isUnusuallySilent,
  type LogSender,
  noteLine,
  sendsNormally,
} from '../../../../shared/domain/alerts/logSender.ts';

/** Tuesday. */
const NOW_MS = Date.parse('2026-07-14T10:30:00Z');

function senderOf(...times: string[]): LogSender {
  const start: LogSender | undefined = undefined;
  const noted = times.reduce<LogSender | undefined>(
    (known, time) => noteLine('/gw', known, Date.parse(`2026-${time}:00Z`)),
    start,
  );
  if (noted === undefined) throw new Error('no line was noted');
  return noted;
}

describe('sendsNormally', () => {
  it.each([
    ['a new gateway', ['07-14T10:00'], false],
    ['one day before', ['07-13T10:59'], false],
    ['two of the last three days', ['07-11T10:00', '07-13T10:59'], true],
    ['the hour beside on one of them', ['07-11T10:00', '07-13T11:00'], false],
    ['days before the last three', ['07-09T10:00', '07-10T10:00'], false],
    ['the same hour a week ago', ['07-07T10:00'], true],
    ['the hour beside a week ago', ['07-07T09:59'], false],
    ['a week and a day ago', ['07-06T10:00'], false],
  ])('after %s', (_name, times, isNormal) => {
    expect(sendsNormally(senderOf(...times), NOW_MS)).toBe(isNormal);
  });

  it.each([
    ['Saturday', '2026-07-18T10:30:00Z', false],
    ['Sunday', '2026-07-19T10:30:00Z', false],
    ['Monday', '2026-07-20T10:30:00Z', true],
  ])('of a gateway that works on weekdays, on a %s', (_name, now, isNormal) => {
    const weekdays = ['10', '13', '14', '15', '16', '17'].map((day) => `07-${day}T10:00`);
    expect(sendsNormally(senderOf(...weekdays), Date.parse(now))).toBe(isNormal);
  });
});

describe('isUnusuallySilent', () => {
  const days = ['07-11', '07-12', '07-13'];
  const busyAt = (...hours: number[]) =>
    days.flatMap((day) => hours.map((hour) => `${day}T${String(hour).padStart(2, '0')}:00`));

  it.each([
    ['29 minutes and 59 seconds', '2026-07-14T10:29:59Z', false],
    ['30 minutes', '2026-07-14T10:30:00Z', true],
    ['30 minutes and a second', '2026-07-14T10:30:01Z', true],
  ])('after %s', (_name, now, isSilent) => {
    const sender = senderOf(...busyAt(10), '07-14T10:00');
    expect(isUnusuallySilent(sender, Date.parse(now), 30)).toBe(isSilent);
  });

  it('is not when an hour of the silence is a quiet one', () => {
    const now = Date.parse('2026-07-14T12:30:00Z');
    expect(isUnusuallySilent(senderOf(...busyAt(10, 11, 12), '07-14T10:00'), now, 30)).toBe(true);
    expect(isUnusuallySilent(senderOf(...busyAt(10, 12), '07-14T10:00'), now, 30)).toBe(false);
  });
});

describe('noteLine', () => {
  it('never lets the time of the last line fall', () => {
    const sender = noteLine('/gw', senderOf('07-14T10:00'), Date.parse('2026-07-14T09:00:00Z'));
    expect(sender.lastLineAtMs).toBe(Date.parse('2026-07-14T10:00:00Z'));
  });

  it('forgets hours of more than two weeks ago', () => {
    const sender = senderOf('06-29T10:00', '06-30T10:00', '07-14T10:00');
    expect([...sender.hours.keys()]).toEqual(['2026-06-30', '2026-07-14']);
  });

  it('says when a silence was over, by the first line after it', () => {
    const silent = { ...senderOf('07-14T10:00'), silence: { sinceMs: 5 } };
    const first = noteLine('/gw', silent, NOW_MS);
    expect(noteLine('/gw', first, NOW_MS + 60_000).silence).toEqual({ sinceMs: 5, resumedAtMs: NOW_MS });
  });
});
