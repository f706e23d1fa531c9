import { evaluateBudgets } from '../../functions/evaluateBudgets.ts';
import { ingestLogs } from '../../functions/ingestLogs.ts';
import { notify } from '../../functions/notify.ts';
import { rollUp } from '../../functions/rollUp.ts';
import { sweepAlerts } from '../../functions/sweepAlerts.ts';
import { readDeployment } from '../../infra/local/deployment.ts';
import { type Random, seededRandom } from '../../infra/local/sample/random.ts';
import { DEFAULT_SEAL_RULES, type Seal } from '../../shared/domain/seal.ts';
import { alertMessageSchema } from '../../shared/notify/alertMessage.ts';
import type { PriceBook } from '../../shared/pricing/priceBook.ts';
import { pauseAfterContention } from '../../shared/runtime/pause.ts';
import {
  OPEN_PARTITION,
  OUTBOX_PARTITION,
  UNTOLD_PARTITION,
  WAITING_PARTITION,
} from '../../shared/store/alertKeys.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { reconcile } from '../../shared/store/reconcile.ts';
import { repriceRecords } from '../../shared/store/repriceRecords.ts';
import { dynamoStores, type Stores } from '../../shared/store/stores.ts';
import { deliveryOf } from './alertChannel.ts';
import { type Environment, TABLES } from './environment.ts';
import { EventSource } from './eventSource.ts';
import { HardBudget } from './hardBudget.ts';
import { Lambda } from './lambda.ts';
import type { Mutation } from './mutation.ts';
import { Network } from './network.ts';
import { Subscription } from './subscription.ts';
import { Tally } from './tally.ts';
import { checkingClientOver } from './twin/clients.ts';
import { type Change, DynamoTwin } from './twin/engine.ts';
import { twinRequestHandler } from './twin/requestHandler.ts';
import { snsEvent, topicHandler } from './twin/topic.ts';
import { Violations } from './violation.ts';
import { VirtualTime } from './virtualTime.ts';
import { Watch } from './watch.ts';

export type WorldOptions = Readonly<{
  startMs: number;
  /** Decides what goes wrong and in which order things happen, but not what is logged. */
  faultSeed: string;
  faultRate: number;
  duplicateRate: number;
  maxBatch: number;
  maxLateMs: number;
  /** Largest page of a query; small ones make small ledgers page. */
  pageBytes: number;
  priceBook: PriceBook;
  mutation?: Mutation | undefined;
}>;

const RETENTION = {
  recordRetentionDays: 90,
  lineRetentionDays: 400,
};
const DEPLOYMENT = readDeployment();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MAX_DAYS_TO_SEAL = 20;
const MAX_SETTLE_MS = 20 * DAY_MS;
const UNDONE_RATE = 0.3;
/** After any time, as text. */
const LATER = '~';
/** Most sweeps that have nothing to do are left out: they come every minute, and a run lasts weeks. */
const IDLE_SWEEP_RATE = 0.1;
const SMALL_BATCH = 8;

/** Tollbook's functions, its two tables and its topic in one virtual company, with everything that can go wrong. */
export class World {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly tally = new Tally();
  readonly violations: Violations;
  readonly watch: Watch;
  readonly twin: DynamoTwin;
  readonly subscription: Subscription;
  /** The ledger as it is: no faults, no delays. */
  readonly stores: Stores;
  priceBook: PriceBook;
  readonly #lambda: Lambda;
  readonly #network: Network;
  readonly #sources: readonly EventSource[];
  readonly #faultRate: number;
  #outUntilMs = 0;

