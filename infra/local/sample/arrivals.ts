/** A line and the moment at which it reaches the log, milliseconds since 1970. */
export type Arrival = Readonly<{ atMs: number; line: string }>;

type Waiting = Arrival & Readonly<{ order: number }>;

/**
 * Lines that have been written but have not arrived, earliest first; equal times keep the order in
 * which they were added. A binary heap, because a busy day adds and takes tens of thousands.
 */
export class ArrivalQueue {
  readonly #heap: Waiting[] = [];
  #added = 0;

  get size(): number {
    return this.#heap.length;
  }

  add(arrival: Arrival): void {
    const item = { ...arrival, order: this.#added };
    this.#added += 1;
    let index = this.#heap.length;
    this.#heap.push(item);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#heap[parentIndex];
      if (parent === undefined || isBefore(parent, item)) break;
      this.#heap[index] = parent;
      index = parentIndex;
    }
    this.#heap[index] = item;
  }

  /** Takes the earliest line that arrives before `untilMs`. */
  takeBefore(untilMs: number): Arrival | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.atMs >= untilMs) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(item: Waiting): void {
    let index = 0;
    for (;;) {
      const child = this.#earlierChild(index);
      if (child === undefined || isBefore(item, child.item)) break;
      this.#heap[index] = child.item;
      index = child.index;
    }
    this.#heap[index] = item;
  }

  #earlierChild(index: number): { item: Waiting; index: number } | undefined {
    const left = this.#heap[2 * index + 1];
    const right = this.#heap[2 * index + 2];
    if (left === undefined) return undefined;
    if (right === undefined || isBefore(left, right)) return { item: left, index: 2 * index + 1 };
    return { item: right, index: 2 * index + 2 };
  }
}

function isBefore(one: Waiting, other: Waiting): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
