import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changesOfPosting, type DailyLine } from '../../shared/domain/dailyLine.ts';
import { splitFigures, totalCost } from '../../shared/domain/metrics.ts';
import {
  DIMENSIONS,
  daysOfPeriod,
  type Period,
  periodsAround,
  type Scope,
  type Total,
  totalOfLines,
} from '../../shared/domain/total.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import { readTotal } from '../../shared/store/readTotal.ts';
import type { Stores } from '../../shared/store/stores.ts';
import type { TotalStore } from '../../shared/store/totalStore.ts';
import { closingOf } from '../support/closing.ts';
import { DAY, makeRecord, makeRecords, POSTING } from '../support/records.ts';
import { anyRequests } from './anyDimension.ts';
import { onBothStores } from './bothStores.ts';
import { readLines, sumMetrics } from './readLedger.ts';

const ORG: Scope = { kind: 'org' };
const ALL_SEALED = new Date('2026-09-01T00:00:00.000Z');
const pause = async () => {};

async function post(records: readonly UsageRecord[], stores: Stores, now = POSTING.now) {
  return postUsage(records, { ...POSTING, now }, { ...stores, pause });
}

/** Every total of every scope that these records make, straight from the records. */
function expectedOf(records: readonly UsageRecord[]): Total[] {
  const lines = changesOfPosting(records).map(
    ({ key, metrics, changes }): DailyLine => ({ ...key, ...metrics, n: changes }),
  );
  const periods = new Map(
    lines
      .flatMap(({ day }): Period[] => [{ kind: 'day', day }, ...periodsAround(day)])
      .map((period) => [JSON.stringify(period), period]),
  );
  const scopes = new Map(
    lines
      .flatMap((line): Scope[] => [ORG, ...DIMENSIONS.map((kind) => ({ kind, id: line[kind] }))])
      .map((scope) => [JSON.stringify(scope), scope]),
  );
  const inScope = (scope: Scope) => (line: DailyLine) =>
    scope.kind === 'org' || line[scope.kind] === scope.id;
  return [...scopes.values()].flatMap((scope) =>
    [...periods.values()].flatMap((period) => {
      const { from, to } = daysOfPeriod(period);
      const own = lines.filter(inScope(scope)).filter(({ day }) => from <= day && day <= to);
      return own.length === 0 ? [] : [totalOfLines(scope, period, own)];
    }),
  );
}

async function readAll(expected: readonly Total[], totals: TotalStore): Promise<(Total | undefined)[]> {
  return Promise.all(expected.map(({ scope, period }) => totals.find(scope, period)));
}

/** A store that counts the totals that are put, and can refuse some. */
function watched(totals: TotalStore, refuse: (total: Total) => boolean = () => false) {
  const puts: Total[] = [];
  const put = async (total: Total) => {
    if (refuse(total)) throw new Error('the store is down');
    puts.push(total);
    return totals.put(total);
  };
  return { puts, totals: { ...totals, put } };
}

