import { type Archive, archivedCost, archiveLine, archiveObjectKey } from '../domain/archive.ts';
import type { SealedBooks } from '../domain/seal.ts';
import { archivedLines } from './archivedLines.ts';
import type { ArchiveObjects } from './archiveObjects.ts';
import { type MergedRecord, mergeRecords, noArchive } from './mergeRecords.ts';
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
  const known = previous === undefined ? noArchive() : archivedLines(previous, objects);
  const counted = { records: 0, costPicoUsd: 0n };
  const lines = countLines(mergeRecords(records.ofDay(day), known), counted);
  return withSpooledLines(lines, async (file) => {
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

async function* countLines(
  merged: AsyncIterable<MergedRecord>,
  counted: { records: number; costPicoUsd: bigint },
): AsyncGenerator<string> {
  for await (const each of merged) {
    const record = each.from === 'ledger' ? each.record : each.line.record;
    counted.records += 1;
    counted.costPicoUsd += archivedCost(record);
    yield each.from === 'ledger' ? archiveLine(each.record) : each.line.text;
  }
}
