import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Archive, archiveLine, missingRecords } from '../../shared/domain/archive.ts';
import { requestIdentity } from '../../shared/domain/requestIdentity.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { checkArchive } from '../../shared/store/archivedLines.ts';
import { archiveRecords } from '../../shared/store/archiveRecords.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { memoryObjects } from '../support/archiving.ts';
import { closingOf } from '../support/closing.ts';
import { costOf, DAY, makeRecord, makeRecords, POSTING, tokensOf } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';

const AFTER_SEAL = '2026-07-17T00:00:00.000Z';
const LATER = '2026-07-20T09:00:00.000Z';
const LATER_SEALED = '2026-07-23T10:00:00.000Z';
/** A week before the first record of the day expires, 90 days from its beginning. */
const DUE = '2026-10-05T00:00:00.000Z';
const EXPIRED = '2026-10-12T00:00:00.000Z';

const RECORDS = makeRecords(40, (index) => ({ user: `user-${index % 5}` }));
const [FIRST = makeRecord()] = RECORDS;
const BETTER: UsageRecord = {
  ...FIRST,
  tokens: tokensOf({ output: 99 }),
  costPicoUsd: costOf({ output: 99n }),
};
const LATE = makeRecord({ requestId: 'late' });

const post = (stores: Stores, records: readonly UsageRecord[], now: string) =>
  postUsage(records, { ...POSTING, now: new Date(now) }, { ...stores, pause: async () => {} });
const close = (stores: Stores, now: string) => closePeriods(closingOf(stores, new Date(now)));
const archive = (stores: Stores, objects: ReturnType<typeof memoryObjects>, now: string) =>
  archiveRecords({ ...stores, objects, now: new Date(now), recordRetentionDays: 90 });
const requestIds = z.array(z.looseObject({ requestId: z.string() }));

/** The stores as they are when TTL has deleted the records that `isGone` names. */
function afterTtl(stores: Stores, isGone: (record: UsageRecord) => boolean): Stores {
  const ofDay = async function* (day: string) {
    for await (const record of stores.records.ofDay(day)) if (!isGone(record)) yield record;
  };
  return { ...stores, records: { ...stores.records, ofDay } };
}

