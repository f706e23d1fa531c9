import { expect, it } from 'vitest';
import { onBothStores } from './bothStores.ts';

const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

onBothStores(({ openLedger }) => {
  it('forgets no entry while other calls fill what it remembers', async () => {
    const { directory } = (await openLedger()).stores;
    const now = new Date('2026-07-01');
    await directory.putUser({ user: 'ann', placements: [{ team: 'blue' }] });
    await directory.findUsers(['ann', ...names('u', 49_999)], now);
    const small = directory.findUsers(['x1', 'x2'], now);
    const large = directory.findUsers(['ann', ...names('y', 2_000)], now);
    await small;
    await directory.findUsers(['z'], now);
    expect((await large).get('ann')).toEqual({ user: 'ann', placements: [{ team: 'blue' }] });
  });
});
