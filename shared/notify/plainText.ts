/**
 * Texts of alerts hold names that came from logs. Before any channel's own escaping they are made harmless
 * here: nothing in them breaks a line, hides, or turns the direction in which the rest is read.
 */

/** What stands for a character that must not be sent. */
const REPLACEMENT = '\u{fffd}';
/** What says that a text was longer. */
const CUT = '…';

const ZERO_WIDTH_JOINER = '\u{200d}';
const BLANKS = /[\t\n\v\f\r\u{85}\p{Zs}\p{Zl}\p{Zp}]+/gu;
const HIDDEN = /[\p{Cc}\p{Cf}]/gu;

/**
 * One line: blanks become one space, characters that control, hide or turn are shown as `�`, halves of a
 * surrogate pair too. The joiner within emoji stays.
 */
export function cleanLine(text: string): string {
  return text
    .toWellFormed()
    .replace(BLANKS, ' ')
    .replace(HIDDEN, (hidden) => (hidden === ZERO_WIDTH_JOINER ? hidden : REPLACEMENT))
    .trim();
}

/**
 * A text with each character escaped, cut with `…` so that it has `maxLength` UTF-16 units at most: neither a
 * character nor an escape is cut in two.
 */
export function cutTo(
  text: string,
  maxLength: number,
  escaped: (character: string) => string = same,
): string {
  let fitting = '';
  let whole = '';
  for (const character of text) {
    whole += escaped(character);
    if (whole.length > maxLength) return `${fitting}${CUT}`;
    if (whole.length <= maxLength - CUT.length) fitting = whole;
  }
  return whole;
}

function same(character: string): string {
  return character;
}
