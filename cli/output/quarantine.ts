import type { IngestTally } from '../../infra/local/ingestFiles.ts';
import type { QuarantinedLine, QuarantineStore } from '../../shared/store/quarantineStore.ts';
import { formatCount, formatTable, printable } from './table.ts';

const LINES_A_DAY = 50;
const MAX_DETAIL_LENGTH = 60;
const MAX_LINE_LENGTH = 48;

/** What was quarantined and why, with one example for each reason; empty when nothing was. */
export async function formatQuarantine(tally: IngestTally, quarantine: QuarantineStore): Promise<string> {
  if (tally.quarantined === 0) return '';
  const examples = await findExamples(Object.keys(tally.reasons), quarantine);
  const rows = Object.entries(tally.reasons)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([reason, lines]) => {
      const example = examples.get(reason);
      return [
        reason,
        formatCount(lines),
        cut(example?.detail, MAX_DETAIL_LENGTH),
        cut(example?.line, MAX_LINE_LENGTH),
      ];
    });
  const columns = [
    { head: 'REASON' },
    { head: 'LINES', align: 'right' },
    { head: 'WHY' },
    { head: 'LINE' },
  ] as const;
  return `\nQuarantined\n${formatTable(columns, rows)}\n`;
}

/** Quarantined lines, one row each. */
export function formatQuarantineList(lines: readonly QuarantinedLine[]): string {
  if (lines.length === 0) return 'No line is in quarantine.';
  const rows = lines.map(({ eventId, day, reason, detail }) => [
    day,
    reason,
    eventId,
    cut(detail, MAX_DETAIL_LENGTH),
  ]);
  return formatTable([{ head: 'DAY' }, { head: 'REASON' }, { head: 'ID' }, { head: 'WHY' }], rows);
}

/** All that is kept of one line. */
export function formatQuarantined({
  eventId,
  day,
  reason,
  detail,
  logGroup,
  logStream,
  line,
  replayedAt,
}: QuarantinedLine): string {
  const rows = [
    ['id', eventId],
    ['logged', `${day} in ${logGroup} ${logStream}`],
    ['reason', `${reason}: ${printable(detail)}`],
    ...(replayedAt === undefined ? [] : [['left', `read and posted at ${replayedAt}`]]),
    ['line', printable(line)],
  ];
  return rows.map(([name = '', value = '']) => `${name.padEnd(8)}${value}`).join('\n');
}

async function findExamples(reasons: readonly string[], quarantine: QuarantineStore) {
  const examples = new Map<string, QuarantinedLine>();
  for (const day of (await quarantine.days()).reverse()) {
    for (const line of await quarantine.ofDay(day, LINES_A_DAY)) {
      if (!examples.has(line.reason)) examples.set(line.reason, line);
    }
    if (reasons.every((reason) => examples.has(reason))) break;
  }
  return examples;
}

function cut(text: string | undefined, length: number): string {
  const shown = printable((text ?? '').replace(/\s+/g, ' '));
  return shown.length > length ? `${shown.slice(0, length - 1)}…` : shown;
}
