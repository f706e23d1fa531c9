import type { Decision, RecentRequests } from '../shared/domain/policy/decision.ts';
import type { BurstRule } from '../shared/domain/policy/policy.ts';
import type { Aimed } from '../shared/domain/policy/rulesOfAsker.ts';
import { blindDecision, burstRefusal, degraded } from './answers.ts';
import { BurstBook } from './burstBook.ts';
import { elapsedMs, GatewayClock } from './gatewayClock.ts';
import { Judge, type Told, type Verdict } from './judge.ts';
import { LeaseBook } from './leaseBook.ts';
import type { LeaseSlot } from './leaseSlot.ts';
import {
  type Gateway,
  type GatewayOptions,
  type GatewayRequest,
  type GatewayState,
  noCounts,
  settingsOf,
} from './options.ts';
import { overshootBound } from './overshootBound.ts';
import { PromptPatterns } from './promptPatterns.ts';
import { Reservations } from './reservations.ts';
import { ageOf, type HeldSnapshot, SnapshotFeed } from './snapshotFeed.ts';
import { Tallies } from './tallies.ts';

/** Who waits for the ledger learns in time that it does not answer. */
const PART_OF_WAIT = 0.8;
const MAX_ROUNDS = 10;
const NOTHING_TOLD: Told = new Map();
const OUTCOMES = { allow: 'allowed', warn: 'warned', throttle: 'throttled', reject: 'rejected' } as const;

/**
 * Decides in the gateway's own process, in microseconds, whether requests may go. It keeps a snapshot of the
 * ledger's figures fresh, adds what is on the way here, and spends hard budgets from leases. Nothing here
 * throws or waits because the ledger is away; the policy says what happens then.
 */
export function createGateway(options: GatewayOptions): Gateway {
  return new RunningGateway(options);
}

class RunningGateway implements Gateway {
  readonly ready: Promise<void>;
  readonly #settings;
  readonly #counters = noCounts();
  readonly #end = new AbortController();
  readonly #clock: GatewayClock;
  readonly #tallies = new Tallies();
  readonly #bursts = new BurstBook();
  readonly #patterns: PromptPatterns;
  readonly #reservations = new Reservations(this.#tallies, this.#counters);
  readonly #leases: LeaseBook;
  readonly #feed: SnapshotFeed;
  #judge: Judge | undefined;
  #held: HeldSnapshot | undefined;
  #markReady: () => void = () => {};

