import type { ReplayedDay } from '../../shared/store/replayDay.ts';
import { formatCount } from './table.ts';

const MAX_NAMED = 5;

const PLACES = {
  archive: 'came from the archive',
  both: 'came from the ledger and the archive',
  none: 'not replayed, as no records are left',
} as const;

/** Where days came from, a line for each place but the ledger alone, and what is missing or was left out. */
export function daysNote(replayed: readonly ReplayedDay[]): string {
  const line = (isMeant: (day: ReplayedDay) => boolean, what: string) => {
    const days = replayed.filter(isMeant).map(({ day }) => day);
    return days.length === 0 ? '' : `\n${namesOf(days)}: ${what}.`;
  };
  return [
    ...(['archive', 'both', 'none'] as const).map((place) =>
      line(({ from }) => from === place, PLACES[place]),
    ),
    line(({ missing = 0 }) => missing > 0, 'some records are lost'),
    line(({ archiveProblem }) => archiveProblem === 'damaged', 'the archive is damaged, and was left out'),
    line(({ archiveProblem }) => archiveProblem === 'missing', 'the archive is listed and not there'),
  ].join('');
}

/** `2026-07-01, 2026-07-02 and 3 more days`. */
function namesOf(days: readonly string[]): string {
  const hidden = days.length - MAX_NAMED;
  const named = days.slice(0, MAX_NAMED).join(', ');
  if (hidden <= 0) return named;
  return `${named} and ${formatCount(hidden)} more ${hidden === 1 ? 'day' : 'days'}`;
}