  constructor(options: WorldOptions) {
    const { startMs, faultSeed, faultRate, duplicateRate, maxBatch, maxLateMs, pageBytes, mutation } =
      options;
    this.time = new VirtualTime(startMs);
    this.random = seededRandom(faultSeed);
    this.violations = new Violations(() => this.time.steps);
    this.watch = new Watch(this.violations);
    this.priceBook = options.priceBook;
    const { time, random, tally } = this;
    const isFaulty = faultRate > 0;
    this.twin = new DynamoTwin({
      tables: Object.values(TABLES),
      nowMs: () => time.nowMs,
      chooseStale: (count) => random.int(0, count - 1),
      leavesUndone: () => isFaulty && random.chance(faultRate) && random.chance(UNDONE_RATE),
      pageBytes,
      onChange: (change) => this.#onChange(change),
    });
    const store = twinRequestHandler(this.twin, (error) => this.violations.add('settles', String(error)));
    this.stores = dynamoStores({ client: checkingClientOver(this.twin, store), ...TABLES });
    const topic = topicHandler((message) => this.#onMessage(message));
    this.#network = new Network({ time, random, tally, faultRate });
    this.#faultRate = faultRate;
    const wires = { network: this.#network, store, topic, mutation };
    this.#lambda = new Lambda({ time, random, tally, wires, deathRate: faultRate / 2 });
    this.subscription = new Subscription({
      time,
      random,
      tally,
      duplicateRate,
      maxBatch,
      maxLateMs,
      ingest: (event) => this.#ingest(event),
    });
    this.#sources = this.#makeSources(maxBatch);
    for (const { functionName, everyMs } of DEPLOYMENT.schedules) this.#schedule(functionName, everyMs);
  }

  /** Gateways begin to share out a hard budget; who asks when is decided by the seed. */
  startGateways(seed: string): void {
    const { time, tally, violations } = this;
    new HardBudget({ lambda: this.#lambda, time, tally, violations, seed }).start();
  }

  /** The stream cannot be read for so long. */
  breakStream(durationMs: number): void {
    this.#outUntilMs = this.time.nowMs + durationMs;
  }

  get isQuiet(): boolean {
    return (
      this.subscription.isQuiet &&
      this.#lambda.running === 0 &&
      this.#network.late === 0 &&
      this.#sources.every((source) => source.isQuiet)
    );
  }

  /** Every alert was published, and told through the channel. */
  get #isOutboxEmpty(): boolean {
    const partitions = [OUTBOX_PARTITION, UNTOLD_PARTITION, WAITING_PARTITION];
    return partitions.every((pk) => this.#firstOf(pk) === undefined);
  }

  /** A sweep would find nothing to do. */
  get #isSweepIdle(): boolean {
    return this.#isOutboxEmpty && (this.#firstOf(OPEN_PARTITION) ?? LATER) > this.time.now.toISOString();
  }

  /** The first sort key of a partition of the totals' table. */
  #firstOf(pk: string): string | undefined {
    const first = this.twin.table(TABLES.totalsTable).items(pk).next();
    return first.done === true ? undefined : first.value[0];
  }

  /** Of every period that was over an hour ago and had an alert, the end was told. */
  get #areEndsTold(): boolean {
    return (this.#firstOf(OPEN_PARTITION) ?? LATER) > new Date(this.time.nowMs - HOUR_MS).toISOString();
  }

  /** Lets time pass until nothing is under way any more and all that is to be told was published. */
  async settle(): Promise<void> {
    const endMs = this.time.nowMs + MAX_SETTLE_MS;
    for (;;) {
      while (!this.isQuiet) {
        if (!(await this.time.step()) || this.time.nowMs > endMs) {
          this.violations.add('settles', 'work is left that never comes to an end');
          return;
        }
      }
      if (this.#isOutboxEmpty && this.#areEndsTold) return;
      await this.time.step();
      if (this.time.nowMs > endMs) {
        this.violations.add('settles', 'an alert stays unpublished');
        return;
      }
    }
  }

  /** Lets days pass in which nothing is logged, until every day is sealed. */
  async sealEverything(): Promise<void> {
    const { totals, seals } = this.stores;
    for (let tries = 0; tries < MAX_DAYS_TO_SEAL; tries += 1) {
      const isOpen = ({ sealedAt, period }: Seal) => period.kind === 'day' && sealedAt === undefined;
      const known = await seals.all();
      const days = known.filter(({ period }) => period.kind === 'day');
      if (days.length === (await totals.days()).length && !known.some(isOpen)) return;
      this.time.jump(3 * DAY_MS);
      await this.#passTime(HOUR_MS / 4);
      await this.settle();
    }
    this.violations.add('settles', 'a day is never sealed');
  }

  async #passTime(durationMs: number): Promise<void> {
    const endMs = this.time.nowMs + durationMs;
    while (this.time.nowMs < endMs) await this.time.step();
  }

  /** Prices all records again; gives how many changed, or nothing when it was cut short. */
  async reprice(): Promise<number | undefined> {
    const range = { from: '0000-01-01', to: '9999-12-31' };
    const ended = await this.#lambda.invoke('reprice', async ({ stores }) => {
      const posting = () => ({ now: new Date(this.time.nowMs), ...RETENTION });
      const { priceBook } = this;
      const dependencies = { ...stores, priceBook, posting, pause: pauseAfterContention };
      return repriceRecords({ range, isDryRun: false }, dependencies);
    });
    if (ended.kind !== 'done') return undefined;
    return [...ended.result.values()].reduce((sum, { changed }) => sum + changed, 0);
  }

