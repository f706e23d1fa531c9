/** What a scope's UTC day came to when somebody looked: pico-USD, or a count. `n` is the number of changes of what was read. */
export type Reading = Readonly<{ atMs: number; day: string; amount: bigint; n: number }>;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A reading is taken early when a window's tenth of what is too much was spent since the last. */
const EARLY_SHARE = 10n;

/** A look that came too late: something newer was read already, so it says nothing. */
export function isStale(readings: readonly Reading[], current: Reading): boolean {
  const last = readings.at(-1);
  if (last === undefined) return false;
  if (current.atMs < last.atMs || current.day < last.day) return true;
  return current.day === last.day && current.n < last.n;
}

/** How much an amount grew from one reading over later ones. A day begins at nothing; what is taken back counts against it. */
export function risen(from: Reading, later: readonly Reading[]): bigint {
  let before = from;
  let sum = 0n;
  for (const reading of later) {
    sum += reading.day === before.day ? reading.amount - before.amount : reading.amount;
    before = reading;
  }
  return sum;
}

/**
 * What was spent in the window that ends now: from the newest reading at or before its start on, or from the first
 * one in it. A reading that was an hour old when the window began is forgotten, so that a time in which nobody looked
 * is not taken for a burn; then, and with no reading at all, less than all of it is known. Of the evening before
 * counts what its last reading saw.
 */
export function spentWithin(readings: readonly Reading[], current: Reading, windowMs: number): bigint {
  const startMs = current.atMs - windowMs;
  const known = readings.filter(({ atMs }) => atMs >= startMs - HOUR_MS && atMs <= current.atMs);
  const from = known.findLast(({ atMs }) => atMs <= startMs) ?? known[0];
  if (from === undefined) return 0n;
  return risen(from, [...known.slice(known.indexOf(from) + 1), current]);
}

/** Whether a reading is worth a write: once a minute, and early when much was spent. */
export function isDue(readings: readonly Reading[], current: Reading, smallestBurn: bigint): boolean {
  const last = readings.at(-1);
  if (last === undefined) return true;
  if (current.day === last.day && current.n === last.n) return false;
  return current.atMs - last.atMs >= MINUTE_MS || risen(last, [current]) * EARLY_SHARE >= smallestBurn;
}

/** The readings with one more. Of those older than the window only the newest stays, and of any minute two at most. */
export function addReading(
  readings: readonly Reading[],
  current: Reading,
  windowMs: number,
): readonly Reading[] {
  const startMs = current.atMs - windowMs;
  const oldest = Math.max(
    0,
    readings.findLastIndex(({ atMs }) => atMs <= startMs),
  );
  const kept = readings.slice(oldest);
  const before = kept.at(-2);
  const isSecond = before !== undefined && current.atMs - before.atMs < MINUTE_MS;
  return [...(isSecond ? kept.slice(0, -1) : kept), current];
}

/**
 * What was counted since the full UTC hour, where each change was read: from the last reading before it on, else
 * from nothing. `most` is what can have happened since; more is of a time in which nobody looked.
 */
export function countedInHour(readings: readonly Reading[], current: Reading, most: bigint): bigint {
  const from = lastBeforeHour(readings, current);
  const counted = from === undefined ? current.amount : risen(from, [current]);
  return counted < most ? counted : most;
}

/** All that the present hour and the next one need. */
export function addCount(readings: readonly Reading[], current: Reading): readonly Reading[] {
  const from = lastBeforeHour(readings, current);
  return from === undefined ? [current] : [from, current];
}

function lastBeforeHour(readings: readonly Reading[], { atMs }: Reading): Reading | undefined {
  const hourMs = atMs - (atMs % HOUR_MS);
  return readings.findLast((reading) => reading.atMs < hourMs);
}
