/** UTC days are `YYYY-MM-DD` and months `YYYY-MM`, so text order is time order. */

const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** True for a day that exists in the calendar: `2026-02-29` is none. */
export function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(text)) && toDay(new Date(`${text}T00:00:00Z`)) === text;
}

export function toDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

export function monthOfDay(day: string): string {
  return day.slice(0, 7);
}

/** The day `count` days later (earlier when negative). */
export function addDays(day: string, count: number): string {
  return toDay(new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS));
}

/** First instant after the month, ISO 8601 in UTC: when a monthly budget starts anew. */
export function monthEnd(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString();
}

/** A range of days with both its ends. */
export type DaySpan = Readonly<{ from: string; to: string }>;

export function daysOfMonth(month: string): DaySpan {
  return { from: `${month}-01`, to: addDays(monthEnd(month).slice(0, 10), -1) };
}

const DAYS_PER_WEEK = 7;
/** ISO 8601 counts a week to the year that its Thursday lies in. */
const THURSDAY = 4;

/** The ISO week of a day, such as `2026-W29`; weeks begin on Monday. Text order is time order. */
export function weekOfDay(day: string): string {
  const thursday = addDays(day, THURSDAY - weekday(day));
  const year = thursday.slice(0, 4);
  const daysBefore = (Date.parse(thursday) - Date.parse(`${year}-01-01`)) / DAY_MS;
  return `${year}-W${String(Math.floor(daysBefore / DAYS_PER_WEEK) + 1).padStart(2, '0')}`;
}

/** The Monday and the Sunday of an ISO week. */
export function daysOfWeek(week: string): DaySpan {
  const [year = '', number = ''] = week.split('-W');
  // The fourth of January lies in the first week of its year, whatever weekday it is.
  const fourth = `${year}-01-04`;
  const monday = addDays(fourth, 1 - weekday(fourth) + (Number(number) - 1) * DAYS_PER_WEEK);
  return { from: monday, to: addDays(monday, DAYS_PER_WEEK - 1) };
}

/** 1 on Monday to 7 on Sunday. */
function weekday(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || DAYS_PER_WEEK;
}
