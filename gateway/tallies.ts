/**
 * What one scope of one budget used here in one period, and the ledger may not know of yet, in the unit of
 * the budget's measure.
 */
export type Tally = {
  readonly budgetId: string;
  readonly scopeId: string;
  readonly periodStartMs: number;
  /** Reserved for requests on the way. */
  inFlight: bigint;
  /** Used by requests that are over. */
  settled: bigint;
};

export type TallyPlace = Readonly<{ budgetId: string; scopeId: string; periodStartMs: number }>;

export type Settling = Readonly<{ reserved: bigint; used: bigint; lagMs: number; nowMs: number }>;

type Settled = { readonly tally: Tally; amount: bigint; untilAsOfMs: number };

/** What a tally settles within this time is one entry, so that a busy gateway keeps few. */
const TOGETHER_MS = 250;

/**
 * The tallies of a gateway. What was settled counts until figures of the ledger came that are so much later
 * that they must hold it: between, it may count twice, never not at all.
 */
export class Tallies {
  readonly #budgets = new Map<string, Map<string, Tally>>();
  readonly #latest = new WeakMap<Tally, Settled>();
  /** By lag, because each of these queues is then in the order in which it ends. */
  readonly #settled = new Map<number, Settled[]>();

  /** The tally of a place; one of an earlier period makes way for it. */
  open({ budgetId, scopeId, periodStartMs }: TallyPlace): Tally {
    const scopes = this.#budgets.get(budgetId) ?? new Map<string, Tally>();
    this.#budgets.set(budgetId, scopes);
    const known = scopes.get(scopeId);
    if (known?.periodStartMs === periodStartMs) return known;
    const tally = { budgetId, scopeId, periodStartMs, inFlight: 0n, settled: 0n };
    scopes.set(scopeId, tally);
    return tally;
  }

  /** All that is to be added to the ledger's standing. */
  sum(budgetId: string, scopeId: string, periodStartMs: number): bigint {
    const tally = this.#budgets.get(budgetId)?.get(scopeId);
    return tally?.periodStartMs === periodStartMs ? tally.inFlight + tally.settled : 0n;
  }

  /** Moves what was reserved to what was used; it stays for `lagMs` of the ledger's figures. */
  settle(tally: Tally, { reserved, used, lagMs, nowMs }: Settling): void {
    tally.inFlight -= reserved;
    tally.settled += used;
    const untilAsOfMs = nowMs + lagMs;
    const latest = this.#latest.get(tally);
    if (latest !== undefined && untilAsOfMs <= latest.untilAsOfMs) {
      latest.amount += used;
      return;
    }
    // It ends as late as the last that may still join it.
    const entry = { tally, amount: used, untilAsOfMs: untilAsOfMs + TOGETHER_MS };
    const queue = this.#settled.get(lagMs) ?? [];
    this.#settled.set(lagMs, queue);
    queue.push(entry);
    this.#latest.set(tally, entry);
  }

  release(tally: Tally, reserved: bigint): void {
    tally.inFlight -= reserved;
    this.#dropIfEmpty(tally);
  }

  /** Figures came that are as of this elapsed time: what they must hold is no longer added to them. */
  forgetUntil(asOfMs: number): void {
    for (const [lagMs, queue] of this.#settled) {
      const end = queue.findIndex(({ untilAsOfMs }) => untilAsOfMs > asOfMs);
      const done = queue.splice(0, end < 0 ? queue.length : end);
      if (queue.length === 0) this.#settled.delete(lagMs);
      for (const { tally, amount } of done) {
        this.#latest.delete(tally);
        tally.settled -= amount;
        this.#dropIfEmpty(tally);
      }
    }
  }

  #dropIfEmpty(tally: Tally): void {
    if (tally.inFlight !== 0n || tally.settled !== 0n) return;
    const scopes = this.#budgets.get(tally.budgetId);
    if (scopes?.get(tally.scopeId) !== tally) return;
    scopes.delete(tally.scopeId);
    if (scopes.size === 0) this.#budgets.delete(tally.budgetId);
  }
}
