import { displayUsd, PICO_USD_PER_USD } from '../money.ts';
import type { Limit, RungAction } from '../policy/policy.ts';
import { wallTimeAt } from '../zone.ts';
import type { AlertSeverity } from './alert.ts';

/** How amounts, times and spans are written in alerts: the same on every channel. */

const PICO_USD_PER_CENT = PICO_USD_PER_USD / 100n;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const SEVERITY_WORDS = { info: 'Notice', warning: 'Warning', critical: 'Critical' };

/** Severity is told in words: a colour alone says nothing to some, and nothing in plain text. */
export function severityWord(severity: AlertSeverity): string {
  return SEVERITY_WORDS[severity];
}

/** `$12.34`; below a dollar with four places where there is more to it than whole cents. */
export function usdWords(picoUsd: bigint): string {
  const magnitude = picoUsd < 0n ? -picoUsd : picoUsd;
  const isFine = magnitude < PICO_USD_PER_USD && magnitude % PICO_USD_PER_CENT !== 0n;
  return displayUsd(picoUsd, isFine ? 4 : 2);
}

/** `12,345`. */
export function countWords(count: bigint | number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `$12.34`, `1,000 tokens`, `1 request`. */
export function amountWords(measure: Limit['measure'], amount: bigint): string {
  switch (measure) {
    case 'usd':
      return usdWords(amount);
    case 'tokens':
      return plural(amount, 'token');
    case 'requests':
      return plural(amount, 'request');
    default:
      return measure satisfies never;
  }
}

/** `1 request`, `1,200 requests`. */
export function plural(count: bigint | number, noun: string): string {
  return `${countWords(count)} ${noun}${BigInt(count) === 1n ? '' : 's'}`;
}

/** `82% of $500.00 (spent $410.00)`, `90% of 500,000 tokens (used 450,000)`. */
export function shareWords(
  measure: Limit['measure'],
  { used, limit, percent }: Readonly<{ used: bigint; limit: bigint; percent?: number | undefined }>,
): string {
  const part = measure === 'usd' ? `spent ${usdWords(used)}` : `used ${countWords(used)}`;
  const whole = amountWords(measure, limit);
  return percent === undefined ? `limit ${whole} (${part})` : `${percent}% of ${whole} (${part})`;
}

/** A place's clock at an instant, `Thu 26 Nov 14:00 UTC`, with the year where it is not that of `nowMs`. */
export function timeWords(timeZone: string, atMs: number, nowMs: number): string {
  const { day, minute } = wallTimeAt(timeZone, atMs);
  const date = new Date(`${day}T00:00:00Z`);
  const isThisYear = wallTimeAt(timeZone, nowMs).day.slice(0, 4) === day.slice(0, 4);
  const clock = `${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
  return [
    WEEKDAYS[date.getUTCDay()],
    String(date.getUTCDate()),
    MONTHS[date.getUTCMonth()],
    ...(isThisYear ? [] : [day.slice(0, 4)]),
    clock,
    timeZone,
  ].join(' ');
}

/** `4 days`, `1 hour`, `25 minutes`: whole ones of the largest unit that fits, rounded down. */
export function spanWords(spanMs: number): string {
  if (spanMs >= DAY_MS) return plural(Math.floor(spanMs / DAY_MS), 'day');
  if (spanMs >= HOUR_MS) return plural(Math.floor(spanMs / HOUR_MS), 'hour');
  return plural(Math.max(0, Math.floor(spanMs / MINUTE_MS)), 'minute');
}

/** What a mark of this kind means for requests, where its delay or its hours of grace are not at hand. */
export function markWords(action: RungAction['kind']): string {
  switch (action) {
    case 'notify':
      return 'people are told';
    case 'warn':
      return 'requests are answered with a warning';
    case 'throttle':
      return 'requests are slowed down';
    case 'reject':
      return 'requests are refused';
    case 'restrict':
      return 'requests are refused after the grace unless an approver agrees';
    default:
      return action satisfies never;
  }
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
