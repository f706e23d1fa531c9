import { describe, expect, it } from 'vitest';
import { daysNote } from '../../../cli/output/replayedDays.ts';
import type { ReplayedDay } from '../../../shared/store/replayDay.ts';

const day = (number: number, parts: Partial<ReplayedDay> = {}): ReplayedDay => ({
  ...{ day: `2026-07-0${number}`, from: 'ledger', requests: 1 },
  ...parts,
});
const archived = (count: number) =>
  Array.from({ length: count }, (_, index) => day(index + 1, { from: 'archive' }));

describe('daysNote', () => {
  it.each<[string, ReplayedDay[], string]>([
    ['nothing of the ledger', [day(1), day(2, { missing: 0 })], ''],
    ['the archive', [day(1), day(2, { from: 'archive' })], '\n2026-07-02: came from the archive.'],
    [
      'both, and what is missing',
      [day(1, { from: 'both', missing: 1 })],
      '\n2026-07-01: came from the ledger and the archive.\n2026-07-01: some records are lost.',
    ],
    [
      'an archive that is not there',
      [day(1, { from: 'none', requests: 0, archiveProblem: 'missing' })],
      '\n2026-07-01: not replayed, as no records are left.\n2026-07-01: the archive is listed and not there.',
    ],
  ])('tells of %s', (_name, replayed, note) => {
    expect(daysNote(replayed)).toBe(note);
  });

  it.each([
    [5, '2026-07-01, 2026-07-02, 2026-07-03, 2026-07-04, 2026-07-05'],
    [6, '2026-07-01, 2026-07-02, 2026-07-03, 2026-07-04, 2026-07-05 and 1 more day'],
    [7, '2026-07-01, 2026-07-02, 2026-07-03, 2026-07-04, 2026-07-05 and 2 more days'],
  ])('names five of %i days', (count, names) => {
    expect(daysNote(archived(count))).toBe(`\n${names}: came from the archive.`);
  });
});
