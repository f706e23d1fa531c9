import { expect, it } from 'vitest';
import type { BudgetRule } from '../../shared/domain/policy/policy.ts';
import type { Scope } from '../../shared/domain/total.ts';
import { CURRENT_POLICY_KEY } from '../../shared/store/budgetKeys.ts';
import { openEvaluation, spend } from '../support/evaluating.ts';
import { applyBudgets, makeBudget, teamMonth, warnAt, withRules } from '../support/policies.ts';
import { onBothStores } from './bothStores.ts';

/** 13.5 of July's 31 days are over. */
const NOW = new Date('2026-07-14T12:00:00.000Z');
const DAY = '2026-07-02';
const BLUE: Scope = { kind: 'team', id: 'blue' };
const PLACE = { scope: BLUE, day: DAY };
const ID = 'projection:team:blue:month:usd:blue:2026-07';
const ALERTS = withRules({ projection: { isOn: true, fromPercentOfPeriod: 10 } });
/** Its marks are far away. */
const MONTH = teamMonth('blue', 100n, [100]);

onBothStores(({ openLedger }) => {
  const open = async (budgets: readonly BudgetRule[] = [MONTH], alerts = ALERTS) => {
    const ledger = await openLedger();
    await applyBudgets(ledger.stores.policies, budgets, { alerts });
    return { ...ledger, ...openEvaluation(ledger.stores) };
  };

  it.each([
    // 43 × 31 ÷ 13.5 = 98.7 in the end; 44 × 31 ÷ 13.5 = 101.03, and 100 after 13.5 × 100 ÷ 44 = 30.68 days.
    ['nothing of a pace that leaves something over', 43n, []],
    ['a pace that leaves nothing', 44n, [ID]],
    ['the pace alone while something is left', 99n, [ID]],
    ['the mark alone once all is spent', 100n, ['budget:team:blue:month:usd:blue:2026-07:100']],
  ])('tells %s', async (_name, used, ids) => {
    const { stores, at, ids: published } = await open();
    await at(NOW, await spend(used, stores, PLACE));
    expect(published()).toEqual(ids);
  });

  it('says when the budget is spent, and what it would come to', async () => {
    const { stores, at, published } = await open();
    await at(NOW, await spend(50n, stores, PLACE));
    expect(published[0]).toMatchObject({
      id: ID,
      // 50 in 13.5 days: 100 in 27, and 114.8 in 31.
      subject: { used: 50n, limit: 100n, projected: 114n, exhaustedAt: '2026-07-28T00:00:00.000Z' },
      facts: { projected: 114n, exhaustedAt: '2026-07-28T00:00:00.000Z' },
    });
    expect(await stores.alerts.ofMonth('2026-07')).toMatchObject([{ ...published[0], state: 'published' }]);
  });

  it.each([
    // A tenth of 31 days is 3.1 days.
    ['2026-07-04T02:23:59.999Z', 0],
    ['2026-07-04T02:24:00.000Z', 1],
    ['2026-07-04T02:24:00.001Z', 1],
  ])('at %s, a tenth of the period is over for %i alerts', async (now, count) => {
    const { stores, at, published } = await open();
    await at(new Date(now), await spend(90n, stores, PLACE));
    expect(published).toHaveLength(count);
  });

  it('asks for the alert once in a period, whoever looks again', async () => {
    const { joinLedger, stores, at, asked, ids } = await open();
    const key = await spend(50n, stores, PLACE);
    await at(NOW, key);
    expect(asked).toEqual({ known: 1, created: 1 });
    const other = openEvaluation(joinLedger());
    await other.at(NOW, key, await spend(60n, stores, PLACE));
    expect(other.asked).toEqual({ known: 0, created: 0 });
    await at(
      new Date('2026-08-14T12:00:00.000Z'),
      await spend(50n, stores, { scope: BLUE, day: '2026-08-02' }),
    );
    expect(ids()).toEqual([ID, ID.replace('07', '08')]);
  });

  it('is found once by a hundred evaluators at once', async () => {
    const { stores, at, published } = await open();
    const key = await spend(50n, stores, PLACE);
    await Promise.all(Array.from({ length: 100 }, () => at(NOW, key)));
    expect(published).toHaveLength(1);
    expect(await stores.alerts.ofMonth('2026-07')).toHaveLength(1);
  });

  it.each([
    ['the rule is off', [MONTH], withRules({})],
    ['the budget has no marks', [teamMonth('blue', 100n, [])], ALERTS],
    [
      'the period is a day',
      [makeBudget({ ...MONTH, period: { unit: 'day', timeZone: 'UTC' }, ladder: [warnAt(100)] })],
      ALERTS,
    ],
  ])('tells nothing where %s', async (_name, budgets, alerts) => {
    const { stores, at, published } = await open(budgets, alerts);
    await at(NOW, await spend(90n, stores, { scope: BLUE, day: '2026-07-14' }));
    expect(published).toEqual([]);
  });

  it('tells nothing more when the budget is taken away and comes again', async () => {
    const { stores, at, ids } = await open();
    const key = await spend(90n, stores, PLACE);
    await at(NOW, key);
    for (const budgets of [[], [MONTH]]) {
      await applyBudgets(stores.policies, budgets, { alerts: ALERTS });
      await at(NOW, CURRENT_POLICY_KEY, key);
    }
    expect(ids()).toEqual([ID]);
  });

  it('goes by the clock that it is given, also when that jumps back', async () => {
    const { stores, at, ids } = await open();
    const key = await spend(90n, stores, PLACE);
    for (const now of ['2026-06-30T23:59:59.999Z', '2026-07-01T00:00:00.000Z', '2026-07-02T00:00:00.000Z']) {
      expect(await at(new Date(now), key)).toEqual({ batchItemFailures: [] });
    }
    expect(ids()).toEqual([]);
    for (const now of [NOW, new Date('2026-07-02T00:00:00.000Z'), NOW]) await at(now, key);
    expect(ids()).toEqual([ID]);
  });

  it('counts what was granted on top', async () => {
    const { stores, at, ids } = await open();
    const place = { budgetId: MONTH.id, scopeId: 'blue' };
    const asked = { by: 'ann', atMs: NOW.getTime() - 1 };
    const terms = {
      measure: 'usd',
      amount: 50n,
      reason: 'release',
      isAutomatic: true,
      approvals: [],
    } as const;
    const times = { grantedAtMs: NOW.getTime() - 1, untilMs: NOW.getTime() + 86_400_000 };
    const after = { id: 'more', ...place, ...terms, asked, ...times };
    await stores.increases.put({ ...place, n: 0, increases: [] }, { before: undefined, after }, NOW);
    // 65 × 31 ÷ 13.5 = 149.3 and 66 × 31 ÷ 13.5 = 151.6 of 150.
    await at(NOW, await spend(65n, stores, PLACE));
    expect(ids()).toEqual([]);
    await at(NOW, await spend(66n, stores, PLACE));
    expect(ids()).toEqual([ID]);
  });
});
