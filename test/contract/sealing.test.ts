import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addDays, monthOfDay } from '../../shared/domain/period.ts';
import type { Period } from '../../shared/domain/total.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { rollUpTotals } from '../../shared/store/rollUpTotals.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { closingOf } from '../support/closing.ts';
import { costOf, DAY, makeRecord, POSTING, tokensOf } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { readLines, sumMetrics } from './readLedger.ts';
import { AFTER_SEAL, costOn, linesOf, openSealed, post } from './sealedLedger.ts';

const DAY_PERIOD: Period = { kind: 'day', day: DAY };
const MONTH_PERIOD: Period = { kind: 'month', month: '2026-07' };
const ORG = { kind: 'org' } as const;
const LATER = new Date('2026-07-20T09:00:00.000Z');
const IN_AUGUST = new Date('2026-08-03T00:00:00.000Z');

const better = (parts: Partial<UsageRecord> = {}) =>
  makeRecord({ tokens: tokensOf({ output: 99 }), costPicoUsd: costOf({ output: 99n }), ...parts });

const anyStep = fc.record({
  request: fc.integer({ min: 0, max: 5 }),
  output: fc.integer({ min: 1, max: 1_000 }),
  team: fc.constantFrom('blue', 'red'),
  day: fc.constantFrom(DAY, addDays(DAY, 1), addDays(DAY, -20)),
  hoursLater: fc.integer({ min: 0, max: 70 }),
  isClosing: fc.boolean(),
});

