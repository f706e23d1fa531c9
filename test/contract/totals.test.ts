import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Metrics, NO_METRICS } from '../../shared/domain/metrics.ts';
import type { Period, Scope, Total } from '../../shared/domain/total.ts';
import { costOf, DAY, tokensOf } from '../support/records.ts';
import { anyAmount, anyId } from './anyRecord.ts';
import { onBothStores } from './bothStores.ts';

const ORG: Scope = { kind: 'org' };
const BLUE = teamScope('blue');

function teamScope(id: string): Scope {
  return { kind: 'team', id };
}

function dayOf(day: string): Period {
  return { kind: 'day', day };
}

function makeTotal(parts: Partial<Total> = {}): Total {
  const metrics = metricsOf(10n);
  return {
    scope: BLUE,
    period: dayOf(DAY),
    n: 1,
    metrics,
    byModel: new Map([['sonnet', metrics]]),
    ...parts,
  };
}

function metricsOf(output: bigint): Metrics {
  return {
    ...NO_METRICS,
    ...{ requests: 6, throttled: 1, blocked: 2, failed: 3, unpriced: 4, estimated: 5 },
    tokens: tokensOf({ input: 1, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4, output: 5 }),
    costPicoUsd: costOf({ input: 1n, cacheRead: 2n, cacheWrite5m: 3n, cacheWrite1h: 4n, output }),
  };
}

onBothStores(({ openLedger, runs }) => {
  it.each<[string, Scope, Period]>([
    ["a team's day", BLUE, dayOf(DAY)],
    ["a team's month", BLUE, { kind: 'month', month: '2026-07' }],
    ["the organisation's day", ORG, dayOf(DAY)],
    ["the organisation's month", ORG, { kind: 'month', month: '2026-07' }],
    ['a team named org', teamScope('ORG'), dayOf(DAY)],
  ])('finds %s and nothing beside it', async (_name, scope, period) => {
    const { totals } = (await openLedger()).stores;
    expect(await totals.find(scope, period)).toBeUndefined();
    const total = makeTotal({ scope, period });
    expect(await totals.put(total)).toBe('written');
    expect(await totals.find(scope, period)).toStrictEqual(total);
    expect(await totals.find(teamScope('blue2'), period)).toBeUndefined();
    expect(await totals.find(scope, dayOf('2026-07-15'))).toBeUndefined();
    expect(await totals.find(scope, { kind: 'month', month: '2026-08' })).toBeUndefined();
  });

  it.each<[number, 'written' | 'stale']>([
    [0, 'stale'],
    [6, 'stale'],
    [7, 'stale'],
    [8, 'written'],
    [700, 'written'],
  ])('over a total of 7 changes, one of %i is %s', async (n, outcome) => {
    const { totals } = (await openLedger()).stores;
    const old = makeTotal({ n: 7 });
    const next = makeTotal({ n, metrics: NO_METRICS, byModel: new Map() });
    await totals.put(old);
    expect(await totals.put(next)).toBe(outcome);
    expect(await totals.find(BLUE, dayOf(DAY))).toStrictEqual(outcome === 'written' ? next : old);
  });

  it('keeps the total of most changes, in whatever order they are put at once', async () => {
    const { totals } = (await openLedger()).stores;
    const order = [3, 9, 1, 10, 4, 7, 2, 8, 5, 6];
    await Promise.all(order.map((n) => totals.put(makeTotal({ n, metrics: metricsOf(BigInt(n)) }))));
    expect(await totals.find(BLUE, dayOf(DAY))).toMatchObject({ n: 10, metrics: metricsOf(10n) });
  });

  it.each([
    ['2026-07-01', '2026-07-31', ['2026-07-01', '2026-07-02', '2026-07-31']],
    ['2026-07-01', '2026-07-01', ['2026-07-01']],
    ['2026-07-02', '2026-07-30', ['2026-07-02']],
    ['2026-07-03', '2026-07-30', []],
    ['2026-06-30', '2026-08-01', ['2026-06-30', '2026-07-01', '2026-07-02', '2026-07-31', '2026-08-01']],
  ])('reads the day totals of a range with both its ends: %s to %s', async (from, to, expected) => {
    const { totals } = (await openLedger()).stores;
    const days = ['2026-08-01', '2026-07-31', '2026-06-30', '2026-07-02', '2026-07-01'];
    for (const day of days) {
      for (const scope of [BLUE, ORG, teamScope('blue2')])
        await totals.put(makeTotal({ scope, period: dayOf(day) }));
      await totals.put(makeTotal({ period: { kind: 'month', month: day.slice(0, 7) } }));
    }
    for (const scope of [BLUE, ORG]) {
      const found = await totals.dayTotals(scope, { from, to });
      expect(found).toStrictEqual(expected.map((day) => makeTotal({ scope, period: dayOf(day) })));
    }
  });

  it.each([0, 1, 99, 100, 101, 250])('reads the day totals of %i scopes at once', async (count) => {
    const { totals } = (await openLedger()).stores;
    const scopes = Array.from({ length: count }, (_, index) => teamScope(`team-${index}`));
    await Promise.all(scopes.map((scope, index) => totals.put(makeTotal({ scope, n: index + 1 }))));
    const found = await totals.dayTotalsOf([...scopes, teamScope('idle')], DAY);
    expect(found.map(({ n }) => n).sort((a, b) => a - b)).toEqual(scopes.map((_, index) => index + 1));
    expect(await totals.dayTotalsOf(scopes, '2026-07-15')).toEqual([]);
  });

  it('keeps the split by model exact, whatever the models are called and cost', async () => {
    const splits = fc.uniqueArray(fc.tuple(anyId, anyAmount), {
      maxLength: 30,
      selector: ([model]) => model,
    });
    const check = async (split: [string, bigint][]) => {
      const { totals } = (await openLedger()).stores;
      const byModel = new Map(split.map(([model, cost]) => [model, metricsOf(cost)]));
      await totals.put(makeTotal({ byModel }));
      expect((await totals.find(BLUE, dayOf(DAY)))?.byModel).toStrictEqual(byModel);
      expect((await totals.dayTotalsOf([BLUE], DAY))[0]?.byModel).toStrictEqual(byModel);
    };
    await fc.assert(fc.asyncProperty(splits, check), { numRuns: runs });
  });
});
