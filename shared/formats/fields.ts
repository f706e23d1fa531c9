import type { QuarantineReason } from './decoded.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The first field of a line that is wrong: why, and where. */
export type FieldProblem = Readonly<{ reason: QuarantineReason; detail: string }>;

/** No request has more of one token class than this; a larger count is a fault of the log. */
export const MAX_TOKENS = 100_000_000;

const NOTHING: Json = {};
const DIGITS = /^\d{1,15}$/;

/** What logs write where there is nothing: Envoy a dash, Python the name of its null. */
const ABSENT_TEXTS: ReadonlySet<unknown> = new Set(['', '-', 'None']);

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads the fields of an untrusted JSON object. A field that is absent, `null` or not as asked for reads as
 * `undefined`; the first that is not as asked for is remembered as the line's problem, with its place. It
 * stands on the path of every request, which is why it is not a general validator.
 */
export class Fields {
  readonly #object: Json;
  readonly #place: string;
  readonly #line: { problem: FieldProblem | undefined };

  constructor(
    object: Json,
    place = '',
    line: { problem: FieldProblem | undefined } = { problem: undefined },
  ) {
    this.#object = object;
    this.#place = place;
    this.#line = line;
  }

  /** The first problem met in the whole line. */
  get problem(): FieldProblem | undefined {
    return this.#line.problem;
  }

  /** A field as it is, for shapes that differ from record to record. */
  raw(key: string): unknown {
    return this.#object[key];
  }

  text(key: string): string | undefined {
    const value = this.#object[key];
    if (typeof value === 'string') return value;
    if (value !== undefined && value !== null) this.fail('bad_field', key, 'not text');
    return undefined;
  }

  requiredText(key: string): string {
    const value = this.#object[key];
    if (typeof value === 'string') return value;
    this.fail('bad_field', key, value === undefined || value === null ? 'missing' : 'not text');
    return '';
  }

  /** A token count: whole, not negative, and not beyond reason. */
  count(key: string): number | undefined {
    const value = this.#object[key];
    if (typeof value === 'number' && value >= 0 && value <= MAX_TOKENS && Number.isInteger(value))
      return value;
    if (value !== undefined && value !== null) this.fail('bad_token_count', key, countProblem(value));
    return undefined;
  }

  /** A text that may be a whole number, and that may say in words that it is absent. */
  looseText(key: string): string | undefined {
    const value = looseTextOf(this.#object[key]);
    if (value === undefined) this.fail('bad_field', key, 'not text');
    return value || undefined;
  }

  /** A token count that may be written as digits in quotes, or say in words that it is absent. */
  looseCount(key: string): number | undefined {
    const value = this.#object[key];
    if (ABSENT_TEXTS.has(value)) return undefined;
    if (typeof value !== 'string' || !DIGITS.test(value)) return this.count(key);
    const count = Number(value);
    if (count <= MAX_TOKENS) return count;
    this.fail('bad_token_count', key, countProblem(count));
    return undefined;
  }

  /**
   * One count that stands under several names. A zero beside a number means that only the other name is in
   * use; two numbers that differ leave open which one is meant.
   */
  agree(key: string, ...counts: readonly (number | undefined)[]): number | undefined {
    const told = counts.filter((count) => count !== undefined);
    const [first, ...others] = new Set(told.filter((count) => count !== 0));
    if (others.length > 0) {
      this.fail('bad_token_count', key, `${first} and ${others.join(' and ')} under its names`);
    }
    return first ?? told[0];
  }

  /** The fields of a nested object; those of an absent one are all absent. */
  child(key: string): Fields {
    const value = this.#object[key];
    if (isJson(value)) return new Fields(value, `${this.#place}${key}.`, this.#line);
    if (value !== undefined && value !== null) this.fail('bad_field', key, 'not an object');
    return new Fields(NOTHING, '', this.#line);
  }

  /** The fields of an object of the same line that was found by other means. */
  within(object: Json, place: string): Fields {
    return new Fields(object, `${place}.`, this.#line);
  }

  fail(reason: QuarantineReason, key: string, problem: string): void {
    this.#line.problem ??= { reason, detail: `${this.#place}${key}: ${problem}` };
  }

  /** Remembers an id that cannot be one; the id itself is not quoted, for it may be anything. */
  failIdentifier(name: string, problem: string): void {
    this.#line.problem ??= { reason: 'bad_identifier', detail: `${name} ${problem}` };
  }
}

/** The text of a value in a log that is careless with types: empty when absent, `undefined` when no text. */
export function looseTextOf(value: unknown): string | undefined {
  if (value === undefined || value === null || ABSENT_TEXTS.has(value)) return '';
  return Number.isSafeInteger(value) ? String(value) : textOf(value);
}

/** The text of a value in a log that is strict with types. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function countProblem(value: unknown): string {
  if (typeof value !== 'number') return 'not a number';
  if (value < 0) return `negative, ${value}`;
  return value > MAX_TOKENS ? `over ${MAX_TOKENS}, ${value}` : `not whole, ${value}`;
}
