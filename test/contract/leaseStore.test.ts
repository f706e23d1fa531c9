import { beforeEach, describe, expect, it } from 'vitest';
import type { LeaseOperation } from '../../shared/domain/policy/lease.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { useLease } from '../../shared/store/useLease.ts';
import { onBothStores } from './bothStores.ts';

const PLACE = { budgetId: 'team-month', scopeId: 'payments', period: '2026-11' };
const NOW = new Date('2026-11-24T09:00:00Z');
const RULES = { lagMs: 300_000, leaseMs: 60_000, maxLeases: 100 };
/** More than a double holds exactly. */
const LARGE = 123_456_789_012_345_678_901n;

function take(lease: string, needs: bigint): LeaseOperation {
  return { lease, needs, wants: needs, spent: 0n, held: 0n, isFirst: true, isLast: false };
}

onBothStores(({ openLedger }) => {
  let stores: Stores;
  beforeEach(async () => {
    stores = (await openLedger()).stores;
  });

  const use = (operation: LeaseOperation, room = { used: 0n, cap: 1_000n }) =>
    useLease(PLACE, operation, {
      leases: stores.leases,
      rules: RULES,
      readRoom: async () => room,
      now: () => NOW,
      pause: async () => {},
    });

  describe('the store of leases', () => {
    const row = {
      leases: new Map([['lease-aa', { amount: LARGE, spent: 1n, expiresAtMs: NOW.getTime() }]]),
      settled: new Map([[NOW.getTime(), LARGE]]),
      ended: new Map([['request1', NOW.getTime()]]),
    };

    it('finds nothing where nobody held anything', async () => {
      expect(await stores.leases.find(PLACE)).toBeUndefined();
    });

    it('gives back exactly what was written, and how often', async () => {
      expect(await stores.leases.put(PLACE, { row, n: 0 }, NOW)).toBe('written');
      expect(await stores.leases.find(PLACE)).toEqual({ row, n: 1 });
      expect(await stores.leases.find({ ...PLACE, period: '2026-12' })).toBeUndefined();
      expect(await stores.leases.find({ ...PLACE, scopeId: 'search' })).toBeUndefined();
    });

    it.each([
      ['as new', 0],
      ['after fewer writes', 1],
      ['after more writes', 3],
    ])('refuses a row that was read %s', async (_, n) => {
      await stores.leases.put(PLACE, { row, n: 0 }, NOW);
      await stores.leases.put(PLACE, { row, n: 1 }, NOW);
      expect(await stores.leases.put(PLACE, { row, n }, NOW)).toBe('taken');
      expect((await stores.leases.find(PLACE))?.n).toBe(2);
    });
  });

  describe('using leases', () => {
    it('gives many gateways at once no more than there is', async () => {
      const names = Array.from({ length: 8 }, (_, index) => `gateway-${index}`);
      const answers = await Promise.all(names.map((name) => use(take(name, 200n))));
      const granted = answers.map((answer) => (answer.kind === 'held' ? answer.granted : 0n));
      expect(granted.filter((amount) => amount > 0n).length).toBeGreaterThanOrEqual(4);
      expect(granted.reduce((sum, amount) => sum + amount, 0n)).toBeLessThanOrEqual(1_000n);
    });

    it('does not read what was used when nothing is wanted', async () => {
      const told = { ...take('gateway-0', 0n), spent: 10n, held: 10n };
      const readRoom = () => Promise.reject(new Error('was read'));
      const dependencies = { leases: stores.leases, rules: RULES, readRoom, now: () => NOW };
      const answer = await useLease(PLACE, told, { ...dependencies, pause: async () => {} });
      expect(answer).toMatchObject({ kind: 'held', granted: 10n });
    });

    it('gives up after many tries when others are always faster', async () => {
      const leases = { ...stores.leases, put: async () => 'taken' as const };
      const dependencies = { leases, rules: RULES, readRoom: async () => ({ used: 0n, cap: 1n }) };
      const calls: number[] = [];
      const pause = async (attempt: number) => void calls.push(attempt);
      const call = useLease(PLACE, take('gateway-0', 1n), { ...dependencies, now: () => NOW, pause });
      await expect(call).rejects.toMatchObject({ code: 'contention' });
      expect(calls).toHaveLength(20);
    });

    it('finds the slice that it took when only the answer of the store was lost', async () => {
      let isFirst = true;
      const leases: Stores['leases'] = {
        ...stores.leases,
        async put(...call) {
          const outcome = await stores.leases.put(...call);
          const isLost = isFirst;
          isFirst = false;
          return isLost ? 'taken' : outcome;
        },
      };
      const dependencies = { leases, rules: RULES, readRoom: async () => ({ used: 0n, cap: 1_000n }) };
      const answer = await useLease(PLACE, take('gateway-0', 100n), {
        ...dependencies,
        now: () => NOW,
        pause: async () => {},
      });
      expect(answer).toMatchObject({ kind: 'held', granted: 250n });
    });
  });
});
