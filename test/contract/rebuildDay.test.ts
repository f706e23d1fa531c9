import { expect, it } from 'vitest';
import { NO_METRICS } from '../../shared/domain/metrics.ts';
import type { Period, Scope, Total } from '../../shared/domain/total.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import { proveDay } from '../../shared/store/proveDay.ts';
import { proveMonth } from '../../shared/store/proveMonth.ts';
import { rebuildDay } from '../../shared/store/rebuildDay.ts';
import { rollUpTotals } from '../../shared/store/rollUpTotals.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { closingOf } from '../support/closing.ts';
import { DAY, makeRecords, POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';

const OTHER_DAY = '2026-07-15';
const MONTH: Period = { kind: 'month', month: '2026-07' };
const ORG: Scope = { kind: 'org' };
const BLUE: Scope = { kind: 'team', id: 'blue' };
const ANN: Scope = { kind: 'user', id: 'ann' };
const AFTER_SEAL = new Date('2026-07-18T00:00:00Z');
const ofDay = (scope: Scope, day = DAY) => ({ scope, period: { kind: 'day', day } as const });

const post = (stores: Stores, day: string, count: number) =>
  postUsage(
    makeRecords(count, (index) => ({ day, requestId: `${day}-${index}` })),
    POSTING,
    { ...stores, pause: async () => {} },
  );

onBothStores(({ openLedger }) => {
  const openTwoDays = async () => {
    const { stores } = await openLedger();
    await post(stores, DAY, 5);
    await post(stores, OTHER_DAY, 3);
    await rollUpTotals(
      [DAY, OTHER_DAY].map((day) => ({ team: 'blue', day })),
      stores.totals,
    );
    return stores;
  };
  const requestsOf = async ({ totals }: Stores, scope: Scope, period: Period) =>
    (await totals.find(scope, period))?.metrics.requests;
  /** Puts wrong figures under the `n` that the total has, as no code of ours would. */
  const falsify = async ({ totals }: Stores, { scope, period }: Pick<Total, 'scope' | 'period'>, n = 0) => {
    const total = await totals.find(scope, period);
    if (total === undefined) throw new Error('no total');
    await totals.replace({ ...total, n: total.n + n, metrics: { ...NO_METRICS, requests: 99 } });
    return total;
  };

  it('keeps every total of the day and of the month while it makes the day again', async () => {
    const stores = await openTwoDays();
    let others = 3;
    const lacking: number[] = [];
    let steps = 0;
    const totals = {
      ...stores.totals,
      replace: async (total: Total) => {
        // What another day's roll-up does at the worst moment: with more changes than this day has in all.
        others += 10;
        const posted = others;
        await post(stores, OTHER_DAY, posted);
        await rollUpTotals([{ team: 'blue', day: OTHER_DAY }], stores.totals);
        for (const scope of [ORG, BLUE]) {
          const requests = (await requestsOf(stores, scope, MONTH)) ?? 0;
          if (requests < 5 + posted) lacking.push(requests);
        }
        steps += 1;
        return stores.totals.replace(total);
      },
    };
    const { before, after } = await rebuildDay(DAY, totals);
    expect(after).toStrictEqual(before);
    expect(steps).toBeGreaterThan(3);
    expect(lacking).toEqual([]);
    expect(await proveMonth('2026-07', stores.totals)).toMatchObject({ totalDrifts: [], behind: 0 });
  });

  it.each([
    ['as many changes as its lines', 0],
    ['more changes than its lines', 7],
  ])("mends a wrong team's day with %s, and the month that was summed of it", async (_name, n) => {
    const stores = await openTwoDays();
    const right = await falsify(stores, ofDay(BLUE), n);
    await falsify(stores, { scope: BLUE, period: MONTH }, n);
    expect((await proveDay(DAY, stores)).totalDrifts).toMatchObject([{ scope: BLUE }]);
    const { before, after } = await rebuildDay(DAY, stores.totals);
    expect(before.get('team#blue')?.metrics.requests).toBe(99);
    expect(after.get('team#blue')).toStrictEqual(right);
    expect((await proveDay(DAY, stores)).totalDrifts).toEqual([]);
    expect((await proveMonth('2026-07', stores.totals)).totalDrifts).toEqual([]);
    expect(await requestsOf(stores, BLUE, MONTH)).toBe(8);
  });

  it('makes the totals of every scope of a sealed day again, and leaves its seal as it is', async () => {
    const stores = await openTwoDays();
    await closePeriods(closingOf(stores));
    await closePeriods(closingOf(stores, AFTER_SEAL));
    const right = await falsify(stores, ofDay(ANN));
    expect((await proveDay(DAY, stores)).totalDrifts).toMatchObject([{ scope: ANN }]);
    const { before, after } = await rebuildDay(DAY, stores.totals);
    expect([...before.keys()]).toContain('model#sonnet');
    expect(after.get('user#ann')).toStrictEqual(right);
    expect(await proveDay(DAY, stores)).toMatchObject({ totalDrifts: [], behind: 0, seal: 'holds' });
  });

  it('leaves totals that nobody has made yet to the closing of the day', async () => {
    const stores = await openTwoDays();
    const { after } = await rebuildDay(DAY, stores.totals);
    expect([...after.keys()].sort()).toEqual(['org', 'team#blue']);
  });

  it('throws away the total of a team that has no lines', async () => {
    const stores = await openTwoDays();
    await stores.totals.openDays([{ user: 'ann', team: 'red', day: DAY }]);
    const blue = await stores.totals.find(BLUE, { kind: 'day', day: DAY });
    if (blue === undefined) throw new Error('no total');
    await stores.totals.put({ ...blue, scope: { kind: 'team', id: 'red' } });
    const { before, after } = await rebuildDay(DAY, stores.totals);
    expect([before.has('team#red'), after.has('team#red')]).toEqual([true, false]);
  });

  it('has nothing to make of a day without use', async () => {
    const { totals } = (await openLedger()).stores;
    expect(await rebuildDay(DAY, totals)).toEqual({ before: new Map(), after: new Map() });
  });

  it('does not take a total for wrong that was written while it looked', async () => {
    const stores = await openTwoDays();
    const racing: Stores = {
      ...stores,
      totals: {
        ...stores.totals,
        dayTotalsOf: async (scopes, day) => {
          const found = await stores.totals.dayTotalsOf(scopes, day);
          await post(stores, DAY, 9);
          await rollUpTotals([{ team: 'blue', day }], stores.totals);
          return found;
        },
      },
    };
    expect(await proveDay(DAY, racing)).toMatchObject({ totalDrifts: [], lineDrifts: [], behind: 2 });
  });
});
