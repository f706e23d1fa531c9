import { HOURS_PER_DAY, hourOfStart } from '../domain/hours.ts';
import { addDays, toDay } from '../domain/period.ts';
import { periodAt } from '../domain/policy/budgetPeriod.ts';
import { type Consumption, consumptionOfRecord, consumptionsOfLine } from '../domain/policy/consumption.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { Simulation } from '../domain/policy/simulation.ts';
import { linesOf } from './costReport.ts';
import type { RecordStore } from './recordStore.ts';
import type { DayRange, TotalStore } from './totalStore.ts';

export type ReplayDependencies = Readonly<{
  records: RecordStore;
  totals: TotalStore;
  /** Requests held at once while they are put in order; a larger day is read several times. */
  maxHeld?: number;
  onRequest?: () => void;
}>;

export type Replayed = Readonly<{
  days: number;
  /** Days that have totals, and whose records are gone. */
  daysWithoutRecords: readonly string[];
}>;

const DEFAULT_MAX_HELD = 250_000;

/**
 * Feeds the recorded days of a range to a simulation, in the order in which requests started. What budgets
 * had used before the first day is counted from daily lines, which are kept longer than records.
 */
export async function replayDays(
  { policy, range }: Readonly<{ policy: Policy; range: DayRange }>,
  simulation: Pick<Simulation, 'warmUp' | 'replay'>,
  dependencies: ReplayDependencies,
): Promise<Replayed> {
  const { totals } = dependencies;
  const days = await totals.days(range);
  const [first = range.from] = days;
  const before = { from: firstDayOf(policy, first), to: addDays(first, -1) };
  for (const day of before.from <= before.to ? await totals.days(before) : []) {
    const consumptions = (await linesOf(totals, { from: day, to: day })).flatMap(consumptionsOfLine);
    for (const consumption of inOrder(consumptions)) simulation.warmUp(consumption);
  }
  const daysWithoutRecords: string[] = [];
  for (const day of days) {
    if (!(await replayDay(day, simulation, dependencies))) daysWithoutRecords.push(day);
  }
  return { days: days.length, daysWithoutRecords };
}

/** The UTC day on which the earliest period began that the first moment of a day lies in. */
export function firstDayOf({ budgets, breaker }: Policy, day: string): string {
  const atMs = Date.parse(`${day}T00:00:00Z`);
  const periods = budgets.map(({ period }) => period);
  if (breaker !== undefined) periods.push({ unit: 'day', timeZone: breaker.timeZone });
  const starts = periods.map((period) => periodAt(period, atMs).startMs);
  return toDay(new Date(Math.min(atMs, ...starts)));
}

/** True when the day has records, or nothing that they could have been. */
async function replayDay(
  day: string,
  simulation: Pick<Simulation, 'replay'>,
  { records, totals, maxHeld = DEFAULT_MAX_HELD, onRequest = () => {} }: ReplayDependencies,
): Promise<boolean> {
  const total = await totals.find({ kind: 'org' }, { kind: 'day', day });
  const hours = total?.metrics.hours ?? [];
  const counts = Array.from({ length: HOURS_PER_DAY }, () => 0);
  for (const { hour, requests } of hours) counts[hour] = requests;
  let replayed = 0;
  for (const { from, to } of slicesOf(counts, maxHeld)) {
    const held: Consumption[] = [];
    for await (const record of records.ofDay(day)) {
      const hour = hourOfStart(record.startedAt);
      if (hour >= from && hour < to) held.push(consumptionOfRecord(record));
    }
    for (const consumption of inOrder(held)) {
      simulation.replay(consumption);
      onRequest();
    }
    replayed += held.length;
  }
  return replayed > 0 || (total?.metrics.requests ?? 0) === 0;
}

export type HourSlice = Readonly<{ from: number; to: number }>;

/** Consecutive hours that hold no more than so many requests together, or are one hour that holds more. */
export function slicesOf(requestsByHour: readonly number[], maxHeld: number): HourSlice[] {
  const slices: HourSlice[] = [];
  let [from, held] = [0, 0];
  for (const [hour, requests] of requestsByHour.entries()) {
    if (held > 0 && requests > 0 && held + requests > maxHeld) {
      slices.push({ from, to: hour });
      [from, held] = [hour, 0];
    }
    held += requests;
  }
  return [...slices, { from, to: requestsByHour.length }];
}

function inOrder(consumptions: readonly Consumption[]): Consumption[] {
  return consumptions.toSorted((a, b) => a.atMs - b.atMs);
}
