import type { UsageRecord } from '../domain/usageRecord.ts';
import type { Posting } from './recordStore.ts';
import { type ReviseDependencies, reviseRecord } from './reviseRecord.ts';

export type SettleDependencies = ReviseDependencies &
  Readonly<{
    /** Of the moment: a long run goes on while days are sealed. */
    posting: () => Posting;
    pause: (attempt: number) => Promise<void>;
  }>;

/** What a record should be: the very same object when it is so already, else its next revision and why. */
export type NextRevision = (record: UsageRecord) => Readonly<{ to: UsageRecord; reason: string }> | undefined;

const MAX_ATTEMPTS = 12;

/**
 * Brings a record to what it should be, however often others revise it meanwhile, and gives what it is then.
 * Of a record that is gone the lines stay as they were posted: it has expired.
 */
export async function reviseUntilSettled(
  record: UsageRecord,
  next: NextRevision,
  { records, totals, posting, pause }: SettleDependencies,
): Promise<UsageRecord> {
  let from = record;
  for (let attempt = 1; ; attempt += 1) {
    const revision = next(from);
    if (revision === undefined) return from;
    const answer = await reviseRecord({ from, ...revision }, posting(), { records, totals });
    if (answer.kind === 'revised') return revision.to;
    if (answer.kind === 'changed' && answer.current === undefined) return from;
    if (answer.kind === 'changed' && answer.current !== undefined) from = answer.current;
    if (attempt >= MAX_ATTEMPTS) throw new Error(`record ${from.requestId} of ${from.day} stays contended`);
    await pause(attempt);
  }
}