  #ingest(event: unknown) {
    return this.#lambda.invoke('ingestLogs', ({ stores }, now) =>
      ingestLogs(event, {
        stores,
        priceBook: this.priceBook,
        pause: pauseAfterContention,
        posting: { now, ...RETENTION },
      }),
    );
  }

  #makeSources(maxBatch: number): EventSource[] {
    const { time, random, tally } = this;
    const isOut = () => time.nowMs < this.#outUntilMs;
    const work = {
      rollUp: (event: unknown) => this.#lambda.invoke('rollUp', ({ stores }) => rollUp(event, stores.totals)),
      evaluateBudgets: (event: unknown) =>
        this.#lambda.invoke('evaluateBudgets', (environment, now) =>
          evaluateBudgets(event, { ...environment.stores, publisher: environment.publisher, now }),
        ),
    };
    return DEPLOYMENT.streams.flatMap((stream) => {
      const invoke = Object.entries(work).find(([name]) => name === stream.functionName)?.[1];
      const batchSize =
        maxBatch < SMALL_BATCH * 4 ? Math.min(stream.batchSize, SMALL_BATCH) : stream.batchSize;
      return invoke === undefined
        ? []
        : [new EventSource({ ...stream, batchSize, time, random, tally, invoke, isOut })];
    });
  }

  #schedule(functionName: string, everyMs: number): void {
    const work = this.#scheduled[functionName];
    if (work === undefined) return;
    const tick = () => {
      this.time.after(everyMs, tick);
      if (functionName === 'sweepAlerts' && this.#isSweepIdle && !this.random.chance(IDLE_SWEEP_RATE)) return;
      void this.#lambda.invoke(functionName, work);
    };
    this.time.after(this.random.int(1, everyMs), tick);
  }

  readonly #scheduled: Readonly<Record<string, (environment: Environment, now: Date) => Promise<unknown>>> = {
    closePeriods: ({ stores }, now) => closePeriods({ ...stores, now, rules: DEFAULT_SEAL_RULES }),
    sweepAlerts: (environment, now) =>
      sweepAlerts({ ...environment.stores, ...this.#telling(environment), now }),
    reconcile: ({ stores }, now) => this.#reconcile(stores, now),
  };

  /** In a sound ledger there is nothing to mend, whatever is under way. */
  async #reconcile(stores: Stores, now: Date): Promise<void> {
    const { drifts } = await reconcile({ ...stores, posting: { now, ...RETENTION } });
    for (const { day, scope, driftPicoUsd } of drifts) {
      this.violations.add(
        '1 sums',
        `reconciling found a drift of ${driftPicoUsd} pico-USD in ${scope} on ${day}`,
      );
    }
  }

  #telling(environment: Environment) {
    const { time, watch, tally, random } = this;
    const channel = { time, watch, tally, random, faultRate: this.#faultRate };
    return { publisher: environment.publisher, ...deliveryOf(environment, channel) };
  }

  #onChange(change: Change): void {
    this.watch.onChange(change);
    if (change.table !== TABLES.totalsTable || change.before?.text === change.after?.text) return;
    const isNew = change.before === undefined;
    for (const source of this.#sources) source.ring(change.key, { isNew });
  }

  #onMessage(message: string): void {
    this.watch.onPublished(alertMessageSchema.parse(JSON.parse(message)).alertId);
    void this.#lambda.invoke('notify', (environment, now) =>
      notify(snsEvent(message), { ...environment.stores, ...this.#telling(environment), now }),
    );
  }
}
