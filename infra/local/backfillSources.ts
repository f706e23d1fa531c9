import { statSync } from 'node:fs';
import type { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { type BucketPrefix, listObjects, openObject, skipReason } from '../aws/bucketObjects.ts';
import type { Ingest } from './ingestFiles.ts';
import { readLines } from './lines.ts';
import { LocalError } from './localError.ts';
import { LineReading, streamLines } from './streamLines.ts';

/** What is read: files, and objects of S3. */
export type Source =
  | Readonly<{ kind: 'file'; file: string }>
  | Readonly<{ kind: 's3'; place: BucketPrefix; client: S3Client }>;

/** Sources before `source` are done; of it, so many lines of that very file, or the objects up to a key. */
export const sourceCursor = z.object({
  source: z.number(),
  file: z.object({ lines: z.number(), sizeBytes: z.number(), modifiedMs: z.number() }).optional(),
  lastKey: z.string().optional(),
});
export type SourceCursor = z.infer<typeof sourceCursor>;

/** How a backfill is asked to stop, and where it notes how far it is. */
export type Checkpoints = Readonly<{ signal: AbortSignal; save(cursor: SourceCursor): void }>;

/** Objects by what became of them. */
export type ObjectCounts = { read: number; body: number; probe: number; empty: number };

/** After so many lines the cursor is saved. */
const STEP = { maxLines: 20_000, maxCharacters: 32_000_000 } as const;

/**
 * Posts the lines of all sources, one source after the other, and saves a cursor after each step. Returns
 * at the end, or at the first step after the signal.
 */
export async function backfillSources(
  sources: readonly Source[],
  { ingest, cursor, ...checkpoints }: Checkpoints & { ingest: Ingest; cursor: SourceCursor | undefined },
): Promise<ObjectCounts> {
  const objects = { read: 0, body: 0, probe: 0, empty: 0 };
  for (const [index, source] of sources.entries()) {
    if (checkpoints.signal.aborted || index < (cursor?.source ?? 0)) continue;
    const begun = cursor?.source === index ? cursor : { source: index };
    if (source.kind === 'file') await backfillFile(source.file, { ingest, begun, ...checkpoints });
    else await backfillBucket(source, { ingest, begun, objects, ...checkpoints });
    if (!checkpoints.signal.aborted) checkpoints.save({ source: index + 1 });
  }
  return objects;
}

type Work = Checkpoints & Readonly<{ ingest: Ingest; begun: SourceCursor }>;

/** A file that changed since is read from its start: nobody knows which of its lines are new. */
async function backfillFile(file: string, { ingest, begun, signal, save }: Work): Promise<void> {
  const { size: sizeBytes, mtimeMs: modifiedMs } = statSync(file);
  const isSame = begun.file?.sizeBytes === sizeBytes && begun.file.modifiedMs === modifiedMs;
  const reading = new LineReading(readLines(file));
  await reading.skip(isSame ? (begun.file?.lines ?? 0) : 0);
  while (!reading.isAtEnd && !signal.aborted) {
    await ingest.lines(reading.take(STEP), modifiedMs);
    save({ source: begun.source, file: { lines: reading.position, sizeBytes, modifiedMs } });
  }
  await reading.close();
}

async function backfillBucket(
  { place, client }: Extract<Source, { kind: 's3' }>,
  { ingest, begun, objects, signal, save }: Work & { objects: ObjectCounts },
): Promise<void> {
  let found = begun.lastKey === undefined ? 0 : 1;
  for await (const object of listObjects(client, place, begun.lastKey)) {
    if (signal.aborted) return;
    found += 1;
    const skipped = skipReason(object);
    objects[skipped ?? 'read'] += 1;
    if (skipped === undefined) {
      const lines = streamLines(await openObject(client, place, object.key));
      await ingest.lines(withPlace(lines, `s3://${place.bucket}/${object.key}`), object.modifiedMs);
    }
    save({ source: begun.source, lastKey: object.key });
  }
  if (found === 0) throw new LocalError('file', `s3://${place.bucket}/${place.prefix}: no object is there`);
}

/** A damaged object is told by its name. */
async function* withPlace(lines: AsyncIterable<string>, place: string): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LocalError('file', `${place}: cannot be read to its end (${reason})`, { cause });
  }
}
