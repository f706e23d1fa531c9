import { cleanLine, cutTo } from './plainText.ts';

/** Names are made of any characters; in Slack some of them format, mention or link. */

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);
/** Slack has no escape for these, so that a sign that looks alike takes their place. */
const LOOKALIKES = new Map([
  ['*', '∗'],
  ['_', '＿'],
  ['~', '∼'],
  ['`', 'ˋ'],
]);
/** An underscore within a word formats nothing, and ids are full of them. */
const FORMATTING = /[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;
/** An address is none; an underscore before it is no part of one, for it may yet become a sign that looks alike. */
const MENTION = /(?<![A-Za-z0-9])@(?=here|channel|everyone|group)/gi;

export type SlackText =
  | Readonly<{ type: 'plain_text'; text: string; emoji: false }>
  /** `verbatim`: Slack makes no links and mentions of what looks like them. */
  | Readonly<{ type: 'mrkdwn'; text: string; verbatim: true }>;

/** For a `plain_text` object, and for text without formatting: escaped and cut to `maxLength`. */
export function slackPlain(text: string, maxLength: number): string {
  return cutTo(cleanLine(text).replace(MENTION, '＠'), maxLength, entity);
}

/** For a `mrkdwn` text: nothing in it formats, mentions or links. */
export function slackMrkdwn(text: string, maxLength: number): string {
  const harmless = cleanLine(text)
    .replace(MENTION, '＠')
    .replace(FORMATTING, (sign) => LOOKALIKES.get(sign) ?? sign);
  return cutTo(harmless, maxLength, entity);
}

export function plainText(text: string): SlackText {
  return { type: 'plain_text', text, emoji: false };
}

export function mrkdwnText(text: string): SlackText {
  return { type: 'mrkdwn', text, verbatim: true };
}

function entity(character: string): string {
  return ENTITIES.get(character) ?? character;
}
