import { describe, expect, it } from 'vitest';
import type { KeptIncrease } from '../../shared/domain/policy/increase.ts';
import type { BudgetRule, Policy } from '../../shared/domain/policy/policy.ts';
import { EMPTY_POLICY } from '../../shared/domain/policy/policy.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { findAffected } from '../../shared/store/findAffected.ts';
import { findBudgetStates } from '../../shared/store/findBudgetStates.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import { budget, rung } from '../fixtures/deciding.ts';
import { closingOf } from '../support/closing.ts';
import { costOf, makeRecord, makeRecords, POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';

const NOW = POSTING.now;
const DAYS = { from: '2026-07-08', to: '2026-07-14' };
const MONTH = { unit: 'month', timeZone: 'UTC' } as const;
const picoUsd = (amount: bigint) => ({ measure: 'usd', amount }) as const;

/** Ann of blue spends 80 pico-USD in ten requests of two days, bob of blue 20 in one, eve of green 5. */
const RECORDS: UsageRecord[] = [
  ...makeRecords(10, (index) => ({
    day: index < 5 ? '2026-07-13' : '2026-07-14',
    costPicoUsd: costOf({ output: 8n }),
  })),
  makeRecord({
    requestId: 'bob',
    user: 'bob',
    costPicoUsd: costOf({ output: 20n }),
    modelId: 'claude-opus-4-5',
    model: 'claude-opus-4-5',
  }),
  makeRecord({ requestId: 'eve', user: 'eve', team: 'green', costPicoUsd: costOf({ output: 5n }) }),
];

const policy = (...budgets: BudgetRule[]): Policy => ({ ...EMPTY_POLICY, budgets });
const own = (amount: bigint, rest: Partial<BudgetRule> = {}) =>
  budget({ id: 'own', period: MONTH, limit: picoUsd(amount), ...rest });

onBothStores(({ openLedger }) => {
  const open = async () => {
    const { stores } = await openLedger();
    await postUsage(RECORDS, POSTING, { ...stores, pause: async () => {} });
    await closePeriods(closingOf(stores));
    return { ...stores, known: new Map(), now: NOW };
  };
  const affectedBy = async (before: Policy, after: Policy) => {
    const { users } = await findAffected({ before, after, days: DAYS }, await open());
    return users.map(({ user, before: old, after: fresh }) => [user, old.action, fresh.action]);
  };

  describe('whom another policy affects now', () => {
    it.each([
      // Ann has used 80: the graduated ladder warns at 80%, slows at 90% and refuses at 100%.
      [101n, []],
      [100n, [['ann', 'allow', 'warn']]],
      [88n, [['ann', 'allow', 'throttle']]],
      [81n, [['ann', 'allow', 'throttle']]],
      [80n, [['ann', 'allow', 'reject']]],
      [
        25n,
        [
          ['ann', 'allow', 'reject'],
          ['bob', 'allow', 'warn'],
        ],
      ],
      [
        20n,
        [
          ['ann', 'allow', 'reject'],
          ['bob', 'allow', 'reject'],
        ],
      ],
    ])('with %i for each user', async (amount, affected) => {
      expect(await affectedBy(EMPTY_POLICY, policy(own(amount)))).toEqual(affected);
    });

    it('is told the other way round, too, and nobody when nothing changes', async () => {
      expect(await affectedBy(policy(own(80n)), policy(own(100n)))).toEqual([['ann', 'reject', 'warn']]);
      expect(await affectedBy(policy(own(80n)), policy(own(80n)))).toEqual([]);
    });

    it('counts a team for all of its people, by its filter', async () => {
      const team = { kind: 'one', scope: 'team', id: 'blue' } as const;
      const refusing = [rung(100, { kind: 'reject', status: 403 })];
      const teamRule = (amount: bigint, rest = {}) =>
        policy(own(amount, { id: 'team', target: team, ladder: refusing, ...rest }));
      const both = [
        ['ann', 'allow', 'reject'],
        ['bob', 'allow', 'reject'],
      ];
      expect(await affectedBy(EMPTY_POLICY, teamRule(100n))).toEqual(both);
      expect(await affectedBy(EMPTY_POLICY, teamRule(101n))).toEqual([]);
      const opus = { filter: { modelFamily: 'opus' } };
      expect(await affectedBy(EMPTY_POLICY, teamRule(20n, opus))).toEqual([['bob', 'allow', 'reject']]);
    });

    it('asks for the models that people used', async () => {
      const access = [{ target: { kind: 'org' }, entries: [{ models: ['sonnet'] }] }] as const;
      expect(await affectedBy(EMPTY_POLICY, { ...EMPTY_POLICY, access })).toEqual([
        ['bob', 'allow', 'reject'],
      ]);
    });

    it('tells which rules are for nobody who asked or is known', async () => {
      const rule = (id: string) => own(100n, { id, target: { kind: 'one', scope: 'team', id } });
      const stores = { ...(await open()), known: new Map([['zoe', { user: 'zoe', team: 'red' }]]) };
      const after = policy(rule('blue'), rule('red'), rule('bleu'));
      const { idle } = await findAffected({ before: EMPTY_POLICY, after, days: DAYS }, stores);
      expect(idle.map(({ rule: id, known }) => [id, ...known.toSorted()])).toEqual([
        ['bleu', 'blue', 'green', 'red'],
      ]);
    });

    it('knows what was granted, and the breaker', async () => {
      const stores = await open();
      const kept: KeptIncrease = {
        ...{ id: 'i', budgetId: 'own', scopeId: 'ann', measure: 'usd', amount: 20n, reason: 'x' },
        ...{ untilMs: NOW.getTime() + 1, asked: { by: 'ann', atMs: 0 }, isAutomatic: true, approvals: [] },
        grantedAtMs: 0,
      };
      const place = { budgetId: 'own', scopeId: 'ann', n: 0, increases: [] };
      await stores.increases.put(place, { before: undefined, after: kept }, NOW);
      const ask = async (after: Policy) =>
        (await findAffected({ before: EMPTY_POLICY, after, days: DAYS }, stores)).users;
      expect((await ask(policy(own(80n)))).map(({ user, after }) => [user, after.action])).toEqual([
        ['ann', 'warn'],
      ]);
      // The organisation has used 40 + 20 + 5 today.
      const breaker = (emergencyPicoUsd: bigint) => ({
        ...EMPTY_POLICY,
        breaker: { emergencyPicoUsd, openPicoUsd: 100n, timeZone: 'UTC' },
      });
      expect(await ask(breaker(65n))).toHaveLength(3);
      expect(await ask(breaker(66n))).toHaveLength(0);
    });
  });

  describe('where budgets stand', () => {
    it('is read anew for each scope that a budget names, and for those whose standing was kept', async () => {
      const stores = await open();
      const rules = [
        own(100n),
        own(1_000n, { id: 'org', target: { kind: 'org' } }),
        own(50n, { id: 'nobody', target: { kind: 'one', scope: 'project', id: 'none' } }),
      ];
      const standing = (scopeId: string, used: bigint, rest = {}) => ({
        ...{ budgetId: 'own', scopeId, used, policyNumber: 1, n: 1, asOfMs: 0, alerted: [] },
        periodStartMs: Date.parse('2026-07-01T00:00:00Z'),
        ...rest,
      });
      await stores.standings.put(standing('ann', 79n, { restrictedSinceMs: 5 }), NOW);
      await stores.standings.put(standing('bob', 20n), NOW);
      await stores.standings.put(
        standing('old', 99n, { periodStartMs: Date.parse('2026-06-01T00:00:00Z') }),
        NOW,
      );
      const { states, hidden } = await findBudgetStates(rules, { ...stores, top: 1 });
      expect(
        states.map(({ rule, scope, used, limit, percent, rung: reached, restrictedSinceMs }) => ({
          ...{ budget: rule.id, scope, used, limit, percent, reached: reached?.percent, restrictedSinceMs },
        })),
      ).toEqual([
        {
          budget: 'own',
          scope: 'user:ann',
          used: 80n,
          limit: 100n,
          percent: 80,
          reached: 80,
          restrictedSinceMs: 5,
        },
        { budget: 'org', scope: 'org', used: 105n, limit: 1_000n, percent: 10 },
        { budget: 'nobody', scope: 'project:none', used: 0n, limit: 50n, percent: 0 },
      ]);
      expect(states.map(({ isMonitoredClosely }) => isMonitoredClosely)).toEqual([false, false, false]);
      expect(states[0]?.resetAt).toBe('2026-08-01T00:00:00.000Z');
      expect([...hidden]).toEqual([['own', 1]]);
    });
  });
});
