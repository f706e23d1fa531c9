import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { archiveDay } from '../../../shared/store/archiveDay.ts';
import type { ArchiveObjects } from '../../../shared/store/archiveObjects.ts';
import { memoryStores } from '../../../shared/store/memory/memoryStores.ts';
import { postUsage } from '../../../shared/store/postUsage.ts';
import { memoryObjects } from '../../support/archiving.ts';
import { DAY, makeRecords, POSTING } from '../../support/records.ts';

const COUNT = 3_000;
const BOOKS = { requests: COUNT, costPicoUsd: 30_000n, n: COUNT, digest: 'unused' };

/** Ids that do not compress, so that an archive is longer than all that is read of it ahead. */
const RECORDS = makeRecords(COUNT, (index) => ({
  requestId: createHash('sha512').update(String(index)).digest('hex'),
}));

/** The objects, and how many of their bodies are open at the moment. */
function counting(objects: ArchiveObjects) {
  const opened = { now: 0, ever: 0 };
  const open: ArchiveObjects['open'] = async (place) => {
    const body = await objects.open(place);
    return (async function* () {
      opened.now += 1;
      opened.ever += 1;
      try {
        yield* body;
      } finally {
        opened.now -= 1;
      }
    })();
  };
  return { objects: { ...objects, open }, opened };
}

it('leaves no archive open that it was reading when the records failed', async () => {
  const stores = memoryStores();
  await postUsage(RECORDS, POSTING, { ...stores, pause: async () => {} });
  const { objects, opened } = counting(memoryObjects());
  const dependencies = { ...stores, objects, now: POSTING.now };
  const previous = await archiveDay({ day: DAY, books: BOOKS, previous: undefined }, dependencies);
  const failing = {
    ...stores.records,
    async *ofDay(day: string) {
      for await (const record of stores.records.ofDay(day)) {
        yield record;
        throw new Error('throttled');
      }
    },
  };
  const again = archiveDay({ day: DAY, books: BOOKS, previous }, { ...dependencies, records: failing });
  await expect(again).rejects.toThrow('throttled');
  await expect.poll(() => opened).toEqual({ now: 0, ever: 1 });
  expect(await stores.archives.all()).toEqual([previous]);
});
