import { beforeAll, expect, it } from 'vitest';
import { evaluateBudgets } from '../../functions/evaluateBudgets.ts';
import type { Alert } from '../../shared/domain/alerts/alert.ts';
import type { BudgetRule, Rung } from '../../shared/domain/policy/policy.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { logger } from '../../shared/runtime/handler.ts';
import { CURRENT_POLICY_KEY } from '../../shared/store/budgetKeys.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { lineKey, totalKey } from '../../shared/store/keys.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import type { KeptStanding } from '../../shared/store/standingStore.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { recordedEvent } from '../fixtures/bedrockShapes.ts';
import { closingOf } from '../support/closing.ts';
import { placed } from '../support/directory.ts';
import { applyBudgets, crossingOf, MARKS_ALONE, makeBudget, teamMonth, warnAt } from '../support/policies.ts';
import { costOf, DAY, makeRecord, POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { ring } from './doorbells.ts';
import { readLines } from './readLedger.ts';

const NOW = POSTING.now;
const ALL_SEALED = new Date('2026-07-20T00:00:00.000Z');

beforeAll(() => logger.setLogLevel('SILENT'));

/** A person's day in pico-USD; `parts` says what is special about it. */
function userDay(parts: Partial<BudgetRule> = {}): BudgetRule {
  return makeBudget({
    id: 'user:*:day:usd',
    target: { kind: 'each', scope: 'user' },
    period: { unit: 'day', timeZone: 'UTC' },
    ...parts,
  });
}

let requests = 0;

function costing(picoUsd: bigint, parts: Partial<UsageRecord> = {}): UsageRecord {
  requests += 1;
  return makeRecord({ requestId: `request-${requests}`, costPicoUsd: costOf({ input: picoUsd }), ...parts });
}

onBothStores(({ openLedger }) => {
  const open = async (budgets: readonly BudgetRule[]) => {
    const { stores } = await openLedger();
    await applyBudgets(stores.policies, budgets, { alerts: MARKS_ALONE });
    const published: string[] = [];
    const publish = async (alert: Alert) => void published.push(`${alert.id} by ${crossingOf(alert).cause}`);
    const dependencies = { ...stores, publisher: { publish }, now: NOW };
    return { stores, published, dependencies };
  };
  type Opened = Awaited<ReturnType<typeof open>>;

  /** Posts, recomputes totals, and rings for every line that there is. */
  const post = async ({ stores, dependencies }: Opened, ...records: UsageRecord[]) => {
    await postUsage(records, POSTING, { ...stores, pause: async () => {} });
    await closePeriods(closingOf(stores, NOW));
    const lines = await readLines(stores.totals);
    expect(await evaluateBudgets(ring(lines.map(lineKey)), dependencies)).toEqual({ batchItemFailures: [] });
  };
  const standingsOf = async ({ standings }: Stores): Promise<KeptStanding[]> =>
    Array.fromAsync(standings.all());

  it("keeps a user's standing and alerts of each rung, from the doorbells of lines", async () => {
    const opened = await open([userDay()]);
    await post(opened, costing(80n), costing(3n, { user: 'bob' }));
    expect(opened.published).toEqual([`budget:user:*:day:usd:ann:${DAY}:80 by use`]);
    expect(await standingsOf(opened.stores)).toStrictEqual([
      {
        budgetId: 'user:*:day:usd',
        scopeId: 'ann',
        used: 80n,
        n: 1,
        alerted: [80],
        periodStartMs: Date.parse(`${DAY}T00:00:00Z`),
        policyNumber: 1,
        asOfMs: NOW.getTime(),
      },
    ]);
    await post(opened, costing(20n));
    await post(opened, costing(20n));
    expect(opened.published.slice(1)).toEqual([`budget:user:*:day:usd:ann:${DAY}:100 by use`]);
  });

  it('writes a standing only at another step', async () => {
    const opened = await open([userDay({ limit: { measure: 'usd', amount: 1_000n } })]);
    const seen: (string | undefined)[] = [];
    for (const more of [49n, 1n, 49n, 1n, 400n, 10n, 10n]) {
      await post(opened, costing(more));
      seen.push((await standingsOf(opened.stores))[0]?.used.toString());
    }
    // 49, 50, 99, 100, 500, 510, 520: steps of 50 up to 500, of 20 from there.
    expect(seen).toEqual([undefined, '50', '50', '100', '500', '500', '520']);
    const { standings } = opened.stores;
    expect(await standings.changesSince(NOW.getTime(), NOW.getTime())).toHaveLength(1);
  });

  it('looks at the budgets of the changed scope and at no other', async () => {
    const opened = await open([userDay(), teamMonth('blue', 100n), teamMonth('red', 1n)]);
    await post(opened, costing(100n), costing(100n, { team: 'red', user: 'bob' }));
    const asked = (id: string) => opened.published.filter((alert) => alert.includes(id)).length;
    expect([asked('user:'), asked('team:')]).toEqual([4, 0]);
    await evaluateBudgets(
      ring([totalKey({ kind: 'team', id: 'blue' }, { kind: 'day', day: DAY })]),
      opened.dependencies,
    );
    expect([asked('team:blue'), asked('team:red')]).toEqual([2, 0]);
  });

  it('judges a year by the totals of months, and a business unit by its own', async () => {
    const year = makeBudget({ id: 'year', period: { unit: 'year', timeZone: 'UTC' } });
    const unit = makeBudget({ id: 'games', target: { kind: 'one', scope: 'businessUnit', id: 'games' } });
    const opened = await open([year, unit]);
    await post(opened, costing(60n, { businessUnit: 'games' }), costing(40n, { businessUnit: 'tools' }));
    const month = { kind: 'month', month: '2026-07' } as const;
    await evaluateBudgets(
      ring([
        totalKey({ kind: 'org' }, month),
        totalKey({ kind: 'businessUnit', id: 'games' }, { kind: 'day', day: DAY }),
      ]),
      opened.dependencies,
    );
    expect(opened.published).toEqual(['budget:year:*:2026:80 by use', 'budget:year:*:2026:100 by use']);
    expect((await standingsOf(opened.stores)).map(({ budgetId, used }) => [budgetId, used]).sort()).toEqual([
      ['games', 60n],
      ['year', 100n],
    ]);
  });

  it('goes by the more specific budget of a tier, as the directory places the user', async () => {
    const tier = userDay({
      id: 'free',
      target: { kind: 'tier', id: 'free' },
      limit: { measure: 'usd', amount: 10n },
    });
    const opened = await open([userDay(), tier]);
    await opened.stores.directory.putUser(placed('ann', { tier: 'free' }));
    await post(opened, costing(10n), costing(10n, { user: 'bob' }));
    expect(opened.published).toEqual([
      `budget:free:ann:${DAY}:80 by use`,
      `budget:free:ann:${DAY}:100 by use`,
    ]);
    expect(
      (await standingsOf(opened.stores)).map(({ budgetId, scopeId }) => `${budgetId} ${scopeId}`),
    ).toEqual(expect.arrayContaining(['free ann', 'user:*:day:usd bob']));
  });

  it('notes when a restriction began, and keeps that while the period lasts', async () => {
    const restrict: Rung = { ...warnAt(95), action: { kind: 'restrict', graceHours: 24 } };
    const opened = await open([userDay({ ladder: [restrict] })]);
    await post(opened, costing(94n));
    expect((await standingsOf(opened.stores))[0]?.restrictedSinceMs).toBeUndefined();
    await post(opened, costing(1n));
    const later = {
      ...opened,
      dependencies: { ...opened.dependencies, now: new Date(NOW.getTime() + 60_000) },
    };
    await post(later, costing(50n));
    const [standing] = await standingsOf(opened.stores);
    expect([standing?.used, standing?.restrictedSinceMs]).toEqual([145n, NOW.getTime()]);
  });

  it('alerts once, and says so, when another policy puts a mark below what was used', async () => {
    const opened = await open([teamMonth('blue', 1_000n)]);
    await post(opened, costing(90n));
    const ringPolicy = () => evaluateBudgets(ring([CURRENT_POLICY_KEY]), opened.dependencies);
    await ringPolicy();
    expect(opened.published).toEqual([]);
    await applyBudgets(opened.stores.policies, [teamMonth('blue', 100n)], { alerts: MARKS_ALONE });
    await ringPolicy();
    await ringPolicy();
    await post(opened, costing(10n));
    await evaluateBudgets(
      ring([totalKey({ kind: 'team', id: 'blue' }, { kind: 'day', day: DAY })]),
      opened.dependencies,
    );
    expect(opened.published).toEqual([
      'budget:team:blue:month:usd:blue:2026-07:80 by policy',
      'budget:team:blue:month:usd:blue:2026-07:100 by use',
    ]);
    expect(
      (await standingsOf(opened.stores)).map(({ policyNumber, alerted }) => [policyNumber, alerted]),
    ).toEqual([[2, [80, 100]]]);
  });

  it('counts what was granted on top', async () => {
    const opened = await open([userDay()]);
    const place = { budgetId: 'user:*:day:usd', scopeId: 'ann' };
    const nowMs = NOW.getTime();
    const asked = { by: 'ann', atMs: nowMs };
    const increase = {
      ...{
        id: 'more',
        ...place,
        measure: 'usd' as const,
        amount: 100n,
        reason: 'release',
        asked,
        isAutomatic: true,
        approvals: [],
      },
      ...{ grantedAtMs: nowMs - 1, untilMs: nowMs + 3_600_000 },
    };
    await opened.stores.increases.put(
      { ...place, n: 0, increases: [] },
      { before: undefined, after: increase },
      NOW,
    );
    await post(opened, costing(159n));
    expect(opened.published).toEqual([]);
    await post(opened, costing(1n));
    expect(opened.published).toEqual([`budget:user:*:day:usd:ann:${DAY}:80 by use`]);
  });

  it('alerts of a day of another zone by its own hours', async () => {
    const opened = await open([userDay({ period: { unit: 'day', timeZone: 'Europe/Berlin' } })]);
    await post(
      opened,
      costing(50n, { startedAt: `${DAY}T21:59:59.999Z` }),
      costing(90n, { startedAt: `${DAY}T22:00:00.000Z` }),
    );
    expect(opened.published).toEqual(['budget:user:*:day:usd:ann:2026-07-15:80 by use']);
  });

  it('writes no standing for a period that is over, and leaves old days of people alone', async () => {
    const opened = await open([userDay(), teamMonth('blue', 100n)]);
    const late = {
      ...opened,
      dependencies: { ...opened.dependencies, now: new Date('2026-08-14T00:00:00Z') },
    };
    await post(late, costing(100n));
    await evaluateBudgets(
      ring([totalKey({ kind: 'team', id: 'blue' }, { kind: 'day', day: DAY })]),
      late.dependencies,
    );
    expect(opened.published.map((alert) => alert.slice(0, 16))).toEqual([
      'budget:team:blue',
      'budget:team:blue',
    ]);
    expect(await standingsOf(opened.stores)).toEqual([]);
  });

  it('is the same after the day is sealed', async () => {
    const opened = await open([userDay({ period: { unit: 'month', timeZone: 'UTC' } })]);
    await post(opened, costing(60n));
    await closePeriods(closingOf(opened.stores, ALL_SEALED));
    await post(opened, costing(10n, { day: '2026-07-13', startedAt: '2026-07-13T10:00:00.000Z' }));
    expect((await standingsOf(opened.stores))[0]?.used).toBe(70n);
  });

  it('finds every hour what no doorbell told', async () => {
    const opened = await open([
      teamMonth('blue', 100n),
      userDay({ limit: { measure: 'usd', amount: 10_000n } }),
    ]);
    await post(opened, costing(80n));
    expect(opened.published).toEqual([]);
    for (let hour = 0; hour < 2; hour += 1) {
      const answer = await evaluateBudgets(recordedEvent('schedule'), opened.dependencies);
      expect(answer).toEqual({ batchItemFailures: [] });
    }
    expect(opened.published).toEqual(['budget:team:blue:month:usd:blue:2026-07:80 by use']);
  });

  it('does nothing without a policy, and for an event without anything of budgets', async () => {
    const { stores } = await openLedger();
    const dependencies = { ...stores, publisher: { publish: async () => {} }, now: NOW };
    const keys = [CURRENT_POLICY_KEY, totalKey({ kind: 'org' }, { kind: 'day', day: DAY })];
    expect(await evaluateBudgets(ring(keys), dependencies)).toEqual({ batchItemFailures: [] });
    expect(await standingsOf(stores)).toEqual([]);
  });

  it('tells the breaker what the day costs, and alerts when it changes its state', async () => {
    const { stores } = await openLedger();
    const breaker = { emergencyPicoUsd: 100n, openPicoUsd: 150n, timeZone: 'UTC' };
    await applyBudgets(stores.policies, [], { breaker });
    const published: string[] = [];
    const publish = async ({ id }: Alert) => void published.push(id);
    const dependencies = { ...stores, publisher: { publish }, now: NOW };
    const seen: number[] = [];
    for (const more of [99n, 1n, 49n, 1n]) {
      await postUsage([costing(more)], POSTING, { ...stores, pause: async () => {} });
      await closePeriods(closingOf(stores, NOW));
      await evaluateBudgets(ring([totalKey({ kind: 'org' }, { kind: 'day', day: DAY })]), dependencies);
      seen.push(published.length);
    }
    expect(seen).toEqual([0, 1, 1, 2]);
    expect(published).toEqual([`breaker:${DAY}:emergency`, `breaker:${DAY}:open`]);
  });
});
