import type { Archive } from '../domain/archive.ts';
import { firstExpiryMs } from '../domain/retention.ts';
import type { Seal } from '../domain/seal.ts';
import { type ArchiveDependencies, archiveDay, type DayToArchive } from './archiveDay.ts';
import { inParallel } from './inParallel.ts';
import type { SealStore } from './sealStore.ts';

export type ArchiveRecordsDependencies = ArchiveDependencies & Readonly<{ recordRetentionDays: number }>;

/** What a run archived. A day that failed is reported and holds up no other; the next run tries it again. */
export type ArchiveReport = Readonly<{
  archived: readonly Archive[];
  failed: readonly Readonly<{ day: string; error: unknown }>[];
  /** Days whose records began to expire before the day was archived. */
  expiredDays: readonly string[];
}>;

type DaySeal = Seal & Readonly<{ day: string }>;

const DAY_MS = 86_400_000;
/** A week of failing runs loses nothing. */
const BEFORE_EXPIRY_MS = 7 * DAY_MS;
const DAYS_AT_ONCE = 8;

/**
 * Archives each sealed day whose records expire within a week, and archived days again for which something was
 * posted since, once the days on which it was posted are sealed. Twice is once.
 */
export async function archiveRecords(dependencies: ArchiveRecordsDependencies): Promise<ArchiveReport> {
  const { archives, seals, now, recordRetentionDays } = dependencies;
  const days = (await seals.all()).flatMap((seal): DaySeal[] =>
    seal.period.kind === 'day' ? [{ ...seal, day: seal.period.day }] : [],
  );
  const latest = new Map((await archives.all()).map((archive) => [archive.day, archive]));
  const untilExpiryMs = (seal: DaySeal) =>
    firstExpiryMs(seal.day, seal, { recordRetentionDays }) - now.getTime();
  const unarchived = days.filter(({ day }) => !latest.has(day));
  const due = [
    ...unarchived.filter((seal) => untilExpiryMs(seal) <= BEFORE_EXPIRY_MS).flatMap(toArchive),
    ...(await changedSince(latest, days, seals)),
  ];
  const archived: Archive[] = [];
  const failed: { day: string; error: unknown }[] = [];
  for (const each of due) {
    await archiveDay(each, dependencies).then(
      (archive) => archived.push(archive),
      (error: unknown) => failed.push({ day: each.day, error }),
    );
  }
  const expiredDays = unarchived.filter((seal) => untilExpiryMs(seal) <= 0).map(({ day }) => day);
  return { archived, failed, expiredDays };
}

function toArchive({ day, books }: DaySeal): DayToArchive[] {
  return books === undefined ? [] : [{ day, books, previous: undefined }];
}

/** Archived days to be archived again. */
async function changedSince(
  latest: ReadonlyMap<string, Archive>,
  days: readonly DaySeal[],
  seals: SealStore,
): Promise<DayToArchive[]> {
  const sealedAt = new Map(days.map((seal) => [seal.day, seal.sealedAt]));
  const found = await inParallel(days, DAYS_AT_ONCE, async ({ day, books }) => {
    const previous = latest.get(day);
    if (previous === undefined || books === undefined) return [];
    const isNew = (postedOn: string) => (sealedAt.get(postedOn) ?? '') > previous.archivedAt;
    const postedOn = await daysOfLaterPostings(day, seals);
    return postedOn.some(isNew) ? [{ day, books, previous }] : [];
  });
  return found.flat();
}

/**
 * The days on which something was posted for the records of a sealed one: late records and revisions, and
 * revisions of late records after the day that counts these was sealed too.
 */
async function daysOfLaterPostings(day: string, seals: SealStore): Promise<string[]> {
  const corrections = (await seals.correctionsOf(day)).filter(({ kind }) => kind !== 'repair');
  const late = corrections.filter(({ kind }) => kind === 'late');
  const days = corrections.map((correction) => correction.day);
  for (const [counting, ofCounting] of Map.groupBy(late, (correction) => correction.day)) {
    const identities = new Set(ofCounting.map(({ identity }) => identity));
    for (const { kind, identity, day: postedOn } of await seals.correctionsOf(counting)) {
      if (kind === 'revision' && identities.has(identity)) days.push(postedOn);
    }
  }
  return days;
}
