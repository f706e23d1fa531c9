import type { Estimate } from '../shared/domain/policy/decision.ts';
import { estimatedUse } from '../shared/domain/policy/estimate.ts';
import type { Limit } from '../shared/domain/policy/policy.ts';
import type { CountedBurst } from './burstBook.ts';
import type { LeaseSlot } from './leaseSlot.ts';
import type { Counters } from './options.ts';
import type { Tallies, Tally } from './tallies.ts';

/** What a request holds of one budget. */
export type Hold = Readonly<{
  tally: Tally;
  limit: Limit;
  reserved: bigint;
  /** How long after its end the ledger's figures may lack it. */
  lagMs: number;
  /** The lease that it was drawn from. */
  slot?: LeaseSlot;
}>;

export type Reservation = Readonly<{
  holds: readonly Hold[];
  bursts: readonly CountedBurst[];
  /** In elapsed time. */
  expiresAtMs: number;
}>;

/** More requests than this cannot be on the way in one process; the oldest counts as never settled then. */
const MAX_RESERVATIONS = 100_000;

/**
 * The requests that were let go and are not settled yet, the oldest first. One that nobody settles ends by
 * itself as if it had used what it reserved: it may have.
 */
export class Reservations {
  readonly #byRequest = new Map<string, Reservation>();
  readonly #tallies: Tallies;
  readonly #counters: Counters;
  /** By how much requests passed what they had reserved, by budget. */
  readonly #overruns = new Map<string, bigint>();

  constructor(tallies: Tallies, counters: Counters) {
    this.#tallies = tallies;
    this.#counters = counters;
  }

  get size(): number {
    return this.#byRequest.size;
  }

  overrun(budgetId: string): bigint {
    return this.#overruns.get(budgetId) ?? 0n;
  }

  add(requestId: string, reservation: Reservation, nowMs: number): void {
    for (const { tally, reserved, slot } of reservation.holds) {
      tally.inFlight += reserved;
      slot?.draw(reserved, nowMs);
    }
    this.#byRequest.set(requestId, reservation);
  }

  settle(requestId: string, actual: Estimate, nowMs: number): void {
    const reservation = this.#take(requestId);
    if (reservation === undefined) return;
    this.#counters.settled += 1;
    for (const hold of reservation.holds) this.#settleHold(hold, estimatedUse(hold.limit, actual), nowMs);
  }

  cancel(requestId: string): void {
    const reservation = this.#take(requestId);
    if (reservation === undefined) return;
    this.#counters.cancelled += 1;
    this.#release(reservation);
  }

  /** A request that is asked for again is one request: what it held before is free. */
  replace(requestId: string): void {
    const reservation = this.#byRequest.get(requestId);
    if (reservation === undefined) return;
    this.#byRequest.delete(requestId);
    this.#release(reservation);
  }

  expire(nowMs: number): void {
    for (const [requestId, reservation] of this.#byRequest) {
      if (reservation.expiresAtMs > nowMs && this.#byRequest.size <= MAX_RESERVATIONS) return;
      this.#byRequest.delete(requestId);
      this.#counters.expiredReservations += 1;
      for (const hold of reservation.holds) this.#settleHold(hold, hold.reserved, nowMs);
    }
  }

  #take(requestId: string): Reservation | undefined {
    const reservation = this.#byRequest.get(requestId);
    if (reservation === undefined) this.#counters.unknownRequests += 1;
    this.#byRequest.delete(requestId);
    return reservation;
  }

  #settleHold({ tally, reserved, lagMs, slot }: Hold, used: bigint, nowMs: number): void {
    slot?.settle(reserved, used);
    this.#tallies.settle(tally, { reserved, used, lagMs, nowMs });
    if (used <= reserved) return;
    const { budgetId } = tally;
    this.#overruns.set(budgetId, this.overrun(budgetId) + used - reserved);
  }

  #release({ holds, bursts }: Reservation): void {
    for (const { tally, reserved, slot } of holds) {
      slot?.settle(reserved, 0n);
      this.#tallies.release(tally, reserved);
    }
    for (const { window, timeMs } of bursts) window.remove(timeMs);
  }
}
