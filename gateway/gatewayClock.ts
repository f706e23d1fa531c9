/** A machine's clock that differs by more than this from the ledger's is not followed. */
const MAX_SKEW_MS = 120_000;
/** Between two looks at a clock, it may gain or lose this much on the time that passed. */
const MAX_STEP_MS = 2_000;

/**
 * The time of day for decisions. It follows the machine's clock, but not its jumps: after one, time goes on
 * as it passes until the ledger's next answer says who is right. Ages and deadlines never use it.
 */
export class GatewayClock {
  readonly #wallMs: () => number;
  readonly #onJump: () => void;
  #anchorMs: number;
  #anchorElapsedMs: number;
  #isJumped = false;

  constructor(wallMs: () => number, onJump: () => void) {
    this.#wallMs = wallMs;
    this.#onJump = onJump;
    this.#anchorMs = wallMs();
    this.#anchorElapsedMs = elapsedMs();
  }

  now(): number {
    const wall = this.#wallMs();
    const elapsed = elapsedMs();
    const expected = this.#anchorMs + elapsed - this.#anchorElapsedMs;
    if (Math.abs(wall - expected) > MAX_STEP_MS) {
      if (!this.#isJumped) this.#onJump();
      this.#isJumped = true;
      return expected;
    }
    this.#anchor(wall, elapsed);
    return wall;
  }

  /** The ledger's own time, as it just told it: to the second. */
  hear(ledgerMs: number): void {
    const wall = this.#wallMs();
    this.#anchor(Math.abs(wall - ledgerMs) <= MAX_SKEW_MS ? wall : ledgerMs, elapsedMs());
  }

  #anchor(timeMs: number, elapsed: number): void {
    this.#anchorMs = timeMs;
    this.#anchorElapsedMs = elapsed;
    this.#isJumped = false;
  }
}

/** Milliseconds that passed since some moment; never runs back and never jumps. */
export function elapsedMs(): number {
  return performance.now();
}
