import { addDays, daysOfWeek, monthEnd, monthOfDay, weekOfDay } from '../period.ts';
import { instantOf, wallTimeAt } from '../zone.ts';
import type { BudgetPeriod } from './policy.ts';

/**
 * One day, week, month, quarter or year of a zone's calendar. The end is the start of the next, and `endsAt`
 * says it in ISO 8601; the key names the period as people do: `2026-11-24`, `2026-W48`, `2026-11`,
 * `2026-Q4`, `2026`.
 */
export type Period = Readonly<{ startMs: number; endMs: number; endsAt: string; key: string }>;

type Unit = BudgetPeriod['unit'];
/** First day of a period and first day after it. */
type DayRange = Readonly<{ first: string; next: string; key: string }>;

const MONTHS_PER_QUARTER = 3;
const MAX_KEPT_ZONES = 1_024;

/** The period of each unit that was asked for last, by zone: nearly always the one that is asked for next. */
const lastAsked = new Map<string, Map<Unit, Period>>();

/**
 * The period that an instant lies in. Days are 23 or 25 hours long where clocks change.
 *
 * @throws RangeError for a zone that the runtime does not know.
 */
export function periodAt({ unit, timeZone }: BudgetPeriod, atMs: number): Period {
  const known = lastAsked.get(timeZone)?.get(unit);
  if (known !== undefined && known.startMs <= atMs && atMs < known.endMs) return known;
  const { first, next, key } = daysOf(unit, wallTimeAt(timeZone, atMs).day);
  const endMs = instantOf(timeZone, next);
  const endsAt = new Date(endMs).toISOString();
  const period = { startMs: instantOf(timeZone, first), endMs, endsAt, key };
  keep(timeZone, unit, period);
  return period;
}

function keep(timeZone: string, unit: Unit, period: Period): void {
  const ofZone = lastAsked.get(timeZone);
  if (ofZone !== undefined) {
    ofZone.set(unit, period);
    return;
  }
  if (lastAsked.size >= MAX_KEPT_ZONES) lastAsked.clear();
  lastAsked.set(timeZone, new Map([[unit, period]]));
}

function daysOf(unit: Unit, day: string): DayRange {
  const year = day.slice(0, 4);
  switch (unit) {
    case 'day':
      return { first: day, next: addDays(day, 1), key: day };
    case 'week': {
      const key = weekOfDay(day);
      const { from, to } = daysOfWeek(key);
      return { first: from, next: addDays(to, 1), key };
    }
    case 'month': {
      const key = monthOfDay(day);
      return { first: `${key}-01`, next: dayAfterMonth(key), key };
    }
    case 'quarter': {
      const quarter = Math.ceil(Number(day.slice(5, 7)) / MONTHS_PER_QUARTER);
      const last = quarter * MONTHS_PER_QUARTER;
      const first = `${year}-${twoDigits(last - MONTHS_PER_QUARTER + 1)}-01`;
      return { first, next: dayAfterMonth(`${year}-${twoDigits(last)}`), key: `${year}-Q${quarter}` };
    }
    case 'year':
      return { first: `${year}-01-01`, next: dayAfterMonth(`${year}-12`), key: year };
    default:
      return unit satisfies never;
  }
}

function dayAfterMonth(month: string): string {
  return monthEnd(month).slice(0, 10);
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
