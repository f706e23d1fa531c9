const drained = globalThis.setImmediate;

type Event = Readonly<{ dueMs: number; order: number; run: () => void }>;

/**
 * A clock that only moves when everything has come to rest. Whatever is to happen lies in a queue by its
 * time; one event is run, all that follows from it without waiting is let finish, then the next one comes.
 * So nothing ever sleeps, and the same events in the same order give the same run on every machine.
 */
export class VirtualTime {
  #nowMs: number;
  #steps = 0;
  #order = 0;
  /** A binary heap: the earliest event is the first. */
  readonly #queue: Event[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get now(): Date {
    return new Date(this.#nowMs);
  }

  /** How many events were run; a violation names the step at which it was found. */
  get steps(): number {
    return this.#steps;
  }

  after(delayMs: number, run: () => void): void {
    this.#order += 1;
    this.#push({ dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order, run });
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Lets time pass in which nothing is due: events that lie in it come late. */
  jump(delayMs: number): void {
    this.#nowMs += delayMs;
  }

  /** Runs the next event and lets all of its consequences settle; false when there is none. */
  async step(): Promise<boolean> {
    const event = this.#pop();
    if (event === undefined) return false;
    this.#nowMs = Math.max(this.#nowMs, event.dueMs);
    this.#steps += 1;
    event.run();
    await new Promise((resolve) => drained(resolve));
    return true;
  }

  #push(event: Event): void {
    const queue = this.#queue;
    let index = queue.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfEarlier(index, parent)) return;
      index = parent;
    }
  }

  #pop(): Event | undefined {
    const queue = this.#queue;
    const first = queue[0];
    const last = queue.pop();
    if (first === undefined || last === undefined || queue.length === 0) return first;
    queue[0] = last;
    let index = 0;
    for (;;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      const child = right < queue.length && this.#isEarlier(right, left) ? right : left;
      if (child >= queue.length || !this.#swapIfEarlier(child, index)) return first;
      index = child;
    }
  }

  #swapIfEarlier(a: number, b: number): boolean {
    if (!this.#isEarlier(a, b)) return false;
    const [x, y] = [this.#queue[a], this.#queue[b]];
    if (x === undefined || y === undefined) return false;
    this.#queue[a] = y;
    this.#queue[b] = x;
    return true;
  }

  #isEarlier(a: number, b: number): boolean {
    const [x, y] = [this.#queue[a], this.#queue[b]];
    if (x === undefined || y === undefined) return false;
    return x.dueMs < y.dueMs || (x.dueMs === y.dueMs && x.order < y.order);
  }
}

/**
 * Puts the process's timers and its randomness under a simulation while `work` runs: the SDK waits between its
 * tries, and the functions after contention, by these.
 */
export async function underVirtualTime<Result>(
  time: VirtualTime,
  random: () => number,
  work: () => Promise<Result>,
): Promise<Result> {
  const real = { setTimeout: globalThis.setTimeout, random: Math.random };
  const virtual = (run: () => void, delayMs = 0) => time.after(delayMs, run);
  Object.assign(globalThis, { setTimeout: virtual });
  Object.assign(Math, { random });
  try {
    return await work();
  } finally {
    Object.assign(globalThis, { setTimeout: real.setTimeout });
    Object.assign(Math, { random: real.random });
  }
}
