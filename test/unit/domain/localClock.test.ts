import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openLocalClock, TimeZoneError } from '../../../shared/domain/localClock.ts';

describe('openLocalClock', () => {
  it.each([
    ['UTC', '2026-07-14', 23, '2026-07-14', 23],
    ['Europe/Berlin', '2026-07-14', 21, '2026-07-14', 23],
    ['Europe/Berlin', '2026-07-14', 22, '2026-07-15', 0],
    ['Europe/Berlin', '2026-01-14', 22, '2026-01-14', 23],
    ['Europe/Berlin', '2026-01-14', 23, '2026-01-15', 0],
    ['America/Los_Angeles', '2026-07-14', 6, '2026-07-13', 23],
    ['America/Los_Angeles', '2026-07-14', 7, '2026-07-14', 0],
    ['Pacific/Kiritimati', '2026-12-31', 10, '2027-01-01', 0],
  ])('in %s puts %s hour %i on %s hour %i', (timeZone, day, hour, localDay, localHour) => {
    expect(openLocalClock(timeZone).at(day, hour)).toEqual({ day: localDay, hour: localHour });
  });

  it('tells both hours before and after the clocks are set back by the same name', () => {
    // On 25 October 2026 at 3:00 the clocks of Berlin go back to 2:00.
    const clock = openLocalClock('Europe/Berlin');
    const hours = [23, 24, 25, 26].map((hour) => clock.at('2026-10-24', hour).hour);
    expect(hours).toEqual([1, 2, 2, 3]);
  });

  it.each(['Asia/Kolkata', 'Australia/Adelaide', 'Asia/Kathmandu'])(
    'refuses %s, whose clocks are not whole hours from UTC',
    (timeZone) => {
      const clock = openLocalClock(timeZone);
      expect(() => clock.at('2026-07-14', 0)).toThrow(
        expect.objectContaining({ code: 'part_hour', message: expect.stringContaining('whole hours') }),
      );
    },
  );

  it('refuses a zone in that half of the year in which its clocks are half an hour off', () => {
    const clock = openLocalClock('Australia/Lord_Howe');
    expect(clock.at('2026-01-14', 0)).toEqual({ day: '2026-01-14', hour: 11 });
    expect(() => clock.at('2026-07-14', 0)).toThrow(TimeZoneError);
  });

  it.each(['Mars/Olympus', '', 'Europe', '+25:00'])('refuses %j, which is no zone', (timeZone) => {
    expect(() => openLocalClock(timeZone)).toThrow(expect.objectContaining({ code: 'unknown' }));
  });

  it('gives every UTC hour one local hour at most fourteen hours away, time after time', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Auckland');
    fc.assert(
      fc.property(zones, fc.nat(23), fc.integer({ min: 1, max: 28 }), (timeZone, hour, date) => {
        const day = `2026-03-${String(date).padStart(2, '0')}`;
        const clock = openLocalClock(timeZone);
        const local = clock.at(day, hour);
        const localMs = Date.parse(`${local.day}T00:00:00Z`) + local.hour * 3_600_000;
        const utcMs = Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000;
        expect(Math.abs(localMs - utcMs)).toBeLessThanOrEqual(14 * 3_600_000);
        expect(clock.at(day, hour)).toEqual(local);
      }),
    );
  });
});
