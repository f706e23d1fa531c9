import { beforeEach, describe, expect, it } from 'vitest';
import { type BurstUse, countBurst } from '../../shared/store/countBurst.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { onBothStores } from './bothStores.ts';

const PLACE = { burstId: 'user-burst', scopeId: 'ann' };
const START = Date.parse('2026-11-24T09:00:00Z');

onBothStores(({ openLedger }) => {
  let stores: Stores;
  let nowMs = START;
  beforeEach(async () => {
    stores = (await openLedger()).stores;
    nowMs = START;
  });

  const count = (id: string, rest: Partial<BurstUse> = {}) =>
    countBurst(PLACE, id, {
      bursts: stores.bursts,
      shape: { limit: 3, windowMs: 60_000 },
      refuses: true,
      now: () => new Date(nowMs),
      pause: async () => {},
      ...rest,
    });

  describe('the store of bursts', () => {
    const requests = [
      { atMs: START, id: 'first' },
      { atMs: START + 5, id: 'second' },
    ];

    it('gives back what was written', async () => {
      expect(await stores.bursts.find(PLACE)).toBeUndefined();
      expect(await stores.bursts.put(PLACE, { requests, n: 0 }, new Date(START))).toBe('written');
      expect(await stores.bursts.find(PLACE)).toEqual({ requests, n: 1 });
    });

    it('refuses a window that somebody else wrote meanwhile', async () => {
      await stores.bursts.put(PLACE, { requests, n: 0 }, new Date(START));
      expect(await stores.bursts.put(PLACE, { requests: [], n: 0 }, new Date(START))).toBe('taken');
      expect(await stores.bursts.find(PLACE)).toEqual({ requests, n: 1 });
    });
  });

  describe('counting requests of all gateways together', () => {
    it('tells each how many went before it', async () => {
      expect(await count('aaaa')).toEqual({ count: 0 });
      nowMs += 1_000;
      expect(await count('bbbb')).toEqual({ count: 1 });
      nowMs += 1_000;
      expect(await count('cccc')).toEqual({ count: 2 });
      expect(await count('dddd')).toEqual({ count: 3, freesAtMs: START + 60_000 });
    });

    it('does not count what is refused, so that waiting helps', async () => {
      for (const id of ['aaaa', 'bbbb', 'cccc', 'dddd', 'eeee']) await count(id);
      nowMs = START + 60_000;
      expect(await count('ffff')).toEqual({ count: 0 });
    });

    it('counts what is only slowed', async () => {
      for (const id of ['aaaa', 'bbbb', 'cccc']) await count(id, { refuses: false });
      nowMs += 30_000;
      await count('dddd', { refuses: false });
      nowMs = START + 60_000;
      expect(await count('eeee')).toEqual({ count: 1 });
    });

    it('counts the same request once', async () => {
      await count('aaaa');
      expect(await count('aaaa')).toEqual({ count: 0 });
      expect(await count('bbbb')).toEqual({ count: 1 });
    });

    it('lets exactly the limit through when many ask at once', async () => {
      const ids = Array.from({ length: 8 }, (_, index) => `request${index}`);
      const answers = await Promise.all(ids.map((id) => count(id)));
      expect(answers.filter((answer) => answer.count < 3)).toHaveLength(3);
    });

    it('writes nothing for a request that is refused', async () => {
      for (const id of ['aaaa', 'bbbb', 'cccc', 'dddd']) await count(id);
      expect((await stores.bursts.find(PLACE))?.n).toBe(3);
    });
  });
});
