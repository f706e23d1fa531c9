import { inflateRawSync } from 'node:zlib';

/** A file of an archive with its contents. */
export type ZipEntry = Readonly<{ path: string; contents: Buffer }>;

const END_SIGNATURE = Buffer.from([0x50, 0x4b, 5, 6]);
const DEFLATED = 8;

/** The files of a zip archive in memory. Knows what packaging writes: stored and deflated entries. */
export function unzip(archive: Buffer): ZipEntry[] {
  const end = archive.lastIndexOf(END_SIGNATURE);
  if (end < 0) throw new Error('The archive has no directory.');
  const count = archive.readUInt16LE(end + 10);
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    const nameLength = archive.readUInt16LE(at + 28);
    const path = archive.toString('utf8', at + 46, at + 46 + nameLength);
    if (!path.endsWith('/')) entries.push({ path, contents: contentsOf(archive, at) });
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

/** `at` is the entry's place in the directory, which knows its length; its data follows a head of its own. */
function contentsOf(archive: Buffer, at: number): Buffer {
  const method = archive.readUInt16LE(at + 10);
  const length = archive.readUInt32LE(at + 20);
  const head = archive.readUInt32LE(at + 42);
  const start = head + 30 + archive.readUInt16LE(head + 26) + archive.readUInt16LE(head + 28);
  const data = archive.subarray(start, start + length);
  return method === DEFLATED ? inflateRawSync(data) : data;
}
