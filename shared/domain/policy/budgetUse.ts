import type { Use } from '../budget.ts';
import { HOURS_PER_DAY } from '../hours.ts';
import { type Metrics, totalCost } from '../metrics.ts';
import { addDays, type DaySpan, daysOfMonth, monthOfDay, toDay } from '../period.ts';
import type { Period } from './budgetPeriod.ts';
import { amountConsumed } from './consumption.ts';
import type { Limit } from './policy.ts';

/** Figures of a UTC day, or of whole UTC days when `day` is absent. */
export type DayFigures = Readonly<{ day?: string; metrics: Metrics; n: number }>;

type Span = Pick<Period, 'startMs' | 'endMs'>;

const HOUR_MS = 3_600_000;

/** The UTC days that a period touches, of which the first and the last may lie in it in part only. */
export function daysTouched({ startMs, endMs }: Span): DaySpan {
  return { from: toDay(new Date(startMs)), to: toDay(new Date(endMs - 1)) };
}

/** True where the period begins and ends with UTC days. */
export function isOfWholeDays({ startMs, endMs }: Span): boolean {
  return isMidnight(startMs) && isMidnight(endMs);
}

/** The UTC months that lie in a period as a whole, and the days beside them, first those before. */
export function wholeMonths(
  period: Span,
): Readonly<{ months: readonly string[]; edges: readonly DaySpan[] }> {
  const { from, to } = daysTouched(period);
  const firstWhole = isMidnight(period.startMs) ? from : addDays(from, 1);
  const lastWhole = isMidnight(period.endMs) ? to : addDays(to, -1);
  const months: string[] = [];
  for (let month = monthOfDay(from); month <= monthOfDay(to); ) {
    const days = daysOfMonth(month);
    if (days.from >= firstWhole && days.to <= lastWhole) months.push(month);
    month = monthOfDay(addDays(days.to, 1));
  }
  const [first, last] = [months[0], months.at(-1)];
  if (first === undefined || last === undefined) return { months, edges: [{ from, to }] };
  const before = { from, to: addDays(daysOfMonth(first).from, -1) };
  const after = { from: addDays(daysOfMonth(last).to, 1), to };
  return { months, edges: [before, after].filter((edge) => edge.from <= edge.to) };
}

/** What these figures come to in the unit of a limit, as far as they lie in the period. */
export function useWithin(period: Span, limit: Limit, figures: readonly DayFigures[]): Use {
  let used = 0n;
  let n = 0;
  for (const { day, metrics, n: changes } of figures) {
    const hours = day === undefined ? WHOLE_DAY : hoursWithin(day, period);
    used += hours === WHOLE_DAY ? amountOf(limit, metrics) : amountOfHours(limit, metrics, hours);
    n += changes;
  }
  return { used, n };
}

type HourRange = Readonly<{ from: number; to: number }>;
const WHOLE_DAY: HourRange = { from: 0, to: HOURS_PER_DAY };

/** Periods begin and end with UTC hours: policies take no zone in which they do not. */
function hoursWithin(day: string, { startMs, endMs }: Span): HourRange {
  const dayMs = Date.parse(`${day}T00:00:00Z`);
  const from = Math.max(0, (startMs - dayMs) / HOUR_MS);
  const to = Math.min(HOURS_PER_DAY, (endMs - dayMs) / HOUR_MS);
  return from === 0 && to === HOURS_PER_DAY ? WHOLE_DAY : { from, to };
}

function amountOf(limit: Limit, { requests, tokens, costPicoUsd }: Metrics): bigint {
  return amountConsumed(limit, { requests, tokens, picoUsd: totalCost(costPicoUsd) });
}

function amountOfHours({ measure }: Limit, { hours }: Metrics, { from, to }: HourRange): bigint {
  let sum = 0n;
  for (const { hour, requests, costPicoUsd } of hours) {
    if (hour >= from && hour < to) sum += measure === 'usd' ? costPicoUsd : BigInt(requests);
  }
  return sum;
}

function isMidnight(atMs: number): boolean {
  return atMs % (HOURS_PER_DAY * HOUR_MS) === 0;
}
