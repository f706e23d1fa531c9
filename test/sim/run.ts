import { seededRandom } from '../../infra/local/sample/random.ts';
import { applyBudgets, eachUserDay, teamMonth } from '../support/policies.ts';
import { ALERTS, checkToldOnce } from './alertChannel.ts';
import { type Budgets, checkAlerts } from './checkAlerts.ts';
import { checkLedger, type Expiry } from './checkLedger.ts';
import { checkRebuild, checkSeals } from './checkSeals.ts';
import { type Company, FIRST_PRICES, priceBookOf, SECOND_PRICES, type SimPrices } from './company.ts';
import { TABLES } from './environment.ts';
import { HARD_BUDGET } from './hardBudget.ts';
import { dayOf, expectedBooks, spentOf } from './model.ts';
import type { Books } from './readBooks.ts';
import type { Outcome, SimulationOptions } from './simulate.ts';
import { FIRST_KEPT_DAY, HOUR_MS, PARTS, type Part, type Scale, START_MS } from './timeline.ts';
import { type LogStream, makeTraffic, type SimRequest, type Traffic } from './traffic.ts';
import type { World } from './world.ts';

type RunOptions = SimulationOptions & Scale;
type PricesSoFar = Readonly<{ prices: SimPrices; earlierPrices?: SimPrices }>;

const BEFORE_CHANGE: PricesSoFar = { prices: FIRST_PRICES };
const AFTER_CHANGE: PricesSoFar = { prices: SECOND_PRICES, earlierPrices: FIRST_PRICES };
const MAX_REPRICES = 50;
/** In every other part the stream cannot be read for an hour. */
const OUTAGE_RATE = 0.5;
/** At each rest the product's own proof is asked of so many days. */
const PROVEN_DAYS = 2;

/** One company's way through the parts of its time. */
export class Run {
  readonly #world: World;
  readonly #company: Company;
  readonly #options: RunOptions;
  readonly #streams: LogStream[] = [];
  readonly #digests: string[] = [];
  #requests: readonly SimRequest[] = [];
  #budgets: Budgets = { teams: [], eachUser: { limitPicoUsd: 1n, thresholds: [] } };
  #judgedFrom = dayOf(START_MS);
  #books: Books | undefined;
  #counts = { lost: 0, double: 0, driftPicoUsd: 0n, sightings: 0, requests: 0, alerts: 0, quarantined: 0 };

  constructor(world: World, company: Company, options: RunOptions) {
    this.#world = world;
    this.#company = company;
    this.#options = options;
  }

