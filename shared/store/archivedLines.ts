import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import type { Archive } from '../domain/archive.ts';
import { COST_CLASSES } from '../domain/metrics.ts';
import { USAGE_SOURCES } from '../domain/usage.ts';
import { ArchiveError, type ArchiveObjects, type ArchivePlace, nameOf } from './archiveObjects.ts';

/** A line of an archive, and what of it says where it belongs and what it costs. */
export type ArchivedLine = Readonly<{ text: string; record: z.infer<typeof archivedRecord> }>;

const decimal = z
  .string()
  .regex(/^-?\d{1,30}$/)
  .transform(BigInt);
const archivedRecord = z.object({
  source: z.enum(USAGE_SOURCES),
  requestId: z.string(),
  day: z.string(),
  rev: z.int().positive(),
  costPicoUsd: z.record(z.enum(COST_CLASSES), decimal),
  unpricedReason: z.string().optional(),
});

/** Where archives are read. */
export type OpenArchives = Pick<ArchiveObjects, 'open'>;

/** A record is an item of at most 400 KB; a longer line is none. */
const MAX_LINE_CHARACTERS = 1 << 20;

/**
 * The lines of an archive as they come. Throws an `ArchiveError` where the object is missing or cannot be
 * unpacked, and after the last line when all of it is not what the list says; an error of the connection as
 * it is.
 */
export async function* archivedLines(
  { digest, ...place }: ArchivePlace & Pick<Archive, 'digest'>,
  objects: OpenArchives,
): AsyncGenerator<ArchivedLine> {
  const hash = createHash('sha256');
  for await (const text of splitLines(unpack(place, objects), hash)) {
    yield { text, record: parseLine(place, text) };
  }
  if (hash.digest('hex') !== digest) throw damaged(place, 'its contents are not those of its digest');
}

/** Reads an archive to its end and says whether it is what the list says. */
export async function checkArchive(
  archive: Archive,
  objects: OpenArchives,
): Promise<'sound' | ArchiveError['code']> {
  let records = 0;
  try {
    for await (const _line of archivedLines(archive, objects)) records += 1;
  } catch (error) {
    if (error instanceof ArchiveError) return error.code;
    throw error;
  }
  return records === archive.records ? 'sound' : 'damaged';
}

async function* unpack(place: ArchivePlace, objects: OpenArchives): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const body = await objects.open(place);
  // A failure destroys the end of the pipe, which is read below and throws it there.
  pipeline(Readable.from(body), gunzip).catch(() => {});
  try {
    for await (const chunk of gunzip) yield Buffer.from(chunk);
  } catch (cause) {
    // A connection that broke says nothing about the object.
    if (!isZlibError(cause)) throw cause;
    throw damaged(place, 'the gzip data is damaged or cut', cause);
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

async function* splitLines(
  chunks: AsyncIterable<Buffer>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    hash.update(chunk);
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > MAX_LINE_CHARACTERS) rest = rest.slice(0, MAX_LINE_CHARACTERS);
  }
  if (rest !== '') yield rest;
}

function parseLine(place: ArchivePlace, text: string): ArchivedLine['record'] {
  try {
    return archivedRecord.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(place, 'a line is no record', cause);
  }
}

function damaged(place: ArchivePlace, why: string, cause?: unknown): ArchiveError {
  return new ArchiveError('damaged', `${nameOf(place)}: ${why}`, { cause });
}