onBothStores(({ openLedger }) => {
  const openSealed = async () => {
    const { stores } = await openLedger();
    await post(stores, RECORDS, POSTING.now.toISOString());
    await close(stores, POSTING.now.toISOString());
    await close(stores, AFTER_SEAL);
    return { stores, objects: memoryObjects() };
  };
  const openArchived = async () => {
    const ledger = await openSealed();
    await archive(ledger.stores, ledger.objects, DUE);
    return ledger;
  };
  const only = async (stores: Stores): Promise<Archive> => {
    const [listed, ...others] = await stores.archives.all();
    if (listed === undefined || others.length > 0) throw new Error('not one archive');
    return listed;
  };

  it.each([
    ['2026-10-04T23:59:59.999Z', 0],
    ['2026-10-05T00:00:00.000Z', 1],
    ['2026-10-05T00:00:00.001Z', 1],
  ])('archives a day a week before its records expire: at %s, %i', async (now, archived) => {
    const { stores, objects } = await openSealed();
    const report = await archive(stores, objects, now);
    expect(report.archived).toHaveLength(archived);
    expect(report).toMatchObject({ failed: [], expiredDays: [] });
    expect(objects.objects.size).toBe(archived);
  });

  it('writes each record in force once, sorted by key, and lists what it wrote', async () => {
    const { stores, objects } = await openSealed();
    await post(stores, [BETTER], LATER);
    const { archived } = await archive(stores, objects, DUE);
    const listed = await only(stores);
    expect(archived).toEqual([listed]);
    const stored = await Array.fromAsync(stores.records.ofDay(DAY));
    const text = gunzipSync(objects.objects.get(listed.objectKey) ?? Buffer.alloc(0)).toString();
    expect(text).toBe(stored.map((record) => `${archiveLine(record)}\n`).join(''));
    expect(listed).toEqual({
      day: DAY,
      archivedAt: DUE,
      bucket: 'test-archive',
      objectKey: `records/${DAY}.${listed.digest.slice(0, 16)}.ndjson.gz`,
      records: 40,
      expectedRecords: 40,
      // 39 records of 10 pico-USD and the better one, which was posted after the seal.
      costPicoUsd: 489n,
      digest: createHash('sha256').update(text).digest('hex'),
      sizeBytes: objects.objects.get(listed.objectKey)?.length,
    });
    expect(await checkArchive(listed, objects)).toBe('sound');
  });

  it('archives nothing twice, and the same records elsewhere under the same digest', async () => {
    const { stores, objects } = await openArchived();
    const listed = await only(stores);
    expect(await archive(stores, objects, '2026-10-06T00:00:00Z')).toMatchObject({ archived: [] });
    expect(await only(stores)).toEqual(listed);
    const again = await openArchived();
    expect((await only(again.stores)).digest).toBe(listed.digest);
  });

  it('leaves days that are not sealed, and says when records of one expire', async () => {
    const { stores } = await openLedger();
    const objects = memoryObjects();
    await post(stores, RECORDS, POSTING.now.toISOString());
    await close(stores, POSTING.now.toISOString());
    expect(await archive(stores, objects, DUE)).toMatchObject({ archived: [], expiredDays: [] });
    expect(await archive(stores, objects, EXPIRED)).toMatchObject({ archived: [], expiredDays: [DAY] });
  });

  it('archives late records of an archived day with all others, and keeps both archives', async () => {
    const { stores, objects } = await openArchived();
    const first = await only(stores);
    await post(stores, [LATE], '2026-10-05T01:00:00Z');
    await close(stores, '2026-10-05T01:00:00Z');
    expect(await archive(stores, objects, '2026-10-06T00:00:00Z')).toMatchObject({ archived: [] });
    await close(stores, '2026-10-08T00:00:00Z');
    // By then the day's own records have expired: they come from its first archive.
    const gone = afterTtl(stores, ({ requestId }) => requestId !== 'late');
    const { archived } = await archive(gone, objects, '2026-10-09T00:00:00Z');
    expect(archived).toMatchObject([{ day: DAY, records: 41, expectedRecords: 41, costPicoUsd: 410n }]);
    expect(await stores.archives.all()).toEqual([first, ...archived]);
    expect(archived[0]?.digest).not.toBe(first.digest);
    for (const each of await stores.archives.all()) expect(await checkArchive(each, objects)).toBe('sound');
    expect(await archive(gone, objects, '2026-10-10T00:00:00Z')).toMatchObject({ archived: [] });
  });

  it('archives a late record again when it was revised after its own second day was sealed', async () => {
    const { stores, objects } = await openSealed();
    await post(stores, [LATE], LATER);
    await close(stores, LATER);
    await close(stores, LATER_SEALED);
    await archive(stores, objects, DUE);
    expect(await only(stores)).toMatchObject({ records: 41, expectedRecords: 41, costPicoUsd: 410n });
    const better = { ...LATE, tokens: BETTER.tokens, costPicoUsd: BETTER.costPicoUsd };
    await post(stores, [better], '2026-10-06T00:00:00Z');
    await close(stores, '2026-10-06T00:00:00Z');
    await close(stores, '2026-10-09T00:00:00Z');
    const { archived } = await archive(stores, objects, '2026-10-10T00:00:00Z');
    expect(archived).toMatchObject([{ day: DAY, records: 41, costPicoUsd: 499n }]);
  });

  it('counts neither the late records nor the corrections of other days that its lines hold', async () => {
    const { stores, objects } = await openSealed();
    const own = makeRecord({ day: LATER.slice(0, 10), requestId: 'own' });
    await post(stores, [own], LATER);
    await post(stores, [LATE, BETTER], LATER);
    await close(stores, LATER);
    await close(stores, LATER_SEALED);
    const { archived } = await archive(stores, objects, '2026-10-11T09:00:00Z');
    expect(archived.map(({ day, records, expectedRecords }) => [day, records, expectedRecords])).toEqual([
      [DAY, 41, 41],
      ['2026-07-20', 1, 1],
    ]);
  });

  describe('when things go wrong', () => {
    it('lists nothing after an error half-way, goes on with other days, and does it the next time', async () => {
      const { stores, objects } = await openSealed();
      const other = makeRecord({ day: LATER.slice(0, 10) });
      await post(stores, [other], LATER);
      await close(stores, LATER);
      await close(stores, LATER_SEALED);
      const now = '2026-10-11T09:00:00Z';
      const failing = {
        ...objects,
        put: async (objectKey: string, file: Parameters<typeof objects.put>[1]) => {
          if (objectKey.includes(DAY)) throw new Error('the connection broke');
          return objects.put(objectKey, file);
        },
      };
      const { archived, failed } = await archive(stores, failing, now);
      expect(archived.map(({ day }) => day)).toEqual(['2026-07-20']);
      expect(failed).toMatchObject([{ day: DAY, error: { message: 'the connection broke' } }]);
      expect((await stores.archives.all()).map(({ day }) => day)).toEqual(['2026-07-20']);
      expect((await archive(stores, objects, now)).archived.map(({ day }) => day)).toEqual([DAY]);
    });

    it('leaves an unlisted object, and writes the same one again, when it dies before the list', async () => {
      const { stores, objects } = await openSealed();
      const dying: Stores = {
        ...stores,
        archives: { ...stores.archives, add: async () => Promise.reject(new Error('died')) },
      };
      expect((await archive(dying, objects, DUE)).failed).toHaveLength(1);
      const [left = ''] = objects.objects.keys();
      expect(await stores.archives.all()).toEqual([]);
      await archive(stores, objects, DUE);
      expect((await only(stores)).objectKey).toBe(left);
      expect(objects.objects.size).toBe(1);
    });

    it('says how many records are missing when TTL was faster', async () => {
      const { stores, objects } = await openSealed();
      const gone = afterTtl(
        stores,
        ({ requestId }) => requestId === 'request-7' || requestId === 'request-8',
      );
      const { archived, expiredDays } = await archive(gone, objects, EXPIRED);
      expect(archived).toMatchObject([{ records: 38, expectedRecords: 40, costPicoUsd: 380n }]);
      expect(archived.map(missingRecords)).toEqual([2]);
      expect(expiredDays).toEqual([DAY]);
      expect(await archive(gone, objects, EXPIRED)).toMatchObject({ archived: [], expiredDays: [] });
    });

    it('takes what is posted while it archives into the next archive', async () => {
      const { stores, objects } = await openSealed();
      const racing: Stores = {
        ...stores,
        records: {
          ...stores.records,
          async *ofDay(day) {
            let read = 0;
            for await (const record of stores.records.ofDay(day)) {
              read += 1;
              if (read === 20) await post(stores, [LATE, BETTER], DUE);
              yield record;
            }
          },
        },
      };
      const { archived } = await archive(racing, objects, DUE);
      expect(archived.map(missingRecords)).toEqual([0]);
      await close(stores, DUE);
      await close(stores, '2026-10-08T00:00:00Z');
      const next = await archive(stores, objects, '2026-10-08T00:00:01Z');
      expect(next.archived).toMatchObject([{ records: 41, expectedRecords: 41, costPicoUsd: 499n }]);
    });

    it.each([
      ['is gone', undefined, 'missing'],
      ['was cut', (body: Buffer) => body.subarray(0, body.length / 2), 'damaged'],
      ['has a wrong byte', (body: Buffer) => body.fill(0x55, body.length - 12, body.length - 11), 'damaged'],
      ['is no gzip', () => Buffer.from('nothing'), 'damaged'],
    ])('fails, and lists nothing, when the archive to go on from %s', async (_name, harm, code) => {
      const { stores, objects } = await openArchived();
      const listed = await only(stores);
      const body = Buffer.from(objects.objects.get(listed.objectKey) ?? []);
      if (harm === undefined) objects.objects.delete(listed.objectKey);
      else objects.objects.set(listed.objectKey, harm(body));
      expect(await checkArchive(listed, objects)).toBe(code);
      await post(stores, [LATE], '2026-10-05T01:00:00Z');
      await close(stores, '2026-10-05T01:00:00Z');
      await close(stores, '2026-10-08T00:00:00Z');
      const { archived, failed } = await archive(stores, objects, '2026-10-09T00:00:00Z');
      expect({ archived, failed }).toMatchObject({ archived: [], failed: [{ day: DAY, error: { code } }] });
      expect(await only(stores)).toEqual(listed);
    });

    it('keeps the archived revision of what expired, and the later one of what did not', async () => {
      const { stores, objects } = await openArchived();
      await post(stores, [BETTER], '2026-10-05T01:00:00Z');
      await close(stores, '2026-10-05T01:00:00Z');
      await close(stores, '2026-10-08T00:00:00Z');
      const gone = afterTtl(stores, (record) => requestIdentity(record) !== requestIdentity(BETTER));
      const [again] = (await archive(gone, objects, '2026-10-09T00:00:00Z')).archived;
      expect(again).toMatchObject({ records: 40, expectedRecords: 40, costPicoUsd: 489n });
      const ids = requestIds.parse(objects.linesOf(again?.objectKey ?? '')).map(({ requestId }) => requestId);
      expect(ids.toSorted()).toEqual(RECORDS.map(({ requestId }) => requestId).toSorted());
    });
  });
});