  async all(): Promise<Outcome> {
    await this.#setUp();
    for (const part of PARTS.slice(0, this.#options.parts)) {
      const isBeforeChange = part.name === 'first' || part.name === 'sealing';
      await this.#part(part, isBeforeChange ? BEFORE_CHANGE : AFTER_CHANGE);
    }
    const { violations, tally, time, watch } = this.#world;
    return {
      ...this.#counts,
      violations: violations.found,
      tally,
      corrections: this.#books?.corrections.size ?? 0,
      sealedDays: watch.sealedDays,
      sealedMonths: watch.sealedMonths,
      steps: time.steps,
      digests: this.#digests,
    };
  }

  /** The directory, and for each team and user a budget that its spend will pass, or nearly. */
  async #setUp(): Promise<void> {
    const { stores } = this.#world;
    for (const { user, team } of this.#company.people) {
      if (team !== undefined) await stores.directory.putUser({ user, placements: [{ team }] });
    }
    const random = seededRandom(`budgets ${this.#options.seed}`);
    const plan = expectedBooks(this.#makeTraffic(PARTS[0]).streams, {
      company: this.#company,
      prices: FIRST_PRICES,
    });
    const month = dayOf(START_MS).slice(0, 7);
    const teams = this.#company.teams.map((team) => {
      const spent = spentOf(plan.totals, team, month);
      const limitPicoUsd = 1n + (spent * BigInt(random.int(30, 250))) / 100n;
      return { team, limitPicoUsd, thresholds: [80, 100] };
    });
    const all = teams.reduce((sum, { team }) => sum + spentOf(plan.totals, team, month), 0n);
    const share = all / BigInt(this.#company.people.length);
    const limitPicoUsd = 1n + (share * BigInt(random.int(30, 250))) / 100n;
    this.#budgets = { teams, eachUser: { limitPicoUsd, thresholds: [100] } };
    const budgets = [
      ...teams.map((budget) => teamMonth(budget.team, budget.limitPicoUsd, budget.thresholds)),
      eachUserDay(limitPicoUsd, [100]),
      HARD_BUDGET,
    ];
    await applyBudgets(stores.policies, budgets, { alerts: ALERTS });
  }

  /** Both runs of a seed log the same, so the times in it do not depend on how long the last part took. */
  #makeTraffic({ name, share, startMs }: Part): Traffic {
    const { seed, events, spanMs, revisionRate } = this.#options;
    const [first] = PARTS;
    const past = { requests: this.#requests, fromMs: first.startMs, toMs: first.startMs + spanMs };
    return makeTraffic({
      random: seededRandom(`traffic ${seed} ${name}`),
      company: this.#company,
      part: name,
      requests: Math.max(1, Math.round(events * share)),
      startMs,
      spanMs,
      revisionRate,
      past: name === 'sealing' || name === 'second' ? past : undefined,
    });
  }

  /** A violation ends a run: what follows from it tells nothing new. */
  async #part(part: Part, prices: PricesSoFar): Promise<void> {
    const { violations, time, random, subscription } = this.#world;
    if (violations.found.length > 0) return;
    if (part.name === 'third') await this.#world.sealEverything();
    if (time.nowMs < part.startMs) time.jump(part.startMs - time.nowMs);
    this.#judgedFrom = dayOf(part.startMs);
    const { streams, requests } = this.#makeTraffic(part);
    this.#streams.push(...streams);
    this.#requests = requests;
    for (const stream of streams) subscription.start(stream);
    if (random.chance(OUTAGE_RATE)) {
      time.after(random.int(0, this.#options.spanMs), () => this.#world.breakStream(HOUR_MS));
    }
    switch (part.name) {
      case 'first':
        this.#world.startGateways(`gateways ${this.#options.seed}`);
        return this.#rest(prices);
      case 'sealing':
        return this.#rest(prices);
      case 'second':
        this.#changePrices();
        await this.#world.settle();
        await this.#repriceAll();
        return this.#rest(prices);
      case 'third':
        return this.#restAfterExpiry(prices);
      default:
        return part satisfies never;
    }
  }

  /** Half-way through, while deliveries are under way. */
  #changePrices(): void {
    this.#world.time.after(this.#options.spanMs / 2, () => {
      this.#world.priceBook = priceBookOf(SECOND_PRICES, '2026-08-01-00000002');
      void this.#world.reprice();
    });
  }

  /** TTL deletes when it likes: here one half of what has expired, some time later the rest. */
  async #restAfterExpiry(prices: PricesSoFar): Promise<void> {
    const { time, random } = this.#world;
    time.after(random.int(0, this.#options.spanMs), () => this.#expire(() => random.chance(0.5)));
    await this.#world.settle();
    this.#expire(() => true);
    const books = this.#books;
    await this.#rest(prices, books === undefined ? undefined : { before: FIRST_KEPT_DAY, books });
    const { stores, watch, violations } = this.#world;
    if (violations.found.length === 0) await checkRebuild({ stores, watch, violations });
  }

  #expire(isDue: () => boolean): void {
    const { twin, tally } = this.#world;
    for (const table of Object.values(TABLES)) tally.add('items deleted by TTL', twin.expire(table, isDue));
  }

  async #rest(prices: PricesSoFar, expiry?: Expiry): Promise<void> {
    const { violations, watch, stores, twin, random } = this.#world;
    await this.#world.settle();
    if (violations.found.some(({ invariant }) => invariant === 'settles')) return;
    const expected = expectedBooks(this.#streams, { company: this.#company, ...prices });
    const { books, ...verdict } = await checkLedger({ stores, twin, violations }, expected, expiry);
    const kept = books.days.filter((day) => day >= (expiry?.before ?? ''));
    const proven = random.shuffle(kept).slice(0, PROVEN_DAYS);
    await checkSeals({ stores, watch, violations }, books, proven);
    const { totals, lines } = books;
    const { nowMs } = this.#world.time;
    const spent = { totals, lines, expected, budgets: this.#budgets, judgedFrom: this.#judgedFrom, nowMs };
    const alerts = await checkAlerts({ stores, watch, violations }, spent);
    if (this.#options.faultRate === 0) checkToldOnce({ watch, violations });
    this.#counts = {
      ...verdict,
      alerts,
      sightings: expected.sightings,
      requests: expected.records.size,
      quarantined: expected.quarantine.size,
    };
    this.#books = books;
    this.#digests.push(books.digest);
  }

  /** Until a whole run changes nothing any more: one that died is begun again. */
  async #repriceAll(): Promise<void> {
    let changed: number | undefined;
    for (let tries = 0; changed !== 0; tries += 1) {
      if (tries === MAX_REPRICES) {
        this.#world.violations.add('settles', 'pricing again changes something every time');
        return;
      }
      let isDone = false;
      void this.#world.reprice().then((count) => {
        changed = count;
        isDone = true;
      });
      while (!isDone) await this.#world.time.step();
      await this.#world.settle();
    }
  }
}
