import { expect, it } from 'vitest';
import type { Consumption } from '../../shared/domain/policy/consumption.ts';
import { EMPTY_POLICY } from '../../shared/domain/policy/policy.ts';
import { Simulation } from '../../shared/domain/policy/simulation.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { archiveRecords } from '../../shared/store/archiveRecords.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import { replayDays } from '../../shared/store/replayDays.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { memoryObjects } from '../support/archiving.ts';
import { closingOf } from '../support/closing.ts';
import { costOf, DAY, makeRecord, makeRecords, POSTING, tokensOf } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';

const RANGE = { from: DAY, to: DAY };
const AFTER_SEAL = new Date('2026-07-17T00:00:00.000Z');
const DUE = new Date('2026-10-05T00:00:00.000Z');

/** One an hour from 0 to 9 o'clock; the ninth has no price, and the last one says all that a record can. */
const RECORDS = makeRecords(10, (index) => ({
  startedAt: `${DAY}T0${index}:00:00.000Z`,
  costPicoUsd: costOf({ input: BigInt(index), webSearch: 1n }),
  ...(index === 8 ? { unpricedReason: 'unknown_model' } : {}),
  ...(index === 9
    ? { project: 'p', entrypoint: 'cli', department: 'd', costCentre: 'c', priority: 'critical' }
    : {}),
}));

/** The stores as they are when TTL has deleted the records that `isGone` names. */
function afterTtl(stores: Stores, isGone: (record: UsageRecord) => boolean): Stores {
  const ofDay = async function* (day: string) {
    for await (const record of stores.records.ofDay(day)) if (!isGone(record)) yield record;
  };
  return { ...stores, records: { ...stores.records, ofDay } };
}

onBothStores(({ openLedger }) => {
  const openArchived = async () => {
    const { stores } = await openLedger();
    await postUsage(RECORDS, POSTING, { ...stores, pause: async () => {} });
    await closePeriods(closingOf(stores));
    await closePeriods(closingOf(stores, AFTER_SEAL));
    const objects = memoryObjects();
    await archiveRecords({ ...stores, objects, now: DUE, recordRetentionDays: 90 });
    return { stores, objects };
  };
  const replay = async (stores: Stores, objects?: ReturnType<typeof memoryObjects>, maxHeld = 1_000) => {
    const fed: Consumption[] = [];
    const simulation = {
      warmUp: () => expect.fail('nothing came before'),
      replay(consumption: Consumption) {
        fed.push(consumption);
        return new Simulation(EMPTY_POLICY, new Map()).replay(consumption);
      },
    };
    const archive = objects === undefined ? undefined : { archives: stores.archives, objects };
    const dependencies = { ...stores, maxHeld, archive };
    const replayed = await replayDays({ policy: EMPTY_POLICY, range: RANGE }, simulation, dependencies);
    return { fed, replayed };
  };
  const number = ({ requestId }: UsageRecord) => Number(requestId.slice('request-'.length));

  it.each([
    ['all of it', 10, 'archive'],
    ['most of it', 9, 'both'],
    ['nothing', 0, 'ledger'],
  ])('replays an archived day of which %s expired as if nothing had', async (_name, gone, from) => {
    const { stores, objects } = await openArchived();
    const whole = await replay(stores);
    expect(whole.replayed).toEqual([{ day: DAY, from: 'ledger', requests: 10 }]);
    const left = afterTtl(stores, (record) => number(record) < gone);
    for (const maxHeld of [1_000, 3]) {
      const { fed, replayed } = await replay(left, objects, maxHeld);
      expect(replayed).toEqual([{ day: DAY, from, requests: 10, missing: 0 }]);
      expect(fed).toEqual(whole.fed);
    }
  });

  it('takes the later revision of a record that has not expired', async () => {
    const { stores, objects } = await openArchived();
    const [first = makeRecord()] = RECORDS;
    const better = { ...first, tokens: tokensOf({ output: 99 }), costPicoUsd: costOf({ output: 99n }) };
    await postUsage([better], POSTING, { ...stores, pause: async () => {} });
    const { fed } = await replay(
      afterTtl(stores, (record) => number(record) > 0),
      objects,
    );
    expect(fed.map(({ picoUsd }) => picoUsd)).toEqual([99n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 0n, 10n]);
  });

  it('says what is missing from an archive, and that a day has nothing left', async () => {
    const { stores } = await openLedger();
    await postUsage(RECORDS, POSTING, { ...stores, pause: async () => {} });
    await closePeriods(closingOf(stores));
    await closePeriods(closingOf(stores, AFTER_SEAL));
    const objects = memoryObjects();
    const left = afterTtl(stores, (record) => number(record) < 2);
    await archiveRecords({ ...left, objects, now: DUE, recordRetentionDays: 90 });
    const gone = afterTtl(stores, () => true);
    expect((await replay(gone, objects)).replayed).toEqual([
      { day: DAY, from: 'archive', requests: 8, missing: 2 },
    ]);
    expect((await replay(gone)).replayed).toEqual([{ day: DAY, from: 'none', requests: 0 }]);
  });

  it.each([
    ['is gone', undefined, 'missing'],
    ['was cut', (body: Buffer) => body.subarray(0, body.length / 2), 'damaged'],
    ['is no gzip', () => Buffer.from('nothing'), 'damaged'],
    ['is another file', (_body: Buffer, other: Buffer) => other, 'damaged'],
  ])('replays nothing of an archive that %s, and says so', async (_name, harm, archiveProblem) => {
    const { stores, objects } = await openArchived();
    const [[key = '', body = Buffer.alloc(0)] = []] = objects.objects;
    const others = memoryObjects();
    const fewer = afterTtl(stores, (record) => number(record) === 0);
    const emptyList = { ...fewer.archives, all: async () => [], add: async () => {} };
    await archiveRecords({
      ...fewer,
      archives: emptyList,
      objects: others,
      now: DUE,
      recordRetentionDays: 90,
    });
    const [other = Buffer.alloc(0)] = others.objects.values();
    if (harm === undefined) objects.objects.delete(key);
    else objects.objects.set(key, harm(body, other));
    const none = await replay(
      afterTtl(stores, () => true),
      objects,
    );
    expect(none).toEqual({ fed: [], replayed: [{ day: DAY, from: 'none', requests: 0, archiveProblem }] });
    const some = await replay(
      afterTtl(stores, (record) => number(record) > 0),
      objects,
    );
    expect(some.replayed).toEqual([{ day: DAY, from: 'ledger', requests: 1, archiveProblem }]);
  });
});
