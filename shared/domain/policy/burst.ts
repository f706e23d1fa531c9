import type { RecentRequests } from './decision.ts';
import type { BurstRule } from './policy.ts';

/** How many requests any span of so many milliseconds may hold. */
export type BurstShape = Readonly<{ limit: number; windowMs: number }>;

export function burstShape({ limit, windowSeconds }: BurstRule): BurstShape {
  return { limit, windowMs: windowSeconds * 1_000 };
}

/**
 * The requests of one scope under one burst rule, in an exact sliding window: a request of `t` counts until
 * just before `t + windowMs`, so no span of `windowMs`, wherever it begins, holds more than the limit.
 *
 * Only the newest `limit` times are kept. That is enough: there is room if and only if fewer than `limit`
 * are left, and the oldest of them says when there will be. A clock that goes back a little makes requests
 * count a little longer; one that goes back by more than a window takes what it knows along, so that
 * nobody is blocked for longer than one window.
 */
export class BurstWindow {
  readonly shape: BurstShape;
  #times: number[];
  /** Where the times begin that still count; what is before is cut off now and then. */
  #head = 0;

  constructor(shape: BurstShape, times: readonly number[] = []) {
    this.shape = shape;
    this.#times = [...times].sort((a, b) => a - b);
    this.#keepNewest();
  }

  /** What counts now, at most `limit` of it. */
  recent(nowMs: number): RecentRequests {
    this.#forget(this.#timeAt(nowMs));
    const { limit, windowMs } = this.shape;
    const count = this.#times.length - this.#head;
    const oldest = this.#times[this.#head];
    if (count < limit || oldest === undefined) return { count };
    return { count, freesAtMs: oldest + windowMs };
  }

  /** Counts a request; gives the time under which it is counted, for `remove`. */
  add(nowMs: number): number {
    const time = this.#timeAt(nowMs);
    this.#times.push(time);
    this.#forget(time);
    this.#keepNewest();
    return time;
  }

  /** Takes back a request that did not go after all. */
  remove(timeMs: number): void {
    const place = this.#times.lastIndexOf(timeMs);
    if (place >= this.#head) this.#times.splice(place, 1);
  }

  /** Ascending; what counted when last looked at. */
  get times(): readonly number[] {
    return this.#times.slice(this.#head);
  }

  /** Time never runs back within a window: a request is at the earliest at the time of the one before it. */
  #timeAt(nowMs: number): number {
    const newest = this.#times.at(-1);
    if (newest === undefined || this.#head === this.#times.length || newest <= nowMs) return nowMs;
    const aheadMs = newest - nowMs;
    if (aheadMs <= this.shape.windowMs) return newest;
    this.#times = this.times.map((time) => time - aheadMs);
    this.#head = 0;
    return nowMs;
  }

  #forget(timeMs: number): void {
    const end = timeMs - this.shape.windowMs;
    while (this.#head < this.#times.length && (this.#times[this.#head] ?? end) <= end) this.#head += 1;
    this.#compact();
  }

  #keepNewest(): void {
    this.#head = Math.max(this.#head, this.#times.length - this.shape.limit);
    this.#compact();
  }

  /** Cutting off only when as much is dead as is alive keeps every request at constant cost. */
  #compact(): void {
    if (this.#head < 64 && this.#head < this.#times.length) return;
    if (this.#head * 2 < this.#times.length) return;
    this.#times = this.#times.slice(this.#head);
    this.#head = 0;
  }
}

const RADIX = 36;
const ENCODED = /^(?:[0-9a-z]{1,11}(?:\.[0-9a-z]{1,11})*)?$/;

/** Ascending times as text: the first as it is, then the steps between them, in base 36. */
export function encodeTimes(times: readonly number[]): string {
  return times
    .map((time, index) => Math.round(time) - Math.round(times[index - 1] ?? 0))
    .map((step) => step.toString(RADIX))
    .join('.');
}

/** `undefined` for a text that `encodeTimes` does not make. */
export function decodeTimes(text: string): number[] | undefined {
  if (!ENCODED.test(text)) return undefined;
  if (text === '') return [];
  let time = 0;
  return text.split('.').map((step) => {
    time += Number.parseInt(step, RADIX);
    return time;
  });
}
