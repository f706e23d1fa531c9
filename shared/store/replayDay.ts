import type { Archive } from '../domain/archive.ts';
import { HOURS_PER_DAY } from '../domain/hours.ts';
import { type Consumption, consumptionOfRecord } from '../domain/policy/consumption.ts';
import type { Simulation } from '../domain/policy/simulation.ts';
import { consumptionOfArchived } from './archivedConsumption.ts';
import { archivedLines, type OpenArchives } from './archivedLines.ts';
import { ArchiveError } from './archiveObjects.ts';
import { mergeRecords, noArchive } from './mergeRecords.ts';
import type { RecordStore } from './recordStore.ts';
import type { TotalStore } from './totalStore.ts';

export type ReplayDayDependencies = Readonly<{
  records: Pick<RecordStore, 'ofDay'>;
  totals: Pick<TotalStore, 'find'>;
  /** Requests held at once while they are put in order; a larger day is read several times. */
  maxHeld?: number;
  onRequest?: () => void;
}>;

/** A day that was replayed, and where its requests came from. */
export type ReplayedDay = Readonly<{
  day: string;
  /** `none` when the day had requests and no record of them is left. */
  from: 'ledger' | 'archive' | 'both' | 'none';
  requests: number;
  /** Records that the day had and that neither place holds any more; known of archived days alone. */
  missing?: number;
  /** Why its archive was left out. */
  archiveProblem?: ArchiveError['code'];
}>;

/** The latest archive of a day, and where to read it. */
export type ArchivedDay = Readonly<{ archive: Archive; objects: OpenArchives }>;

const DEFAULT_MAX_HELD = 250_000;

/**
 * Feeds one day to a simulation, in the order in which its requests started. Records that have expired come from
 * the day's archive, of any that are still there the ledger's revision counts. An archive is read to its end and
 * its digest compared before any of it is replayed; of one that is missing or damaged nothing is.
 */
export async function replayDay(
  day: string,
  simulation: Pick<Simulation, 'replay'>,
  dependencies: ReplayDayDependencies & Readonly<{ archived?: ArchivedDay | undefined }>,
): Promise<ReplayedDay> {
  const { records, totals, archived, maxHeld = DEFAULT_MAX_HELD, onRequest = () => {} } = dependencies;
  const total = await totals.find({ kind: 'org' }, { kind: 'day', day });
  const counts = Array.from({ length: HOURS_PER_DAY }, () => 0);
  for (const { hour, requests } of total?.metrics.hours ?? []) counts[hour] = requests;
  const read = { ledger: 0, archive: 0 };
  let source = archived;
  let archiveProblem: ArchiveError['code'] | undefined;
  for (const slice of slicesOf(counts, maxHeld)) {
    const held = await readSlice(day, slice, { records, archived: source }).catch((error: unknown) => {
      // What was sound in the first slice and is not in a later one changed meanwhile: half a day is no answer.
      if (!(error instanceof ArchiveError) || slice.from > 0) throw error;
      source = undefined;
      archiveProblem = error.code;
      return readSlice(day, slice, { records });
    });
    for (const { from, consumption } of held) {
      simulation.replay(consumption);
      read[from] += 1;
      onRequest();
    }
  }
  const requests = read.ledger + read.archive;
  const isLost = requests === 0 && (total?.metrics.requests ?? 0) > 0;
  return {
    day,
    from: isLost ? 'none' : placeOf(read),
    requests,
    ...(source === undefined ? {} : { missing: Math.max(0, source.archive.expectedRecords - requests) }),
    ...(archiveProblem === undefined ? {} : { archiveProblem }),
  };
}

function placeOf({ ledger, archive }: Readonly<{ ledger: number; archive: number }>): ReplayedDay['from'] {
  if (archive === 0) return 'ledger';
  return ledger === 0 ? 'archive' : 'both';
}

type Held = Readonly<{ from: 'ledger' | 'archive'; consumption: Consumption }>;

async function readSlice(
  day: string,
  { from, to }: HourSlice,
  { records, archived }: Pick<ReplayDayDependencies, 'records'> & { archived?: ArchivedDay | undefined },
): Promise<Held[]> {
  const lines = archived === undefined ? noArchive() : archivedLines(archived.archive, archived.objects);
  const held: Held[] = [];
  for await (const each of mergeRecords(records.ofDay(day), lines)) {
    const consumption =
      each.from === 'ledger' ? consumptionOfRecord(each.record) : consumptionOfArchived(each.line);
    const hour = new Date(consumption.atMs).getUTCHours();
    if (hour >= from && hour < to) held.push({ from: each.from, consumption });
  }
  return held.sort((a, b) => a.consumption.atMs - b.consumption.atMs);
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
