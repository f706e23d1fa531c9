import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NO_METRICS, splitFigures } from '../../shared/domain/metrics.ts';
import { RANKED_NAMES, type RankingName } from '../../shared/domain/ranking.ts';
import { DIMENSIONS, type Period, periodsAround, type Scope } from '../../shared/domain/total.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { reportCosts, reportTopCosts } from '../../shared/store/costReport.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import { rollUpTotals } from '../../shared/store/rollUpTotals.ts';
import type { Stores } from '../../shared/store/stores.ts';
import type { TotalStore } from '../../shared/store/totalStore.ts';
import { closingOf } from '../support/closing.ts';
import { costOf, DAY, makeRecord, makeRecords, POSTING } from '../support/records.ts';
import { anyRequests } from './anyDimension.ts';
import { onBothStores } from './bothStores.ts';
import { sumMetrics } from './readLedger.ts';

const ORG: Scope = { kind: 'org' };
const ONE_DAY: Period = { kind: 'day', day: DAY };
const AFTER_SEAL = new Date('2026-07-17T00:00:00.000Z');
const DAY_RANGE = { from: DAY, to: DAY };

async function post(records: readonly UsageRecord[], stores: Stores, now = POSTING.now) {
  return postUsage(records, { ...POSTING, now }, { ...stores, pause: async () => {} });
}

async function seal(stores: Stores) {
  await closePeriods(closingOf(stores));
  return closePeriods(closingOf(stores, AFTER_SEAL));
}

/** All rankings of these records: by every dimension in the organisation, by three in a team. */
function rankingNames(records: readonly UsageRecord[]): RankingName[] {
  return records.flatMap(({ day, team }) =>
    [{ kind: 'day', day } as const, ...periodsAround(day)].flatMap((period) => [
      ...DIMENSIONS.map((dimension) => ({ scope: ORG, dimension, period })),
      ...(['user', 'model', 'project'] as const).map((dimension) => ({
        scope: { kind: 'team', id: team } as const,
        dimension,
        period,
      })),
    ]),
  );
}

/** A store that refuses to read lines: what it answers comes from totals and rankings. */
function withoutLines(totals: TotalStore): TotalStore {
  return { ...totals, linesOfTeamDay: () => Promise.reject(new Error('lines were read')) };
}

