import { displayUsd, formatUsd } from '../../shared/domain/money.ts';
import type { ReplayCounts } from '../../shared/store/replayQuarantine.ts';
import { formatCount, printable } from './table.ts';

export type ReplayResult = Readonly<{ counts: ReplayCounts; isDryRun: boolean; isInterrupted: boolean }>;

export function replayJson({ counts, isDryRun, isInterrupted }: ReplayResult) {
  const { lines, left, ignored, unreadable, incomplete, posted } = counts;
  const { costPicoUsd, ...records } = posted;
  return {
    dryRun: isDryRun,
    interrupted: isInterrupted,
    lines,
    left,
    ignored,
    ...records,
    costUsd: formatUsd(costPicoUsd),
    unreadable,
    incomplete: [...incomplete].map(([logGroup, each]) => ({ logGroup, ...each })),
  };
}

export function formatReplay({ counts, isDryRun }: ReplayResult): string {
  const { lines, left, ignored, unreadable, incomplete, posted } = counts;
  if (lines === 0) return 'No line is in quarantine.';
  const parts = [
    isDryRun
      ? `Of ${formatCount(lines)} quarantined lines, ${formatCount(left)} can be read now; nothing was done.`
      : `Of ${formatCount(lines)} quarantined lines, ${formatCount(left)} could be read and left the quarantine.`,
  ];
  if (!isDryRun && left > 0) {
    const worth = displayUsd(posted.costPicoUsd, 4);
    const known = `${formatCount(posted.duplicates)} were counted before, ${formatCount(ignored)} are no requests`;
    parts.push(`Posted ${formatCount(posted.posted + posted.revised)} requests worth ${worth}; ${known}.`);
  }
  for (const [reason, count] of Object.entries(unreadable).sort(([, m], [, n]) => n - m))
    parts.push(`Still unreadable, ${reason}: ${formatCount(count)}.`);
  for (const [logGroup, each] of incomplete) {
    parts.push(
      `Not kept whole: ${formatCount(each.lines)} lines of ${printable(logGroup)}. ${whereToRead(logGroup, each)}`,
    );
  }
  return parts.join('\n');
}

/** Only its log still has the whole line. */
function whereToRead(logGroup: string, { from, to }: { from: string; to: string }): string {
  if (logGroup === 'local/files') return 'Read them again with tollbook ingest and their files.';
  if (logGroup === '-')
    return 'They are deliveries that could not be unpacked; backfill the log groups of these days.';
  return `Read them again: tollbook backfill --log-group ${printable(logGroup)} --from ${from} --to ${to}`;
}
