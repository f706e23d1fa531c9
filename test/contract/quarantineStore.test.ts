import { expect, it } from 'vitest';
import type { QuarantinedLine } from '../../shared/store/quarantineStore.ts';
import { DAY } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';

const RETENTION = { now: new Date('2026-07-14T12:00:00.000Z'), retentionDays: 90 };

function lineOf(parts: Partial<QuarantinedLine> = {}): QuarantinedLine {
  const place = { logGroup: '/gateway/a b', logStream: 'stream/🚀' };
  return {
    eventId: 'event-1',
    day: DAY,
    reason: 'json',
    detail: 'no JSON',
    line: '{"a":',
    ...place,
    ...parts,
  };
}

onBothStores(({ openLedger }) => {
  it('keeps a line once, as it was first seen', async () => {
    const { quarantine } = (await openLedger()).stores;
    expect(await quarantine.put(lineOf(), RETENTION)).toBe('kept');
    expect(await quarantine.put(lineOf({ reason: 'other', line: '' }), RETENTION)).toBe('known');
    expect(await quarantine.ofDay(DAY, 10)).toStrictEqual([lineOf()]);
  });

  it('keeps one of many lines of an event that come at once', async () => {
    const { quarantine } = (await openLedger()).stores;
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => quarantine.put(lineOf(), RETENTION)));
    expect(outcomes.filter((outcome) => outcome === 'kept')).toHaveLength(1);
  });

  it.each(['', 'é🚀\u0000\n', 'x'.repeat(200_000)])('gives back any text exactly', async (line) => {
    const { quarantine } = (await openLedger()).stores;
    await quarantine.put(lineOf({ line, detail: '' }), RETENTION);
    expect(await quarantine.ofDay(DAY, 10)).toStrictEqual([lineOf({ line, detail: '' })]);
  });

  it('lists the days that have lines, and the lines of each', async () => {
    const ledger = await openLedger();
    const { quarantine } = ledger.stores;
    expect(await quarantine.days()).toEqual([]);
    const late = lineOf({ day: '2026-08-01' });
    await quarantine.put(late, RETENTION);
    await quarantine.put(lineOf(), RETENTION);
    await ledger.joinLedger().quarantine.put(lineOf({ eventId: 'event-2' }), RETENTION);
    expect(await quarantine.days()).toEqual([DAY, '2026-08-01']);
    expect(await quarantine.ofDay('2026-08-01', 10)).toStrictEqual([late]);
    expect(await quarantine.ofDay(DAY, 10)).toHaveLength(2);
    expect(await quarantine.ofDay('2026-07-15', 10)).toEqual([]);
  });

  it.each([
    [0, 0],
    [2, 2],
    [3, 3],
    [4, 3],
  ])('gives at most %i of 3 lines: %i', async (limit, expected) => {
    const { quarantine } = (await openLedger()).stores;
    for (const eventId of ['c', 'a', 'b']) await quarantine.put(lineOf({ eventId }), RETENTION);
    const ids = (await quarantine.ofDay(DAY, limit)).map(({ eventId }) => eventId);
    expect(ids).toEqual(['a', 'b', 'c'].slice(0, expected));
  });
});
