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
