import { beforeAll, expect, it } from 'vitest';
import { rollUp } from '../../functions/rollUp.ts';
import { lineKeyOf } from '../../shared/domain/dailyLine.ts';
import { logger } from '../../shared/runtime/handler.ts';
import { alertKey, outboxKey } from '../../shared/store/alertKeys.ts';
import { standingKey } from '../../shared/store/budgetKeys.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import {
  DAYS_PARTITION,
  directoryKey,
  lineKey,
  quarantineKey,
  teamsPartition,
  totalKey,
  userDayKey,
} from '../../shared/store/keys.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import type { TotalStore } from '../../shared/store/totalStore.ts';
import { closingOf } from '../support/closing.ts';
import { DAY, makeRecord, makeRecords, POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { ring } from './doorbells.ts';
import { expectedTotals, readTotals } from './expectedTotals.ts';
import { readLines } from './readLedger.ts';

const REQUESTS = makeRecords(12, (index) => ({ team: `team-${index % 3}`, user: `user-${index}` }));
const LINE_KEYS = REQUESTS.map((record) => lineKey(lineKeyOf(record)));

beforeAll(() => logger.setLogLevel('SILENT'));

/** Reads no lines of this team. */
function failingFor(team: string, totals: TotalStore): TotalStore {
  return {
    ...totals,
    linesOfTeamDay: (of, day) =>
      of === team ? Promise.reject(new Error('the store is down')) : totals.linesOfTeamDay(of, day),
  };
}

onBothStores(({ openLedger }) => {
  const openPostedStores = async () => {
    const { stores } = await openLedger();
    await postUsage(REQUESTS, POSTING, { ...stores, pause: async () => {} });
    return stores;
  };
  const openPosted = async () => (await openPostedStores()).totals;
  const expectTotals = async (totals: TotalStore) =>
    expect(await readTotals(totals)).toStrictEqual(expectedTotals(await readLines(totals)));

  it('brings up to date what the doorbells ring for, in any order and however often', async () => {
    const totals = await openPosted();
    const keys = [...LINE_KEYS, ...LINE_KEYS.toReversed()];
    expect(await rollUp(ring(keys), totals)).toEqual({ batchItemFailures: [] });
    await expectTotals(totals);
  });

  it('gives back the doorbells of a team-day that fails, and those alone', async () => {
    const totals = await openPosted();
    const answer = await rollUp(ring(LINE_KEYS), failingFor('team-1', totals));
    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
      '2',
      '5',
      '8',
      '11',
    ]);
    expect(await totals.find({ kind: 'team', id: 'team-0' }, { kind: 'day', day: DAY })).toBeDefined();
    const again = LINE_KEYS.filter((_, index) => index % 3 === 1);
    expect(await rollUp(ring(again), totals)).toEqual({ batchItemFailures: [] });
    await expectTotals(totals);
  });

  it('leaves the doorbells of other items alone', async () => {
    const totals = await openPosted();
    const others = [
      totalKey({ kind: 'team', id: 'team-0' }, { kind: 'day', day: DAY }),
      totalKey({ kind: 'team', id: 'team-0' }, { kind: 'month', month: '2026-07' }),
      totalKey({ kind: 'org' }, { kind: 'day', day: DAY }),
      standingKey({ budgetId: 'team:team-0:month:usd', scopeId: 'team-0' }),
      directoryKey('user-0'),
      userDayKey('user-0', DAY, 'team-0'),
      { pk: DAYS_PARTITION, sk: DAY },
      { pk: teamsPartition(DAY), sk: 'team-0' },
      alertKey('2026-07', 'budget:team:team-0:2026-07:80'),
      outboxKey('budget:team:team-0:2026-07:80'),
      quarantineKey(DAY, 'event-1'),
    ];
    expect(await rollUp(ring(others), totals)).toEqual({ batchItemFailures: [] });
    expect((await readTotals(totals)).filter((total) => total !== undefined)).toEqual([]);
  });

  it('refuses what is no stream event', async () => {
    const totals = await openPosted();
    await expect(rollUp({ Records: [{ body: '{}' }] }, totals)).rejects.toThrow();
  });

  it('throws what fails while periods are closed, and the next run goes over all of them again', async () => {
    const closing = closingOf(await openPostedStores());
    const { totals } = closing;
    await expect(closePeriods({ ...closing, totals: failingFor('team-2', totals) })).rejects.toThrow(
      'the store is down',
    );
    expect((await closePeriods(closing)).written).toBeGreaterThan(0);
    await expectTotals(totals);
  });

  it('closes periods of an empty ledger', async () => {
    const { stores } = await openLedger();
    expect(await closePeriods(closingOf(stores))).toEqual({
      days: 0,
      sealedBefore: 0,
      teamDays: 0,
      written: 0,
      stale: 0,
      sealedDays: 0,
      sealedMonths: 0,
    });
  });

  it('keeps totals when lines expire', async () => {
    const { stores } = await openLedger();
    await postUsage([makeRecord(), makeRecord({ requestId: 'r2', user: 'bob' })], POSTING, {
      ...stores,
      pause: async () => {},
    });
    await closePeriods(closingOf(stores));
    const before = await readTotals(stores.totals);
    const expired: TotalStore = {
      ...stores.totals,
      linesOfTeamDay: async (team, day) => (await stores.totals.linesOfTeamDay(team, day)).slice(1),
    };
    expect(await closePeriods({ ...closingOf(stores), totals: expired })).toMatchObject({ written: 0 });
    expect(await readTotals(stores.totals)).toStrictEqual(before);
  });
});
