import { cleanLine, cutTo } from './plainText.ts';

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** One line of text, for an element or a quoted attribute, cut to `maxLength` characters of source. */
export function html(text: string, maxLength: number): string {
  return cutTo(cleanLine(text), maxLength, (character) => ENTITIES.get(character) ?? character);
}
