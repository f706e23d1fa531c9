import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item as it goes over the wire. */
export type WireItem = Readonly<Record<string, AttributeValue>>;

/**
 * The size of an item in bytes as DynamoDB bills it: names and values of all attributes. The rules are
 * those of the developer guide, "DynamoDB item sizes and formats".
 */
export function itemSizeBytes(item: WireItem): number {
  let size = 0;
  for (const [name, value] of Object.entries(item)) size += Buffer.byteLength(name) + valueSizeBytes(value);
  return size;
}

/** Lists and maps have 3 bytes of their own and 1 for each element. */
const DOCUMENT_BYTES = 3;
const ELEMENT_BYTES = 1;

function valueSizeBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberSizeBytes(value.N);
  if (value.B !== undefined) return value.B.length;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.L !== undefined) {
    return value.L.reduce((size, element) => size + ELEMENT_BYTES + valueSizeBytes(element), DOCUMENT_BYTES);
  }
  if (value.M !== undefined) {
    return DOCUMENT_BYTES + itemSizeBytes(value.M) + ELEMENT_BYTES * Object.keys(value.M).length;
  }
  throw new TypeError(`No size is known for ${Object.keys(value).join()}.`);
}

/** One byte for every two significant digits, zeros at both ends trimmed, one more, and one for a sign. */
function numberSizeBytes(text: string): number {
  const digits = text.replace(/^-?0*/, '').replace(/0+$/, '').length;
  return Math.ceil(digits / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}