onBothStores(({ openLedger, runs }) => {
  it('reads the whole figures of any scope while its days are open', async () => {
    await fc.assert(
      fc.asyncProperty(anyRequests, async (records) => {
        const { stores } = await openLedger();
        await post(records, stores);
        await closePeriods(closingOf(stores, POSTING.now));
        for (const expected of expectedOf(records)) {
          const { metrics, span } = await readTotal(expected.scope, expected.period, stores.totals);
          expect({ metrics, span }).toStrictEqual({ metrics: expected.metrics, span: expected.span });
        }
      }),
      { numRuns: Math.min(runs, 20) },
    );
  });

  it('makes of every scope the totals of days, weeks and months that its records make', async () => {
    const check = async (records: UsageRecord[]) => {
      const { stores } = await openLedger();
      await post(records, stores);
      const expected = expectedOf(records);
      const open = expected.filter(({ scope }) => scope.kind !== 'user');
      await closePeriods(closingOf(stores));
      expect(await readAll(open, stores.totals)).toStrictEqual(open);
      const later = new Date('2026-07-16T12:00:00.000Z');
      expect(await closePeriods(closingOf(stores, later))).toMatchObject({
        sealedDays: new Set(records.map(({ day }) => day)).size,
      });
      expect(await readAll(expected, stores.totals)).toStrictEqual(expected);
    };
    await fc.assert(fc.asyncProperty(anyRequests, check), { numRuns: Math.min(runs, 60) });
  });

  it('adds up: the scopes of a dimension are the organisation, hours are days, days are weeks', async () => {
    const check = async (records: UsageRecord[]) => {
      const { stores } = await openLedger();
      await post(records, stores);
      await closePeriods(closingOf(stores));
      await closePeriods(closingOf(stores, ALL_SEALED));
      const all = (await readAll(expectedOf(records), stores.totals)).flatMap((total) => total ?? []);
      const org = all.filter(({ scope }) => scope.kind === 'org');
      for (const { period, metrics, byModel } of org) {
        const same = all.filter((total) => JSON.stringify(total.period) === JSON.stringify(period));
        for (const dimension of DIMENSIONS) {
          const parts = same.filter(({ scope }) => scope.kind === dimension);
          expect(sumMetrics(parts.map((part) => part.metrics))).toStrictEqual(metrics);
        }
        expect(sumMetrics([...byModel.values()])).toStrictEqual(splitFigures(metrics));
        const { hours } = metrics;
        expect(hours.reduce((sum, { requests }) => sum + requests, 0)).toBe(metrics.requests);
        const cost = hours.reduce((sum, { costPicoUsd }) => sum + costPicoUsd, 0n);
        expect(cost).toBe(totalCost(metrics.costPicoUsd));
      }
      for (const kind of ['day', 'week', 'month']) {
        const ofKind = org.filter(({ period }) => period.kind === kind).map(({ metrics }) => metrics);
        expect(sumMetrics(ofKind)).toStrictEqual(sumMetrics(await readLines(stores.totals)));
      }
    };
    await fc.assert(fc.asyncProperty(anyRequests, check), { numRuns: Math.min(runs, 60) });
  });

  it('writes nothing a second time, and after one more request what that changed', async () => {
    const { stores } = await openLedger();
    await post(
      makeRecords(4, (index) => ({ project: `p${index}` })),
      stores,
    );
    await closePeriods(closingOf(stores));
    const again = watched(stores.totals);
    const counts = await closePeriods({ ...closingOf(stores), totals: again.totals });
    expect(counts.written).toBe(0);
    const scopesPut = new Set(again.puts.map(({ scope }) => scope.kind));
    // Those that `rollUp` keeps are put and found stale; no other is put.
    expect([...scopesPut].sort()).toEqual(['org', 'team']);
    await post([makeRecord({ requestId: 'next', project: 'p1' })], stores);
    const next = watched(stores.totals);
    await closePeriods({ ...closingOf(stores), totals: next.totals });
    const projects = next.puts.flatMap(({ scope }) => (scope.kind === 'project' ? [scope.id] : []));
    expect(new Set(projects)).toEqual(new Set(['p1']));
  });

  it.each(['day', 'week', 'month'] as const)(
    "goes on where it died before a scope's %s was written",
    async (kind) => {
      const { stores } = await openLedger();
      const records = makeRecords(3, (index) => ({ project: `p${index % 2}` }));
      await post(records, stores);
      const dying = watched(
        stores.totals,
        ({ scope, period }) => scope.kind === 'project' && period.kind === kind,
      );
      await expect(closePeriods({ ...closingOf(stores), totals: dying.totals })).rejects.toThrow('down');
      await closePeriods(closingOf(stores));
      const expected = expectedOf(records).filter(({ scope }) => scope.kind === 'project');
      expect(await readAll(expected, stores.totals)).toStrictEqual(expected);
    },
  );

  it('knows a user by the sealed days alone, and beside the index of the days', async () => {
    const { stores } = await openLedger();
    const ann: Scope = { kind: 'user', id: 'ann' };
    await post([makeRecord()], stores);
    await closePeriods(closingOf(stores));
    expect(await stores.totals.find(ann, { kind: 'day', day: DAY })).toBeUndefined();
    await closePeriods(closingOf(stores, new Date('2026-07-17T00:00:00.000Z')));
    const days = await stores.totals.dayTotals(ann, { from: DAY, to: DAY });
    expect(days).toMatchObject([{ scope: ann, metrics: { requests: 1 } }]);
    expect(await stores.totals.userDays('ann', { from: DAY, to: DAY })).toEqual([{ day: DAY, team: 'blue' }]);
  });

  it('tells the first and the last hour with requests', async () => {
    const { stores } = await openLedger();
    const at = (requestId: string, startedAt: string) =>
      makeRecord({ requestId, startedAt, day: startedAt.slice(0, 10) });
    const times = ['2026-07-13T23:59:59.999Z', '2026-07-14T00:00:00.000Z', '2026-07-14T09:30:00.000Z'];
    await post(
      times.map((startedAt, index) => at(`r${index}`, startedAt)),
      stores,
    );
    await closePeriods(closingOf(stores));
    const spanOf = async (period: Period) => (await stores.totals.find(ORG, period))?.span;
    expect(await spanOf({ kind: 'day', day: DAY })).toEqual({
      first: '2026-07-14T00',
      last: '2026-07-14T09',
    });
    expect(await spanOf({ kind: 'week', week: '2026-W29' })).toEqual({
      first: '2026-07-13T23',
      last: '2026-07-14T09',
    });
  });
});