  constructor(options: GatewayOptions) {
    const settings = settingsOf(options);
    const counters = this.#counters;
    this.#settings = settings;
    this.#patterns = new PromptPatterns(settings.promptSearch);
    this.ready = new Promise((resolve) => {
      this.#markReady = resolve;
    });
    this.#clock = new GatewayClock(settings.now, () => {
      counters.clockJumps += 1;
    });
    const leaseTimeoutMs = Math.min(settings.timeoutMs, settings.hardWaitMs * PART_OF_WAIT);
    this.#leases = new LeaseBook({
      settings: { ...settings, timeoutMs: Math.ceil(leaseTimeoutMs) },
      ...{ counters, end: this.#end.signal },
    });
    this.#feed = new SnapshotFeed({
      ...{ settings, counters, end: this.#end.signal },
      onSnapshot: (held) => this.#follow(held),
      onLedgerTime: (ledgerMs) => this.#clock.hear(ledgerMs),
    });
    this.#feed.start();
  }

  decide(asked: GatewayRequest): Decision {
    const request = this.#asKept(asked);
    const verdict = this.#ask(request, NOTHING_TOLD);
    if (verdict === undefined) return this.#blind();
    for (const { slot, amount } of verdict.missing) slot.want(amount, elapsedMs());
    if (verdict.missing.length > 0) this.#leases.ask();
    if (verdict.bursts.some(({ rule }) => rule.counting === 'shared'))
      this.#counters.sharedCountedLocally += 1;
    return this.#carryOut(request, verdict);
  }

  async decideHard(asked: GatewayRequest): Promise<Decision> {
    const request = this.#asKept(asked);
    const endMs = elapsedMs() + this.#settings.hardWaitMs;
    let verdict = await this.#withLeases(request, NOTHING_TOLD, endMs);
    if (verdict === undefined) return this.#blind();
    const shared = verdict.bursts.filter(({ rule }) => rule.counting === 'shared');
    if (verdict.decision.action !== 'reject' && shared.length > 0) {
      const told = await this.#countShared(shared);
      if (told === undefined) return this.#carryOut(request, this.#withoutLedger(verdict));
      verdict = (await this.#withLeases(request, told, endMs)) ?? verdict;
    }
    return this.#carryOut(request, verdict);
  }

  needsLedger(asked: GatewayRequest): boolean {
    const verdict = this.#judge?.judge(this.#asKept(asked), this.#clock.now(), NOTHING_TOLD);
    if (verdict === undefined) return false;
    return verdict.missing.length > 0 || verdict.bursts.some(({ rule }) => rule.counting === 'shared');
  }

  settle(requestId: string, actual: Parameters<Gateway['settle']>[1]): void {
    this.#reservations.settle(requestId, actual, elapsedMs());
  }

  cancel(requestId: string): void {
    this.#reservations.cancel(requestId);
  }

  async close(): Promise<void> {
    this.#feed.stop();
    await this.#leases.close();
    this.#end.abort();
  }

  get state(): GatewayState {
    const held = this.#held;
    const { lastProblem } = this.#feed;
    return {
      ...(held === undefined ? {} : { version: held.data.version, snapshotAgeMs: ageOf(held) }),
      ...(lastProblem === undefined ? {} : { lastProblem }),
      inFlight: this.#reservations.size,
      leases: this.#leases.size,
      counters: { ...this.#counters },
      overshootBound: (budgetId) =>
        overshootBound(held, budgetId, {
          settings: this.#settings,
          overrun: this.#reservations.overrun(budgetId),
        }),
    };
  }

  /** The request under the name that the ledger has for its user. */
  #asKept(request: GatewayRequest): GatewayRequest {
    const { pseudonymOf } = this.#settings;
    return pseudonymOf === undefined ? request : { ...request, user: pseudonymOf(request.user) };
  }

  #follow(held: HeldSnapshot): void {
    const isNewPolicy = held.data.policy !== this.#held?.data.policy;
    this.#held = held;
    if (isNewPolicy) this.#bursts.follow(held.data.policy);
    this.#tallies.forgetUntil(held.asOfMs);
    this.#judge = new Judge(held, {
      settings: this.#settings,
      tallies: this.#tallies,
      leases: this.#leases,
      bursts: this.#bursts,
      patterns: this.#patterns,
    });
    this.#markReady();
  }

  /** What would become of the request now; `undefined` before the first snapshot. */
  #ask(request: GatewayRequest, told: Told): Verdict | undefined {
    this.#reservations.expire(elapsedMs());
    this.#reservations.replace(request.requestId);
    return this.#judge?.judge(request, this.#clock.now(), told);
  }

  /** Asks for the slices that are missing until they are there, refused, or the time is over. */
  async #withLeases(request: GatewayRequest, told: Told, endMs: number): Promise<Verdict | undefined> {
    const asked = new Set<LeaseSlot>();
    let verdict = this.#ask(request, told);
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const leftMs = endMs - elapsedMs();
      const missing = verdict?.missing ?? [];
      const waiting = missing.filter(({ slot }) => slot.state === 'open' || !asked.has(slot));
      if (waiting.length === 0 || leftMs <= 0) return verdict;
      for (const { slot, amount } of waiting) {
        asked.add(slot);
        slot.want(amount, elapsedMs());
      }
      this.#leases.ask();
      await this.#leases.answers(leftMs);
      verdict = this.#ask(request, told);
    }
    return verdict;
  }

  /** Has the ledger count the request under all its shared burst rules; `undefined` when it does not answer. */
  async #countShared(shared: readonly Aimed<BurstRule>[]): Promise<Told | undefined> {
    const request = crypto.randomUUID();
    const operations = shared.map(({ rule, aim }) => ({
      kind: 'burst' as const,
      burst: rule.id,
      scope: aim.id,
      request,
    }));
    const answers = await this.#leases.send(operations);
    if (answers === undefined || answers.some(({ kind }) => kind === 'busy')) return undefined;
    const told = new Map<string, RecentRequests>();
    for (const [index, { rule }] of shared.entries()) {
      const answer = answers[index];
      if (answer?.kind !== 'counted') continue;
      const { count, freesAtMs } = answer;
      told.set(rule.id, { count, ...(freesAtMs === undefined ? {} : { freesAtMs }) });
    }
    return told;
  }

  #withoutLedger(verdict: Verdict): Verdict {
    const isClosed = this.#held?.data.policy.failure.mode === 'closed';
    const [first] = verdict.bursts;
    if (isClosed && first !== undefined) {
      return { ...verdict, decision: burstRefusal(verdict.decision, first.rule.id) };
    }
    const message = 'Shared limits are counted here alone while the ledger does not answer.';
    return { ...verdict, decision: degraded(verdict.decision, message) };
  }

  /** Reserves what a request that goes will use, and counts what was decided. */
  #carryOut({ requestId }: GatewayRequest, { decision, holds, bursts, missing }: Verdict): Decision {
    this.#counters[OUTCOMES[decision.action]] += 1;
    if (decision.isDegraded) this.#counters.degraded += 1;
    if (missing.length > 0) this.#counters.leaseRefusals += 1;
    if (decision.action === 'reject') return decision;
    const now = elapsedMs();
    const nowMs = this.#clock.now();
    const reservation = {
      holds,
      bursts: bursts.map(({ rule, aim }) => this.#bursts.count(rule, aim.id, nowMs)),
      expiresAtMs: now + this.#settings.reservationTtlMs,
    };
    this.#reservations.add(requestId, reservation, now);
    if (holds.some(({ slot }) => slot?.isWanting(now) === true)) this.#leases.ask();
    return decision;
  }

  #blind(): Decision {
    const decision = blindDecision(this.#settings.withoutSnapshot);
    this.#counters[OUTCOMES[decision.action]] += 1;
    this.#counters.degraded += 1;
    this.#counters.blind += 1;
    return decision;
  }
}
