import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * Where a long work stands, in a file of the data folder, so that the next run of the same work goes on
 * there. It only saves time: a work without its cursor starts anew, and the ledger counts nothing twice.
 */
export class CursorFile<Cursor> {
  readonly #file: string;
  readonly #job: Readonly<Record<string, unknown>>;
  readonly #schema: z.ZodType<Cursor>;

  /** `job` names the work by all that makes it another one: what is read, and which ledger is written. */
  constructor(dataDir: string, job: Readonly<Record<string, unknown>>, schema: z.ZodType<Cursor>) {
    const id = createHash('sha256').update(JSON.stringify(job)).digest('hex').slice(0, 16);
    this.#file = join(dataDir, `backfill-${id}.json`);
    this.#job = job;
    this.#schema = schema;
    mkdirSync(dataDir, { recursive: true });
  }

  /** `undefined` for a work that has not begun, or whose file cannot be read. */
  read(): Cursor | undefined {
    try {
      const stored: unknown = JSON.parse(readFileSync(this.#file, 'utf8'));
      return z.object({ cursor: this.#schema }).parse(stored).cursor;
    } catch {
      return undefined;
    }
  }

  /** Replaces the file as a whole: a crash leaves the cursor before or the cursor after. */
  write(cursor: Cursor): void {
    const next = `${this.#file}.${process.pid}`;
    writeFileSync(next, `${JSON.stringify({ job: this.#job, cursor })}\n`);
    renameSync(next, this.#file);
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }
}
