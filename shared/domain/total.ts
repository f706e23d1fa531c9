import type { DailyLine } from './dailyLine.ts';
import { HOURS_PER_DAY } from './hours.ts';
import { addMetrics, type Metrics, NO_METRICS, splitFigures } from './metrics.ts';
import { type DaySpan, daysOfMonth, daysOfWeek, monthOfDay, weekOfDay } from './period.ts';

/** What a daily line belongs to, and can be summed by. Each is a part of the line's key. */
export const DIMENSIONS = [
  'businessUnit',
  'department',
  'team',
  'project',
  'user',
  'costCentre',
  'model',
  'operation',
  'entrypoint',
  'serviceTier',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Whose total it is: the organisation's, or one name's of a dimension (`-` for requests without one). */
export type Scope = Readonly<{ kind: 'org' }> | Readonly<{ kind: Dimension; id: string }>;

/** A total's period: a UTC day, an ISO week such as `2026-W29`, or a calendar month. */
export type Period =
  | Readonly<{ kind: 'day'; day: string }>
  | Readonly<{ kind: 'week'; week: string }>
  | Readonly<{ kind: 'month'; month: string }>;

/** Which total. */
export type TotalName = Readonly<{ scope: Scope; period: Period }>;

/** The hours, such as `2026-07-14T09` in UTC, of the first and the last request. */
export type HourSpan = Readonly<{ first: string; last: string }>;

/**
 * A scope's figures for a period, with their split by model, in the figures of `splitFigures`. The hours of a week or a month
 * are hours of the day, over all of its days. `n` is the sum of the children's `n`: it grows with every
 * change below and never falls, even when a cost does.
 */
export type Total = Readonly<{
  scope: Scope;
  period: Period;
  n: number;
  metrics: Metrics;
  byModel: ReadonlyMap<string, Metrics>;
  /** Absent where there are no requests. */
  span?: HourSpan;
}>;

/** A total as a pure function of daily lines. */
export function totalOfLines(scope: Scope, period: Period, lines: readonly DailyLine[]): Total {
  const byModel = new Map<string, Metrics>();
  let metrics = NO_METRICS;
  let n = 0;
  for (const line of lines) {
    metrics = addMetrics(metrics, line);
    byModel.set(line.model, addMetrics(byModel.get(line.model) ?? NO_METRICS, splitFigures(line)));
    n += line.n;
  }
  const days = Map.groupBy(lines, ({ day }) => day);
  const span = joinSpans([...days].map(([day, ofDay]) => spanOfDay(day, ofDay)));
  return { scope, period, n, metrics, byModel: sortedByKey(byModel), ...span };
}

/** A total as a pure function of its parts: a month of its days, an org of its teams. */
export function totalOfTotals(scope: Scope, period: Period, parts: readonly Total[]): Total {
  const byModel = new Map<string, Metrics>();
  let metrics = NO_METRICS;
  let n = 0;
  for (const part of parts) {
    metrics = addMetrics(metrics, part.metrics);
    for (const [model, figures] of part.byModel) {
      byModel.set(model, addMetrics(byModel.get(model) ?? NO_METRICS, figures));
    }
    n += part.n;
  }
  const span = joinSpans(parts.map((part) => part.span));
  return { scope, period, n, metrics, byModel: sortedByKey(byModel), ...span };
}

/** The scopes besides the organisation whose totals hold a line. */
export function scopesOfLine(line: Pick<DailyLine, Dimension>): Scope[] {
  return DIMENSIONS.map((kind) => ({ kind, id: line[kind] }));
}

export function periodName(period: Period): string {
  switch (period.kind) {
    case 'day':
      return period.day;
    case 'week':
      return period.week;
    case 'month':
      return period.month;
    default:
      return period satisfies never;
  }
}

/** The first and the last day of a period. */
export function daysOfPeriod(period: Period): DaySpan {
  switch (period.kind) {
    case 'day':
      return { from: period.day, to: period.day };
    case 'week':
      return daysOfWeek(period.week);
    case 'month':
      return daysOfMonth(period.month);
    default:
      return period satisfies never;
  }
}

/** The week and the month that a day is a part of. */
export function periodsAround(day: string): readonly [week: Period, month: Period] {
  return [
    { kind: 'week', week: weekOfDay(day) },
    { kind: 'month', month: monthOfDay(day) },
  ];
}

/** An hour counts when its requests do: one that corrections emptied, or made negative, does not. */
function spanOfDay(day: string, lines: readonly DailyLine[]): HourSpan | undefined {
  let [first, last] = [HOURS_PER_DAY, -1];
  for (const line of lines) {
    for (const { hour, requests } of line.hours) {
      if (requests <= 0) continue;
      first = Math.min(first, hour);
      last = Math.max(last, hour);
    }
  }
  const at = (hour: number) => `${day}T${String(hour).padStart(2, '0')}`;
  return last < 0 ? undefined : { first: at(first), last: at(last) };
}

function joinSpans(spans: readonly (HourSpan | undefined)[]): { span?: HourSpan } {
  let joined: HourSpan | undefined;
  for (const span of spans) {
    if (span === undefined) continue;
    joined ??= span;
    joined = {
      first: span.first < joined.first ? span.first : joined.first,
      last: span.last > joined.last ? span.last : joined.last,
    };
  }
  return joined === undefined ? {} : { span: joined };
}

function sortedByKey(map: ReadonlyMap<string, Metrics>): Map<string, Metrics> {
  return new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
