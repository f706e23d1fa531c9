import { beforeAll, expect, it } from 'vitest';
import { evaluateBudgets } from '../../functions/evaluateBudgets.ts';
import type { Alert } from '../../shared/domain/alerts/alert.ts';
import type { BudgetRule } from '../../shared/domain/policy/policy.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { logger } from '../../shared/runtime/handler.ts';
import { CURRENT_POLICY_KEY } from '../../shared/store/budgetKeys.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import type { KeptStanding } from '../../shared/store/standingStore.ts';
import { usersNearLimits } from '../../shared/store/usersNearLimits.ts';
import { closingOf } from '../support/closing.ts';
import { placed } from '../support/directory.ts';
import { applyBudgets, makeBudget } from '../support/policies.ts';
import { costOf, makeRecord, POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { ring } from './doorbells.ts';

const NOW = POSTING.now;

beforeAll(() => logger.setLogLevel('SILENT'));

/** A person's period in pico-USD; `parts` says what is special about it. */
function userBudget(parts: Partial<BudgetRule> = {}): BudgetRule {
  return makeBudget({
    id: 'own',
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
  /** A ledger in which these requests were posted before there was any policy. */
  const openAfter = async (...records: readonly UsageRecord[]) => {
    const { stores } = await openLedger();
    await postUsage(records, POSTING, { ...stores, pause: async () => {} });
    await closePeriods(closingOf(stores, NOW));
    const published: string[] = [];
    // A fast pace is told of too, by a rule of its own.
    const publish = async ({ id, subject }: Alert) => {
      if (subject.rule === 'budget') published.push(`${id} by ${subject.cause}`);
    };
    const apply = async (...budgets: readonly BudgetRule[]) => {
      await applyBudgets(stores.policies, budgets);
      const event = ring([CURRENT_POLICY_KEY]);
      const answer = await evaluateBudgets(event, { ...stores, publisher: { publish }, now: NOW });
      expect(answer).toEqual({ batchItemFailures: [] });
    };
    const standings = async (): Promise<KeptStanding[]> => Array.fromAsync(stores.standings.all());
    return { stores, published, apply, standings };
  };

  it.each([
    ['a day', 'day', '2026-07-14'],
    ['a month that began before', 'month', '2026-07-02'],
    ['a quarter that began before', 'quarter', '2026-07-02'],
    ['a year, of which the last 31 days are looked at', 'year', '2026-06-13'],
  ] as const)('alerts of whoever used anything in %s, once', async (_name, unit, day) => {
    const { apply, published, standings } = await openAfter(
      costing(70n, { day }),
      costing(10n),
      costing(4n, { user: 'bob' }),
    );
    const rule = userBudget({ period: { unit, timeZone: 'UTC' } });
    await apply(rule);
    await apply({ ...rule, isHard: true });
    expect((await standings()).map(({ scopeId, used }) => [scopeId, used])).toEqual([['ann', 80n]]);
    expect(published.map((alert) => alert.replace(/2026[^:]*/, '…'))).toEqual([
      'budget:own:ann:…:80 by policy',
    ]);
  });

  it.each([
    ['2026-06-13', 1],
    ['2026-06-12', 0],
  ])('looks at who used anything of a year since %s: %i', async (day, count) => {
    const { apply, standings } = await openAfter(costing(90n, { day }));
    await apply(userBudget({ period: { unit: 'year', timeZone: 'UTC' } }));
    expect(await standings()).toHaveLength(count);
  });

  it.each([
    [4n, 0],
    [5n, 1],
    [6n, 1],
  ])('keeps the standing of a user of a tier who has used %i of 100: %i', async (used, count) => {
    const { stores, apply, standings } = await openAfter(costing(used), costing(90n, { user: 'bob' }));
    await stores.directory.putUser(placed('ann', { team: 'blue', tier: 'free' }));
    await apply(userBudget({ target: { kind: 'tier', id: 'free' } }));
    expect(await standings()).toHaveLength(count);
  });

  it('leaves out days that are over, and use that the budget does not count', async () => {
    const { apply, standings } = await openAfter(costing(90n, { day: '2026-07-13' }), costing(90n));
    await apply(userBudget({ filter: { modelFamily: 'opus' } }));
    expect(await standings()).toEqual([]);
  });

  it('reads no line where no budget is of users', async () => {
    const { stores } = await openAfter(costing(90n));
    const totals = { ...stores.totals, linesOfTeamDay: () => expect.fail('read a line') };
    const near = (rule: BudgetRule) => usersNearLimits({ budgets: [rule] }, new Map(), { totals, now: NOW });
    expect(await near(makeBudget())).toEqual([]);
    await expect(near(userBudget())).rejects.toThrow('read a line');
  });
});
