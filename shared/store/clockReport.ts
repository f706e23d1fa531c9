import { type Hours, peakHour } from '../domain/hours.ts';
import type { LocalClock, LocalHour } from '../domain/localClock.ts';
import { formatUsd } from '../domain/money.ts';
import { addDays, monthOfDay, weekOfDay } from '../domain/period.ts';
import type { Dimension } from '../domain/total.ts';
import { type CostSelection, isTime, linesOf, scopeOf } from './costReport.ts';
import { ALL_DAYS, type TotalStore } from './totalStore.ts';

export type ClockDimension = Dimension | 'hour' | 'day' | 'week' | 'month';

/** What the hours of lines and totals tell: requests and cost. */
type Counted = Readonly<{ requests: number; costPicoUsd: bigint }>;

/** Requests and cost by the clocks of a place; tokens are kept by UTC day. The rows add up to `total`. */
export type ClockReport = Readonly<{
  by: ClockDimension;
  timeZone: string;
  rows: readonly (Readonly<{ name: string }> & Counted)[];
  total: Counted;
  /** The local hour of the day with the most requests, such as `14:00`; only of a report by hour. */
  peak?: string;
}>;

const NOTHING: Counted = { requests: 0, costPicoUsd: 0n };

type ClockSelection = CostSelection & Readonly<{ clock: LocalClock }>;

/**
 * Requests and cost of local days, cut at the hours of the requests' starts. Days, weeks, months and the hours
 * of the day come from day totals, anything else from the daily lines. A local day has hours of the UTC days
 * before and after it, so these are read too.
 */
export async function reportByClock(
  by: ClockDimension,
  totals: TotalStore,
  { clock, ...selection }: ClockSelection,
): Promise<ClockReport> {
  const sums = new Map<string, Counted>();
  for (const { day, hours, name } of await gatherHours(by, totals, widened(selection))) {
    for (const { hour, ...counted } of hours) {
      const local = clock.at(day, hour);
      if (local.day < selection.from || local.day > selection.to) continue;
      const key = isTime(by) ? timeName(by, local) : name;
      sums.set(key, add(sums.get(key) ?? NOTHING, counted));
    }
  }
  const rows = [...sums]
    .map(([name, counted]) => ({ name, ...counted }))
    .filter(({ requests, costPicoUsd }) => requests !== 0 || costPicoUsd !== 0n)
    .sort(isTime(by) ? byName : byCost);
  return { by, timeZone: clock.timeZone, rows, total: rows.reduce(add, NOTHING), ...peakOf(by, rows) };
}

function peakOf(by: ClockDimension, rows: ClockReport['rows']): { peak?: string } {
  if (by !== 'hour') return {};
  const hour = peakHour(rows.map(({ name, requests }) => ({ hour: Number(name.slice(0, 2)), requests })));
  return hour === undefined ? {} : { peak: hourName(hour) };
}

type HoursOfDay = Readonly<{ day: string; name: string; hours: Hours }>;

async function gatherHours(
  by: ClockDimension,
  totals: TotalStore,
  selection: CostSelection,
): Promise<HoursOfDay[]> {
  if (!isTime(by)) {
    const lines = await linesOf(totals, selection);
    return lines.map((line) => ({ day: line.day, name: line[by], hours: line.hours }));
  }
  const days = await totals.dayTotals(scopeOf(selection), selection);
  return days.flatMap(({ period, metrics }) =>
    period.kind === 'day' ? [{ day: period.day, name: '', hours: metrics.hours }] : [],
  );
}

function timeName(by: 'hour' | 'day' | 'week' | 'month', { day, hour }: LocalHour): string {
  switch (by) {
    case 'hour':
      return hourName(hour);
    case 'day':
      return day;
    case 'week':
      return weekOfDay(day);
    case 'month':
      return monthOfDay(day);
    default:
      return by satisfies never;
  }
}

function hourName(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}

function widened({ from, to, ...rest }: CostSelection): CostSelection {
  return {
    from: from === ALL_DAYS.from ? from : addDays(from, -1),
    to: to === ALL_DAYS.to ? to : addDays(to, 1),
    ...rest,
  };
}

function add(a: Counted, b: Counted): Counted {
  return { requests: a.requests + b.requests, costPicoUsd: a.costPicoUsd + b.costPicoUsd };
}

type Row = ClockReport['rows'][number];

function byCost(a: Row, b: Row): number {
  if (a.costPicoUsd !== b.costPicoUsd) return a.costPicoUsd > b.costPicoUsd ? -1 : 1;
  return byName(a, b);
}

function byName(a: Row, b: Row): number {
  return a.name < b.name ? -1 : 1;
}

/** `{currency, timeZone, rows: [{<dimension>, costUsd, requests}], total, peakHour?}`; the costs are exact decimal texts. */
export function clockReportJson({ by, timeZone, rows, total, peak }: ClockReport) {
  const figures = ({ requests, costPicoUsd }: Counted) => ({ costUsd: formatUsd(costPicoUsd), requests });
  return {
    currency: 'USD',
    timeZone,
    rows: rows.map(({ name, ...counted }) => ({ [by]: name, ...figures(counted) })),
    total: figures(total),
    ...(peak === undefined ? {} : { peakHour: peak }),
  };
}
