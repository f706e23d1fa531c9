import { cleanLine, cutTo } from './plainText.ts';
import { columnsOf } from './wrapText.ts';

/** No key of the store, and so no id, is longer. */
const MAX_ID_LENGTH = 1_024;
const COMMAND = 'tollbook alerts ack';
const ASCII = /[ -~]/;
/** What a shell reads as itself; before any other ASCII goes a backslash. */
const SAFE = /[\w:@%+=./,-]/;

/**
 * What to type to say that one deals with an alert, in lines of `columns` at most. A long id stands in
 * lines of its own, joined by a `\` that a shell takes for nothing: it can be pasted as it stands.
 */
export function ackCommand(alertId: string, columns: number): string[] {
  const typed = [...cutTo(cleanLine(alertId), MAX_ID_LENGTH)].map(asTyped);
  const whole = `${COMMAND} ${typed.join('')}`;
  if (columnsOf(whole) <= columns) return [whole];
  const lines = [`${COMMAND} \\`];
  let line = '';
  for (const character of typed) {
    // One column is for the backslash at the end of a line that goes on.
    if (columnsOf(line + character) > columns - 1) {
      lines.push(`${line}\\`);
      line = '';
    }
    line += character;
  }
  return [...lines, line];
}

function asTyped(character: string): string {
  return ASCII.test(character) && !SAFE.test(character) ? `\\${character}` : character;
}
