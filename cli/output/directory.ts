import { displayUsd, formatUsd } from '../../shared/domain/money.ts';
import { type DirectoryUser, lastDay, type Placement } from '../../shared/domain/placement.ts';
import type { Move } from '../../shared/store/moveRecords.ts';
import { formatCount, formatTable } from './table.ts';

/** Applied users, how many of them the ledger knew otherwise, and what that moved or would move. */
export type Applied = Readonly<{
  users: number;
  changed: number;
  moves: readonly Move[];
  isDryRun: boolean;
}>;

/** What applying a directory did, team by team; what left one team is what came to another. */
export function formatMoves({ users, changed, moves, isDryRun }: Applied): string {
  const records = moves.reduce((sum, move) => sum + move.records, 0);
  const known = `${counted(users, 'user')} in the file, ${formatCount(changed)} new or changed`;
  const head = `${known}; ${counted(records, 'recorded request')} ${isDryRun ? 'would move' : 'moved'}.`;
  if (moves.length === 0) return head;
  const table = formatTable(
    [
      { head: 'FROM' },
      { head: 'TO' },
      { head: 'REQUESTS', align: 'right' },
      { head: 'COST', align: 'right' },
    ],
    moves.map(({ from, to, records: count, costPicoUsd }) => [
      from,
      from === to ? `${to} (other unit, department or cost centre)` : to,
      formatCount(count),
      displayUsd(costPicoUsd, 4),
    ]),
  );
  return `${head}\n\n${table}`;
}

function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}

export function movesJson({ moves, isDryRun, ...counts }: Applied) {
  return {
    dryRun: isDryRun,
    ...counts,
    currency: 'USD',
    moves: moves.map(({ costPicoUsd, ...move }) => ({ ...move, costUsd: formatUsd(costPicoUsd) })),
  };
}

/** One row for each placement, in the order of their days. */
export function formatDirectory(users: readonly DirectoryUser[]): string {
  if (users.length === 0)
    return 'The directory knows nobody: take over a file with `tollbook directory apply FILE`.';
  const rows = users.flatMap(({ user, placements, movesFrom }) =>
    (placements.length === 0 ? [{}] : placements).map((placement: Placement) => [
      user,
      placement.from ?? '',
      lastDay(placement) ?? '',
      placement.team ?? '',
      placement.businessUnit ?? '',
      placement.department ?? '',
      placement.costCentre ?? '',
      placement.lead ?? '',
      movesFrom === undefined ? '' : 'not all moved yet: run apply again',
    ]),
  );
  const heads = ['USER', 'FROM', 'THROUGH', 'TEAM', 'UNIT', 'DEPARTMENT', 'COST CENTRE', 'LEAD', 'NOTES'];
  const isUsed = heads.map((_, column) => column === 0 || rows.some((row) => row[column] !== ''));
  const used = <T>(cells: readonly T[]) => cells.filter((_, column) => isUsed[column]);
  return formatTable(used(heads.map((head) => ({ head }))), rows.map(used));
}

export function directoryJson({ user, placements, movesFrom }: DirectoryUser) {
  return { user, placements, ...(movesFrom === undefined ? {} : { movesFrom }) };
}
