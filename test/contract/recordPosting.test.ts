import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineIdentity, lineKeyOf } from '../../shared/domain/dailyLine.ts';
import { NO_METRICS } from '../../shared/domain/metrics.ts';
import { requestIdentity } from '../../shared/domain/requestIdentity.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { costOf, DAY, makeRecord, makeRecords, POSTING, tokensOf } from '../support/records.ts';
import { anyAmount, anyRecord, ODD_IDS } from './anyRecord.ts';
import { onBothStores } from './bothStores.ts';
import { sumMetrics } from './readLedger.ts';

onBothStores(({ openLedger, runs }) => {
  it('writes records together with the lines they add up to', async () => {
    const { records, totals } = (await openLedger()).stores;
    const posted = [
      makeRecord({ requestId: 'r1' }),
      makeRecord({ requestId: 'r2', status: 'throttled', isEstimated: true }),
      makeRecord({
        requestId: 'r3',
        model: 'haiku',
        project: 'p',
        entrypoint: 'cli',
        unpricedReason: 'model',
      }),
    ];
    expect(await records.post(posted, POSTING)).toEqual({ kind: 'posted' });
    for (const record of posted) expect(await records.find(record)).toStrictEqual(record);

    const owner = { businessUnit: '-', department: '-', costCentre: '-' };
    const line = {
      day: DAY,
      team: 'blue',
      user: 'ann',
      operation: 'chat',
      serviceTier: 'standard',
      ...owner,
    };
    const hour = { hour: 10, requests: 1 };
    expect(await totals.linesOfTeamDay('blue', DAY)).toStrictEqual([
      {
        ...NO_METRICS,
        ...line,
        ...{ model: 'haiku', project: 'p', entrypoint: 'cli' },
        ...{ requests: 1, unpriced: 1, n: 1 },
        tokens: tokensOf({ input: 7, output: 3 }),
        hours: [{ ...hour, costPicoUsd: 0n }],
      },
      {
        ...NO_METRICS,
        ...line,
        ...{ model: 'sonnet', project: '-', entrypoint: '-' },
        ...{ requests: 2, throttled: 1, estimated: 1, n: 2 },
        tokens: tokensOf({ input: 14, output: 6 }),
        costPicoUsd: costOf({ input: 12n, output: 8n }),
        estimatedPicoUsd: 10n,
        hours: [{ ...hour, requests: 2, costPicoUsd: 20n }],
      },
    ]);
  });

  it('adds a later posting to the line that is there', async () => {
    const { records, totals } = (await openLedger()).stores;
    for (const record of makeRecords(3)) await records.post([record], POSTING);
    expect(await totals.linesOfTeamDay('blue', DAY)).toMatchObject([
      { requests: 3, n: 3, costPicoUsd: costOf({ input: 18n, output: 12n }) },
    ]);
  });

  it('writes nothing at all where one record is known, and returns what is recorded', async () => {
    const { records, totals } = (await openLedger()).stores;
    const known = makeRecord({ requestId: 'known' });
    const fresh = makeRecord({ requestId: 'fresh', model: 'haiku' });
    await records.post([known], POSTING);
    const lines = await totals.linesOfTeamDay('blue', DAY);

    const outcome = await records.post([fresh, { ...known, tokens: tokensOf({ output: 999 }) }], POSTING);
    expect(outcome).toStrictEqual({
      kind: 'exists',
      existing: new Map([[requestIdentity(known), known]]),
    });
    expect(await records.find(fresh)).toBeUndefined();
    expect(await records.find(known)).toStrictEqual(known);
    expect(await totals.linesOfTeamDay('blue', DAY)).toStrictEqual(lines);
  });

  it('returns every known record of a posting', async () => {
    const { records } = (await openLedger()).stores;
    const all = makeRecords(5);
    await records.post(all.slice(1, 4), POSTING);
    const outcome = await records.post(all, POSTING);
    expect(outcome.kind === 'exists' && [...outcome.existing.values()]).toStrictEqual(all.slice(1, 4));
  });

  it.each<['known' | 'new', string, Partial<UsageRecord>]>([
    ['known', 'another user', { user: 'bob' }],
    ['known', 'another team', { team: 'red' }],
    ['known', 'another user, team and model', { user: 'bob', team: 'red', model: 'haiku' }],
    ['known', 'another time of the day', { startedAt: `${DAY}T23:59:59.999Z` }],
    ['new', 'another day', { day: '2026-07-15' }],
    ['new', 'another source', { source: 'tollbook' }],
    ['new', 'another request id', { requestId: 'request-10' }],
  ])('takes as %s a request with %s', async (kind, _name, parts) => {
    const { records } = (await openLedger()).stores;
    await records.post([makeRecord()], POSTING);
    const outcome = await records.post([makeRecord(parts)], POSTING);
    expect(outcome.kind).toBe(kind === 'known' ? 'exists' : 'posted');
  });

  it.each([
    ['99 records of one line', 99, 1, true],
    ['50 records of 50 lines', 50, 50, true],
    ['100 records of one line', 100, 1, false],
    ['51 records of 50 lines', 51, 50, false],
  ])('takes 100 items in one transaction and refuses 101: %s', async (_name, count, lines, fits) => {
    const { records, totals } = (await openLedger()).stores;
    const all = makeRecords(count, (index) => ({ model: `model-${index % lines}` }));
    const posting = records.post(all, POSTING);
    await (fits ? expect(posting).resolves.toEqual({ kind: 'posted' }) : expect(posting).rejects.toThrow());
    const found = sumMetrics(await totals.linesOfTeamDay('blue', DAY));
    expect(found.requests).toBe(fits ? count : 0);
  });

  it('refuses the same record twice in one transaction, and writes nothing', async () => {
    const { records, totals } = (await openLedger()).stores;
    await expect(records.post([makeRecord(), makeRecord()], POSTING)).rejects.toThrow();
    expect(await records.find(makeRecord())).toBeUndefined();
    expect(await totals.linesOfTeamDay('blue', DAY)).toEqual([]);
  });

  it('posts one of many concurrent postings of a record', async () => {
    const { records, totals } = (await openLedger()).stores;
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        records.post([makeRecord({ user: `user-${index}` })], POSTING),
      ),
    );
    expect(outcomes.filter(({ kind }) => kind === 'posted')).toHaveLength(1);
    expect(sumMetrics(await totals.linesOfTeamDay('blue', DAY)).requests).toBe(1);
  });

  it('keeps requests apart whatever their ids', async () => {
    const { records, totals } = (await openLedger()).stores;
    const all = ODD_IDS.map((id) => makeRecord({ requestId: id, user: id, team: id, errorCode: id }));
    for (const record of all) expect(await records.post([record], POSTING)).toEqual({ kind: 'posted' });
    for (const record of all) {
      expect(await records.find(record)).toStrictEqual(record);
      expect(await totals.linesOfTeamDay(record.team, DAY)).toMatchObject([
        { user: record.user, requests: 1 },
      ]);
    }
  });

  it('gives back any record exactly as it was posted', async () => {
    const distinct = fc.uniqueArray(anyRecord, {
      minLength: 1,
      maxLength: 10,
      selector: (record) => `${record.day}#${requestIdentity(record)}`,
    });
    const check = async (all: UsageRecord[]) => {
      const { records, totals } = (await openLedger()).stores;
      for (const record of all) expect(await records.post([record], POSTING)).toEqual({ kind: 'posted' });
      for (const record of all) {
        expect(await records.find(record)).toStrictEqual(record);
        const again = await records.post([record], POSTING);
        expect(again.kind === 'exists' && [...again.existing.values()]).toStrictEqual([record]);
        const lines = await totals.linesOfUserDay(record);
        expect(lines.map(lineIdentity)).toContain(lineIdentity(lineKeyOf(record)));
      }
    };
    await fc.assert(fc.asyncProperty(distinct, check), { numRuns: runs });
  });

  it('sums amounts exactly, far beyond what a number can hold', async () => {
    const amounts = fc.array(anyAmount, { minLength: 1, maxLength: 99 });
    const check = async (costs: bigint[]) => {
      const { records, totals } = (await openLedger()).stores;
      const posted = makeRecords(costs.length, (index) => ({
        costPicoUsd: costOf({ output: costs[index] ?? 0n, cacheWrite1h: 1n }),
      }));
      await records.post(posted, POSTING);
      const [line] = await totals.linesOfTeamDay('blue', DAY);
      const output = costs.reduce((sum, cost) => sum + cost, 0n);
      expect(line?.costPicoUsd).toStrictEqual(costOf({ output, cacheWrite1h: BigInt(costs.length) }));
      expect((await records.find(posted[0] ?? makeRecord()))?.costPicoUsd.output).toBe(costs[0]);
    };
    const examples: [bigint[]][] = [
      [Array.from({ length: 99 }, () => 10n ** 24n)],
      [[2n ** 53n, 1n]],
      [[2n ** 53n - 1n, 1n]],
    ];
    await fc.assert(fc.asyncProperty(amounts, check), { numRuns: runs, examples });
  });
});
