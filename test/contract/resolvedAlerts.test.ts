import { expect, it } from 'vitest';
import { makeAlert } from '../../shared/domain/alerts/alert.ts';
import type { BudgetRule, Policy } from '../../shared/domain/policy/policy.ts';
import type { Scope } from '../../shared/domain/total.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { resolveEnded, sweepRules } from '../../shared/store/sweepRules.ts';
import { openEvaluation, spend } from '../support/evaluating.ts';
import {
  applyBudgets,
  MARKS_ALONE,
  makeBudget,
  makeCrossing,
  teamMonth,
  withRules,
} from '../support/policies.ts';
import { onBothStores } from './bothStores.ts';

const NOW = new Date('2026-07-14T12:00:00.000Z');
/** July is over, and five minutes more. */
const OVER = new Date('2026-08-01T00:05:00.000Z');
const BLUE: Scope = { kind: 'team', id: 'blue' };
const PLACE = { scope: BLUE, day: '2026-07-02' };
const ID = 'resolved:team:blue:month:usd:blue:2026-07';
const ALERTS = withRules({ resolved: true });
const MONTH = teamMonth('blue', 100n);

onBothStores(({ openLedger }) => {
  const open = async (budgets: readonly BudgetRule[] = [MONTH], parts: Partial<Policy> = {}) => {
    const ledger = await openLedger();
    await applyBudgets(ledger.stores.policies, budgets, { alerts: ALERTS, ...parts });
    return { ...ledger, ...openEvaluation(ledger.stores) };
  };
  const sweep = async (stores: Stores, now = OVER) =>
    (await sweepRules({ ...stores, now })).map(({ id }) => id);
  const leftOpen = ({ openAlerts }: Stores) => openAlerts.ended(new Date('9999-12-31T00:00:00.000Z'), 1_000);

  it('tells once of a budget of which people were alerted, with the final use and the highest mark', async () => {
    const { stores, at } = await open();
    for (const used of [80n, 100n, 130n]) await at(NOW, await spend(used, stores, PLACE));
    expect(await leftOpen(stores)).toHaveLength(2);
    const resolved = await sweepRules({ ...stores, now: OVER });
    expect(resolved).toMatchObject([
      {
        id: ID,
        state: 'pending',
        subject: {
          rule: 'resolved',
          used: 130n,
          limit: 100n,
          highest: 100,
          resetAt: '2026-08-01T00:00:00.000Z',
        },
      },
    ]);
    expect(await stores.alerts.pending()).toStrictEqual(resolved);
    expect(await leftOpen(stores)).toEqual([]);
    expect(await sweep(stores)).toEqual([]);
  });

  it.each([
    ['2026-07-14T12:00:00.000Z', []],
    ['2026-08-01T00:04:59.999Z', []],
    ['2026-08-01T00:05:00.000Z', [ID]],
    ['2026-08-01T00:05:00.001Z', [ID]],
    ['2027-08-01T00:00:00.000Z', [ID]],
  ])('finds at %s that July and its last lines are over: %j', async (now, ids) => {
    const { stores, at } = await open();
    await at(NOW, await spend(80n, stores, PLACE));
    expect(await sweep(stores, new Date(now))).toEqual(ids);
  });

  it('reads nothing but the index while nothing is over', async () => {
    const { stores, at } = await open();
    await at(NOW, await spend(80n, stores, PLACE));
    const current = () => expect.fail('the policy was read');
    expect(await resolveEnded({ ...stores, policies: { current }, now: NOW }, NOW)).toEqual([]);
  });

  it('tells of a pace that was alerted, of which no mark was passed', async () => {
    const rules = { projection: { isOn: true, fromPercentOfPeriod: 10 }, resolved: true };
    const { stores, at } = await open([teamMonth('blue', 100n, [100])], { alerts: withRules(rules) });
    await at(NOW, await spend(50n, stores, PLACE));
    const [resolved] = await sweepRules({ ...stores, now: OVER });
    expect(resolved?.subject).toMatchObject({ rule: 'resolved', highest: 0, used: 50n });
  });

  it('tells nothing of a budget without an alert', async () => {
    const { stores, at } = await open();
    await at(NOW, await spend(79n, stores, PLACE));
    expect(await sweep(stores)).toEqual([]);
  });

  it.each<[string, readonly BudgetRule[], Partial<Policy>]>([
    ['the rule was switched off', [MONTH], { alerts: MARKS_ALONE }],
    ['the budget is gone', [], {}],
    ['the budget has other periods', [{ ...MONTH, period: { unit: 'week', timeZone: 'UTC' } }], {}],
  ])('closes the conversation without a word where %s', async (_name, budgets, parts) => {
    const { stores, at } = await open();
    await at(NOW, await spend(80n, stores, PLACE));
    await applyBudgets(stores.policies, budgets, { alerts: ALERTS, ...parts });
    expect(await sweep(stores)).toEqual([]);
    expect(await leftOpen(stores)).toEqual([]);
  });

  it('counts what was granted until the end', async () => {
    const { stores, at } = await open();
    const place = { budgetId: MONTH.id, scopeId: 'blue' };
    const terms = {
      measure: 'usd',
      amount: 50n,
      reason: 'release',
      isAutomatic: true,
      approvals: [],
    } as const;
    const asked = { by: 'ann', atMs: NOW.getTime() };
    const times = { grantedAtMs: NOW.getTime(), untilMs: Date.parse('2026-08-01T00:00:00.000Z') };
    const after = { id: 'more', ...place, ...terms, asked, ...times };
    await stores.increases.put({ ...place, n: 0, increases: [] }, { before: undefined, after }, NOW);
    await at(NOW, await spend(120n, stores, PLACE));
    const [resolved] = await sweepRules({ ...stores, now: OVER });
    expect(resolved?.subject).toMatchObject({ limit: 150n, used: 120n, highest: 80 });
  });

  it('tells nothing twice, whoever sweeps and dies', async () => {
    const { stores, at, joinLedger } = await open();
    await at(NOW, await spend(80n, stores, PLACE));
    const close = () => Promise.reject(new Error('died'));
    const dying = { ...stores, openAlerts: { ...stores.openAlerts, close }, now: OVER };
    await expect(sweepRules(dying)).rejects.toThrow('1 ends were not told');
    const sweeps = await Promise.all(Array.from({ length: 20 }, () => sweep(joinLedger())));
    expect(sweeps.flat()).toEqual([]);
    expect((await stores.alerts.ofMonth('2026-07')).map(({ id }) => id)).toContain(ID);
    expect(await leftOpen(stores)).toEqual([]);
  });

  it('tells the other ends when one cannot be found out', async () => {
    const { stores, at } = await open([MONTH, teamMonth('red', 100n)]);
    const red = { scope: { kind: 'team', id: 'red' }, day: PLACE.day } as const;
    await at(NOW, await spend(80n, stores, PLACE), await spend(80n, stores, red));
    const totals: Stores['totals'] = {
      ...stores.totals,
      dayTotals: (scope, range) =>
        scope.kind === 'team' && scope.id === 'blue'
          ? Promise.reject(new Error('no answer'))
          : stores.totals.dayTotals(scope, range),
    };
    await expect(sweepRules({ ...stores, totals, now: OVER })).rejects.toThrow('1 ends were not told');
    const ends = (await stores.alerts.ofMonth('2026-07')).filter(
      ({ subject }) => subject.rule === 'resolved',
    );
    expect(ends.map(({ subject }) => subject.scopeId)).toEqual(['red']);
    expect(await sweep(stores)).toEqual([ID]);
  });

  it('is made once by twenty sweepers at once', async () => {
    const { stores, at, joinLedger } = await open();
    await at(NOW, await spend(80n, stores, PLACE));
    const sweeps = await Promise.allSettled(Array.from({ length: 20 }, () => sweep(joinLedger())));
    expect(sweeps.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))).toEqual([ID]);
  });

  it('tells of no end again when a mark is passed late', async () => {
    const { stores, at, ids } = await open();
    await at(NOW, await spend(80n, stores, PLACE));
    expect(await sweep(stores)).toEqual([ID]);
    await at(OVER, await spend(100n, stores, PLACE));
    expect(ids()).toContain('budget:team:blue:month:usd:blue:2026-07:100');
    expect(await sweep(stores)).toEqual([]);
    expect(await leftOpen(stores)).toEqual([]);
  });

  it('tells that the breaker is closed again, on the day after', async () => {
    const breaker = { emergencyPicoUsd: 100n, openPicoUsd: 150n, timeZone: 'UTC' };
    const alerts = withRules({ resolved: true, breaker: true });
    const { stores, at, ids } = await open([], { breaker, alerts });
    await at(NOW, await spend(160n, stores, { scope: { kind: 'org' }, day: '2026-07-14' }));
    expect(ids()).toEqual(['breaker:2026-07-14:emergency', 'breaker:2026-07-14:open']);
    expect(await sweep(stores, new Date('2026-07-15T00:04:59.999Z'))).toEqual([]);
    const [closed, ...others] = await sweepRules({ ...stores, now: new Date('2026-07-15T00:05:00.000Z') });
    expect(others).toEqual([]);
    expect(closed?.id).toBe('breaker:2026-07-14:closed');
    expect(closed?.subject).toStrictEqual({
      ...{ rule: 'breaker', scopeKind: 'org', scopeId: '*', month: '2026-07', state: 'closed' },
      ...{ day: '2026-07-14', timeZone: 'UTC', resetAt: '2026-07-15T00:00:00.000Z' },
      ...{ usedPicoUsd: 160n, limitPicoUsd: 100n },
    });
    expect(await leftOpen(stores)).toEqual([]);
  });

  it('tells nothing of a breaker whose rule is off, and limits all the same', async () => {
    const breaker = { emergencyPicoUsd: 100n, openPicoUsd: 150n, timeZone: 'UTC' };
    const { stores, at, published } = await open([makeBudget({ limit: { measure: 'usd', amount: 999n } })], {
      breaker,
    });
    await at(NOW, await spend(160n, stores, { scope: { kind: 'org' }, day: '2026-07-14' }));
    expect(published).toEqual([]);
    const places = ['breaker:emergency', 'breaker:open'].map((budgetId) => ({ budgetId, scopeId: '*' }));
    expect((await stores.standings.find(places)).map(({ used, alerted }) => [used, alerted])).toEqual([
      [160n, []],
      [160n, []],
    ]);
  });

  it('gives the earliest ends first, those of one conversation together, and no more than asked for', async () => {
    const { stores } = await openLedger();
    const crossings = [
      makeCrossing({ scopeId: 'b', threshold: 100 }),
      makeCrossing({ scopeId: 'a', threshold: 100 }),
      makeCrossing({ scopeId: 'b', threshold: 80 }),
      makeCrossing({ scopeId: 'z', resetAt: '2026-07-02T00:00:00.000Z' }),
      makeCrossing({ scopeId: 'late', resetAt: '2026-08-01T00:00:00.001Z' }),
    ];
    for (const crossing of crossings) await stores.alerts.create(makeAlert(crossing, NOW.toISOString()));
    const by = new Date('2026-08-01T00:00:00.000Z');
    const scopes = (await stores.openAlerts.ended(by, 10)).map(({ subject }) => subject.scopeId);
    expect(scopes).toEqual(['z', 'a', 'b', 'b']);
    expect(await stores.openAlerts.ended(by, 3)).toHaveLength(3);
  });

  it('gets through more ends than one sweep takes, each told once with its highest mark', async () => {
    const { stores } = await open([makeBudget({ id: 'each', target: { kind: 'each', scope: 'team' } })]);
    for (let team = 0; team < 70; team += 1) {
      for (const threshold of [50, 80, 100]) {
        const place = { budgetId: 'each', scopeId: `team-${String(team).padStart(2, '0')}`, threshold };
        await stores.alerts.create(makeAlert(makeCrossing(place), NOW.toISOString()));
      }
    }
    const first = await sweepRules({ ...stores, now: OVER });
    const second = await sweepRules({ ...stores, now: OVER });
    // 200 rows are 66 conversations and two of three rows of the next.
    expect([first.length, second.length, (await sweep(stores)).length]).toEqual([66, 4, 0]);
    const marks = [...first, ...second].map(({ subject }) => subject.rule === 'resolved' && subject.highest);
    expect(new Set(marks)).toEqual(new Set([100]));
  });
});
