import { type Archive, archivedCost, archiveLine, archiveObjectKey } from '../domain/archive.ts';
import type { SealedBooks } from '../domain/seal.ts';
import type { UsageRecord } from '../domain/usageRecord.ts';
import { type ArchivedLine, archivedLines } from './archivedLines.ts';
import type { ArchiveObjects } from './archiveObjects.ts';
import { recordKey } from './keys.ts';
import type { SealStore } from './sealStore.ts';
import { withSpooledLines } from './spoolLines.ts';
import type { Stores } from './stores.ts';

export type ArchiveDependencies = Pick<Stores, 'records' | 'seals' | 'archives'> &
  Readonly<{ objects: ArchiveObjects; now: Date }>;

/** A sealed day, and its latest archive where there is one. */
export type DayToArchive = Readonly<{ day: string; books: SealedBooks; previous: Archive | undefined }>;

/**
 * Archives the records of a sealed day: those that the ledger still has, and those of the day's archive that it
 * has not any more. The object comes first and the list after it, so what is listed is whole; a run that dies in
 * between leaves an object that nothing refers to. The same records give the same object.
 */
export async function archiveDay(
  { day, books, previous }: DayToArchive,
  { records, seals, archives, objects, now }: ArchiveDependencies,
): Promise<Archive> {
  // Before the records are read: one that is posted meanwhile is then no record too few.
  const expectedRecords = await countExpected(day, books, seals);
  const known = previous === undefined ? none() : archivedLines(previous, objects);
  const counted = { records: 0, costPicoUsd: 0n };
  const lines = countLines(mergeRecords(records.ofDay(day), known), counted);
  return withSpooledLines(closing(lines, known), async (file) => {
    const objectKey = archiveObjectKey(day, file.digest);
    const isThere = objectKey === previous?.objectKey && objects.bucket === previous.bucket;
    if (!isThere) await objects.put(objectKey, file);
    const archive: Archive = {
      day,
      archivedAt: now.toISOString(),
      bucket: objects.bucket,
      objectKey,
      ...counted,
      expectedRecords,
      digest: file.digest,
      sizeBytes: file.sizeBytes,
    };
    await archives.add(archive);
    return archive;
  });
}

/**
 * The records that a day has: those that its seal counts, without what its lines hold of other days, and those
 * that came later and are counted elsewhere.
 */
async function countExpected(day: string, books: SealedBooks, seals: SealStore): Promise<number> {
  const foreign = (await seals.correctionsOn(day))
    .filter(({ home }) => home !== day)
    .flatMap(({ changes }) => changes)
    .reduce((sum, { metrics }) => sum + metrics.requests, 0);
  const late = (await seals.correctionsOf(day)).filter(({ kind }) => kind === 'late');
  return books.requests - foreign + new Set(late.map(({ identity }) => identity)).size;
}

type Line = Readonly<{ text: string; costPicoUsd: bigint }>;

/** Where the reading ends early, the old archive is not read on: its connection would stay open. */
async function* closing<T>(lines: AsyncGenerator<T>, archived: AsyncGenerator<unknown>): AsyncGenerator<T> {
  try {
    yield* lines;
  } finally {
    await archived.return(undefined);
  }
}

async function* countLines(lines: AsyncIterable<Line>, counted: { records: number; costPicoUsd: bigint }) {
  for await (const { text, costPicoUsd } of lines) {
    counted.records += 1;
    counted.costPicoUsd += costPicoUsd;
    yield text;
  }
}

/** Two streams in the order of their keys become one; of the same record the ledger's revision is in force. */
async function* mergeRecords(
  stored: AsyncGenerator<UsageRecord>,
  archived: AsyncGenerator<ArchivedLine>,
): AsyncGenerator<Line> {
  let old = await archived.next();
  for await (const record of stored) {
    const key = sortKeyOf(record);
    let order = old.done === true ? 1 : Buffer.compare(sortKeyOf(old.value.record), key);
    while (old.done !== true && order < 0) {
      yield lineOf(old.value);
      old = await archived.next();
      order = old.done === true ? 1 : Buffer.compare(sortKeyOf(old.value.record), key);
    }
    if (order === 0) old = await archived.next();
    yield { text: archiveLine(record), costPicoUsd: archivedCost(record) };
  }
  while (old.done !== true) {
    yield lineOf(old.value);
    old = await archived.next();
  }
}

function lineOf({ text, record }: ArchivedLine): Line {
  return { text, costPicoUsd: archivedCost(record) };
}

/** Stores read partition after partition, each in the order of its keys' bytes. */
function sortKeyOf(record: ArchivedLine['record'] | UsageRecord): Buffer {
  const { pk, sk } = recordKey(record);
  return Buffer.from(`${pk}#${sk}`);
}

async function* none(): AsyncGenerator<ArchivedLine> {}
