import { attributeUsage } from '../domain/attribution.ts';
import { totalCost } from '../domain/metrics.ts';
import { type DirectoryUser, FIRST_DAY, firstDifference, placementsText } from '../domain/placement.ts';
import { type UsageRecord, usageOfRecord } from '../domain/usageRecord.ts';
import type { DirectoryStore } from './directoryStore.ts';
import { inParallel } from './inParallel.ts';
import { reviseUntilSettled, type SettleDependencies } from './reviseUntilSettled.ts';
import type { TotalStore } from './totalStore.ts';

/** Requests that went from one team to another, or stayed in theirs and changed who pays; cost in pico-USD. */
export type Move = { from: string; to: string; records: number; costPicoUsd: bigint };

export type MoveDependencies = SettleDependencies &
  Readonly<{ directory: DirectoryStore; onRecord?: () => void }>;

export type CompareOptions = Readonly<{ now: Date; since?: string | undefined; isPostedMeanwhile?: boolean }>;

type Directory = Readonly<{ directory: DirectoryStore; totals: TotalStore }>;

const LAST_DAY = '9999-12-31';
const USERS_AT_ONCE = 8;
const REASON = 'moved by the directory';

/**
 * What the directory would have to change to know these users so: each of them whose placements are others,
 * with the day from which recorded requests would have to move. A user of whom nothing is recorded has none,
 * unless requests may still be posted by what functions remember of the directory (`isPostedMeanwhile`). With
 * `since` all of these users are looked at again from that day.
 */
export async function compareDirectory(
  users: readonly DirectoryUser[],
  { directory, totals }: Directory,
  { now, since: again, isPostedMeanwhile = false }: CompareOptions,
): Promise<DirectoryUser[]> {
  const known = await directory.findUsers(
    users.map(({ user }) => user),
    now,
  );
  const isEmpty = (await totals.days()).length === 0;
  const changes = await inParallel(users, USERS_AT_ONCE, async ({ user, placements }) => {
    const before = known.get(user);
    if (
      before !== undefined &&
      again === undefined &&
      placementsText(before.placements) === placementsText(placements)
    )
      return undefined;
    const change = firstDifference(before?.placements ?? [], placements);
    const since = earliest(earliest(change, before?.movesFrom), again);
    const moves =
      since !== undefined &&
      (isPostedMeanwhile ||
        (!isEmpty && (await totals.userDays(user, { from: since, to: LAST_DAY })).length > 0));
    return { user, placements, ...(moves ? { movesFrom: since } : {}) };
  });
  return changes.filter((change) => change !== undefined);
}

/** Everybody whose recorded requests have still to be moved. */
export async function usersToMove(directory: DirectoryStore): Promise<DirectoryUser[]> {
  const waiting: DirectoryUser[] = [];
  for await (const known of directory.allUsers()) if (known.movesFrom !== undefined) waiting.push(known);
  return waiting;
}

/**
 * Moves what is recorded of these users to where the directory places them: a revision of each record, in open
 * days on their lines, in sealed ones as a correction of today. What the log itself stated stays. A user is
 * done when all of his records are, so this can stop anywhere and be run again.
 */
export async function moveRecords(
  users: readonly DirectoryUser[],
  { directory, onRecord, ...dependencies }: MoveDependencies,
): Promise<Move[]> {
  const moves = await visit(
    users,
    { totals: dependencies.totals, records: dependencies.records, onRecord },
    (record, known) => reviseUntilSettled(record, (from) => placedAnew(from, known), dependencies),
  );
  for (const known of users) await directory.finishMove(known);
  return moves;
}

/** What `moveRecords` would do. */
export async function previewMoves(
  users: readonly DirectoryUser[],
  { onRecord, ...stores }: Pick<MoveDependencies, 'records' | 'totals' | 'onRecord'>,
): Promise<Move[]> {
  return visit(
    users,
    { ...stores, onRecord },
    async (record, known) => placedAnew(record, known)?.to ?? record,
  );
}

type Visit = Pick<MoveDependencies, 'records' | 'totals'> & Readonly<{ onRecord?: (() => void) | undefined }>;

async function visit(
  users: readonly DirectoryUser[],
  { records, totals, onRecord }: Visit,
  place: (record: UsageRecord, known: DirectoryUser) => Promise<UsageRecord>,
): Promise<Move[]> {
  const moves = new Map<string, Move>();
  for (const [day, ofDay] of await usersByDay(users, totals)) {
    for await (const record of records.ofDay(day)) {
      onRecord?.();
      const known = ofDay.get(record.user);
      if (known === undefined) continue;
      addMove(moves, record, await place(record, known));
    }
  }
  return [...moves.values()].sort((a, b) => (a.from + a.to < b.from + b.to ? -1 : 1));
}

async function usersByDay(
  users: readonly DirectoryUser[],
  totals: TotalStore,
): Promise<[day: string, users: Map<string, DirectoryUser>][]> {
  const byDay = new Map<string, Map<string, DirectoryUser>>();
  await inParallel(users, USERS_AT_ONCE, async (known) => {
    const range = { from: known.movesFrom ?? FIRST_DAY, to: LAST_DAY };
    for (const { day } of await totals.userDays(known.user, range)) {
      byDay.set(day, (byDay.get(day) ?? new Map()).set(known.user, known));
    }
  });
  return [...byDay].sort(([a], [b]) => (a < b ? -1 : 1));
}

function placedAnew(record: UsageRecord, known: DirectoryUser) {
  const { team, teamSource, businessUnit, department, costCentre, filledIn, ...rest } = record;
  const usage = usageOfRecord(record);
  const logged = {
    ...(usage.department === undefined ? {} : { department: usage.department }),
    ...(usage.costCentre === undefined ? {} : { costCentre: usage.costCentre }),
  };
  // What names nobody belongs to nobody's account, also to that of somebody who is called `unattributed`.
  const placed = { ...logged, ...attributeUsage(usage, usage.user === undefined ? undefined : known) };
  const isSame =
    placed.team === team &&
    placed.teamSource === teamSource &&
    placed.businessUnit === businessUnit &&
    placed.department === department &&
    placed.costCentre === costCentre;
  return isSame ? undefined : { to: { ...rest, ...placed, rev: record.rev + 1 }, reason: REASON };
}

function addMove(moves: Map<string, Move>, before: UsageRecord, after: UsageRecord): void {
  if (after === before) return;
  const { team: from } = before;
  const { team: to } = after;
  const known = moves.get(JSON.stringify([from, to])) ?? { from, to, records: 0, costPicoUsd: 0n };
  known.records += 1;
  known.costPicoUsd += after.unpricedReason === undefined ? totalCost(after.costPicoUsd) : 0n;
  moves.set(JSON.stringify([from, to]), known);
}

function earliest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}
