import { describe, expect, it } from 'vitest';
import { activeIncrease } from '../../shared/domain/policy/increase.ts';
import { EMPTY_POLICY, type Policy } from '../../shared/domain/policy/policy.ts';
import {
  type IncreaseOutcome,
  type IncreaseRequest,
  requestIncrease,
  voteOnIncrease,
} from '../../shared/store/decideIncreases.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { budget, rung, USD } from '../fixtures/deciding.ts';
import { onBothStores } from './bothStores.ts';

const NOW = new Date('2026-11-24T09:00:00.000Z');
const DAY_MS = 86_400_000;
const BUDGET = 'team:blue:month:usd';
const POLICY: Policy = {
  ...EMPTY_POLICY,
  budgets: [
    budget({
      id: BUDGET,
      target: { kind: 'one', scope: 'team', id: 'blue' },
      period: { unit: 'month', timeZone: 'UTC' },
      limit: { measure: 'usd', amount: 500n * USD },
      ladder: [rung(95, { kind: 'restrict', graceHours: 24 })],
    }),
    budget({ id: 'each' }),
  ],
  overflow: { autoPercent: 10, approvers: ['fay', 'eve'], maxDays: 14 },
};

const request = (rest: Partial<IncreaseRequest> = {}): IncreaseRequest => ({
  budgetId: BUDGET,
  scopeId: 'blue',
  amount: 50n * USD,
  untilMs: NOW.getTime() + DAY_MS,
  reason: 'release week',
  by: 'ann',
  ...rest,
});

function increaseIn(outcome: IncreaseOutcome) {
  return outcome.kind === 'done' ? outcome.increase : expect.fail(outcome.why);
}

