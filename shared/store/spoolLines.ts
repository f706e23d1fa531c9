import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** A gzip file on its way to its place: `digest` is of its contents, in hex, `checksum` of itself, in Base64. */
export type SpooledFile = Readonly<{ path: string; sizeBytes: number; checksum: string; digest: string }>;

const CHUNK_CHARACTERS = 1 << 16;

/**
 * Writes lines to a gzip file, hands it to `use`, and removes it, whatever happens. Memory does not grow with
 * the number of lines, and an object is only begun when its contents are known to be whole.
 */
export async function withSpooledLines<Result>(
  lines: AsyncIterable<string>,
  use: (file: SpooledFile) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'tollbook-archive-'));
  try {
    return await use(await spool(lines, join(folder, 'records.ndjson.gz')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function spool(lines: AsyncIterable<string>, path: string): Promise<SpooledFile> {
  const contents = createHash('sha256');
  const compressed = createHash('sha256');
  let sizeBytes = 0;
  await pipeline(
    async function* () {
      for await (const chunk of joinLines(lines)) {
        contents.update(chunk);
        yield chunk;
      }
    },
    createGzip(),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        compressed.update(chunk);
        sizeBytes += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(path),
  );
  return { path, sizeBytes, checksum: compressed.digest('base64'), digest: contents.digest('hex') };
}

/** Lines with their newlines, some hundred at a time: a write for each would cost more than the line. */
async function* joinLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = '';
  for await (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
