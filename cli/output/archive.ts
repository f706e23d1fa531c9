import { type Archive, missingRecords } from '../../shared/domain/archive.ts';
import { displayUsd, formatUsd } from '../../shared/domain/money.ts';
import type { checkArchive } from '../../shared/store/archivedLines.ts';
import { formatCount, formatTable } from './table.ts';

/** An archive and what reading it showed. */
export type CheckedArchive = Readonly<{
  archive: Archive;
  outcome: Awaited<ReturnType<typeof checkArchive>>;
}>;

const COST_DECIMALS = 4;
const SHOWN_DIGITS = 16;

const COLUMNS = [
  { head: 'DAY' },
  { head: 'RECORDS', align: 'right' },
  { head: 'MISSING', align: 'right' },
  { head: 'COST', align: 'right' },
  { head: 'BYTES', align: 'right' },
  { head: 'SHA-256' },
] as const;

export function formatArchiveList(archives: readonly Archive[]): string {
  if (archives.length === 0) return 'No day is archived.';
  const rows = archives.map((archive) => [...rowOf(archive), archive.archivedAt]);
  return formatTable([...COLUMNS, { head: 'ARCHIVED' }], rows);
}

export function formatArchiveVerdict(checked: readonly CheckedArchive[]): string {
  if (checked.length === 0) return 'No day is archived.';
  const rows = checked.map(({ archive, outcome }) => [...rowOf(archive), outcome]);
  const unsound = checked.filter(({ outcome }) => outcome !== 'sound').length;
  const missing = checked.filter(({ archive }) => missingRecords(archive) > 0).length;
  const verdict =
    unsound > 0
      ? `${formatCount(unsound)} of ${formatCount(checked.length)} archives not as listed.`
      : `Holds: ${formatCount(checked.length)} archived, each as it was listed.`;
  const note =
    missing > 0 ? [`${formatCount(missing)} made when some of the day's records had expired already.`] : [];
  return [`${formatTable([...COLUMNS, { head: 'OBJECT' }], rows)}\n`, verdict, ...note].join('\n');
}

function rowOf(archive: Archive): string[] {
  const { day, records, costPicoUsd, sizeBytes, digest } = archive;
  return [
    day,
    formatCount(records),
    formatCount(missingRecords(archive)),
    displayUsd(costPicoUsd, COST_DECIMALS),
    formatCount(sizeBytes),
    digest.slice(0, SHOWN_DIGITS),
  ];
}

export function archiveListJson(archives: readonly Archive[]) {
  return { currency: 'USD', archives: archives.map(archiveJson) };
}

export function archiveVerdictJson(checked: readonly CheckedArchive[]) {
  return {
    holds: checked.every(({ outcome }) => outcome === 'sound'),
    currency: 'USD',
    archives: checked.map(({ archive, outcome }) => ({ ...archiveJson(archive), outcome })),
  };
}

function archiveJson(archive: Archive) {
  const { costPicoUsd, ...rest } = archive;
  return { ...rest, missingRecords: missingRecords(archive), costUsd: formatUsd(costPicoUsd) };
}
