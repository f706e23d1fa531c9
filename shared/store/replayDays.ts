import type { Archive } from '../domain/archive.ts';
import { addDays, toDay } from '../domain/period.ts';
import { periodAt } from '../domain/policy/budgetPeriod.ts';
import { type Consumption, consumptionsOfLine } from '../domain/policy/consumption.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { Simulation } from '../domain/policy/simulation.ts';
import type { OpenArchives } from './archivedLines.ts';
import type { ArchiveStore } from './archiveStore.ts';
import { linesByDay } from './costReport.ts';
import type { RecordStore } from './recordStore.ts';
import { type ReplayDayDependencies, type ReplayedDay, replayDay } from './replayDay.ts';
import type { DayRange, TotalStore } from './totalStore.ts';

export type ReplayDependencies = Omit<ReplayDayDependencies, 'totals'> &
  Readonly<{
    records: RecordStore;
    totals: TotalStore;
    /** Where days are whose records have expired; without it they are not replayed. */
    archive?: Readonly<{ archives: Pick<ArchiveStore, 'all'>; objects: OpenArchives }> | undefined;
  }>;

/**
 * Feeds the recorded days of a range to a simulation, in the order in which requests started, and tells of each day
 * with any use where its requests came from. What budgets had used before the first day is counted from daily
 * lines, which are kept longer than records.
 */
export async function replayDays(
  { policy, range }: Readonly<{ policy: Policy; range: DayRange }>,
  simulation: Pick<Simulation, 'warmUp' | 'replay'>,
  { archive, ...dependencies }: ReplayDependencies,
): Promise<ReplayedDay[]> {
  const { totals } = dependencies;
  const days = await totals.days(range);
  const [first = range.from] = days;
  const before = { from: firstDayOf(policy, first), to: addDays(first, -1) };
  if (before.from <= before.to) {
    for await (const lines of linesByDay(totals, before)) {
      for (const each of inOrder(lines.flatMap(consumptionsOfLine))) simulation.warmUp(each);
    }
  }
  // By day and then by time, so that the last one of a day stays.
  const archives = new Map<string, Archive>();
  for (const each of (await archive?.archives.all()) ?? []) archives.set(each.day, each);
  const replayed: ReplayedDay[] = [];
  for (const day of days) {
    const known = archives.get(day);
    const isArchived = archive !== undefined && known !== undefined;
    const archived = isArchived ? { archive: known, objects: archive.objects } : undefined;
    replayed.push(await replayDay(day, simulation, { ...dependencies, archived }));
  }
  return replayed;
}

/** The UTC day on which the earliest period began that the first moment of a day lies in. */
export function firstDayOf({ budgets, breaker }: Policy, day: string): string {
  const atMs = Date.parse(`${day}T00:00:00Z`);
  const periods = budgets.map(({ period }) => period);
  if (breaker !== undefined) periods.push({ unit: 'day', timeZone: breaker.timeZone });
  const starts = periods.map((period) => periodAt(period, atMs).startMs);
  return toDay(new Date(Math.min(atMs, ...starts)));
}

function inOrder(consumptions: readonly Consumption[]): Consumption[] {
  return consumptions.toSorted((a, b) => a.atMs - b.atMs);
}
