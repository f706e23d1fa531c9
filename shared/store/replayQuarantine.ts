import type { Usage } from '../domain/usage.ts';
import type { UsageRecord } from '../domain/usageRecord.ts';
import { decodeLine } from '../formats/decodeLine.ts';
import type { LogRules } from '../formats/logRules.ts';
import { isWholeLine } from '../formats/redactLine.ts';
import { NOTHING_POSTED, type PostCounts, type PostDependencies, postUsage } from './postUsage.ts';
import type { QuarantinedLine, QuarantineStore } from './quarantineStore.ts';
import type { Posting } from './recordStore.ts';

export type ReplayOptions = Readonly<{
  /** Only lines logged on this UTC day; all without it. */
  day?: string;
  /** Only lines with this reason; all without it. */
  reason?: string;
  /** Looks only: nothing is posted or marked. */
  isDryRun: boolean;
  /** Asks to stop after the lines at hand. */
  signal?: AbortSignal;
}>;

/** Lines that were cut or redacted, by the log group that still has them whole; days are UTC, inclusive. */
export type IncompleteLines = { lines: number; from: string; to: string };

/** `lines` = left + unreadable + incomplete, where the lines that left hold the records that were posted. */
export type ReplayCounts = Readonly<{
  lines: number;
  /** Lines that can be read now: they are marked as replayed. */
  left: number;
  /** Of those, lines that are of no interest, as today's code knows. */
  ignored: number;
  /** Whole lines that still cannot be read, by the reason of today. */
  unreadable: Readonly<Record<string, number>>;
  incomplete: ReadonlyMap<string, IncompleteLines>;
  posted: PostCounts;
}>;

export type ReplayDependencies = PostDependencies &
  Readonly<{
    quarantine: QuarantineStore;
    posting: Posting;
    /** What the company says of its logs; without it the usual rules. */
    rules?: LogRules | undefined;
    /** Attributes and prices, as an ingest does. */
    makeRecords: (usages: readonly Usage[]) => Promise<UsageRecord[]>;
    onLines?: (lines: number) => void;
  }>;

/** A line that can be read now, and what it says. */
type Readable = Readonly<{ line: QuarantinedLine; usages: readonly Usage[] }>;

const LINES_AT_ONCE = 100;

/**
 * Reads quarantined lines again with today's code and posts what can be read, under the ids that the lines
 * had. A line is marked after its records are posted: a crash between the two is harmless, as posting again
 * changes nothing, and a second replay finds nothing to do.
 */
export async function replayQuarantine(
  options: ReplayOptions,
  dependencies: ReplayDependencies,
): Promise<ReplayCounts> {
  const tally = new Tally();
  let readable: Readable[] = [];
  const leave = async () => {
    if (!options.isDryRun) tally.posted = addPosted(tally.posted, await postAndMark(readable, dependencies));
    readable = [];
  };
  for await (const line of linesToReplay(options, dependencies.quarantine)) {
    tally.lines += 1;
    dependencies.onLines?.(tally.lines);
    const usages = readAgain(line, dependencies, tally);
    if (usages !== undefined) readable.push({ line, usages });
    if (readable.length === LINES_AT_ONCE) await leave();
    if (options.signal?.aborted === true) break;
  }
  await leave();
  return tally;
}

class Tally {
  lines = 0;
  left = 0;
  ignored = 0;
  readonly unreadable: Record<string, number> = {};
  readonly incomplete = new Map<string, IncompleteLines>();
  posted = NOTHING_POSTED;
}

async function* linesToReplay(
  { day, reason }: ReplayOptions,
  quarantine: QuarantineStore,
): AsyncGenerator<QuarantinedLine> {
  for (const each of await quarantine.days()) {
    if (day !== undefined && day !== each) continue;
    for await (const line of quarantine.allOfDay(each)) {
      if (line.replayedAt === undefined && (reason === undefined || reason === line.reason)) yield line;
    }
  }
}

/** What a line says today; `undefined` for one that stays in quarantine, which is counted with its reason. */
function readAgain(
  line: QuarantinedLine,
  { posting: { now }, rules }: Pick<ReplayDependencies, 'posting' | 'rules'>,
  tally: Tally,
): Usage[] | undefined {
  if (!isWholeLine(line.line)) {
    addIncomplete(tally.incomplete, line);
    return undefined;
  }
  const usages: Usage[] = [];
  const formats = rules?.formatsOf(line.logGroup);
  for (const decoded of decodeLine(line.line, { now, formats, eventId: () => line.eventId })) {
    switch (decoded.kind) {
      case 'usage':
        usages.push(decoded.usage);
        break;
      case 'quarantined':
        tally.unreadable[decoded.reason] = (tally.unreadable[decoded.reason] ?? 0) + 1;
        return undefined;
      case 'ignored':
        tally.ignored += 1;
        break;
      default:
        decoded satisfies never;
    }
  }
  tally.left += 1;
  return usages;
}

function addIncomplete(incomplete: Map<string, IncompleteLines>, { logGroup, day }: QuarantinedLine): void {
  const known = incomplete.get(logGroup) ?? { lines: 0, from: day, to: day };
  known.lines += 1;
  known.from = day < known.from ? day : known.from;
  known.to = day > known.to ? day : known.to;
  incomplete.set(logGroup, known);
}

async function postAndMark(
  readable: readonly Readable[],
  { quarantine, makeRecords, posting, rules, ...dependencies }: ReplayDependencies,
): Promise<PostCounts> {
  const records = await makeRecords(readable.flatMap(({ usages }) => usages));
  const posted = await postUsage(records, posting, { ...dependencies, precedence: rules?.precedence });
  for (const { line } of readable) await quarantine.markReplayed(line, posting.now);
  return posted;
}

function addPosted(a: PostCounts, b: PostCounts): PostCounts {
  return {
    posted: a.posted + b.posted,
    duplicates: a.duplicates + b.duplicates,
    revised: a.revised + b.revised,
    unpriced: a.unpriced + b.unpriced,
    costPicoUsd: a.costPicoUsd + b.costPicoUsd,
  };
}
