import type { LeaseAnswer } from '../shared/domain/policy/lease.ts';
import type { LedgerOperation } from '../shared/domain/policy/leaseWire.ts';
import type { TallyPlace } from './tallies.ts';

/** After a refusal the ledger is asked again no sooner: others give back, or somebody raises the limit. */
const ASK_AGAIN_TAKEN_MS = 1_000;
const ASK_AGAIN_SPENT_MS = 5_000;
const ASK_AGAIN_FAILED_MS = 1_000;
/** A rest below this part of the last slice is filled up ahead of need. */
const LOW_WATER = 4n;

export type SlotState = 'open' | 'spent' | 'taken' | 'unreachable';

/**
 * What this gateway holds of one hard budget, scope and period. All figures only grow while a lease lives,
 * but what is reserved, so that any of its messages may be lost or come twice.
 */
export class LeaseSlot {
  readonly place: TallyPlace;
  #lease = crypto.randomUUID();
  /** At least what was spent when the ledger last answered. */
  #granted: bigint;
  #spent: bigint;
  #isFirst = true;
  /** Of what was spent, what the ledger confirmed to know. */
  #told = 0n;
  #reserved = 0n;
  #lastSlice = 0n;
  #expiresAtMs = 0;
  #lifeMs = 60_000;
  #needs = 0n;
  #wants = 0n;
  #lastUsedMs: number;
  #askAgainAtMs = 0;
  isAsking = false;
  /** The ledger may have taken the rest back already. */
  #isLeaving = false;
  isOver = false;
  state: SlotState = 'open';

  /** `spentBefore` is what was spent or reserved here without a lease: the ledger may not know of it yet. */
  constructor(place: TallyPlace, spentBefore: bigint, nowMs: number) {
    this.place = place;
    this.#spent = spentBefore;
    this.#granted = spentBefore;
    this.#lastUsedMs = nowMs;
  }

  get reserved(): bigint {
    return this.#reserved;
  }

  #left(nowMs: number): bigint {
    return nowMs < this.#expiresAtMs ? this.#granted - this.#spent - this.#reserved : 0n;
  }

  /** A request of unknown size needs something to be left, though it reserves nothing. */
  hasRoom(amount: bigint, nowMs: number): boolean {
    return !this.#isLeaving && this.#left(nowMs) >= (amount > 0n ? amount : 1n);
  }

  /** Reserves; asks for more when little is left. */
  draw(amount: bigint, nowMs: number): void {
    this.#reserved += amount;
    this.#lastUsedMs = nowMs;
    if (this.#left(nowMs) < this.#lastSlice / LOW_WATER) this.want(amount, nowMs);
  }

  settle(reserved: bigint, used: bigint): void {
    this.#reserved -= reserved;
    this.#spent += used;
  }

  /**
   * Somebody waits for this much, or will. While the ledger is not to be asked nobody waits: of many who are
   * refused meanwhile the next question is for one, so that no gateway takes all that comes free.
   */
  want(amount: bigint, nowMs: number): void {
    const least = amount > 0n ? amount : 1n;
    this.#lastUsedMs = nowMs;
    this.#needs = this.#needs === 0n || least < this.#needs ? least : this.#needs;
    if (nowMs >= this.#askAgainAtMs) this.#wants += least;
    else if (least > this.#wants) this.#wants = least;
  }

  isWanting(nowMs: number): boolean {
    return this.#needs > 0n && !this.isAsking && nowMs >= this.#askAgainAtMs;
  }

  /** What is to be told to the ledger now; nothing while it is not worth a call. */
  operationAt(nowMs: number, isClosing: boolean): LedgerOperation | undefined {
    if (this.isAsking || this.isOver) return undefined;
    const mayLeave = this.#reserved === 0n && (isClosing || this.#isIdle(nowMs));
    if (this.#isFirst && mayLeave && this.#needs === 0n) {
      this.isOver = true;
      return undefined;
    }
    const isLast = (mayLeave || this.#isLeaving) && !this.#isFirst;
    const asks = this.isWanting(nowMs) && !isLast && !isClosing;
    if (!asks && !this.#mustTell(nowMs, isLast || isClosing)) return undefined;
    const uncovered = this.#uncovered();
    return {
      kind: 'lease',
      budget: this.place.budgetId,
      scope: this.place.scopeId,
      periodStartMs: this.place.periodStartMs,
      lease: this.#lease,
      spent: this.#spent,
      held: this.#granted,
      needs: asks ? this.#needs + uncovered : 0n,
      wants: asks ? this.#wants + uncovered : 0n,
      isFirst: this.#isFirst,
      isLast,
    };
  }

  #isIdle(nowMs: number): boolean {
    return nowMs - this.#lastUsedMs >= this.#lifeMs / 2;
  }

  /** A lease is renewed at half its life, and told of when it ends. */
  #mustTell(nowMs: number, isEnd: boolean): boolean {
    if (this.#isFirst) return false;
    const isDue = nowMs >= this.#expiresAtMs - this.#lifeMs / 2;
    const mayTry = this.state !== 'unreachable' || nowMs >= this.#askAgainAtMs;
    return isEnd || (isDue && mayTry);
  }

  /** What requests on the way reserved of a lease that is gone since. */
  #uncovered(): bigint {
    const unspent = this.#granted > this.#spent ? this.#granted - this.#spent : 0n;
    return this.#reserved > unspent ? this.#reserved - unspent : 0n;
  }

  /** The wishes that an operation carries are answered with it; later ones are carried by the next. */
  sent(operation: LedgerOperation): void {
    this.isAsking = true;
    if (operation.kind === 'lease' && operation.isLast) this.#isLeaving = true;
    this.#needs = 0n;
    this.#wants = 0n;
  }

  /** `sentAtMs` is before the ledger's moment, so the lease ends here before it ends there. */
  answered(answer: LeaseAnswer, operation: LedgerOperation, sentAtMs: number): void {
    this.isAsking = false;
    if (operation.kind !== 'lease') return;
    switch (answer.kind) {
      case 'held':
        this.#told = operation.spent;
        this.#isFirst = false;
        if (answer.granted > this.#granted) this.#lastSlice = answer.granted - this.#granted;
        this.#granted = answer.granted;
        this.#expiresAtMs = sentAtMs + answer.expiresInMs;
        if (answer.expiresInMs > 0) this.#lifeMs = answer.expiresInMs;
        if (operation.needs > 0n) this.#outcome(answer.refusal ?? 'open', sentAtMs);
        return;
      case 'returned':
        this.isOver = true;
        return;
      case 'forgotten':
        this.#startAnew();
        return;
      default:
        answer satisfies never;
    }
  }

  /** `taken` when the ledger was too busy to say. */
  failed(state: 'unreachable' | 'taken', nowMs: number): void {
    this.isAsking = false;
    this.#outcome(state, nowMs);
  }

  /** The lease is gone, but not what requests on the way reserved, nor what the ledger was not told. */
  #startAnew(): void {
    this.#lease = crypto.randomUUID();
    this.#spent -= this.#told;
    this.#granted = this.#spent;
    this.#told = 0n;
    this.#isFirst = true;
    this.#expiresAtMs = 0;
    this.state = 'open';
  }

  #outcome(state: SlotState, nowMs: number): void {
    this.state = state;
    const pauses = {
      open: 0,
      spent: ASK_AGAIN_SPENT_MS,
      taken: ASK_AGAIN_TAKEN_MS,
      unreachable: ASK_AGAIN_FAILED_MS,
    };
    this.#askAgainAtMs = nowMs + pauses[state];
  }
}
