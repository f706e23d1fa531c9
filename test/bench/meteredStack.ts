import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { evaluateBudgets } from '../../functions/evaluateBudgets.ts';
import { ingestLogs } from '../../functions/ingestLogs.ts';
import { rollUp } from '../../functions/rollUp.ts';
import { LOCAL_TABLES } from '../../infra/local/createTables.ts';
import { passes, readDeployment } from '../../infra/local/deployment.ts';
import { SubscriptionBatch } from '../../infra/local/subscription.ts';
import { NO_DIMENSION } from '../../shared/domain/dailyLine.ts';
import { bundledPriceBook } from '../../shared/pricing/priceBook.ts';
import { type ItemKey, lineKey } from '../../shared/store/keys.ts';
import { dynamoStores, type Stores } from '../../shared/store/stores.ts';
import { BENCH_NOW, DAY_UNDER_WAY } from './company.ts';
import { POSTING } from './records.ts';
import { UnitMeter } from './unitMeter.ts';

/**
 * Lambda runs a function in several processes at once, each of which remembers for itself which index rows
 * it has written. Deliveries go round this many.
 */
const INGEST_PROCESSES = 4;

const ANY_LINE = {
  user: NO_DIMENSION,
  model: NO_DIMENSION,
  project: NO_DIMENSION,
  entrypoint: NO_DIMENSION,
  operation: NO_DIMENSION,
  serviceTier: NO_DIMENSION,
  businessUnit: NO_DIMENSION,
  department: NO_DIMENSION,
  costCentre: NO_DIMENSION,
};

/** When a stream batch is full: after so many changed lines, or with what so many log lines changed. */
export type StreamBatch = Readonly<{ changes: number } | { logLines: number }>;

/**
 * `posted` usage records are the requests of "per request"; `lineChanges` are the stream's records, of which
 * `carriedChanges` have been rolled up.
 */
export type StackCounts = Readonly<{ posted: number; lineChanges: number; carriedChanges: number }>;

/** The functions of the ledger over one metered client, with the stream between them. */
export class MeteredStack {
  readonly meter: UnitMeter;
  readonly #ingestStores: readonly Stores[];
  readonly #stores: Stores;
  readonly #ringing = new Map<string, ItemKey[]>();
  readonly #streams = readDeployment().streams;
  #deliveries = 0;
  #posted = 0;
  #lineChanges = 0;
  #carriedChanges = 0;

  constructor(client: DynamoDBDocumentClient) {
    this.meter = new UnitMeter(client, (table, key) => this.#ring(table, key));
    const stores = () => dynamoStores({ client, ...LOCAL_TABLES });
    this.#ingestStores = Array.from({ length: INGEST_PROCESSES }, stores);
    this.#stores = stores();
  }

  /** What was done so far. */
  get counts(): StackCounts {
    return { posted: this.#posted, lineChanges: this.#lineChanges, carriedChanges: this.#carriedChanges };
  }

  /**
   * Delivers lines in subscription payloads, and carries the stream as its batches fill. Changes that fill
   * no batch wait for the next call.
   */
  async deliver(
    lines: Iterable<string>,
    { linesPerDelivery, streamBatch }: { linesPerDelivery: number; streamBatch: StreamBatch },
  ): Promise<void> {
    const batch = new SubscriptionBatch(BENCH_NOW.getTime());
    let inDelivery = 0;
    let inWindow = 0;
    for (const line of lines) {
      batch.add(line);
      inDelivery += 1;
      if (inDelivery < linesPerDelivery) continue;
      await this.#ingest(batch.take());
      inWindow += inDelivery;
      inDelivery = 0;
      if ('changes' in streamBatch) await this.#carryFull(streamBatch.changes);
      else if (inWindow >= streamBatch.logLines) {
        await this.carryAll();
        inWindow = 0;
      }
    }
    if (!batch.isEmpty) await this.#ingest(batch.take());
  }

  /** Carries what waits as one stream batch. */
  async carryAll(): Promise<void> {
    await this.#carry(this.#waiting('rollUp').length);
  }

  /** Rolls up one team-day, as if one of its lines had changed. */
  async rollUpTeamDay(team: string, day: string): Promise<void> {
    const key = lineKey({ ...ANY_LINE, team, day });
    await rollUp(streamEvent([key]), this.#stores.totals);
  }

  async #ingest(event: unknown): Promise<void> {
    const stores = this.#ingestStores[this.#deliveries % INGEST_PROCESSES] ?? this.#stores;
    this.#deliveries += 1;
    const priceBook = bundledPriceBook();
    const counts = await ingestLogs(event, { stores, priceBook, pause: async () => {}, posting: POSTING });
    this.#posted += counts.posted;
  }

  async #carryFull(changes: number): Promise<void> {
    while (this.#waiting('rollUp').length >= changes) await this.#carry(changes);
  }

  /** One stream batch of line changes, and what the totals it writes set off. */
  async #carry(changes: number): Promise<void> {
    await rollUp(streamEvent(this.#waiting('rollUp').splice(0, changes)), this.#stores.totals);
    this.#carriedChanges += changes;
    const months = this.#waiting('evaluateBudgets').splice(0);
    const publisher = { publish: async () => {} };
    await evaluateBudgets(streamEvent(months), { ...this.#stores, publisher, now: DAY_UNDER_WAY });
  }

  #ring(table: string, key: ItemKey): void {
    if (table !== LOCAL_TABLES.totalsTable) return;
    for (const { functionName, filters } of this.#streams) {
      if (!passes(filters, key, { isNew: true })) continue;
      this.#waiting(functionName).push(key);
      if (functionName === 'rollUp') this.#lineChanges += 1;
    }
  }

  #waiting(functionName: string): ItemKey[] {
    const waiting = this.#ringing.get(functionName) ?? [];
    this.#ringing.set(functionName, waiting);
    return waiting;
  }
}

function streamEvent(keys: readonly ItemKey[]) {
  return {
    Records: keys.map(({ pk, sk }, index) => ({
      dynamodb: { Keys: { pk: { S: pk }, sk: { S: sk } }, SequenceNumber: String(index) },
    })),
  };
}
