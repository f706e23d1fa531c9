import { expect, it } from 'vitest';
import { type LineKey, lineKeyOf } from '../../shared/domain/dailyLine.ts';
import { NO_METRICS } from '../../shared/domain/metrics.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import { proveDay } from '../../shared/store/proveDay.ts';
import { proveMonth } from '../../shared/store/proveMonth.ts';
import { rebuildDay } from '../../shared/store/rebuildDay.ts';
import { reconcile, repairLines } from '../../shared/store/reconcile.ts';
import type { Posting } from '../../shared/store/recordStore.ts';
import { rollUpTotals } from '../../shared/store/rollUpTotals.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { closingOf } from '../support/closing.ts';
import { costOf, DAY, makeRecord, makeRecords, POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { readLines } from './readLedger.ts';

const RECORDS = makeRecords(24, (index) => ({
  user: `user-${index % 4}`,
  team: `team-${index % 2}`,
  model: `model-${index % 3}`,
}));
const TODAY = '2026-07-20';
const LATER: Posting = { ...POSTING, now: new Date(`${TODAY}T09:00:00.000Z`) };
const [FIRST = makeRecord()] = RECORDS;
const KEY: LineKey = lineKeyOf(FIRST);

const post = (stores: Stores, records = RECORDS, posting = POSTING) =>
  postUsage(records, posting, { ...stores, pause: async () => {} });

onBothStores(({ openLedger }) => {
  const openPosted = async () => {
    const { stores } = await openLedger();
    await post(stores);
    await rollUpTotals(RECORDS, stores.totals);
    return stores;
  };
  /** Falsifies a line as no posting of ours ever would: by the back door of a repair that nothing asks for. */
  const falsify = async (stores: Stores, day = DAY) => {
    const line = (await readLines(stores.totals)).find(
      (candidate) => candidate.user === KEY.user && candidate.model === KEY.model,
    );
    const missing = { ...NO_METRICS, requests: 1, costPicoUsd: costOf({ output: 5n }) };
    const repair = { key: KEY, n: line?.n ?? 0, day, missing, reason: 'falsified by a test' };
    return stores.records.repair(repair, LATER);
  };
  /** The stores as they are without the correction that `falsify` left. */
  const withoutCorrections = (stores: Stores): Stores => ({
    ...stores,
    seals: {
      ...stores.seals,
      correctionsOn: async (day) =>
        (await stores.seals.correctionsOn(day)).filter(({ reason }) => reason !== 'falsified by a test'),
      correctionsOf: async (day) =>
        (await stores.seals.correctionsOf(day)).filter(({ reason }) => reason !== 'falsified by a test'),
    },
  });

  it('proves a day whose records, lines and totals agree', async () => {
    const stores = await openPosted();
    expect(await proveDay(DAY, stores)).toMatchObject({
      records: 24,
      lines: 12,
      moving: 0,
      lineDrifts: [],
      totalDrifts: [],
      behind: 0,
      seal: 'open',
    });
    expect(await proveMonth('2026-07', stores.totals)).toEqual({
      month: '2026-07',
      totalDrifts: [],
      behind: 0,
    });
  });

  it('says that totals are behind, which is no drift, when doorbells are still to come', async () => {
    const { stores } = await openLedger();
    await post(stores);
    expect(await proveDay(DAY, stores)).toMatchObject({ lineDrifts: [], totalDrifts: [], behind: 3 });
  });

  it('proves days with late records and revisions that were posted elsewhere', async () => {
    const stores = await openPosted();
    await closePeriods(closingOf(stores, POSTING.now));
    await closePeriods(closingOf(stores, new Date('2026-07-17T00:00:00Z')));
    const late = makeRecord({ ...FIRST, requestId: 'late' });
    const better = { ...FIRST, team: 'team-9', tokens: { ...FIRST.tokens, output: 9_999 } };
    await post(stores, [late, better], LATER);
    await rollUpTotals(await readLines(stores.totals), stores.totals);
    expect(await proveDay(DAY, stores)).toMatchObject({ records: 24, lineDrifts: [], seal: 'holds' });
    expect(await proveDay(TODAY, stores)).toMatchObject({ records: 1, lineDrifts: [], totalDrifts: [] });
  });

  it('finds a falsified line, mends it by a correction, and finds nothing the next time', async () => {
    const stores = await openPosted();
    expect(await falsify(stores)).toBe('repaired');
    const seen = withoutCorrections(stores);
    const report = await reconcile({ ...seen, posting: LATER });
    expect(report).toMatchObject({ days: 1, records: 24, driftPicoUsd: 5n, repairedLines: 1 });
    expect(report.drifts).toHaveLength(1);
    expect(await reconcile({ ...seen, posting: LATER })).toMatchObject({ drifts: [], repairedLines: 0 });
    expect(await proveDay(DAY, seen)).toMatchObject({ lineDrifts: [], totalDrifts: [], behind: 0 });
    expect(await seen.seals.correctionsOn(DAY)).toMatchObject([{ kind: 'repair', home: DAY }]);
  });

  it('mends nothing on a day of which records have expired: what is missing there is no drift', async () => {
    const stores = await openPosted();
    await stores.seals.see({ kind: 'day', day: DAY }, POSTING.now);
    const gone: Stores = { ...stores, records: { ...stores.records, async *ofDay() {} } };
    const before = await readLines(stores.totals);
    const posting = { ...LATER, recordRetentionDays: 6 };
    expect(await reconcile({ ...gone, posting })).toMatchObject({ days: 0, expiredDays: 1, drifts: [] });
    expect(await readLines(stores.totals)).toEqual(before);
    expect(await proveDay(DAY, gone, 'lines')).toMatchObject({ records: 0, lineDrifts: [], totalDrifts: [] });
    expect((await proveDay(DAY, gone)).lineDrifts).toHaveLength(12);
  });

  it('mends a line of a sealed day today, once, however often it is found', async () => {
    const stores = await openPosted();
    await falsify(stores);
    await closePeriods(closingOf(stores, POSTING.now));
    await closePeriods(closingOf(stores, new Date('2026-07-17T00:00:00Z')));
    const seen = withoutCorrections(stores);
    const { lineDrifts } = await proveDay(DAY, seen);
    const dependencies = { ...seen, posting: LATER };
    expect(await repairLines([...lineDrifts, ...lineDrifts], dependencies)).toBe(1);
    expect(await proveDay(DAY, seen)).toMatchObject({ lineDrifts: [], seal: 'holds' });
    expect(await proveDay(TODAY, seen)).toMatchObject({ lineDrifts: [] });
    const today = (await readLines(stores.totals)).filter(({ day }) => day === TODAY);
    expect(today).toMatchObject([{ requests: -1, costPicoUsd: costOf({ output: -5n }) }]);
  });

  it('does not judge a line that changes while it looks', async () => {
    const stores = await openPosted();
    const racing: Stores = {
      ...stores,
      records: {
        ...stores.records,
        async *ofDay(day) {
          yield* stores.records.ofDay(day);
          await post(stores, [{ ...FIRST, requestId: 'meanwhile' }]);
        },
      },
    };
    expect(await proveDay(DAY, racing)).toMatchObject({ records: 24, moving: 1, lineDrifts: [] });
    expect(await proveDay(DAY, stores)).toMatchObject({ records: 25, moving: 0, lineDrifts: [] });
  });

  it('finds a total that is not the sum of its lines, and makes it again', async () => {
    const stores = await openPosted();
    const scope = { kind: 'team', id: 'team-1' } as const;
    const total = await stores.totals.find(scope, { kind: 'day', day: DAY });
    if (total === undefined) throw new Error('no total');
    await stores.totals.remove(scope, total.period);
    await stores.totals.put({
      ...total,
      metrics: { ...total.metrics, requests: total.metrics.requests + 1 },
    });
    const report = await reconcile({ ...stores, posting: POSTING });
    expect(report).toMatchObject({
      repairedLines: 0,
      rebuiltDays: [DAY],
      drifts: [{ scope: 'team#team-1' }],
    });
    expect(await stores.totals.find(scope, { kind: 'day', day: DAY })).toStrictEqual(total);
  });

  it("throws a day's totals away and makes the same ones again", async () => {
    const stores = await openPosted();
    const { before, after } = await rebuildDay(DAY, stores.totals);
    expect([...before.keys()].sort()).toEqual(['org', 'team#team-0', 'team#team-1']);
    expect(after).toStrictEqual(before);
  });
});
