import { z } from 'zod';
import { identifierProblem } from '../../domain/identifier.ts';
import { PICO_USD_PER_USD, parseUsd } from '../../domain/money.ts';
import type { Limit } from '../../domain/policy/policy.ts';
import { isTimeZone } from '../../domain/zone.ts';

/** The words that a policy file is written in. Every scalar arrives as the text that was written. */

/** What a text means, or a sentence on why it means nothing. */
type Meaning<T> = Readonly<{ value: T }> | Readonly<{ problem: string }>;

/** A text that `read` makes something of. */
export function word<T>(read: (text: string) => Meaning<T>) {
  return z.string().transform((text, context): T => {
    const meaning = read(text);
    if ('value' in meaning) return meaning.value;
    context.addIssue({ code: 'custom', message: meaning.problem });
    return z.NEVER;
  });
}

const NUMBER = String.raw`(\d{1,3}(?:,\d{3})+|\d{1,3}(?:_\d{3})+|\d{1,18})(\.\d{1,12})?`;
const LIMIT = new RegExp(String.raw`^(-?)(\$?)${NUMBER}\s?([kM]?)\s*([A-Za-z]*)$`);
const FACTORS: ReadonlyMap<string, bigint> = new Map([
  ['k', 1_000n],
  ['M', 1_000_000n],
]);
const MEASURES: ReadonlyMap<string, Limit['measure']> = new Map([
  ['usd', 'usd'],
  ['token', 'tokens'],
  ['tokens', 'tokens'],
  ['request', 'requests'],
  ['requests', 'requests'],
]);

/** `500 USD`, `$0.50`, `1,000,000 tokens`, `2.5M tokens`, `50 requests`; money as pico-USD. */
export const limit = word((text): Meaning<Readonly<{ measure: Limit['measure']; amount: bigint }>> => {
  const quoted = JSON.stringify(text);
  const match = LIMIT.exec(text);
  if (match === null) {
    return { problem: `${quoted} is no limit such as 500 USD, 1,000,000 tokens or 50 requests` };
  }
  const [, sign, dollar, whole = '', fraction = '', factor = '', unit = ''] = match;
  const measure = dollar === '$' && unit === '' ? 'usd' : MEASURES.get(unit.toLowerCase());
  if (measure === undefined || (dollar === '$' && measure !== 'usd'))
    return { problem: unitProblem(text, unit) };
  const pico = (parseUsd(whole.replace(/[,_]/g, '') + fraction) ?? 0n) * (FACTORS.get(factor) ?? 1n);
  if (sign === '-' || pico === 0n) return { problem: `${quoted}: a limit must be more than nothing` };
  if (measure === 'usd') return { value: { measure, amount: pico } };
  return pico % PICO_USD_PER_USD === 0n
    ? { value: { measure, amount: pico / PICO_USD_PER_USD } }
    : { problem: `${quoted} is no whole number of ${measure}` };
});

function unitProblem(text: string, unit: string): string {
  const quoted = JSON.stringify(text);
  if (unit !== '') return `${quoted} is not in USD, tokens or requests`;
  // Within braces YAML ends a value at a comma, so 1,000 USD arrives as 1.
  const hint = text.length <= 3 ? '; within { } put an amount with commas into quotes' : '';
  return `${quoted} has no unit; write ${text} USD, ${text} tokens or ${text} requests${hint}`;
}

/** A limit in money alone, as pico-USD. */
export const money = limit.transform(({ measure, amount }, context) => {
  if (measure === 'usd') return amount;
  context.addIssue({ code: 'custom', message: `give an amount of money such as 500 USD, not of ${measure}` });
  return z.NEVER;
});

const HUNDRED_PICO_PERCENT = 100n * 10n ** 12n;

/** `60%` or `12.5%`, above 0 and up to 100, times 10^12. */
export const share = word((text) => {
  const picoPercent = text.endsWith('%') ? parseUsd(text.slice(0, -1).trim()) : undefined;
  if (picoPercent === undefined) return { problem: `${JSON.stringify(text)} is no percentage such as 60%` };
  if (picoPercent <= 0n) return { problem: `${text}: a share must be more than nothing` };
  if (picoPercent > HUNDRED_PICO_PERCENT) return { problem: `${text} is more than the whole, which is 100%` };
  return { value: picoPercent };
});

/** A whole percentage from `min` to 100, as `80%`. */
export function wholePercent(min: 0 | 1) {
  return word((text) => {
    const digits = /^(\d{1,4})\s*%$/.exec(text)?.[1];
    const percent = Number(digits);
    if (digits !== undefined && percent >= min && percent <= 100) return { value: percent };
    return { problem: `${JSON.stringify(text)} is no whole percentage from ${min}% to 100%` };
  });
}

const SECONDS: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['min', 60],
  ['h', 3_600],
  ['d', 86_400],
]);
export const MAX_SECONDS = 366 * 86_400;

/** Seconds of a text such as `60s`, `5min`, `24h` or `2d`; `undefined` of any other. */
export function parseSeconds(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,8})\s*([a-z]+)$/.exec(text) ?? [];
  const seconds = Number(digits) * (SECONDS.get(unit) ?? Number.NaN);
  return seconds <= MAX_SECONDS ? seconds : undefined;
}

export const seconds = word((text) => {
  const value = parseSeconds(text);
  return value !== undefined && value > 0
    ? { value }
    : { problem: `${JSON.stringify(text)} is no time such as 60s, 5min or 24h` };
});

/** Minutes since midnight of `HH:MM`; `24:00` is the end of the day. */
export const clock = word((text) => {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  const value = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && value <= 1_440
    ? { value }
    : { problem: `${JSON.stringify(text)} is no time of day such as 08:00 or 18:30` };
});

export const flag = word((text) => {
  if (text === 'true' || text === 'yes') return { value: true };
  return text === 'false' || text === 'no'
    ? { value: false }
    : { problem: `${JSON.stringify(text)} is neither true nor false` };
});

export const timeZone = word((text) =>
  isTimeZone(text) && /^[A-Za-z]/.test(text)
    ? { value: text }
    : { problem: `there is no time zone ${JSON.stringify(text)}; write one such as Europe/Berlin` },
);

/** An id of a person, a scope or a rule. */
export const identifier = word((text) => {
  const problem = identifierProblem(text);
  return problem === undefined ? { value: text } : { problem: `${JSON.stringify(text)} ${problem}` };
});

const MAX_MESSAGE_LENGTH = 500;

/** A sentence for people, on one line, because it is put into headers and messages. */
export const message = word((text) => {
  if (text === '') return { problem: 'a message must say something; leave the key out for the default one' };
  if (text.length > MAX_MESSAGE_LENGTH)
    return { problem: `a message has ${MAX_MESSAGE_LENGTH} characters at most` };
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) || !text.isWellFormed()
    ? { problem: 'a message is one line without control characters' }
    : { value: text };
});

const MAX_HEADER_VALUE_LENGTH = 200;

/** `Name: value`, with characters that every proxy lets through. */
export const header = word((text) => {
  const [, name, value] = /^([A-Za-z][\w-]{0,63}):\s*([!-~](?:[ -~]*[!-~])?)$/.exec(text) ?? [];
  return name !== undefined && value !== undefined && value.length <= MAX_HEADER_VALUE_LENGTH
    ? { value: { name, value } }
    : { problem: `${JSON.stringify(text)} is no header such as "X-Budget-Warning: 80-percent"` };
});
