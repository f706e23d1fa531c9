import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LineSplitter } from './lines.ts';

/** The lines of a stream of bytes, gzip or plain: the first two bytes tell, for names often do not. */
export async function* streamLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) return;
  const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b;
  const whole = Readable.from(again(first.value, chunks));
  // The pipeline hands an error of either part to the reader of the last, which is the loop below.
  const bytes = isGzip ? pipeline(whole, createGunzip(), () => {}) : whole;
  const splitter = new LineSplitter();
  for await (const chunk of bytes) yield* splitter.split(Buffer.from(chunk));
  yield* splitter.end();
}

async function* again(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** A reading of lines that is taken in steps, and knows how far it is. */
export class LineReading {
  readonly #lines: AsyncGenerator<string>;
  /** Lines that were taken or passed over. */
  position = 0;
  isAtEnd = false;

  constructor(lines: AsyncGenerator<string>) {
    this.#lines = lines;
  }

  async skip(count: number): Promise<void> {
    for (let skipped = 0; skipped < count && !this.isAtEnd; skipped += 1) await this.#next();
  }

  /** The lines of one step, which ends when it has enough of them or the reading is at its end. */
  async *take({ maxLines, maxCharacters }: { maxLines: number; maxCharacters: number }) {
    let characters = 0;
    for (let taken = 0; taken < maxLines && characters < maxCharacters; taken += 1) {
      const line = await this.#next();
      if (line === undefined) return;
      characters += line.length;
      yield line;
    }
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
  }

  async #next(): Promise<string | undefined> {
    const next = await this.#lines.next();
    if (next.done === true) {
      this.isAtEnd = true;
      return undefined;
    }
    this.position += 1;
    return next.value;
  }
}
