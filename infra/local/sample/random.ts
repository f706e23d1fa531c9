/** A seeded source of choices: the same seed gives the same choices on every machine, for ever. */
export type Random = Readonly<{
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** One of the values, in proportion to the weight beside it. */
  weighted<T>(choices: readonly (readonly [value: T, weight: number])[]): T;
  /** A new list in another order. */
  shuffle<T>(list: readonly T[]): T[];
  /** `digits` lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** A version 4 UUID. */
  uuid(): string;
}>;

const WORD_RANGE = 2 ** 32;
const WORD_DIGITS = 8;
const SEED_ROUNDS = 12;
const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function seededRandom(seed: string): Random {
  const word = smallFastCounter(seed);
  const next = () => word() / WORD_RANGE;
  const int = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  const pick = <T>(list: readonly T[]): T => existing(list, int(0, list.length - 1));
  const hex = (digits: number) => {
    let text = '';
    for (let missing = digits; missing > 0; missing -= WORD_DIGITS) text += wordHex(word());
    return text.slice(0, digits);
  };
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick,
    weighted: (choices) => weightedChoice(choices, next()),
    shuffle: (list) => shuffled(list, int),
    hex,
    uuid: () => {
      const digits = hex(32);
      const variant = '89ab'.charAt(int(0, 3));
      const [a, b, c] = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(13, 16)];
      return `${a}-${b}-4${c}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
    },
  };
}

/**
 * Chris Doty-Humphrey's sfc32. Its state has 128 bits, so that the thousands of streams of a sample
 * never run into one another; a generator with 32 bits of state would repeat ids between them.
 */
function smallFastCounter(seed: string): () => number {
  let [a, b, c, counter] = hashedState(seed);
  const word = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < SEED_ROUNDS; round += 1) word();
  return word;
}

/** Four words of FNV-1a over the seed, each from a start of its own and mixed as Murmur3 ends. */
function hashedState(seed: string): [number, number, number, number] {
  const hash = (start: number) => {
    let state = start;
    for (let index = 0; index < seed.length; index += 1) {
      state = Math.imul(state ^ seed.charCodeAt(index), 0x01000193);
    }
    state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    return state ^ (state >>> 16);
  };
  return [hash(0x811c9dc5), hash(0x9e3779b9), hash(0x243f6a88), hash(0xb7e15162)];
}

function wordHex(word: number): string {
  const high = `${HEX_OF_BYTE[word >>> 24]}${HEX_OF_BYTE[(word >>> 16) & 255]}`;
  return `${high}${HEX_OF_BYTE[(word >>> 8) & 255]}${HEX_OF_BYTE[word & 255]}`;
}

function weightedChoice<T>(choices: readonly (readonly [T, number])[], point: number): T {
  let total = 0;
  for (const [, weight] of choices) total += weight;
  let left = point * total;
  for (const [value, weight] of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  throw new RangeError('There is nothing to choose from.');
}

function shuffled<T>(list: readonly T[], int: (min: number, max: number) => number): T[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = int(0, last);
    [result[last], result[other]] = [existing(result, other), existing(result, last)];
  }
  return result;
}

function existing<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError(`There is no item ${index} in a list of ${list.length}.`);
  return value;
}
