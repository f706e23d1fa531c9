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
  ignoredReasons: z.record(z.string(), count),
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
  ignoredReasons: {},
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
    await this.#settle();
  }

  /** Delivers subscription events as they are; returns when all are posted. */
  async deliveries(events: Iterable<unknown>): Promise<void> {
    for (const event of events) await this.#deliver(event);
    await this.#settle();
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
    this.tally = {
      lines: tally.lines + counts.lines,
      posted: tally.posted + counts.posted,
      duplicates: tally.duplicates + counts.duplicates,
      revised: tally.revised + counts.revised,
      ignored: tally.ignored + counts.ignored,
      ignoredReasons: addEach(tally.ignoredReasons, counts.ignoredReasons),
      quarantined: tally.quarantined + counts.quarantined,
      unpriced: tally.unpriced + counts.unpriced,
      costPicoUsd: tally.costPicoUsd + counts.costPicoUsd,
      reasons: addEach(tally.reasons, counts.reasons),
    };
    this.#onProgress(this.tally);
  }

  async #settle(): Promise<void> {
    await Promise.all(this.#underWay);
    this.#throwFailure();
  }

  /** Throws a failure once: who catches it may go on with other deliveries. */
  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }
}

function addEach(sums: Readonly<Record<string, number>>, more: Readonly<Record<string, number>>) {
  const added = { ...sums };
  for (const [reason, lines] of Object.entries(more)) added[reason] = (added[reason] ?? 0) + lines;
  return added;
}
