const FIRST_RETRY_MS = 15_000;
const LONGEST_RETRY_MS = 3_600_000;
/** A channel that is down for a day is mended by people, not by tries. */
export const GIVE_UP_AFTER_MS = 86_400_000;
/** Doubling fifteen seconds so often passes an hour by far. */
const MAX_DOUBLINGS = 10;
const JITTER_PART = 0.25;

export type Failures = Readonly<{
  /** Tries that failed, the last one included. */
  attempts: number;
  /** When the first of them did. */
  failingSince: Date;
  now: Date;
  /** How long the channel asks to be left in peace. */
  afterMs?: number | undefined;
  /** From 0 up to 1, so that what failed together is not tried again together. */
  jitter: number;
}>;

/** When to try again: after 15 s, then twice as long each time, at most an hour; `undefined` once a day is over. */
export function retryAt({ attempts, failingSince, now, afterMs = 0, jitter }: Failures): Date | undefined {
  const doubled = FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, MAX_DOUBLINGS);
  const spread = Math.floor(doubled * (1 + JITTER_PART * jitter));
  const waitMs = Math.max(Math.min(spread, LONGEST_RETRY_MS), afterMs);
  const atMs = now.getTime() + waitMs;
  return atMs > failingSince.getTime() + GIVE_UP_AFTER_MS ? undefined : new Date(atMs);
}
