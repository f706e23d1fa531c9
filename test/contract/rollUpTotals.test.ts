import fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitFigures } from '../../shared/domain/metrics.ts';
import type { Total } from '../../shared/domain/total.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import { rollUpTotals } from '../../shared/store/rollUpTotals.ts';
import type { Stores } from '../../shared/store/stores.ts';
import type { TotalStore } from '../../shared/store/totalStore.ts';
import { closingOf } from '../support/closing.ts';
import { costOf, DAY, makeRecord, makeRecords, POSTING, tokensOf } from '../support/records.ts';
import { anySightings } from './anySighting.ts';
import { onBothStores } from './bothStores.ts';
import { expectedTotals, readTotals } from './expectedTotals.ts';
import { readLines, sumMetrics } from './readLedger.ts';

/** 60 requests of 7 users in 3 teams with 5 models, on 4 days of 2 months, at amounts beyond 2^53. */
const REQUESTS = makeRecords(60, (index) => ({
  user: `user-${index % 7}`,
  team: `team-${index % 3}`,
  model: `model-${index % 5}`,
  day: ['2026-07-01', '2026-07-31', '2026-08-01', '2026-08-31'][index % 4] ?? DAY,
  costPicoUsd: costOf({ output: 10n ** 20n + BigInt(index), cacheRead: BigInt(index) }),
}));

async function post(records: readonly UsageRecord[], stores: Stores): Promise<void> {
  await postUsage(records, POSTING, { ...stores, pause: async () => {} });
}

function teamDaysOf(records: readonly UsageRecord[]) {
  return records.map(({ team, day }) => ({ team, day }));
}

async function expectTotals(totals: TotalStore): Promise<void> {
  expect(await readTotals(totals)).toStrictEqual(expectedTotals(await readLines(totals)));
}

