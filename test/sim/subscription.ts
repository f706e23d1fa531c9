import type { Random } from '../../infra/local/sample/random.ts';
import type { Ended } from './lambda.ts';
import { type Delivery, deliveryEvent } from './logLine.ts';
import type { Tally } from './tally.ts';
import type { LogStream } from './traffic.ts';
import type { VirtualTime } from './virtualTime.ts';

export type SubscriptionOptions = Readonly<{
  time: VirtualTime;
  random: Random;
  tally: Tally;
  ingest: (event: unknown) => Promise<Ended<unknown>>;
  /** Share of entries that are delivered once more, in other batches. */
  duplicateRate: number;
  maxBatch: number;
  /** How late a delivery may come, or be repeated. */
  maxLateMs: number;
}>;

const MAX_LAG_MS = 90_000;
/** Lambda tries an asynchronous invocation three times in all, then its event goes to the on-failure queue. */
const MAX_TRIES = 3;
const RETRY_MS = 60_000;
const REDRIVE_MS = 1_800_000;
const LATE_RATE = 0.03;

/** Hands log streams to the ingesting function: cut, late, out of order, repeated, tried again, driven again. */
export class Subscription {
  readonly #options: SubscriptionOptions;
  #pending = 0;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
  }

  get isQuiet(): boolean {
    return this.#pending === 0;
  }

  /** Delivers a stream batch by batch, each a little after the last of its entries was logged. */
  start(stream: LogStream, from = 0): void {
    const { random, maxBatch, time } = this.#options;
    const to = Math.min(stream.entries.length, from + random.int(1, maxBatch));
    const last = stream.entries[to - 1];
    if (from >= to || last === undefined) return;
    this.#later(last.atMs - time.nowMs + random.int(0, MAX_LAG_MS), () => {
      this.#plan({ stream, from, to });
      this.start(stream, to);
    });
  }

  #plan(delivery: Delivery): void {
    const { random, duplicateRate, tally, maxLateMs } = this.#options;
    const isLate = random.chance(LATE_RATE);
    if (isLate) tally.add('deliveries that came late');
    this.#later(isLate ? random.int(1, maxLateMs) : 0, () => this.#deliver(delivery, 1));
    if (!random.chance(duplicateRate)) return;
    for (const again of this.#recut(delivery)) {
      tally.add('events delivered again', again.to - again.from);
      this.#later(random.chance(0.4) ? random.int(0, 50) : random.int(0, maxLateMs), () =>
        this.#deliver(again, 1),
      );
    }
  }

  /** The same entries and perhaps some before them, in one or two batches that were never cut so before. */
  #recut({ stream, from, to }: Delivery): Delivery[] {
    const { random } = this.#options;
    const start = Math.max(0, from - random.int(0, 1));
    const cut = random.int(start, to);
    return [
      { stream, from: start, to: cut },
      { stream, from: cut, to },
    ].filter((part) => part.from < part.to);
  }

  #deliver(delivery: Delivery, attempt: number): void {
    const { ingest, tally, random } = this.#options;
    tally.add('deliveries');
    this.#pending += 1;
    void ingest(deliveryEvent(delivery)).then((ended) => {
      this.#pending -= 1;
      if (ended.kind === 'done') return;
      if (attempt < MAX_TRIES) {
        tally.add('deliveries tried again');
        this.#later(RETRY_MS * attempt + random.int(0, 1_000), () => this.#deliver(delivery, attempt + 1));
        return;
      }
      tally.add('deliveries driven again');
      this.#later(random.int(1, REDRIVE_MS), () => this.#deliver(delivery, 1));
    });
  }

  #later(delayMs: number, run: () => void): void {
    this.#pending += 1;
    this.#options.time.after(delayMs, () => {
      this.#pending -= 1;
      run();
    });
  }
}
