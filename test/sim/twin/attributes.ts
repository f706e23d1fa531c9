import { TwinGap, validationFailure } from './failures.ts';

/** A value as DynamoDB's protocol writes it; the kinds that Tollbook stores, and no others. */
export type Attribute = Readonly<{
  S?: string;
  N?: string;
  /** Bytes in base64. */
  B?: string;
  BOOL?: boolean;
  NULL?: boolean;
  L?: readonly Attribute[];
  M?: Readonly<Record<string, Attribute>>;
}>;

export type Item = Readonly<Record<string, Attribute>>;

/** Numbers hold 38 digits at most. */
const MAX_DIGITS = 38;
const INTEGER = /^-?\d+$/;

/** The size by which DynamoDB counts: bytes of all names and values, and a little for nesting. */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const name of Object.keys(item)) bytes += byteLength(name) + valueBytes(item[name] ?? {});
  return bytes;
}

function valueBytes(value: Attribute): number {
  if (value.S !== undefined) return byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
  if (value.B !== undefined) return Buffer.byteLength(value.B, 'base64');
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.L !== undefined) return value.L.reduce((sum, part) => sum + 1 + valueBytes(part), 3);
  if (value.M !== undefined) return 3 + itemBytes(value.M) + Object.keys(value.M).length;
  throw new TwinGap(`the twin does not know a value of kind ${Object.keys(value).join(', ')}`);
}

export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** Tollbook stores whole numbers only, so the twin knows no others. */
export function integerOf(value: Attribute): bigint | undefined {
  if (value.N === undefined) return undefined;
  if (!INTEGER.test(value.N)) throw new TwinGap(`the twin does not know the number ${value.N}`);
  return BigInt(value.N);
}

export function numberAttribute(value: bigint): Attribute {
  const text = value.toString();
  if (text.replace('-', '').length > MAX_DIGITS) throw validationFailure('Number overflow');
  return { N: text };
}

/** The order of two values of one kind, `undefined` when they have none. Texts are ordered by their UTF-8 bytes. */
export function compareAttributes(a: Attribute, b: Attribute): number | undefined {
  if (a.S !== undefined && b.S !== undefined) return compareUtf8(a.S, b.S);
  const [x, y] = [integerOf(a), integerOf(b)];
  if (x === undefined || y === undefined) return undefined;
  if (x === y) return 0;
  return x < y ? -1 : 1;
}

export function areEqual(a: Attribute, b: Attribute): boolean {
  return compareAttributes(a, b) === 0 || JSON.stringify(a) === JSON.stringify(b);
}

/**
 * UTF-8 orders texts by code point. UTF-16 does too, but for surrogates, which come before the last
 * characters of the basic plane: only where one is met are bytes compared.
 */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  if (HIGH.test(a) || HIGH.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

const HIGH = /[\ud800-\uffff]/;
