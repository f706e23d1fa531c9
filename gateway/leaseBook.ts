import type { LeaseAnswer } from '../shared/domain/policy/lease.ts';
import {
  decodeAnswers,
  encodeOperations,
  type LedgerOperation,
  MAX_OPERATIONS,
  type OperationAnswer,
} from '../shared/domain/policy/leaseWire.ts';
import { elapsedMs } from './gatewayClock.ts';
import { LeaseSlot } from './leaseSlot.ts';
import { askLedger } from './ledgerClient.ts';
import type { Counters, Settings } from './options.ts';
import type { TallyPlace } from './tallies.ts';

/** How often leases are looked at for renewal, while there are any. */
const TICK_MS = 1_000;
const PATH = '/leases';

export type LeaseDependencies = Readonly<{ settings: Settings; counters: Counters; end: AbortSignal }>;

/** All leases of a gateway, and the only one who talks to the ledger about them. */
export class LeaseBook {
  readonly #dependencies: LeaseDependencies;
  readonly #slots = new Map<string, Map<string, LeaseSlot>>();
  /** Of periods that are over, while requests are on the way. */
  readonly #leaving = new Set<LeaseSlot>();
  #waiting: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #flushing: Promise<void> | undefined;
  #isAskedAgain = false;

  constructor(dependencies: LeaseDependencies) {
    this.#dependencies = dependencies;
  }

  get size(): number {
    let size = this.#leaving.size;
    for (const scopes of this.#slots.values()) size += scopes.size;
    return size;
  }

  find({ budgetId, scopeId, periodStartMs }: TallyPlace): LeaseSlot | undefined {
    const slot = this.#slots.get(budgetId)?.get(scopeId);
    return slot?.place.periodStartMs === periodStartMs && !slot.isOver ? slot : undefined;
  }

  /** The slot of a place; a new one tells the ledger what was spent here without a lease. */
  open(place: TallyPlace, spentBefore: bigint): LeaseSlot {
    const known = this.find(place);
    if (known !== undefined) return known;
    const scopes = this.#slots.get(place.budgetId) ?? new Map<string, LeaseSlot>();
    this.#slots.set(place.budgetId, scopes);
    const former = scopes.get(place.scopeId);
    if (former !== undefined && !former.isOver) this.#leaving.add(former);
    const slot = new LeaseSlot(place, spentBefore, elapsedMs());
    scopes.set(place.scopeId, slot);
    this.#wake(TICK_MS);
    return slot;
  }

  /** Asks for what slots want, soon. */
  ask(): void {
    this.#wake(0);
  }

  /** Resolves after the ledger's next answers, or after so many milliseconds. */
  answers(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Tells what was spent and gives back what is left. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#flushing;
    await this.#flush(true);
  }

  #wake(inMs: number): void {
    if (this.#dependencies.end.aborted || (this.#timer !== undefined && inMs > 0)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#flushing === undefined) this.#flushing = this.#flushAndGoOn();
      else this.#isAskedAgain = true;
    }, inMs);
    if (typeof this.#timer === 'object') this.#timer.unref?.();
  }

  /** One call at a time: what was asked for meanwhile goes with the next. */
  async #flushAndGoOn(): Promise<void> {
    await this.#flush(false);
    this.#flushing = undefined;
    if (this.#isAskedAgain) this.#wake(0);
    else if (this.size > 0) this.#wake(TICK_MS);
    this.#isAskedAgain = false;
  }

  async #flush(isClosing: boolean): Promise<void> {
    try {
      const due = this.#dueSlots(isClosing);
      for (let start = 0; start < due.length; start += MAX_OPERATIONS) {
        await this.#tell(due.slice(start, start + MAX_OPERATIONS));
      }
    } finally {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const resolve of waiting) resolve();
    }
  }

  #dueSlots(isClosing: boolean): [LeaseSlot, LedgerOperation][] {
    const now = elapsedMs();
    const due: [LeaseSlot, LedgerOperation][] = [];
    const look = (slot: LeaseSlot, isLeaving: boolean) => {
      const operation = slot.operationAt(now, isClosing || isLeaving);
      if (operation !== undefined) due.push([slot, operation]);
    };
    for (const [budgetId, scopes] of this.#slots) {
      for (const [scopeId, slot] of scopes) {
        look(slot, false);
        if (slot.isOver) scopes.delete(scopeId);
      }
      if (scopes.size === 0) this.#slots.delete(budgetId);
    }
    for (const slot of this.#leaving) {
      look(slot, slot.reserved === 0n);
      if (slot.isOver) this.#leaving.delete(slot);
    }
    return due;
  }

  async #tell(due: readonly [LeaseSlot, LedgerOperation][]): Promise<void> {
    for (const [slot, operation] of due) slot.sent(operation);
    const sentAtMs = elapsedMs();
    const answers = await this.send(due.map(([, operation]) => operation));
    for (const [index, [slot, operation]] of due.entries()) {
      const answer = answers?.[index];
      if (answer === undefined) slot.failed('unreachable', elapsedMs());
      else if (isLeaseAnswer(answer)) slot.answered(answer, operation, sentAtMs);
      else if (answer.kind === 'unknown') slot.isOver = true;
      else slot.failed('taken', elapsedMs());
    }
  }

  /** Carries operations to the ledger; `undefined` when it did not answer them. */
  async send(operations: readonly LedgerOperation[]): Promise<readonly OperationAnswer[] | undefined> {
    const { settings, counters, end } = this.#dependencies;
    const body = encodeOperations({ operations });
    const answer = await askLedger({ method: 'POST', path: PATH, body }, settings, end);
    const answers =
      answer.kind === 'answered' && answer.status === 200
        ? decodeAnswers(answer.text, operations.length)
        : undefined;
    if (answers === undefined) counters.failures += 1;
    return answers;
  }
}

function isLeaseAnswer(answer: OperationAnswer): answer is LeaseAnswer {
  return answer.kind === 'held' || answer.kind === 'returned' || answer.kind === 'forgotten';
}