onBothStores(({ openLedger, runs }) => {
  it('makes the totals of teams and organisation, days and months, from the lines alone', async () => {
    const { stores } = await openLedger();
    await post(REQUESTS, stores);
    const { failed, written } = await rollUpTotals(teamDaysOf(REQUESTS), stores.totals);
    expect(failed).toEqual([]);
    // 3 teams on 4 days and in 2 months, the organisation on 4 days and in 2 months.
    expect(written).toBe(3 * 4 + 3 * 2 + 4 + 2);
    expect(expectedTotals(await readLines(stores.totals))).toHaveLength(written);
    await expectTotals(stores.totals);
  });

  it('adds up: lines, teams and models give the organisation, to the last digit', async () => {
    const { stores } = await openLedger();
    await post(REQUESTS, stores);
    await rollUpTotals(teamDaysOf(REQUESTS), stores.totals);
    const stored = (await readTotals(stores.totals)).filter((total) => total !== undefined);
    const of = (kind: 'org' | 'team', period: 'day' | 'month') =>
      sumMetrics(
        stored
          .filter((total) => total.scope.kind === kind && total.period.kind === period)
          .map(({ metrics }) => metrics),
      );
    const whole = sumMetrics(await readLines(stores.totals));
    expect(whole.costPicoUsd).toEqual(costOf({ output: 60n * 10n ** 20n + 1770n, cacheRead: 1770n }));
    for (const part of [of('team', 'day'), of('team', 'month'), of('org', 'day'), of('org', 'month')]) {
      expect(part).toStrictEqual(whole);
    }
    for (const { byModel, metrics } of stored) {
      expect(sumMetrics([...byModel.values()])).toStrictEqual(splitFigures(metrics));
    }
  });

  it('writes nothing when nothing has changed', async () => {
    const { stores } = await openLedger();
    await post(REQUESTS, stores);
    const first = await rollUpTotals(teamDaysOf(REQUESTS), stores.totals);
    const second = await rollUpTotals(teamDaysOf(REQUESTS), stores.totals);
    expect(second).toEqual({ written: 0, stale: first.written, failed: [] });
    expect(await rollUpTotals([], stores.totals)).toEqual({ written: 0, stale: 0, failed: [] });
  });

  it('writes no total of a day without lines', async () => {
    const { stores } = await openLedger();
    await stores.totals.openDays([{ user: 'ann', team: 'blue', day: DAY }]);
    const outcome = await rollUpTotals([{ team: 'blue', day: DAY }], stores.totals);
    expect(outcome).toMatchObject({ written: 0, failed: [] });
    expect(await stores.totals.find({ kind: 'team', id: 'blue' }, { kind: 'day', day: DAY })).toBeUndefined();
  });

  it('follows a cost that falls, and a request that moves to another team and model', async () => {
    const { stores } = await openLedger();
    const dear = makeRecord({ costPicoUsd: costOf({ output: 10n ** 24n }) });
    const cheap = { tokens: tokensOf({ output: 50 }), costPicoUsd: costOf({ output: 1n }) };
    const moved = makeRecord({ ...cheap, team: 'red', teamSource: 'log', user: 'bob', model: 'haiku' });
    for (const record of [dear, moved]) {
      await post([record], stores);
      await rollUpTotals(teamDaysOf([dear, record]), stores.totals);
      await expectTotals(stores.totals);
    }
    const month = await stores.totals.find({ kind: 'org' }, { kind: 'month', month: '2026-07' });
    expect(month?.metrics).toMatchObject({ requests: 1, costPicoUsd: costOf({ output: 1n }) });
  });

  it('mends totals whose doorbells were lost, and then finds nothing to mend', async () => {
    const { stores } = await openLedger();
    await post(REQUESTS.slice(0, 30), stores);
    await rollUpTotals(teamDaysOf(REQUESTS.slice(0, 30)), stores.totals);
    await post(REQUESTS, stores);
    const mended = await closePeriods(closingOf(stores));
    expect(mended).toMatchObject({ days: 4, teamDays: 12 });
    expect(mended.written).toBeGreaterThan(0);
    await expectTotals(stores.totals);
    expect(await closePeriods(closingOf(stores))).toMatchObject({ days: 4, teamDays: 12, written: 0 });
  });

  it('ends in the same totals when several run at once', async () => {
    const ledger = await openLedger();
    await post(REQUESTS, ledger.stores);
    await Promise.all([
      ...Array.from({ length: 4 }, () => rollUpTotals(teamDaysOf(REQUESTS), ledger.joinLedger().totals)),
      closePeriods(closingOf(ledger.joinLedger())),
    ]);
    await expectTotals(ledger.stores.totals);
  });

  it('ends in the same totals when every posting rings while others post', async () => {
    const batches = fc.array(anySightings(3), { maxLength: 8 });
    const check = async (posted: UsageRecord[][]) => {
      const ledger = await openLedger();
      const seen = new Set<string>();
      await Promise.all(
        posted.map(async (batch) => {
          const stores = ledger.joinLedger();
          await post(batch, stores);
          // A revision rings for the line it leaves too, so all team-days seen so far are rung for.
          for (const { team, day } of batch) seen.add(`${team}#${day}`);
          const dirty = [...seen]
            .map((text) => text.split('#'))
            .map(([team = '', day = '']) => ({ team, day }));
          await rollUpTotals(dirty, stores.totals);
        }),
      );
      await expectTotals(ledger.stores.totals);
    };
    await fc.assert(fc.asyncProperty(batches, check), { numRuns: runs });
  });

  it.each<[Total['scope']['kind'], Total['period']['kind']]>([
    ['team', 'day'],
    ['team', 'month'],
    ['org', 'day'],
    ['org', 'month'],
  ])('does not let an older run that is late with its %s %s overwrite a newer one', async (scope, period) => {
    const ledger = await openLedger();
    const { stores } = ledger;
    const { promise: newerIsDone, resolve: release } = Promise.withResolvers<void>();
    const { promise: olderIsLate, resolve: arrive } = Promise.withResolvers<void>();
    const late: TotalStore = {
      ...ledger.joinLedger().totals,
      async put(total) {
        if (total.scope.kind === scope && total.period.kind === period) {
          arrive();
          await newerIsDone;
        }
        return stores.totals.put(total);
      },
    };
    await post(REQUESTS.slice(0, 10), stores);
    const older = rollUpTotals(teamDaysOf(REQUESTS), late);
    await olderIsLate;
    await post(REQUESTS, stores);
    await rollUpTotals(teamDaysOf(REQUESTS), stores.totals);
    release();
    await older;
    await expectTotals(stores.totals);
  });

  it('reports a team-day that fails and makes all totals of the others', async () => {
    const { stores } = await openLedger();
    const error = new Error('the store is down');
    const failing: TotalStore = {
      ...stores.totals,
      linesOfTeamDay: async (team, day) => {
        if (team === 'team-1' && day === '2026-07-01') throw error;
        return stores.totals.linesOfTeamDay(team, day);
      },
    };
    await post(REQUESTS, stores);
    const outcome = await rollUpTotals(teamDaysOf(REQUESTS), failing);
    expect(outcome.failed).toEqual([{ team: 'team-1', day: '2026-07-01', error }]);
    const expected = expectedTotals(await readLines(stores.totals));
    const others = expected.filter(
      ({ scope, period }) =>
        scope.kind === 'team' && !(scope.id === 'team-1' && JSON.stringify(period).includes('2026-07')),
    );
    for (const total of others)
      expect(await stores.totals.find(total.scope, total.period)).toStrictEqual(total);
    await rollUpTotals([{ team: 'team-1', day: '2026-07-01' }], stores.totals);
    await expectTotals(stores.totals);
  });

  it('throws what fails above the team-days, and a later run mends it', async () => {
    const { stores } = await openLedger();
    await post(REQUESTS, stores);
    const failing = { ...stores.totals, teamsOfDay: () => Promise.reject(new Error('the store is down')) };
    await expect(rollUpTotals(teamDaysOf(REQUESTS), failing)).rejects.toThrow('the store is down');
    await closePeriods(closingOf(stores));
    await expectTotals(stores.totals);
  });
});
