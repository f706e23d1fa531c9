import { statSync } from 'node:fs';
import { z } from 'zod';
import { CAUGHT_UP, followLines, readLines } from './lines.ts';
import type { Stack } from './stack.ts';
import { SubscriptionBatch } from './subscription.ts';

const count = z.number();
const ingestCounts = z.object({
  lines: count,
  posted: count,
  duplicates: count,
  revised: count,
  ignored: count,
  quarantined: count,
  unpriced: count,
  costPicoUsd: z.bigint(),
  reasons: z.record(z.string(), count),
});

/** What an ingest did; `lines` = posted + duplicates + revised + ignored + quarantined. */
export type IngestTally = z.infer<typeof ingestCounts>;

export const EMPTY_TALLY: IngestTally = {
  lines: 0,
  posted: 0,
  duplicates: 0,
  revised: 0,
  ignored: 0,
  quarantined: 0,
  unpriced: 0,
  costPicoUsd: 0n,
  reasons: {},
};

/** Deliveries that are under way at once; more would only wait for the one database. */
const DELIVERIES_AT_ONCE = 4;

type Lines = AsyncIterable<string | typeof CAUGHT_UP> | Iterable<string>;

/** Adds up deliveries to `ingestLogs`, and reports after each. */
export class Ingest {
  readonly #stack: Pick<Stack, 'invoke'>;
  readonly #onProgress: (tally: IngestTally) => void;
  readonly #underWay = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;
  tally: IngestTally = EMPTY_TALLY;

  constructor(stack: Pick<Stack, 'invoke'>, onProgress: (tally: IngestTally) => void = () => {}) {
    this.#stack = stack;
    this.#onProgress = onProgress;
  }

  async file(file: string): Promise<void> {
    await this.lines(readLines(file), statSync(file).mtimeMs);
  }

  async follow(file: string, signal: AbortSignal): Promise<void> {
    await this.lines(followLines(file, signal), statSync(file).mtimeMs);
  }

  /** Wraps lines into subscription payloads and delivers them; returns when all are posted. */
  async lines(lines: Lines, fallbackMs: number): Promise<void> {
    const batch = new SubscriptionBatch(fallbackMs);
    for await (const line of lines) {
      if (line !== CAUGHT_UP) batch.add(line);
      if (batch.isFull || (line === CAUGHT_UP && !batch.isEmpty)) await this.#deliver(batch.take());
    }
    if (!batch.isEmpty) await this.#deliver(batch.take());
    await Promise.all(this.#underWay);
    this.#throwFailure();
  }

  async #deliver(event: unknown): Promise<void> {
    while (this.#underWay.size >= DELIVERIES_AT_ONCE) await Promise.race(this.#underWay);
    this.#throwFailure();
    const delivery = this.#stack
      .invoke('ingestLogs', event)
      .then((answer) => this.#add(ingestCounts.parse(answer)))
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#underWay.delete(delivery));
    this.#underWay.add(delivery);
  }

  #add(counts: IngestTally): void {
    const { tally } = this;
    const reasons = { ...tally.reasons };
    for (const [reason, lines] of Object.entries(counts.reasons))
      reasons[reason] = (reasons[reason] ?? 0) + lines;
    this.tally = {
      lines: tally.lines + counts.lines,
      posted: tally.posted + counts.posted,
      duplicates: tally.duplicates + counts.duplicates,
      revised: tally.revised + counts.revised,
      ignored: tally.ignored + counts.ignored,
      quarantined: tally.quarantined + counts.quarantined,
      unpriced: tally.unpriced + counts.unpriced,
      costPicoUsd: tally.costPicoUsd + counts.costPicoUsd,
      reasons,
    };
    this.#onProgress(this.tally);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
