import { expect, it } from 'vitest';
import type { Period } from '../../shared/domain/total.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { closingOf } from '../support/closing.ts';
import { costOf, DAY, makeRecord, POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { costOn, linesOf, openSealed, post } from './sealedLedger.ts';

const DAY_PERIOD: Period = { kind: 'day', day: DAY };

onBothStores(({ openLedger }) => {
  it.each([
    ['two days behind', '2026-07-15T00:00:00.000Z'],
    ['right', '2026-07-20T09:00:00.000Z'],
    ['ahead', '2026-09-01T00:00:00.000Z'],
  ])('leaves a sealed day as it was when the clock of a posting is %s', async (_, now) => {
    const stores = await openSealed(openLedger);
    const sealedLines = await linesOf(stores, DAY);
    expect(await post([makeRecord({ requestId: 'late' })], new Date(now), stores)).toMatchObject({
      posted: 1,
    });
    expect(await linesOf(stores, DAY)).toEqual(sealedLines);
    expect(await costOn(stores, now.slice(0, 10))).toEqual(costOf({ input: 6n, output: 4n }));
  });

  it('keeps what is sealed when the clock jumps back, and opens nothing again', async () => {
    const stores = await openSealed(openLedger);
    const seal = await stores.seals.find(DAY_PERIOD);
    expect(await closePeriods(closingOf(stores, POSTING.now))).toMatchObject({
      sealedBefore: 1,
      sealedDays: 0,
      written: 0,
    });
    expect(await stores.seals.find(DAY_PERIOD)).toStrictEqual(seal);
  });
});
