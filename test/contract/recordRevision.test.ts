import { expect, it } from 'vitest';
import type { LineKey } from '../../shared/domain/dailyLine.ts';
import { lineKeyOf } from '../../shared/domain/dailyLine.ts';
import { NO_METRICS } from '../../shared/domain/metrics.ts';
import { metricsOfRecord, type UsageRecord } from '../../shared/domain/usageRecord.ts';
import type { TotalStore } from '../../shared/store/totalStore.ts';
import { costOf, DAY, makeRecord, makeRecords, POSTING, tokensOf } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';

const REASON = 'a better sighting of the same request';

/** The line with this key; `undefined` where there is none. */
async function findLine(key: LineKey, totals: TotalStore) {
  const lines = await totals.linesOfTeamDay(key.team, key.day);
  return lines.find((line) =>
    Object.entries(key).every(([part, value]) => Reflect.get(line, part) === value),
  );
}

onBothStores(({ openLedger }) => {
  it('moves the line by the difference and counts one change', async () => {
    const { records, totals } = (await openLedger()).stores;
    const [from = makeRecord(), other = makeRecord()] = makeRecords(2);
    await records.post([from, other], POSTING);
    const to: UsageRecord = {
      ...from,
      rev: 2,
      status: 'error',
      isEstimated: true,
      tokens: tokensOf({ output: 1 }),
      costPicoUsd: costOf({ output: 1n }),
    };
    expect(await records.revise({ from, to, reason: REASON }, POSTING)).toEqual({ kind: 'revised' });
    expect(await records.find(from)).toStrictEqual(to);
    expect(await totals.linesOfTeamDay('blue', DAY)).toStrictEqual([
      {
        ...lineKeyOf(from),
        ...NO_METRICS,
        ...{ requests: 2, failed: 1, estimated: 1, n: 3 },
        tokens: tokensOf({ input: 7, output: 4 }),
        costPicoUsd: costOf({ input: 6n, output: 5n }),
        estimatedPicoUsd: 1n,
        hours: [{ hour: 10, requests: 2, costPicoUsd: 11n }],
      },
    ]);
  });

  it.each<[string, Partial<UsageRecord>]>([
    ['user', { user: 'bob' }],
    ['team', { team: 'red' }],
    ['model', { model: 'haiku' }],
    ['project', { project: 'p' }],
    ['entrypoint', { entrypoint: 'cli' }],
    ['operation', { operation: 'embed' }],
    ['service tier', { serviceTier: 'batch' }],
    ['user, team and model', { user: 'bob', team: 'red', model: 'haiku' }],
  ])(
    'moves the figures to another line when the %s changes, and counts a change of both',
    async (_name, parts) => {
      const { records, totals } = (await openLedger()).stores;
      const from = makeRecord({ status: 'throttled', costPicoUsd: costOf({ output: 10n ** 24n }) });
      const to = makeRecord({ ...parts, rev: 2, costPicoUsd: costOf({ output: 10n ** 24n + 1n }) });
      await records.post([from], POSTING);
      await records.revise({ from, to, reason: REASON }, POSTING);
      expect(await findLine(lineKeyOf(from), totals)).toStrictEqual({
        ...lineKeyOf(from),
        ...NO_METRICS,
        n: 2,
      });
      expect(await findLine(lineKeyOf(to), totals)).toStrictEqual({
        ...lineKeyOf(to),
        ...metricsOfRecord(to),
        n: 1,
      });
    },
  );

  it('comes down from an amount beyond 2^53 exactly', async () => {
    const { records, totals } = (await openLedger()).stores;
    const from = makeRecord({ costPicoUsd: costOf({ output: 10n ** 24n }) });
    const to = { ...from, rev: 2, costPicoUsd: costOf({ output: 1n }) };
    await records.post([from], POSTING);
    await records.revise({ from, to, reason: REASON }, POSTING);
    const [line] = await totals.linesOfTeamDay('blue', DAY);
    expect(line?.costPicoUsd).toStrictEqual(costOf({ output: 1n }));
  });

  it('files every replaced revision whole, with the reason', async () => {
    const ledger = await openLedger();
    const { records } = ledger.stores;
    const first = makeRecord({ errorCode: 'Timeout', project: 'p' });
    const second = { ...makeRecord({ user: 'bob' }), rev: 2 };
    const third = { ...makeRecord({ team: 'red' }), rev: 3 };
    await records.post([first], POSTING);
    await records.revise({ from: first, to: second, reason: 'one' }, POSTING);
    await records.revise({ from: second, to: third, reason: 'two' }, POSTING);
    expect(await ledger.findAudit(first, 1)).toStrictEqual({ replaced: first, reason: 'one' });
    expect(await ledger.findAudit(first, 2)).toStrictEqual({ replaced: second, reason: 'two' });
    expect(await ledger.findAudit(first, 3)).toBeUndefined();
    expect(await records.find(first)).toStrictEqual(third);
  });

  it('refuses a revision of a record that has changed, and writes nothing', async () => {
    const ledger = await openLedger();
    const { records, totals } = ledger.stores;
    const first = makeRecord();
    const second = { ...first, rev: 2, model: 'haiku' };
    await records.post([first], POSTING);
    await records.revise({ from: first, to: second, reason: REASON }, POSTING);
    const lines = await totals.linesOfTeamDay('blue', DAY);

    const late = { ...first, rev: 2, user: 'bob' };
    const outcome = await records.revise({ from: first, to: late, reason: 'late' }, POSTING);
    expect(outcome).toStrictEqual({ kind: 'changed', current: second });
    expect(await records.find(first)).toStrictEqual(second);
    expect(await totals.linesOfTeamDay('blue', DAY)).toStrictEqual(lines);
    expect((await ledger.findAudit(first, 1))?.reason).toBe(REASON);
  });

  it('refuses a revision of a record that is not there', async () => {
    const { records, totals } = (await openLedger()).stores;
    const from = makeRecord();
    const outcome = await records.revise({ from, to: { ...from, rev: 2 }, reason: REASON }, POSTING);
    expect(outcome).toStrictEqual({ kind: 'changed', current: undefined });
    expect(await totals.linesOfTeamDay('blue', DAY)).toEqual([]);
  });

  it('lets one of many concurrent revisions through', async () => {
    const { records, totals } = (await openLedger()).stores;
    const from = makeRecord();
    await records.post([from], POSTING);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const to = { ...from, rev: 2, model: `model-${index}` };
        return records.revise({ from, to, reason: REASON }, POSTING);
      }),
    );
    expect(outcomes.filter(({ kind }) => kind === 'revised')).toHaveLength(1);
    const lines = await totals.linesOfTeamDay('blue', DAY);
    expect(lines.map(({ requests }) => requests).sort()).toEqual([0, 1]);
  });
});
