import { expect, it } from 'vitest';
import { quarantineAll, type Unreadable } from '../../shared/store/quarantineAll.ts';
import { POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';

const PLACE = { logGroup: '/gateway', logStream: 'one' };
const event = (id: string, message: string) => ({ id, message, timestamp: Date.UTC(2026, 6, 13, 23) });
const bad = (of: Unreadable['event'], part: number): Unreadable => ({
  event: of,
  part,
  reason: 'bad_field',
  detail: `requestId: missing in ${part}`,
});

onBothStores(({ openLedger }) => {
  it('keeps one entry for an event, however many of its records are bad and however often it comes', async () => {
    const { stores } = await openLedger();
    const list = event('1', '[{"a":1},{"b":2}]');
    const single = event('2', '{"a":1}');
    const lines = [bad(list, 1), bad(list, 4), bad(list, 5), bad(single, 0)];
    await quarantineAll(lines, PLACE, { stores, posting: POSTING });
    await quarantineAll(lines, PLACE, { stores, posting: POSTING });
    const kept = await stores.quarantine.ofDay('2026-07-13', 10);
    expect(await stores.quarantine.days()).toEqual(['2026-07-13']);
    expect(kept.map(({ detail, line }) => [detail, line]).sort()).toEqual([
      ['record 1: requestId: missing in 1 (and 2 more records)', '[removed]'],
      ['requestId: missing in 0', '{"a":1}'],
    ]);
  });

  it('files an event whose time makes no sense under today', async () => {
    const { stores } = await openLedger();
    const odd = { ...event('1', 'x'), timestamp: 1e300 };
    await quarantineAll([bad(odd, 0)], PLACE, { stores, posting: POSTING });
    expect(await stores.quarantine.days()).toEqual(['2026-07-14']);
  });
});
