import type { DynamoDBBatchResponse } from 'aws-lambda';
import { type KeyFilter, passes } from '../../infra/local/deployment.ts';
import type { Random } from '../../infra/local/sample/random.ts';
import type { Ended } from './lambda.ts';
import type { Tally } from './tally.ts';
import type { Key } from './twin/table.ts';
import type { VirtualTime } from './virtualTime.ts';

type Bell = Readonly<{ key: Key; sequenceNumber: string }>;

type Shard = {
  bells: Bell[];
  isBusy: boolean;
  isPollDue: boolean;
  attempts: number;
  /** How many records the next batch may have; halved after each failure of a whole batch. */
  limit: number;
};

export type EventSourceOptions = Readonly<{
  functionName: string;
  filters: readonly KeyFilter[];
  batchSize: number;
  time: VirtualTime;
  random: Random;
  tally: Tally;
  invoke: (event: unknown) => Promise<Ended<DynamoDBBatchResponse>>;
  /** Whether the stream can be read now. */
  isOut: () => boolean;
}>;

const SHARDS = 3;
const WINDOW_MS = 4_000;
const OUT_MS = 60_000;
const MAX_ATTEMPTS = 11;
const REDRIVE_MS = 1_800_000;
/** A batch is now and then handed to two invocations at once: delivery is at least once. */
const TWICE_RATE = 0.05;

/**
 * The event source mapping between the totals table's stream and a function: keys in their order within a
 * partition, partial batch responses, bisecting, retries, and a queue for what has failed for good.
 */
export class EventSource {
  readonly #options: EventSourceOptions;
  readonly #shards: readonly Shard[];
  #sequence = 0;
  #givenUp = 0;

  constructor(options: EventSourceOptions) {
    this.#options = options;
    this.#shards = Array.from({ length: SHARDS }, () => ({
      bells: [],
      isBusy: false,
      isPollDue: false,
      attempts: 0,
      limit: options.batchSize,
    }));
  }

  get isQuiet(): boolean {
    return this.#givenUp === 0 && this.#shards.every(({ bells, isBusy }) => bells.length === 0 && !isBusy);
  }

  ring(key: Key, change: Readonly<{ isNew: boolean }>): void {
    if (!passes(this.#options.filters, key, change)) return;
    const shard = this.#shards[hashOf(key.pk) % SHARDS];
    if (shard === undefined) return;
    this.#sequence += 1;
    shard.bells.push({ key, sequenceNumber: String(this.#sequence).padStart(21, '0') });
    this.#pollAfter(shard, this.#options.random.int(1, WINDOW_MS));
  }

  #pollAfter(shard: Shard, delayMs: number): void {
    if (shard.isPollDue || shard.isBusy || shard.bells.length === 0) return;
    shard.isPollDue = true;
    this.#options.time.after(delayMs, () => {
      shard.isPollDue = false;
      if (this.#options.isOut()) this.#pollAfter(shard, OUT_MS);
      else void this.#poll(shard);
    });
  }

  async #poll(shard: Shard): Promise<void> {
    const { invoke, random, tally, functionName } = this.#options;
    const batch = shard.bells.slice(0, shard.limit);
    const event = streamEvent(batch);
    shard.isBusy = true;
    if (random.chance(TWICE_RATE)) {
      tally.add(`batches twice at once: ${functionName}`);
      void invoke(event);
    }
    const ended = await invoke(event);
    shard.isBusy = false;
    this.#settle(shard, batch, ended);
    this.#pollAfter(shard, shard.attempts === 0 ? 1 : random.int(200, 2_000));
  }

  #settle(shard: Shard, batch: readonly Bell[], ended: Ended<DynamoDBBatchResponse>): void {
    const { batchSize, tally, functionName } = this.#options;
    if (ended.kind !== 'done') {
      shard.limit = Math.max(1, Math.ceil(batch.length / 2));
      tally.add(`batches bisected: ${functionName}`);
    } else {
      const failed = new Set(ended.result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      const first = batch.findIndex(({ sequenceNumber }) => failed.has(sequenceNumber));
      shard.bells.splice(0, first === -1 ? batch.length : first);
      if (first > 0) shard.attempts = 0;
      if (first === -1) {
        shard.attempts = 0;
        shard.limit = batchSize;
        return;
      }
      tally.add(`batches failed in part: ${functionName}`);
    }
    shard.attempts += 1;
    if (shard.attempts === MAX_ATTEMPTS) this.#giveUp(shard);
  }

  /** The on-failure queue keeps where the batch lies in the stream; somebody drives it again later. */
  #giveUp(shard: Shard): void {
    const { time, tally, functionName } = this.#options;
    const lost = shard.bells.splice(0, shard.limit);
    shard.attempts = 0;
    this.#givenUp += 1;
    tally.add(`batches given up: ${functionName}`);
    time.after(REDRIVE_MS, () => {
      this.#givenUp -= 1;
      for (const { key } of lost) this.ring(key, { isNew: true });
    });
  }
}

function streamEvent(bells: readonly Bell[]) {
  return {
    Records: bells.map(({ key, sequenceNumber }) => ({
      eventName: 'MODIFY',
      eventSource: 'aws:dynamodb',
      dynamodb: {
        Keys: { pk: { S: key.pk }, sk: { S: key.sk } },
        SequenceNumber: sequenceNumber,
        StreamViewType: 'KEYS_ONLY',
      },
    })),
  };
}

function hashOf(text: string): number {
  let hash = 7;
  for (let index = 0; index < text.length; index += 1) hash = (hash * 31 + text.charCodeAt(index)) >>> 0;
  return hash;
}
