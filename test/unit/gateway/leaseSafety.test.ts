import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LeaseSlot } from '../../../gateway/leaseSlot.ts';
import { advanceLease, EMPTY_LEASES, type LeaseRow } from '../../../shared/domain/policy/lease.ts';
import type { LedgerOperation } from '../../../shared/domain/policy/leaseWire.ts';

const RULES = { lagMs: 3_000, leaseMs: 1_000, maxLeases: 100 };
const PLACE = { budgetId: 'b', scopeId: 's', periodStartMs: 0 };
const CAP = 1_000n;
const GATEWAYS = 4;

/** What happens in one step; numbers choose among what there is. */
const step = fc.record({
  kind: fc.constantFrom(
    'request',
    'request',
    'request',
    'request',
    'settle',
    'settle',
    'talk',
    'talk',
    'die',
  ),
  gateway: fc.nat(GATEWAYS - 1),
  amount: fc.integer({ min: 0, max: 120 }),
  /** Of what was reserved. */
  usedPercent: fc.constantFrom(0, 60, 100, 100, 100, 130),
  /** Until the request's line is in the ledger, counted from its start; the longest is allowed. */
  lineAfterMs: fc.constantFrom(0, 1_000, RULES.lagMs, RULES.lagMs),
  passesMs: fc.integer({ min: 0, max: 300 }),
  network: fc.constantFrom('fine', 'fine', 'fine', 'fine', 'fine', 'lost question', 'lost answer', 'twice'),
});
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;
type OnTheWay = { slot: LeaseSlot; reserved: bigint; startMs: number };

/** Gateways with real slots, a real row, a bad network, and a ledger that learns of requests late. */
class Company {
  nowMs = 1_000_000;
  actual = 0n;
  overrun = 0n;
  served = 0;
  #row: LeaseRow = EMPTY_LEASES;
  #slots: LeaseSlot[] = [];
  #onTheWay: OnTheWay[] = [];
  #lines: { atMs: number; amount: bigint }[] = [];

  constructor() {
    for (let index = 0; index < GATEWAYS; index += 1) this.#slots.push(this.#newSlot());
  }

  act({ kind, gateway, amount, usedPercent, lineAfterMs, passesMs, network }: Step): void {
    this.nowMs += passesMs;
    const slot = this.#slots[gateway] ?? this.#newSlot();
    if (kind === 'request') this.#request(slot, BigInt(amount), network);
    if (kind === 'settle') this.#settle(gateway, BigInt(usedPercent), lineAfterMs);
    if (kind === 'talk') this.#talk(slot, network);
    if (kind === 'die') this.#die(gateway, BigInt(usedPercent), lineAfterMs);
    if (slot.isOver) this.#slots[gateway] = this.#newSlot();
  }

  #newSlot(): LeaseSlot {
    return new LeaseSlot(PLACE, 0n, this.nowMs);
  }

  #request(slot: LeaseSlot, amount: bigint, network: Step['network']): void {
    if (!slot.hasRoom(amount, this.nowMs)) {
      slot.want(amount, this.nowMs);
      this.#talk(slot, network);
    }
    if (!slot.hasRoom(amount, this.nowMs)) return;
    slot.draw(amount, this.nowMs);
    this.served += 1;
    this.#onTheWay.push({ slot, reserved: amount, startMs: this.nowMs });
  }

  /** A request's line comes within the lag of its start, so no request runs longer than that. */
  #settle(index: number, percent: bigint, lineAfterMs: number): void {
    const [request] = this.#onTheWay.splice(index % Math.max(1, this.#onTheWay.length), 1);
    if (request === undefined) return;
    const used = (request.reserved * percent) / 100n;
    this.#spend(request, used, lineAfterMs);
    request.slot.settle(request.reserved, used);
  }

  #spend({ reserved, startMs }: OnTheWay, used: bigint, lineAfterMs: number): void {
    this.actual += used;
    if (used > reserved) this.overrun += used - reserved;
    const atMs = Math.min(startMs + RULES.lagMs, Math.max(this.nowMs, startMs + lineAfterMs));
    this.#lines.push({ atMs, amount: used });
  }

  #talk(slot: LeaseSlot, network: Step['network']): void {
    const operation = slot.operationAt(this.nowMs, false);
    if (operation === undefined) return;
    slot.sent(operation);
    if (network === 'lost question') {
      slot.failed('unreachable', this.nowMs);
      return;
    }
    if (network === 'twice') this.#atLedger(operation);
    const answer = this.#atLedger(operation);
    if (network === 'lost answer') slot.failed('unreachable', this.nowMs);
    else slot.answered(answer, operation, this.nowMs);
  }

  #atLedger(operation: LedgerOperation) {
    if (operation.kind !== 'lease') throw new Error('only leases are asked for here');
    const used = this.#lines.reduce((sum, { atMs, amount }) => (atMs <= this.nowMs ? sum + amount : sum), 0n);
    const moment = { nowMs: this.nowMs, room: { used, cap: CAP }, rules: RULES };
    const { row, answer } = advanceLease(this.#row, operation, moment);
    this.#row = row;
    return answer;
  }

  /** What was on the way was spent all the same, and its lines come; only the gateway's words do not. */
  #die(gateway: number, percent: bigint, lineAfterMs: number): void {
    const dead = this.#slots[gateway];
    const orphans = this.#onTheWay.filter(({ slot }) => slot === dead);
    this.#onTheWay = this.#onTheWay.filter(({ slot }) => slot !== dead);
    for (const orphan of orphans) this.#spend(orphan, (orphan.reserved * percent) / 100n, lineAfterMs);
    this.#slots[gateway] = this.#newSlot();
  }

  /** All that is on the way ends, and nobody is left. */
  end(): void {
    for (const request of this.#onTheWay.splice(0)) this.#spend(request, request.reserved, 0);
    this.nowMs += RULES.leaseMs + 2 * RULES.lagMs;
  }

  /** What a new gateway gets, long after. */
  firstSlice(): bigint {
    const slot = this.#newSlot();
    slot.want(1n, this.nowMs);
    const operation = slot.operationAt(this.nowMs, false);
    const answer = operation === undefined ? undefined : this.#atLedger(operation);
    return answer?.kind === 'held' ? answer.granted : 0n;
  }
}

describe('leases of a hard budget', () => {
  it('are never passed by more than what requests used beyond what they reserved', () => {
    let served = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 150, maxLength: 300 }), (steps) => {
        const company = new Company();
        for (const one of steps) company.act(one);
        company.end();
        served += company.served;
        expect(company.actual).toBeLessThanOrEqual(CAP + company.overrun);
      }),
      { numRuns: 300 },
    );
    expect(served).toBeGreaterThan(2_000);
  });

  it('are free again after everybody died, to the last unit', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const company = new Company();
        for (const one of steps) company.act(one);
        company.end();
        const left = CAP - company.actual;
        expect(company.firstSlice()).toBe(left <= 0n ? 0n : left / 4n > 1n ? left / 4n : 1n);
      }),
      { numRuns: 200 },
    );
  });
});
