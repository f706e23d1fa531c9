import { raisedLimit } from './budgetFindings.ts';
import type { Increase } from './decision.ts';
import type { BudgetRule } from './policy.ts';

/**
 * Leases make a hard budget hold across any number of gateways: whoever wants to spend near the limit first
 * takes a slice of what remains. All that is known of one budget, scope and period lies in one row, which
 * changes only if nobody else changed it meanwhile; what follows from an operation is worked out here.
 */

/**
 * A slice in a gateway's hands. `amount` is all that it was ever granted, at least what it spent, and `spent`
 * all that it told of: both only grow, so an operation that arrives twice does nothing the second time.
 */
export type Lease = Readonly<{ amount: bigint; spent: bigint; expiresAtMs: number }>;

export type LeaseRow = Readonly<{
  /** By the id that the gateway chose. */
  leases: ReadonlyMap<string, Lease>;
  /** What gateways told to have spent, by the start of the span of time in which they told. */
  settled: ReadonlyMap<number, bigint>;
  /** When leases were given back that are remembered, so that a question that comes again is known; oldest first. */
  ended: ReadonlyMap<string, number>;
}>;

export const EMPTY_LEASES: LeaseRow = { leases: new Map(), settled: new Map(), ended: new Map() };

export type LeaseRules = Readonly<{
  /** The longest time between a request's start and its cost in the ledger's figures. */
  lagMs: number;
  /** Life of a lease that is not renewed. */
  leaseMs: number;
  maxLeases: number;
}>;

/**
 * One call of a gateway about its lease: tells what was spent, and renews. Taking, settling and giving back
 * are the same operation with other figures, so none of them can be lost or come twice on its own.
 */
export type LeaseOperation = Readonly<{
  lease: string;
  /** All that the gateway spent of this lease so far. */
  spent: bigint;
  /** All that the gateway knows to have been granted; a grant whose answer was lost is told again. */
  held: bigint;
  /** The least that would be of use, 0 for none. */
  needs: bigint;
  /** True until the gateway got any answer about this lease; `spent` is then what it spent without one. */
  isFirst: boolean;
  /** What all waiting requests together would use; at least `needs`. */
  wants: bigint;
  /** Gives back the rest. */
  isLast: boolean;
  /** With `isLast`: whoever asks for this lease again within a minute is told that it was given back. */
  isRemembered?: boolean;
}>;

export type LeaseAnswer =
  /** All that was ever granted. `spent`: the ledger shows the limit as reached; `taken`: others hold the rest. */
  | Readonly<{ kind: 'held'; granted: bigint; expiresInMs: number; refusal?: 'spent' | 'taken' }>
  | Readonly<{ kind: 'returned' }>
  /** The lease ran out so long ago that nothing is known of it. */
  | Readonly<{ kind: 'forgotten' }>;

/** What the ledger says of the budget at this moment, in the unit of its measure. */
export type LeaseRoom = Readonly<{ used: bigint; cap: bigint }>;
export type LeaseMoment = Readonly<{ nowMs: number; room: LeaseRoom; rules: LeaseRules }>;

/** A gateway gets this part of what remains, so that those who come later find something, too. */
const SHARE = 4n;
const SPANS_PER_LAG = 5;
/** Whoever repeats a question does so within seconds. */
const REMEMBERED_MS = 60_000;
/** Each makes the row some 45 bytes longer, and the row is written with every reservation. */
export const MAX_REMEMBERED = 100;

/**
 * The row and the answer after one operation. What was settled counts for one lag beside the ledger, which
 * may know of it or not, and a lease for one lag after its end, because its gateway may have died with
 * requests on the way: this counts some of it twice for a while, and never too little.
 */