onBothStores(({ openLedger, runs }) => {
  it.each([
    ['2026-07-16T23:59:59.999Z', 0],
    ['2026-07-17T00:00:00.000Z', 1],
    ['2026-07-17T00:00:00.001Z', 1],
  ])('seals a day 48 hours after its end: at %s, %i', async (now, sealedDays) => {
    const { stores } = await openLedger();
    await post([makeRecord()], POSTING.now, stores);
    await closePeriods(closingOf(stores, POSTING.now));
    expect(await closePeriods(closingOf(stores, new Date(now)))).toMatchObject({ sealedDays });
    const seal = await stores.seals.find(DAY_PERIOD);
    expect(seal?.sealedAt).toBe(sealedDays === 1 ? now : undefined);
  });

  it('says in the seal what the day held, and leaves it alone from then on', async () => {
    const stores = await openSealed(openLedger);
    const seal = await stores.seals.find(DAY_PERIOD);
    expect(seal?.books).toMatchObject({ requests: 1, costPicoUsd: 10n, n: 1 });
    expect(seal?.books?.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await closePeriods(closingOf(stores, LATER))).toMatchObject({
      sealedBefore: 1,
      sealedDays: 0,
      teamDays: 0,
    });
    expect(await stores.seals.find(DAY_PERIOD)).toStrictEqual(seal);
  });

  it('gives a first import of old logs as long as a new day has', async () => {
    const { stores } = await openLedger();
    const old = '2025-03-01';
    await post([makeRecord({ day: old, startedAt: `${old}T10:00:00.000Z` })], POSTING.now, stores);
    expect(await closePeriods(closingOf(stores, POSTING.now))).toMatchObject({ sealedDays: 0 });
    const next = makeRecord({ requestId: 'r2', day: old, startedAt: `${old}T11:00:00.000Z` });
    expect(await post([next], new Date('2026-07-15T12:00:00.000Z'), stores)).toMatchObject({ posted: 1 });
    expect(await costOn(stores, old)).toEqual(costOf({ input: 12n, output: 8n }));
    const afterTwoDays = new Date('2026-07-16T12:00:00.000Z');
    expect(await closePeriods(closingOf(stores, afterTwoDays))).toMatchObject({
      sealedDays: 1,
      sealedMonths: 1,
    });
  });

  it('counts what comes after the seal today, linked both ways, and leaves the sealed day as it was', async () => {
    const stores = await openSealed(openLedger);
    const sealedLines = await linesOf(stores, DAY);
    const late = makeRecord({ requestId: 'late' });
    expect(await post([late], LATER, stores)).toMatchObject({ posted: 1, costPicoUsd: 10n });

    expect(await linesOf(stores, DAY)).toEqual(sealedLines);
    expect(await linesOf(stores, '2026-07-20')).toMatchObject([
      { requests: 1, costPicoUsd: costOf({ input: 6n, output: 4n }) },
    ]);
    expect(await stores.records.find(late)).toMatchObject({ day: DAY, countedOn: '2026-07-20' });
    const [correction, ...others] = await stores.seals.correctionsOn('2026-07-20');
    expect(others).toEqual([]);
    expect(correction).toMatchObject({ kind: 'late', home: DAY, identity: 'bedrock#late', rev: 1 });
    expect(await stores.seals.correctionsOf(DAY)).toStrictEqual([correction]);
  });

  it('finds a late record again, and revises it where it is counted', async () => {
    const stores = await openSealed(openLedger);
    await post([makeRecord({ requestId: 'late' })], LATER, stores);
    const next = new Date('2026-07-21T09:00:00.000Z');
    expect(await post([makeRecord({ requestId: 'late' })], next, stores)).toMatchObject({ duplicates: 1 });
    expect(await post([better({ requestId: 'late' })], next, stores)).toMatchObject({ revised: 1 });
    expect(await costOn(stores, '2026-07-20')).toEqual(costOf({ output: 99n }));
    expect(await linesOf(stores, '2026-07-21')).toEqual([]);
  });

  it('posts the difference of a revision today, also for another team', async () => {
    const stores = await openSealed(openLedger);
    expect(await post([better({ team: 'red' })], LATER, stores)).toMatchObject({
      revised: 1,
      costPicoUsd: 89n,
    });
    expect(await costOn(stores, DAY)).toEqual(costOf({ input: 6n, output: 4n }));
    const today = await linesOf(stores, '2026-07-20');
    expect(today.map(({ team, requests, costPicoUsd }) => ({ team, requests, costPicoUsd }))).toEqual([
      { team: 'blue', requests: -1, costPicoUsd: costOf({ input: -6n, output: -4n }) },
      { team: 'red', requests: 1, costPicoUsd: costOf({ output: 99n }) },
    ]);
    expect(await stores.seals.correctionsOf(DAY)).toMatchObject([
      { kind: 'revision', day: '2026-07-20', rev: 2 },
    ]);
    expect((await stores.records.find(makeRecord()))?.countedOn).toBeUndefined();
  });

  it('revises two late records of one id, of two days, on one day', async () => {
    const stores = await openSealed(openLedger);
    await closePeriods(closingOf(stores, IN_AUGUST));
    const twins = [DAY, addDays(DAY, -1)].map((day) => ({
      requestId: 'twin',
      day,
      startedAt: `${day}T10:00:00.000Z`,
    }));
    for (const twin of twins) await post([makeRecord(twin)], IN_AUGUST, stores);
    await closePeriods(closingOf(stores, new Date('2026-08-03T01:00:00.000Z')));
    const afterTheirSeal = new Date('2026-08-07T00:00:00.000Z');
    await closePeriods(closingOf(stores, afterTheirSeal));
    for (const twin of twins) {
      expect(await post([better(twin)], afterTheirSeal, stores)).toMatchObject({ revised: 1 });
    }
    expect(await costOn(stores, '2026-08-07')).toEqual(costOf({ input: -12n, output: 190n }));
    expect(await stores.seals.correctionsOf('2026-08-03')).toHaveLength(2);
  });

  it('takes a hundred late records of one person at once, in as many transactions as they need', async () => {
    const stores = await openSealed(openLedger);
    const late = Array.from({ length: 100 }, (_, index) => makeRecord({ requestId: `late-${index}` }));
    expect(await post([makeRecord(), ...late], LATER, stores)).toMatchObject({ posted: 100, duplicates: 1 });
    expect(await stores.seals.correctionsOf(DAY)).toHaveLength(100);
    expect(await costOn(stores, '2026-07-20')).toEqual(costOf({ input: 600n, output: 400n }));
  });

  it.each([
    ['2026-08-02T23:59:59.999Z', 0],
    ['2026-08-03T00:00:00.000Z', 1],
  ])('seals a month on the third day of the next: at %s, %i', async (now, sealedMonths) => {
    const stores = await openSealed(openLedger);
    expect(await closePeriods(closingOf(stores, new Date(now)))).toMatchObject({ sealedMonths });
    expect((await stores.seals.find(MONTH_PERIOD))?.books?.costPicoUsd).toBe(
      sealedMonths === 1 ? 10n : undefined,
    );
  });

  it('lets a month wait for a day that is still open', async () => {
    const stores = await openSealed(openLedger);
    const day = '2026-07-31';
    await post(
      [makeRecord({ requestId: 'r2', day, startedAt: `${day}T23:00:00.000Z` })],
      new Date('2026-08-02T12:00:00.000Z'),
      stores,
    );
    await closePeriods(closingOf(stores, new Date('2026-08-02T12:00:00.000Z')));
    expect(await closePeriods(closingOf(stores, IN_AUGUST))).toMatchObject({
      sealedDays: 0,
      sealedMonths: 0,
    });
    expect(await closePeriods(closingOf(stores, new Date('2026-08-04T12:00:00.000Z')))).toMatchObject({
      sealedDays: 1,
      sealedMonths: 1,
    });
  });

  it('counts a record of an unused day of a sealed month today', async () => {
    const stores = await openSealed(openLedger);
    await closePeriods(closingOf(stores, IN_AUGUST));
    const before = await stores.totals.find(ORG, MONTH_PERIOD);
    const unused = '2026-07-02';
    await post(
      [makeRecord({ requestId: 'r2', day: unused, startedAt: `${unused}T10:00:00.000Z` })],
      IN_AUGUST,
      stores,
    );
    await closePeriods(closingOf(stores, IN_AUGUST));
    expect(await stores.totals.find(ORG, MONTH_PERIOD)).toStrictEqual(before);
    expect(await costOn(stores, '2026-08-03')).toEqual(costOf({ input: 6n, output: 4n }));
  });

  it('goes on with a seal that a crash left half done', async () => {
    const { stores } = await openLedger();
    await post([makeRecord()], POSTING.now, stores);
    await closePeriods(closingOf(stores, POSTING.now));
    const dying = {
      ...stores.seals,
      finish: async () => {
        throw new Error('killed');
      },
    };
    await expect(closePeriods({ ...closingOf(stores, AFTER_SEAL), seals: dying })).rejects.toThrow('killed');
    expect(await post([makeRecord({ requestId: 'late' })], LATER, stores)).toMatchObject({ posted: 1 });
    await closePeriods(closingOf(stores, LATER));
    expect((await stores.seals.find(DAY_PERIOD))?.books).toMatchObject({ requests: 1, costPicoUsd: 10n });
  });

  it('keeps the sum of all lines equal to the sum of all records, whenever what arrives and is sealed', async () => {
    const check = async (steps: readonly Step[]) => {
      const { stores } = await openLedger();
      const sealed = new Map<string, unknown>();
      let now = POSTING.now;
      for (const step of steps) {
        now = new Date(now.getTime() + step.hoursLater * 3_600_000);
        await post([recordOf(step)], now, stores);
        if (step.isClosing) await closePeriods(closingOf(stores, now));
        await expectUnchanged(sealed, stores);
      }
      await expectSums(stores);
    };
    await fc.assert(fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 12 }), check), {
      numRuns: runs,
    });
  });
});

