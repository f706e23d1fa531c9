import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { MAX_LINE_BYTES } from '../../shared/formats/decodeLine.ts';
import { LocalError } from './localError.ts';

const NEWLINE = 0x0a;
const POLL_MS = 300;

/** Reports that the reader has caught up with a growing file; the next line may take its time. */
export const CAUGHT_UP = Symbol('caught up');

/** Refuses a file that cannot be read, before anything is posted. */
export function checkFile(file: string): void {
  try {
    if (!statSync(file).isFile()) throw new LocalError('file', `${file} is not a file`);
    closeSync(openSync(file, 'r'));
  } catch (error) {
    if (error instanceof LocalError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : '';
    throw new LocalError(
      'file',
      code === 'ENOENT' ? `${file}: no such file` : `${file}: cannot be read (${code})`,
    );
  }
}

/** The lines of a plain or gzip file, as a stream: memory does not grow with the file. */
export async function* readLines(file: string): AsyncGenerator<string> {
  const raw = createReadStream(file, { highWaterMark: 1 << 20 });
  const source = isGzip(file) ? raw.pipe(createGunzip()) : raw;
  raw.once('error', (error) => source.destroy(error));
  const splitter = new LineSplitter();
  try {
    for await (const chunk of source) yield* splitter.split(chunk);
  } catch (cause) {
    throw new LocalError('file', `${file}: the gzip data is damaged or cut`, { cause });
  }
  yield* splitter.end();
}

/**
 * The lines of a growing file, for ever: `CAUGHT_UP` each time its end is reached. A file that was cut or
 * replaced by a shorter one is read from its start again; the ledger counts nothing twice.
 */
export async function* followLines(
  file: string,
  signal: AbortSignal,
): AsyncGenerator<string | typeof CAUGHT_UP> {
  let offset = 0;
  let splitter = new LineSplitter();
  const buffer = Buffer.alloc(1 << 20);
  while (!signal.aborted) {
    if (statSync(file).size < offset) {
      offset = 0;
      splitter = new LineSplitter();
    }
    const length = readAt(file, buffer, offset);
    offset += length;
    if (length > 0) {
      yield* splitter.split(buffer.subarray(0, length));
    } else {
      yield CAUGHT_UP;
      await sleep(POLL_MS, undefined, { signal }).catch(() => {});
    }
  }
}

/** Cuts bytes into lines. A line longer than any log event is kept only as far as it takes to refuse it. */
export class LineSplitter {
  #parts: Buffer[] = [];
  #length = 0;

  *split(chunk: Buffer): Generator<string> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      yield this.#take();
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  *end(): Generator<string> {
    if (this.#length > 0) yield this.#take();
  }

  #keep(bytes: Buffer): void {
    const room = MAX_LINE_BYTES + 1 - this.#length;
    const part = bytes.subarray(0, Math.max(0, room));
    if (part.length > 0) this.#parts.push(Buffer.from(part));
    this.#length += part.length;
  }

  #take(): string {
    const line = Buffer.concat(this.#parts, this.#length).toString('utf8');
    this.#parts = [];
    this.#length = 0;
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }
}

function isGzip(file: string): boolean {
  const head = Buffer.alloc(2);
  return readAt(file, head, 0) === 2 && head[0] === 0x1f && head[1] === 0x8b;
}

function readAt(file: string, buffer: Buffer, offset: number): number {
  const descriptor = openSync(file, 'r');
  try {
    return readSync(descriptor, buffer, 0, buffer.length, offset);
  } finally {
    closeSync(descriptor);
  }
}