onBothStores(({ openLedger }) => {
  const open = async (): Promise<Stores & { now: Date }> => {
    const { stores } = await openLedger();
    await stores.policies.apply({ policy: POLICY, text: '', by: 'ops', at: NOW, replaces: 0 });
    return { ...stores, now: NOW };
  };

  describe('increases', () => {
    it('are found by place, by id and all together, exactly as they are', async () => {
      const ledger = await open();
      const amount = 2n ** 53n + 1n;
      const increase = increaseIn(await requestIncrease(request({ amount, reason: 'a "#" & ü 🚀' }), ledger));
      const place = { budgetId: BUDGET, scopeId: 'blue' };
      const kept = { ...place, n: 1, increases: [increase] };
      expect(increase).toMatchObject({ amount, reason: 'a "#" & ü 🚀', isAutomatic: false });
      expect(await ledger.increases.find([place, { budgetId: 'each', scopeId: 'ann' }])).toStrictEqual([
        kept,
      ]);
      expect(await ledger.increases.all()).toStrictEqual([kept]);
      expect(await ledger.increases.locate(increase.id)).toStrictEqual(place);
      expect(await ledger.increases.locate('0123456789ab')).toBeUndefined();
    });

    it('are asked for once, however often the same person asks the same', async () => {
      const ledger = await open();
      const first = await requestIncrease(request(), ledger);
      expect(first).toMatchObject({ kind: 'done', isNew: true });
      const later = { ...ledger, now: new Date(NOW.getTime() + 60_000) };
      const again = await requestIncrease(request(), later);
      expect(again).toStrictEqual({ kind: 'done', isNew: false, increase: increaseIn(first) });
      expect(await ledger.increases.steps(increaseIn(first).id)).toHaveLength(2);
      const other = increaseIn(await requestIncrease(request({ reason: 'another' }), later));
      expect(other.id).not.toBe(increaseIn(first).id);
    });

    it('go through by themselves up to the percentage, also when many are asked for at once', async () => {
      const ledger = await open();
      const asked = Array.from({ length: 8 }, (_, index) =>
        requestIncrease(request({ amount: 20n * USD, by: `user-${index}` }), ledger),
      );
      const increases = (await Promise.all(asked)).map(increaseIn);
      expect(increases.filter(({ isAutomatic }) => isAutomatic)).toHaveLength(2);
      const [place] = await ledger.increases.all();
      expect(place).toMatchObject({ n: 8 });
      expect(place?.increases).toHaveLength(8);
    });

    it('above it are granted when all approvers agree, each step audited', async () => {
      const ledger = await open();
      const { id } = increaseIn(await requestIncrease(request({ amount: 51n * USD }), ledger));
      const at = (ms: number) => ({ ...ledger, now: new Date(NOW.getTime() + ms) });
      await voteOnIncrease({ id, by: 'fay', vote: 'approve' }, at(1));
      await voteOnIncrease({ id, by: 'fay', vote: 'approve' }, at(2));
      const granted = increaseIn(await voteOnIncrease({ id, by: 'eve', vote: 'approve' }, at(3)));
      expect(activeIncrease(granted, NOW.getTime() + 3)?.amount).toBe(51n * USD);
      expect(await ledger.increases.steps(id)).toStrictEqual([
        { kind: 'requested', by: 'ann', atMs: NOW.getTime() },
        { kind: 'approved', by: 'fay', atMs: NOW.getTime() + 1 },
        { kind: 'approved', by: 'eve', atMs: NOW.getTime() + 3 },
        { kind: 'granted', by: 'eve', atMs: NOW.getTime() + 3 },
      ]);
      const denied = increaseIn(await voteOnIncrease({ id, by: 'fay', vote: 'deny' }, at(4)));
      expect(activeIncrease(denied, NOW.getTime() + 4)).toBeUndefined();
      expect((await ledger.increases.steps(id)).at(-1)).toStrictEqual({
        kind: 'denied',
        by: 'fay',
        atMs: NOW.getTime() + 4,
      });
    });

    it('lose no vote when two approvers agree at once', async () => {
      const ledger = await open();
      const { id } = increaseIn(await requestIncrease(request({ amount: 51n * USD }), ledger));
      const votes = ['fay', 'eve'].map((by) => voteOnIncrease({ id, by, vote: 'approve' }, ledger));
      await Promise.all(votes);
      const [place] = await ledger.increases.all();
      expect(place?.increases[0]?.approvals.map(({ by }) => by).sort()).toEqual(['eve', 'fay']);
      expect(place?.increases[0]?.grantedAtMs).toBe(NOW.getTime());
      expect(await ledger.increases.steps(id)).toHaveLength(4);
    });

    it.each([
      ['restricted now', Date.parse('2026-11-01T00:00:00Z'), false],
      ['restricted last month', Date.parse('2026-10-01T00:00:00Z'), true],
    ])('of a scope that was %s', async (_name, periodStartMs, isAutomatic) => {
      const ledger = await open();
      const standing = {
        budgetId: BUDGET,
        scopeId: 'blue',
        used: 480n * USD,
        periodStartMs,
        policyNumber: 1,
        n: 1,
        asOfMs: NOW.getTime(),
        restrictedSinceMs: NOW.getTime() - 1_000,
        alerted: [],
      };
      await ledger.standings.put(standing, NOW);
      const increase = increaseIn(await requestIncrease(request({ amount: 1n }), ledger));
      expect(increase.isAutomatic).toBe(isAutomatic);
      if (isAutomatic) return;
      for (const by of ['fay', 'eve']) {
        await voteOnIncrease({ id: increase.id, by, vote: 'approve' }, ledger);
      }
      const next = increaseIn(await requestIncrease(request({ amount: 2n }), ledger));
      expect(next.isAutomatic).toBe(true);
    });

    it('are left out once they are over for more than a year, and their audit stays', async () => {
      const ledger = await open();
      const old = increaseIn(await requestIncrease(request(), ledger));
      const daysLater = (days: number) => new Date(NOW.getTime() + days * DAY_MS);
      const ask = (days: number) =>
        requestIncrease(request({ untilMs: daysLater(days + 1).getTime(), amount: 1n }), {
          ...ledger,
          now: daysLater(days),
        });
      await ask(366);
      expect((await ledger.increases.all())[0]?.increases).toHaveLength(2);
      await ask(367);
      const left = (await ledger.increases.all())[0]?.increases ?? [];
      expect(left.map(({ id }) => id)).not.toContain(old.id);
      expect(await ledger.increases.steps(old.id)).toHaveLength(2);
    });

    it.each<[string, Partial<IncreaseRequest>, IncreaseOutcome]>([
      [
        'a budget that is misspelt',
        { budgetId: 'team:blue:month:us' },
        {
          kind: 'unknown',
          why: 'the policy in force has no budget team:blue:month:us; did you mean team:blue:month:usd?',
        },
      ],
      [
        'another team',
        { scopeId: 'green' },
        { kind: 'unknown', why: 'the budget team:blue:month:usd is of team:blue: its scope is blue' },
      ],
      [
        'a scope that no key can hold',
        { budgetId: 'each', scopeId: 'a#b' },
        { kind: 'unknown', why: 'there is no scope "a#b": it holds a # or a control character' },
      ],
      ['the past', { untilMs: 0 }, { kind: 'refused', why: 'the end lies in the past' }],
    ])('are refused for %s, and nothing is written', async (_name, rest, outcome) => {
      const ledger = await open();
      expect(await requestIncrease(request(rest), ledger)).toStrictEqual(outcome);
      expect(await ledger.increases.all()).toEqual([]);
    });

    it('of each user are of whichever user is named', async () => {
      const ledger = await open();
      const asked = await requestIncrease(request({ budgetId: 'each', scopeId: 'zoe', amount: 9n }), ledger);
      expect(increaseIn(asked)).toMatchObject({ budgetId: 'each', scopeId: 'zoe', isAutomatic: true });
    });

    it('that are not there, or are denied by a stranger, stay as they are', async () => {
      const ledger = await open();
      const { id } = increaseIn(await requestIncrease(request(), ledger));
      expect(await voteOnIncrease({ id: 'none', by: 'fay', vote: 'deny' }, ledger)).toStrictEqual({
        kind: 'unknown',
        why: 'there is no increase none',
      });
      expect(await voteOnIncrease({ id, by: 'ann', vote: 'deny' }, ledger)).toMatchObject({
        kind: 'forbidden',
        why: 'only approvers of the policy decide, and ann is none',
      });
      expect((await ledger.increases.all())[0]?.n).toBe(1);
    });

    it('cannot be asked for before there is a policy', async () => {
      const { stores } = await openLedger();
      expect(await requestIncrease(request(), { ...stores, now: NOW })).toMatchObject({ kind: 'unknown' });
    });
  });
});