type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

function recordOf({ request, output, team, day }: Step): UsageRecord {
  return makeRecord({
    requestId: `r${request}`,
    team,
    day,
    startedAt: `${day}T10:00:00.000Z`,
    tokens: tokensOf({ output }),
    costPicoUsd: costOf({ output: BigInt(output) }),
  });
}

/** Lines of a sealed day are as they were when the seal was first seen. */
async function expectUnchanged(sealed: Map<string, unknown>, stores: Stores): Promise<void> {
  for (const { period, sealedAt } of await stores.seals.all()) {
    if (period.kind !== 'day' || sealedAt === undefined) continue;
    const lines = await linesOf(stores, period.day);
    expect(lines).toStrictEqual(sealed.get(period.day) ?? lines);
    sealed.set(period.day, lines);
  }
}

async function expectSums({ totals, records }: Stores): Promise<void> {
  const lines = await readLines(totals);
  await rollUpTotals(lines, totals);
  let requests = 0;
  let output = 0n;
  for (const day of await totals.days()) {
    for await (const record of records.ofDay(day)) {
      requests += 1;
      output += record.costPicoUsd.output;
    }
  }
  expect(sumMetrics(lines)).toMatchObject({ requests, costPicoUsd: costOf({ output }) });
  const months = new Set(lines.map(({ day }) => monthOfDay(day)));
  const ofMonths = await Promise.all([...months].map((month) => totals.find(ORG, { kind: 'month', month })));
  expect(sumMetrics(ofMonths.flatMap((total) => total?.metrics ?? []))).toMatchObject({
    requests,
    costPicoUsd: costOf({ output }),
  });
}
