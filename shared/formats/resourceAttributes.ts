/** What an `OTEL_RESOURCE_ATTRIBUTES` text says, and what in it cannot be read. */
export type ResourceAttributes = Readonly<{
  attributes: ReadonlyMap<string, string>;
  /** One sentence for each pair that was left out, naming it by its place from 1; its text is not quoted. */
  problems: readonly string[];
}>;

/** Far more than anybody sets; a longer text is a fault. */
export const MAX_RESOURCE_TEXT_LENGTH = 8_192;

/**
 * What may stand in the text as it is: the octets of a W3C baggage value without `=`. Spaces, commas, quotes,
 * semicolons, backslashes and letters beyond ASCII must be percent-encoded.
 */
const PLAIN = /^[!#-+\--:<>-[\]-~]*$/;

/**
 * Reads the text of `OTEL_RESOURCE_ATTRIBUTES`: `key=value` pairs between commas, without spaces, keys and
 * values percent-encoded (`team.id=platform,department=R%26D%20Lab`). The last of equal keys stands. A pair
 * that cannot be read is left out and reported; the others stand.
 *
 * Source: OpenTelemetry specification, resource SDK, "Specifying resource information via an environment variable".
 */
export function parseResourceAttributes(text: string): ResourceAttributes {
  if (text.length > MAX_RESOURCE_TEXT_LENGTH) {
    const problem = `the text is longer than ${MAX_RESOURCE_TEXT_LENGTH} characters`;
    return { attributes: new Map(), problems: [problem] };
  }
  const attributes = new Map<string, string>();
  const problems: string[] = [];
  if (text === '') return { attributes, problems };
  for (const [index, pair] of text.split(',').entries()) {
    const read = readPair(pair);
    if (typeof read === 'string') problems.push(`pair ${index + 1} ${read}`);
    else attributes.set(read.key, read.value);
  }
  return { attributes, problems };
}

/** The pair, or what is wrong with it. */
function readPair(pair: string): Readonly<{ key: string; value: string }> | string {
  if (pair === '') return 'is empty';
  const [encodedKey = '', encodedValue, ...more] = pair.split('=');
  if (encodedValue === undefined) return 'has no =';
  if (more.length > 0) return 'has a second =, which must be percent-encoded';
  if (encodedKey === '') return 'has no key';
  if (!PLAIN.test(encodedKey) || !PLAIN.test(encodedValue)) {
    return 'holds a space or another character that must be percent-encoded';
  }
  const key = decodePercent(encodedKey);
  const value = decodePercent(encodedValue);
  return key === undefined || value === undefined ? 'holds a % that encodes nothing' : { key, value };
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
