import { expect, it } from 'vitest';
import type { KeptStanding } from '../../shared/store/standingStore.ts';
import { onBothStores } from './bothStores.ts';

const NOW = new Date('2026-07-14T12:00:00.000Z');
const NOW_MS = NOW.getTime();
const JULY_MS = Date.parse('2026-07-01T00:00:00Z');

function makeStanding(parts: Partial<KeptStanding> = {}): KeptStanding {
  return {
    budgetId: 'team:*:month:usd',
    scopeId: 'blue',
    used: 100n,
    periodStartMs: JULY_MS,
    policyNumber: 3,
    n: 5,
    asOfMs: NOW_MS,
    alerted: [],
    ...parts,
  };
}

function after(ms: number): Date {
  return new Date(NOW_MS + ms);
}

onBothStores(({ openLedger }) => {
  it('gives back standings exactly, and nothing for places without one', async () => {
    const { standings } = (await openLedger()).stores;
    const all = [
      makeStanding({ used: 2n ** 70n + 1n, alerted: [80, 100], restrictedSinceMs: JULY_MS + 5 }),
      makeStanding({ scopeId: 'a/b 🚀', used: -7n }),
      makeStanding({ budgetId: 'org:day:usd', scopeId: '*' }),
    ];
    for (const standing of all) expect(await standings.put(standing, NOW)).toBe('written');
    const found = await standings.find([
      ...all,
      { budgetId: 'org:day:usd', scopeId: 'blue' },
      { budgetId: 'other', scopeId: '*' },
    ]);
    const byName = (a: KeptStanding, b: KeptStanding) => a.scopeId.localeCompare(b.scopeId);
    expect(found.sort(byName)).toStrictEqual(all.toSorted(byName));
    expect((await Array.fromAsync(standings.all())).sort(byName)).toStrictEqual(all.toSorted(byName));
    expect(await standings.find([])).toEqual([]);
  });

  it.each<[string, Partial<KeptStanding>, 'written' | 'stale']>([
    ['of more changes', { n: 6 }, 'written'],
    ['of as many changes', {}, 'written'],
    ['of fewer changes', { n: 4 }, 'stale'],
    ['of a later period', { periodStartMs: JULY_MS + 1, n: 0 }, 'written'],
    ['of an earlier period', { periodStartMs: JULY_MS - 1, n: 99 }, 'stale'],
    ['of a newer policy', { policyNumber: 4, periodStartMs: JULY_MS - 1, n: 0 }, 'written'],
    ['of an older policy', { policyNumber: 2, periodStartMs: JULY_MS + 1, n: 99 }, 'stale'],
  ])('a standing %s is %s', async (_name, parts, outcome) => {
    const { standings } = (await openLedger()).stores;
    const [before, next] = [makeStanding(), makeStanding({ used: 1n, ...parts })];
    await standings.put(before, NOW);
    expect(await standings.put(next, after(1_000))).toBe(outcome);
    expect(await standings.find([before])).toStrictEqual([outcome === 'written' ? next : before]);
    expect(await standings.changesSince(NOW_MS + 1, NOW_MS + 2_000)).toStrictEqual(
      outcome === 'written' ? [next] : [],
    );
  });

  it.each([
    ['before it', -10_000, -1, 0],
    ['up to it', -10_000, 0, 1],
    ['from it on', 0, 10_000, 1],
    ['after it', 1, 10_000, 0],
    ['from a day before', -86_400_000, 0, 1],
    ['of no time', 5, 4, 0],
  ])('finds a change in a range %s', async (_name, fromMs, toMs, count) => {
    const { standings } = (await openLedger()).stores;
    await standings.put(makeStanding(), NOW);
    expect(await standings.changesSince(NOW_MS + fromMs, NOW_MS + toMs)).toHaveLength(count);
  });

  it('gives what changed in several ten minutes, each once and as it is now', async () => {
    const { standings } = (await openLedger()).stores;
    for (const minute of [0, 9, 11, 25]) {
      await standings.put(makeStanding({ n: 10 + minute, used: BigInt(minute) }), after(minute * 60_000));
      await standings.put(makeStanding({ scopeId: `at ${minute}` }), after(minute * 60_000));
    }
    const changed = await standings.changesSince(NOW_MS + 5 * 60_000, NOW_MS + 20 * 60_000);
    expect(changed.map(({ scopeId, used }) => `${scopeId}: ${used}`).sort()).toEqual([
      'at 11: 100',
      'at 9: 100',
      'blue: 25',
    ]);
  });

  it('keeps the newest of many that are put at once', async () => {
    const { standings } = (await openLedger()).stores;
    const put = async (n: number) => {
      // DynamoDB cancels all but one of transactions on one item at a time; the function's batch is then repeated.
      for (;;) {
        try {
          return await standings.put(makeStanding({ n, used: BigInt(n) }), after(n));
        } catch {}
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => put(index + 1)));
    expect(await standings.find([makeStanding()])).toStrictEqual([makeStanding({ n: 20, used: 20n })]);
  });

  it('finds 250 standings at once', async () => {
    const { standings } = (await openLedger()).stores;
    const all = Array.from({ length: 250 }, (_, index) => makeStanding({ scopeId: `user-${index}` }));
    await Promise.all(all.map((standing) => standings.put(standing, NOW)));
    expect(await standings.find(all)).toHaveLength(250);
    expect(await Array.fromAsync(standings.all())).toHaveLength(250);
    expect(await standings.changesSince(NOW_MS, NOW_MS)).toHaveLength(250);
  });
});
