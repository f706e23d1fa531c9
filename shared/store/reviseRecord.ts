import { toDay } from '../domain/period.ts';
import { countingDay } from '../domain/usageRecord.ts';
import type { Posting, RecordRevision, RecordStore, ReviseOutcome } from './recordStore.ts';
import type { TotalStore } from './totalStore.ts';

export type ReviseDependencies = Readonly<{ records: RecordStore; totals: TotalStore }>;

/**
 * Replaces a revision of a record by the next, wherever the record is counted: on the lines of its day
 * while that is open, else as a correction of today. The record stays counted where it was.
 */
export async function reviseRecord(
  { from, to, reason }: RecordRevision,
  posting: Posting,
  { records, totals }: ReviseDependencies,
): Promise<Exclude<ReviseOutcome, { kind: 'sealed' }>> {
  const { countedOn: _countedOn, ...next } = to;
  const revision = { from, to: { ...next, ...homeOf(from) }, reason };
  const home = countingDay(from);
  await totals.openDays([{ user: to.user, team: to.team, day: home }]);
  const answer = await records.revise(revision, posting);
  if (answer.kind !== 'sealed') return answer;
  const correctedOn = toDay(posting.now);
  await totals.openDays([from, to].map(({ user, team }) => ({ user, team, day: correctedOn })));
  const corrected = await records.revise({ ...revision, correctedOn }, posting);
  return corrected.kind === 'sealed' ? { kind: 'contended' } : corrected;
}

function homeOf({ countedOn }: RecordRevision['from']) {
  return countedOn === undefined ? {} : { countedOn };
}