export function advanceLease(
  row: LeaseRow,
  operation: LeaseOperation,
  { nowMs, room, rules }: LeaseMoment,
): Readonly<{ row: LeaseRow; answer: LeaseAnswer }> {
  const current = withoutPast(row, nowMs, rules);
  const known = current.leases.get(operation.lease);
  if (known === undefined && (!operation.isFirst || operation.isLast || current.ended.has(operation.lease))) {
    const kind = current.ended.has(operation.lease) ? 'returned' : 'forgotten';
    return { row: current, answer: { kind } };
  }
  const before = known ?? { amount: operation.held, spent: 0n, expiresAtMs: 0 };
  if (known === undefined && current.leases.size >= rules.maxLeases) {
    return { row: current, answer: { kind: 'held', granted: 0n, expiresInMs: 0, refusal: 'taken' } };
  }
  const settled = settle(current.settled, operation.spent - before.spent, spanAt(nowMs, rules));
  const spent = larger(operation.spent, before.spent);
  const told = { amount: larger(before.amount, spent), spent, expiresAtMs: nowMs + rules.leaseMs };
  const leases = new Map(current.leases);
  if (operation.isLast) {
    leases.delete(operation.lease);
    const ended = remember(current.ended, operation, nowMs);
    return { row: { leases, settled, ended }, answer: { kind: 'returned' } };
  }
  leases.set(operation.lease, told);
  const free = room.cap - room.used - committed({ leases, settled });
  const isUpToDate = before.amount === operation.held;
  const slice = isUpToDate ? sliceOf(free, operation) : 0n;
  const granted = told.amount + slice;
  leases.set(operation.lease, { ...told, amount: granted });
  const isRefused = isUpToDate && operation.needs > 0n && slice === 0n;
  const isSpent = room.cap - room.used < operation.needs;
  return {
    row: { leases, settled, ended: current.ended },
    answer: {
      kind: 'held',
      granted,
      expiresInMs: rules.leaseMs,
      ...(isRefused ? { refusal: isSpent ? ('spent' as const) : ('taken' as const) } : {}),
    },
  };
}

function sliceOf(free: bigint, { needs, wants }: LeaseOperation): bigint {
  if (needs <= 0n || free < needs) return 0n;
  const share = free / SHARE;
  const wished = larger(larger(wants, share), needs);
  return wished < free ? wished : free;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** What gateways hold or have told, and the ledger may not know of yet. */
export function committed({ leases, settled }: Pick<LeaseRow, 'leases' | 'settled'>): bigint {
  let sum = 0n;
  for (const { amount, spent } of leases.values()) {
    if (amount > spent) sum += amount - spent;
  }
  for (const amount of settled.values()) sum += amount;
  return sum;
}

function spanLength({ lagMs }: LeaseRules): number {
  return Math.max(1, Math.floor(lagMs / SPANS_PER_LAG));
}

function spanAt(nowMs: number, rules: LeaseRules): number {
  const length = spanLength(rules);
  return Math.floor(nowMs / length) * length;
}

function withoutPast({ leases, settled, ended }: LeaseRow, nowMs: number, rules: LeaseRules): LeaseRow {
  const { lagMs } = rules;
  const length = spanLength(rules);
  return {
    leases: new Map([...leases].filter(([, { expiresAtMs }]) => expiresAtMs + lagMs > nowMs)),
    settled: new Map([...settled].filter(([span]) => span + length + lagMs > nowMs)),
    ended: new Map([...ended].filter(([, endedAtMs]) => endedAtMs + REMEMBERED_MS > nowMs)),
  };
}

function remember(ended: LeaseRow['ended'], operation: LeaseOperation, nowMs: number): LeaseRow['ended'] {
  if (operation.isRemembered !== true) return ended;
  return new Map([...ended, [operation.lease, nowMs] as const].slice(-MAX_REMEMBERED));
}

function settle(
  settled: ReadonlyMap<number, bigint>,
  amount: bigint,
  span: number,
): ReadonlyMap<number, bigint> {
  if (amount <= 0n) return settled;
  return new Map(settled).set(span, (settled.get(span) ?? 0n) + amount);
}

/**
 * Where a hard budget ends: at the share of its limit at which its ladder refuses, the whole of it when it
 * does not say, with the increases that hold now.
 */
export function hardCap(rule: BudgetRule, increases: readonly Increase[], nowMs: number): bigint {
  const limit = raisedLimit(rule, increases, nowMs);
  const refusing = rule.ladder.find(({ action }) => action.kind === 'reject');
  return (limit * BigInt(refusing?.percent ?? 100)) / 100n;
}

/** Totals of these scopes are live; those of all others are computed once an hour. */
const LIVE_SCOPES: ReadonlySet<string> = new Set(['team', 'user']);
const LIVE_LAG_MS = 300_000;
const HOURLY_LAG_MS = 7_200_000;

/** Whether the ledger's figures of a budget follow within seconds; a tier or a role limits single users. */
export function isLive({ target }: BudgetRule): boolean {
  return target.kind === 'one' || target.kind === 'each' ? LIVE_SCOPES.has(target.scope) : true;
}

/** For how long what was spent of a budget may be missing in the ledger's figures of it, at worst. */
export function ledgerLagMs(rule: BudgetRule): number {
  return isLive(rule) ? LIVE_LAG_MS : HOURLY_LAG_MS;
}

export const LEASE_MS = 60_000;
export const MAX_LEASES = 500;

export function leaseRules(rule: BudgetRule): LeaseRules {
  return { lagMs: ledgerLagMs(rule), leaseMs: LEASE_MS, maxLeases: MAX_LEASES };
}
