import { expect, it } from 'vitest';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import type { RecordStore } from '../../shared/store/recordStore.ts';
import { costOf, makeRecord, makeRecords, POSTING, tokensOf } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { readLines, sumMetrics } from './readLedger.ts';

const BETTER = makeRecord({ tokens: tokensOf({ output: 99 }), costPicoUsd: costOf({ output: 99n }) });

/** A record store whose first `times` answers of `operation` are contended; nothing is written then. */
function contended(store: RecordStore, operation: 'post' | 'revise', times: number): RecordStore {
  let left = times;
  const isContended = (name: string) => {
    if (name !== operation || left === 0) return false;
    left -= 1;
    return true;
  };
  return {
    ...store,
    post: async (...args) => (isContended('post') ? { kind: 'contended' } : store.post(...args)),
    revise: async (...args) => (isContended('revise') ? { kind: 'contended' } : store.revise(...args)),
  };
}

/** A record store that breaks at its `at`th posting (from 0), before or after it has committed. */
function broken(store: RecordStore, at: number, moment: 'before' | 'after'): RecordStore {
  let calls = 0;
  return {
    ...store,
    async post(records, posting) {
      const isIt = calls === at;
      calls += 1;
      if (isIt && moment === 'before') throw new Error('the store is down');
      const outcome = await store.post(records, posting);
      if (isIt) throw new Error('the answer is lost');
      return outcome;
    },
  };
}

onBothStores(({ openLedger }) => {
  it.each([
    ['post', makeRecord(), 0],
    ['post', makeRecord(), 1],
    ['post', makeRecord(), 11],
    ['revise', BETTER, 1],
    ['revise', BETTER, 11],
  ] as const)('tries a contended %s again, pausing before each try: %#', async (operation, record, times) => {
    const { stores } = await openLedger();
    const pauses: number[] = [];
    const pause = async (attempt: number) => void pauses.push(attempt);
    if (operation === 'revise') await postUsage([makeRecord()], POSTING, { ...stores, pause });
    const records = contended(stores.records, operation, times);
    const counts = await postUsage([record], POSTING, { ...stores, records, pause });
    expect(counts).toMatchObject(operation === 'post' ? { posted: 1 } : { revised: 1 });
    expect(pauses).toEqual(Array.from({ length: times }, (_, index) => index + 1));
    expect(sumMetrics(await readLines(stores.totals))).toMatchObject({
      requests: 1,
      costPicoUsd: record.costPicoUsd,
    });
  });

  it.each(['post', 'revise'] as const)('gives up after 12 contended tries of a %s', async (operation) => {
    const { stores } = await openLedger();
    const pauses: number[] = [];
    const pause = async (attempt: number) => void pauses.push(attempt);
    if (operation === 'revise') await postUsage([makeRecord()], POSTING, { ...stores, pause });
    const before = await readLines(stores.totals);
    const records = contended(stores.records, operation, 12);
    const posting = postUsage([BETTER], POSTING, { ...stores, records, pause });
    await expect(posting).rejects.toMatchObject({ name: 'StoreError', code: 'contention' });
    expect(pauses).toHaveLength(11);
    expect(await readLines(stores.totals)).toEqual(before);

    await postUsage([BETTER], POSTING, { ...stores, records, pause });
    expect(sumMetrics(await readLines(stores.totals)).costPicoUsd).toEqual(BETTER.costPicoUsd);
  });

  it('revises what another worker has revised in between, where it still is better', async () => {
    const { stores } = await openLedger();
    const dependencies = { ...stores, pause: async () => {} };
    await postUsage([makeRecord()], POSTING, dependencies);
    const middle = makeRecord({ tokens: tokensOf({ output: 50 }), user: 'bob' });
    let isFirst = true;
    const records: RecordStore = {
      ...stores.records,
      async revise(revision, posting) {
        if (isFirst) {
          isFirst = false;
          await postUsage([middle], POSTING, dependencies);
        }
        return stores.records.revise(revision, posting);
      },
    };
    expect(await postUsage([BETTER], POSTING, { ...dependencies, records })).toMatchObject({ revised: 1 });
    expect(await stores.records.find(BETTER)).toStrictEqual({ ...BETTER, rev: 3 });

    isFirst = true;
    const worse = makeRecord({ tokens: tokensOf({ output: 60 }) });
    expect(await postUsage([worse], POSTING, { ...dependencies, records })).toMatchObject({ duplicates: 1 });
    expect(sumMetrics(await readLines(stores.totals))).toMatchObject({ requests: 1, tokens: BETTER.tokens });
  });

  it.each([
    [0, 'before'],
    [0, 'after'],
    [1, 'before'],
    [1, 'after'],
    [2, 'before'],
    [2, 'after'],
  ] as const)('ends in the same ledger after a death at posting %i, %s it committed', async (at, moment) => {
    const { stores } = await openLedger();
    const dependencies = { ...stores, pause: async () => {} };
    const all = makeRecords(250);
    const records = broken(stores.records, at, moment);
    await expect(postUsage(all, POSTING, { ...dependencies, records })).rejects.toThrow();
    const left = sumMetrics(await readLines(stores.totals));
    expect(left.requests).toBeLessThanOrEqual(250);

    const again = await postUsage(all, POSTING, dependencies);
    expect(again).toMatchObject({ posted: 250 - left.requests, duplicates: left.requests });
    expect(sumMetrics(await readLines(stores.totals))).toMatchObject({
      requests: 250,
      costPicoUsd: costOf({ input: 1500n, output: 1000n }),
    });
  });

  it('writes no line that the indexes do not lead to, even when a posting dies', async () => {
    const { stores } = await openLedger();
    const all: UsageRecord[] = makeRecords(20, (index) => ({ user: `user-${index}`, team: `team-${index}` }));
    const records = broken(stores.records, 10, 'after');
    const posting = postUsage(all, POSTING, { ...stores, records, pause: async () => {} });
    await expect(posting).rejects.toThrow('the answer is lost');
    const found = await Promise.all(all.map((record) => stores.records.find(record)));
    const recorded = found.filter((record) => record !== undefined);
    expect(recorded.length).toBeGreaterThanOrEqual(11);
    expect(sumMetrics(await readLines(stores.totals)).requests).toBe(recorded.length);
  });
});
