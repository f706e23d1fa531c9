import { byteLength, compareUtf8, type Item, itemBytes } from './attributes.ts';
import { validationFailure } from './failures.ts';

export type Key = Readonly<{ pk: string; sk: string }>;

/** One version of an item. A text takes far less room than the objects it is parsed to, so that is what is kept. */
export class Stored {
  readonly text: string;
  readonly bytes: number;
  /** Second at which it expires, if it does. */
  readonly ttlSeconds: number | undefined;

  constructor(item: Item) {
    this.bytes = itemBytes(item);
    if (this.bytes > MAX_ITEM_BYTES)
      throw validationFailure('Item size has exceeded the maximum allowed size');
    this.text = JSON.stringify(item);
    const ttl = item.ttl?.N;
    this.ttlSeconds = ttl === undefined ? undefined : Number(ttl);
  }

  get item(): Item {
    return JSON.parse(this.text);
  }
}

/** A version that is no more, and until when it was the one that stood. */
type Older = Readonly<{ stored: Stored | undefined; untilMs: number }>;

/** An item's versions: the one that stands, and the latest of those before it, newest first. */
type Cell = { current: Stored | undefined; older: readonly Older[] };

type Partition = { cells: Map<string, Cell>; sortKeys: string[]; isSorted: boolean };

/** Which of `count` versions a read sees; 0 is the one that stands. */
export type ChooseVersion = (count: number) => number;

export const newest: ChooseVersion = () => 0;

const MAX_ITEM_BYTES = 400 * 1024;
const MAX_PK_BYTES = 2_048;
const MAX_SK_BYTES = 1_024;
/** Copies of an item agree after a second, as a rule; here they may take ten. */
const MAX_STALE_MS = 10_000;

/** The items of one table by partition and sort key, with enough of their past to serve stale reads. */
export class TwinTable {
  readonly name: string;
  readonly #nowMs: () => number;
  readonly #partitions = new Map<string, Partition>();

  constructor(name: string, nowMs: () => number) {
    this.name = name;
    this.#nowMs = nowMs;
  }

  get({ pk, sk }: Key, choose = newest): Stored | undefined {
    const cell = this.#partitions.get(pk)?.cells.get(sk);
    return cell === undefined ? undefined : this.#versionOf(cell, choose);
  }

  /** Makes a version the current one; `undefined` deletes the item. */
  set({ pk, sk }: Key, stored: Stored | undefined): void {
    const partition = this.#partition(pk);
    const cell = partition.cells.get(sk);
    const untilMs = this.#nowMs();
    if (cell === undefined) {
      partition.cells.set(sk, { current: stored, older: [{ stored: undefined, untilMs }] });
      partition.sortKeys.push(sk);
      partition.isSorted = false;
      return;
    }
    const [last] = cell.older;
    const replaced = { stored: cell.current, untilMs };
    cell.older = last === undefined ? [replaced] : [replaced, last];
    cell.current = stored;
  }

  /** Items of a partition in the order of their sort keys, as the chosen versions have them; only those past `after`. */
  *items(
    pk: string,
    { isForward = true, choose = newest, after = undefined as string | undefined } = {},
  ): Generator<readonly [sk: string, stored: Stored]> {
    const partition = this.#partitions.get(pk);
    if (partition === undefined) return;
    if (!partition.isSorted) partition.sortKeys.sort(compareUtf8);
    partition.isSorted = true;
    const { sortKeys } = partition;
    const step = isForward ? 1 : -1;
    let place = firstPlace(sortKeys, { isForward, after });
    for (let sk = sortKeys[place]; sk !== undefined; place += step, sk = sortKeys[place]) {
      const cell = partition.cells.get(sk);
      const stored = cell === undefined ? undefined : this.#versionOf(cell, choose);
      if (stored !== undefined) yield [sk, stored];
    }
  }

  /** Every item that stands, partition by partition. */
  *all(): Generator<readonly [key: Key, stored: Stored]> {
    for (const [pk, { cells }] of this.#partitions) {
      for (const [sk, { current }] of cells) if (current !== undefined) yield [{ pk, sk }, current];
    }
  }

  #versionOf({ current, older }: Cell, choose: ChooseVersion): Stored | undefined {
    if (choose === newest) return current;
    const sinceMs = this.#nowMs() - MAX_STALE_MS;
    const seen = older.filter(({ untilMs }) => untilMs > sinceMs);
    const index = choose(1 + seen.length);
    return index === 0 ? current : seen[index - 1]?.stored;
  }

  #partition(pk: string): Partition {
    const known = this.#partitions.get(pk) ?? { cells: new Map(), sortKeys: [], isSorted: true };
    this.#partitions.set(pk, known);
    return known;
  }
}

/** Where to begin among sorted keys, by halving: a page begins where the one before it ended. */
function firstPlace(
  sortKeys: readonly string[],
  { isForward, after }: Readonly<{ isForward: boolean; after: string | undefined }>,
): number {
  if (after === undefined) return isForward ? 0 : sortKeys.length - 1;
  let [low, high] = [0, sortKeys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compareUtf8(sortKeys[middle] ?? '', after);
    if (order < 0 || (isForward && order === 0)) low = middle + 1;
    else high = middle;
  }
  return isForward ? low : low - 1;
}

/** The key of an item, or a key that was given as such. */
export function readKey(item: Item): Key {
  const [pk, sk] = [item.pk?.S, item.sk?.S];
  if (pk === undefined || sk === undefined) {
    throw validationFailure(
      'One or more parameter values were invalid: Missing the key pk or sk in the item',
    );
  }
  if (pk === '' || sk === '') {
    throw validationFailure('One or more parameter values are not valid: a key attribute is empty');
  }
  if (byteLength(pk) > MAX_PK_BYTES || byteLength(sk) > MAX_SK_BYTES) {
    throw validationFailure(
      'One or more parameter values were invalid: Size of a key has exceeded the maximum',
    );
  }
  return { pk, sk };
}
