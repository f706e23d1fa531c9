import type { ObjectCounts } from '../../infra/local/backfillSources.ts';
import type { IngestTally } from '../../infra/local/ingestFiles.ts';
import { formatIngest, ingestJson } from './ingest.ts';
import { formatCount } from './table.ts';

/** What a backfill did in this run; an earlier run of the same work may have done its beginning. */
export type BackfillResult = Readonly<{
  tally: IngestTally;
  isResumed: boolean;
  isInterrupted: boolean;
  /** Pages of a log group that were read. */
  pages?: number;
  /** Lines that were in quarantine and left it. */
  settled?: number;
  objects?: ObjectCounts;
}>;

export function backfillJson({ tally, isResumed, isInterrupted, pages, settled, objects }: BackfillResult) {
  return {
    ...ingestJson(tally),
    resumed: isResumed,
    interrupted: isInterrupted,
    ...(pages === undefined ? {} : { pages }),
    ...(settled === undefined ? {} : { leftQuarantine: settled }),
    ...(objects === undefined ? {} : { objects }),
  };
}

export function formatBackfill({ tally, isResumed, pages, settled = 0, objects }: BackfillResult): string {
  const parts = [formatIngest(tally)];
  if (isResumed) parts.push('It went on where an earlier run ended.');
  if (pages !== undefined) parts.push(`Pages of the log group: ${formatCount(pages)}.`);
  if (settled > 0) parts.push(`Lines that left the quarantine: ${formatCount(settled)}.`);
  if (objects !== undefined) {
    const { read, body, probe, empty } = objects;
    parts.push(`Objects read: ${formatCount(read)}.`);
    if (body + probe + empty > 0)
      parts.push(
        `Passed over: ${formatCount(body)} bodies under data/, ${formatCount(probe + empty)} empty or probes.`,
      );
  }
  return parts.join('\n');
}