onBothStores(({ openLedger, runs }) => {
  it('splits the total of every sealed period without rest, by every dimension', async () => {
    const check = async (records: UsageRecord[]) => {
      const { stores } = await openLedger();
      await post(records, stores);
      await seal(stores);
      for (const name of rankingNames(records)) {
        const total = await stores.totals.find(name.scope, name.period);
        const ranking = await stores.totals.findRanking(name);
        expect(ranking?.n).toBe(total?.n);
        const parts = [...(ranking?.rows ?? []).map(({ metrics }) => metrics), ranking?.rest.metrics];
        const sum = sumMetrics(parts.flatMap((metrics) => metrics ?? []));
        expect(sum).toStrictEqual(splitFigures(total?.metrics ?? NO_METRICS));
      }
    };
    await fc.assert(fc.asyncProperty(anyRequests, check), { numRuns: Math.min(runs, 30) });
  });

  it.each([RANKED_NAMES - 1, RANKED_NAMES, RANKED_NAMES + 1])(
    'keeps the dearest hundred of %i names, and the others in one',
    async (count) => {
      const { stores } = await openLedger();
      await post(
        makeRecords(count, (index) => ({
          user: `user-${index}`,
          costPicoUsd: costOf({ output: BigInt(index + 1) }),
        })),
        stores,
      );
      await seal(stores);
      const ranking = await stores.totals.findRanking({ scope: ORG, dimension: 'user', period: ONE_DAY });
      expect(ranking?.rows).toHaveLength(Math.min(count, RANKED_NAMES));
      expect(ranking?.rows[0]?.name).toBe(`user-${count - 1}`);
      expect(ranking?.rest.names).toBe(Math.max(count - RANKED_NAMES, 0));
      const cheapest = count > RANKED_NAMES ? 1n : 0n;
      expect(ranking?.rest.metrics.costPicoUsd.output).toBe(cheapest);
    },
  );

  it('answers for the dearest names of a sealed period without its lines, as the lines would', async () => {
    const check = async (records: UsageRecord[]) => {
      const { stores } = await openLedger();
      await post(records, stores);
      await seal(stores);
      const day = records[0]?.day ?? DAY;
      for (const range of [
        { from: day, to: day },
        { from: '2026-07-01', to: '2026-07-31' },
      ]) {
        for (const by of ['user', 'project', 'department'] as const) {
          const whole = await reportCosts(by, stores.totals, range);
          const top = await reportTopCosts(by, withoutLines(stores.totals), { ...range, top: 1 });
          expect(top.rows.map(({ name }) => name)).toEqual(whole.rows.slice(0, 1).map(({ name }) => name));
          expect(top.total).toStrictEqual(splitFigures(whole.total));
        }
      }
    };
    // A month without any request has no ranking to answer from.
    const inJuly = anyRequests.filter((records) => records.some(({ day }) => day >= '2026-07-01'));
    await fc.assert(fc.asyncProperty(inJuly, check), { numRuns: Math.min(runs, 20) });
  });

  it.each([
    ['0000-01-01', '9999-12-31'],
    ['0000-01-01', '2026-07-14'],
    ['2026-07-14', '9999-12-31'],
    ['2026-07-01', '2026-07-30'],
  ])('answers for %s to %s, which is no period, from the lines', async (from, to) => {
    const { stores } = await openLedger();
    await post([makeRecord()], stores);
    await seal(stores);
    const { rows } = await reportTopCosts('user', stores.totals, { from, to, top: 1 });
    expect(rows.map(({ name }) => name)).toEqual(['ann']);
  });

  it('reads the lines of a day that is open, or of days that are no period', async () => {
    const { stores } = await openLedger();
    await post(
      makeRecords(3, (index) => ({ user: `user-${index}` })),
      stores,
    );
    await closePeriods(closingOf(stores));
    const top = await reportTopCosts('user', stores.totals, { ...DAY_RANGE, top: 2 });
    expect(top.rows.map(({ name }) => name)).toEqual(['user-0', 'user-1']);
    expect(top.others).toMatchObject({ names: 1, metrics: { requests: 1 } });
    expect(top.total.requests).toBe(3);
    await closePeriods(closingOf(stores, AFTER_SEAL));
    const odd = { from: DAY, to: '2026-07-15', top: 2 };
    await expect(reportTopCosts('user', withoutLines(stores.totals), odd)).rejects.toThrow('lines were read');
  });

  it('does not answer for a month from a ranking of fewer days than it has', async () => {
    const { stores } = await openLedger();
    await post([makeRecord()], stores);
    await seal(stores);
    const today = { requestId: 'r2', user: 'bob', day: '2026-07-17', startedAt: '2026-07-17T01:00:00.000Z' };
    await post([makeRecord(today)], stores, new Date('2026-07-17T02:00:00.000Z'));
    await rollUpTotals([{ team: 'blue', day: '2026-07-17' }], stores.totals);
    const july = { from: '2026-07-01', to: '2026-07-31', top: 5 };
    const { rows } = await reportTopCosts('user', stores.totals, july);
    expect(rows.map(({ name }) => name)).toEqual(['ann', 'bob']);
  });

  it('ranks a week and a month again as more of their days are sealed, and not otherwise', async () => {
    const { stores } = await openLedger();
    await post([makeRecord()], stores);
    await seal(stores);
    const name = { scope: ORG, dimension: 'user', period: { kind: 'month', month: '2026-07' } } as const;
    expect(await stores.totals.findRanking(name)).toMatchObject({ n: 1 });
    await post(
      [makeRecord({ requestId: 'r2', day: '2026-07-17', startedAt: '2026-07-17T01:00:00.000Z' })],
      stores,
      new Date('2026-07-17T02:00:00.000Z'),
    );
    await closePeriods(closingOf(stores, new Date('2026-07-17T03:00:00.000Z')));
    expect(await stores.totals.findRanking(name)).toMatchObject({ n: 1 });
    await closePeriods(closingOf(stores, new Date('2026-07-20T00:00:00.000Z')));
    expect(await stores.totals.findRanking(name)).toMatchObject({ n: 2 });
  });

  it('makes rankings that a crash left undone when it runs again', async () => {
    const { stores } = await openLedger();
    await post([makeRecord()], stores);
    await closePeriods(closingOf(stores));
    const dying: TotalStore = {
      ...stores.totals,
      putRanking: async (ranking) => {
        if (ranking.period.kind === 'week' && ranking.dimension === 'project')
          throw new Error('the store is down');
        return stores.totals.putRanking(ranking);
      },
    };
    const closing = closingOf(stores, AFTER_SEAL);
    await expect(closePeriods({ ...closing, totals: dying })).rejects.toThrow('down');
    await closePeriods(closing);
    for (const period of periodsAround(DAY)) {
      for (const dimension of DIMENSIONS) {
        expect(await stores.totals.findRanking({ scope: ORG, dimension, period })).toMatchObject({ n: 1 });
      }
    }
  });
});
