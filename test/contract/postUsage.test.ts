import { expect, it } from 'vitest';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { NOTHING_POSTED, type PostCounts, postUsage } from '../../shared/store/postUsage.ts';
import type { RecordStore } from '../../shared/store/recordStore.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { costOf, DAY, makeRecord, makeRecords, POSTING, tokensOf } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { figuresOf, readLines, sumMetrics } from './readLedger.ts';

function post(
  records: readonly UsageRecord[],
  stores: Pick<Stores, 'records' | 'totals'>,
): Promise<PostCounts> {
  return postUsage(records, POSTING, { ...stores, pause: async () => {} });
}

const PARTIAL = makeRecord({
  tokens: tokensOf({ input: 7, output: 1 }),
  costPicoUsd: costOf({ output: 1n }),
});
const FINAL = makeRecord({ tokens: tokensOf({ input: 7, output: 9 }), costPicoUsd: costOf({ output: 9n }) });

onBothStores(({ openLedger }) => {
  it('posts new records and tells what they cost', async () => {
    const { stores } = await openLedger();
    const unpriced = { unpricedReason: 'unknown model', costPicoUsd: costOf({ output: 99n }) };
    const counts = await post([...makeRecords(2), makeRecord({ requestId: 'u', ...unpriced })], stores);
    expect(counts).toEqual({ ...NOTHING_POSTED, posted: 3, unpriced: 1, costPicoUsd: 20n });
    expect(await post([], stores)).toEqual(NOTHING_POSTED);
  });

  it('counts a request once, within a batch and across batches', async () => {
    const { stores } = await openLedger();
    const batch = [...makeRecords(2), ...makeRecords(3)];
    expect(await post(batch, stores)).toEqual({
      ...NOTHING_POSTED,
      posted: 3,
      duplicates: 2,
      costPicoUsd: 30n,
    });
    const lines = await readLines(stores.totals);
    expect(await post(batch, stores)).toEqual({ ...NOTHING_POSTED, duplicates: 5 });
    expect(await post(makeRecords(4), stores)).toEqual({
      ...NOTHING_POSTED,
      posted: 1,
      duplicates: 3,
      costPicoUsd: 10n,
    });
    expect(lines).toMatchObject([{ requests: 3, n: 3 }]);
    expect(await readLines(stores.totals)).toMatchObject([{ requests: 4, n: 4 }]);
  });

  it.each<[string, UsageRecord[][], Partial<PostCounts>[]]>([
    [
      'partial, final',
      [[PARTIAL], [FINAL]],
      [
        { posted: 1, costPicoUsd: 1n },
        { revised: 1, costPicoUsd: 8n },
      ],
    ],
    ['final, partial', [[FINAL], [PARTIAL]], [{ posted: 1, costPicoUsd: 9n }, { duplicates: 1 }]],
    ['partial and final', [[PARTIAL, FINAL]], [{ posted: 1, revised: 1, costPicoUsd: 9n }]],
    ['final and partial', [[FINAL, PARTIAL]], [{ posted: 1, duplicates: 1, costPicoUsd: 9n }]],
  ])('keeps the final sighting of a request: %s', async (_name, batches, expected) => {
    const { stores } = await openLedger();
    for (const [index, batch] of batches.entries()) {
      expect(await post(batch, stores)).toEqual({ ...NOTHING_POSTED, ...expected[index] });
    }
    const { rev: _rev, ...kept } = (await stores.records.find(FINAL)) ?? PARTIAL;
    expect({ ...kept, rev: 1 }).toStrictEqual(FINAL);
    expect(figuresOf(await readLines(stores.totals))).toMatchObject([
      { requests: 1, tokens: FINAL.tokens, costPicoUsd: FINAL.costPicoUsd },
    ]);
  });

  it.each<[string, Partial<UsageRecord>]>([
    ['user', { user: 'bob' }],
    ['team', { team: 'red', teamSource: 'log' }],
    ['user and team', { user: 'bob', team: 'red', teamSource: 'log' }],
  ])('moves a request that is seen again with another %s, never adds it', async (_name, parts) => {
    const { stores } = await openLedger();
    await post([PARTIAL], stores);
    const seen = { ...FINAL, ...parts };
    expect(await post([seen], stores)).toMatchObject({ posted: 0, revised: 1, costPicoUsd: 8n });
    expect(await stores.records.find(seen)).toStrictEqual({ ...seen, rev: 2 });
    expect(figuresOf(await readLines(stores.totals))).toMatchObject([
      { user: seen.user, team: seen.team, requests: 1, costPicoUsd: seen.costPicoUsd },
    ]);
  });

  it('takes a change of directory or prices alone for the same sighting', async () => {
    const { stores } = await openLedger();
    await post([FINAL], stores);
    const later = {
      ...FINAL,
      team: 'red',
      businessUnit: 'b',
      priceVersion: '2026-08-01',
      costPicoUsd: costOf({}),
    };
    expect(await post([later], stores)).toEqual({ ...NOTHING_POSTED, duplicates: 1 });
    expect(await stores.records.find(FINAL)).toStrictEqual(FINAL);
  });

  it('counts a request that is reported without a price, and its price once it has one', async () => {
    const { stores } = await openLedger();
    const unpriced = { ...PARTIAL, unpricedReason: 'unknown model' };
    expect(await post([unpriced], stores)).toMatchObject({ posted: 1, unpriced: 1, costPicoUsd: 0n });
    expect(await post([FINAL], stores)).toMatchObject({ revised: 1, unpriced: -1, costPicoUsd: 9n });
    expect(sumMetrics(await readLines(stores.totals))).toMatchObject({ requests: 1, unpriced: 0 });
  });

  it.each([
    ['250 records of one line', 250, 1, 3],
    ['99 records of one line', 99, 1, 1],
    ['100 records of one line', 100, 1, 2],
    ['250 records of 250 lines', 250, 250, 5],
  ])('splits what is too large for a transaction: %s', async (_name, count, lines, transactions) => {
    const { stores } = await openLedger();
    const sizes: number[] = [];
    const records: RecordStore = {
      ...stores.records,
      post: (group, posting) => {
        sizes.push(group.length);
        return stores.records.post(group, posting);
      },
    };
    const all = makeRecords(count, (index) => ({ model: `model-${index % lines}` }));
    expect(await post(all, { ...stores, records })).toMatchObject({ posted: count });
    expect(sizes).toHaveLength(transactions);
    expect(sumMetrics(await readLines(stores.totals)).requests).toBe(count);
  });

  it('posts what is new beside what is known, whatever the team, user and day', async () => {
    const { stores } = await openLedger();
    const all = makeRecords(60, (index) => ({
      user: `user-${index % 5}`,
      team: `team-${index % 3}`,
      day: `2026-07-${10 + (index % 2)}`,
    }));
    await post(all.slice(0, 30), stores);
    expect(await post(all, stores)).toMatchObject({ posted: 30, duplicates: 30, costPicoUsd: 300n });
    expect(sumMetrics(await readLines(stores.totals)).requests).toBe(60);
  });

  it('leads to every line it posts', async () => {
    const ledger = await openLedger();
    await post([makeRecord({ team: 'a/b 🚀', user: 'a%' })], ledger.stores);
    const { totals } = ledger.joinLedger();
    expect(await totals.days()).toEqual([DAY]);
    expect(await totals.teamsOfDay(DAY)).toEqual(['a/b 🚀']);
    expect(await totals.userDays('a%', { from: DAY, to: DAY })).toEqual([{ day: DAY, team: 'a/b 🚀' }]);
  });
});
