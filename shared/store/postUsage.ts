import { lineIdentity, lineKeyOf } from '../domain/dailyLine.ts';
import { totalCost } from '../domain/metrics.ts';
import { toDay } from '../domain/period.ts';
import { requestIdentity } from '../domain/requestIdentity.ts';
import { compareSightings } from '../domain/revision.ts';
import type { SourcePrecedence } from '../domain/sourcePrecedence.ts';
import { metricsOfRecord, type UsageRecord, usageOfRecord } from '../domain/usageRecord.ts';
import { inParallel } from './inParallel.ts';
import { itemsBesideLines, MAX_TRANSACTION_ITEMS, type Posting, type RecordStore } from './recordStore.ts';
import { reviseRecord } from './reviseRecord.ts';
import { StoreError } from './table.ts';
import type { TotalStore } from './totalStore.ts';

/**
 * What became of the sightings of one call: `posted`, `duplicates` and `revised` add up to the records
 * given. `unpriced` and `costPicoUsd` are what the call changed in the ledger.
 */
export type PostCounts = Readonly<{
  posted: number;
  duplicates: number;
  revised: number;
  unpriced: number;
  costPicoUsd: bigint;
}>;

export const NOTHING_POSTED: PostCounts = {
  posted: 0,
  duplicates: 0,
  revised: 0,
  unpriced: 0,
  costPicoUsd: 0n,
};

export type PostDependencies = Readonly<{
  records: RecordStore;
  totals: TotalStore;
  /** Whose sighting of a call counts where several sources tell of it; without it the usual order. */
  precedence?: SourcePrecedence | undefined;
  /** Waits before another try after contention; `attempt` counts from 1. */
  pause: (attempt: number) => Promise<void>;
}>;

const MAX_ATTEMPTS = 12;
const GROUPS_AT_ONCE = 8;

/** What became of one record; `effect` is what that changed in the ledger. */
type Outcome = Readonly<{ kind: 'posted' | 'duplicate' | 'revised'; effect: Effect }>;
type Effect = Pick<PostCounts, 'unpriced' | 'costPicoUsd'>;

const NO_EFFECT: Effect = { unpriced: 0, costPicoUsd: 0n };

/**
 * Posts records exactly once, whatever of them is in the ledger already: a new one is posted, a known one
 * changes nothing, a better one replaces the recorded one. Groups commit one by one, so a crash or an
 * error leaves whole groups, and calling again with the same records finishes the work.
 */
export async function postUsage(
  records: readonly UsageRecord[],
  posting: Posting,
  dependencies: PostDependencies,
): Promise<PostCounts> {
  const sightings = foldSightings(records, dependencies.precedence);
  const best = [...sightings.values()].map((sighting) => sighting.best);
  await dependencies.totals.openDays(best);
  const groups = await inParallel(groupByTeamUserDay(best, posting), GROUPS_AT_ONCE, (group) =>
    postGroup(group, posting, dependencies),
  );
  const outcomes = new Map(groups.flatMap((group) => [...group]));
  return [...sightings].reduce((counts, [id, sighting]) => {
    const outcome = outcomes.get(id);
    return outcome === undefined ? counts : addCounts(counts, countSightings(sighting, outcome));
  }, NOTHING_POSTED);
}

/** All sightings of one request within a batch: the best, how often it got better, how often it did not. */
type Sightings = { best: UsageRecord; improvements: number; repeats: number };

function foldSightings(
  records: readonly UsageRecord[],
  precedence: SourcePrecedence | undefined,
): Map<string, Sightings> {
  const byRequest = new Map<string, Sightings>();
  for (const record of records) {
    const id = dayIdentity(record);
    const known = byRequest.get(id);
    if (known === undefined) {
      byRequest.set(id, { best: record, improvements: 0, repeats: 0 });
    } else if (compareSightings(usageOfRecord(known.best), usageOfRecord(record), precedence) === 'better') {
      known.best = record;
      known.improvements += 1;
    } else {
      known.repeats += 1;
    }
  }
  return byRequest;
}

/** Counts a batch's sightings of a request as if they had come one after the other. */
function countSightings({ improvements, repeats }: Sightings, { kind, effect }: Outcome): PostCounts {
  switch (kind) {
    case 'posted':
      return { posted: 1, revised: improvements, duplicates: repeats, ...effect };
    case 'revised':
      return { posted: 0, revised: 1, duplicates: improvements + repeats, ...effect };
    case 'duplicate':
      return { posted: 0, revised: 0, duplicates: 1 + improvements + repeats, ...effect };
    default:
      return kind satisfies never;
  }
}

function dayIdentity(record: UsageRecord): string {
  return `${record.day}#${requestIdentity(record)}`;
}

/** One transaction's worth of records each: same team, user and day, so that it touches few lines. */
function groupByTeamUserDay(records: readonly UsageRecord[], posting: Posting): UsageRecord[][] {
  const byOwner = new Map<string, UsageRecord[]>();
  for (const record of records) {
    const owner = `${record.team}#${record.user}#${record.day}`;
    const group = byOwner.get(owner);
    if (group === undefined) byOwner.set(owner, [record]);
    else group.push(record);
  }
  return [...byOwner.values()].flatMap((group) => splitToTransactions(group, posting));
}

function splitToTransactions(group: readonly UsageRecord[], posting: Posting): UsageRecord[][] {
  const chunks: UsageRecord[][] = [];
  const [first] = group;
  const { perRecord, seals } =
    first === undefined ? { perRecord: 1, seals: 0 } : itemsBesideLines(first, posting);
  let chunk: UsageRecord[] = [];
  let lines = new Set<string>();
  for (const record of group) {
    const line = lineIdentity(lineKeyOf(record));
    const size = seals + (chunk.length + 1) * perRecord + lines.size + (lines.has(line) ? 0 : 1);
    if (size > MAX_TRANSACTION_ITEMS) {
      chunks.push(chunk);
      chunk = [];
      lines = new Set();
    }
    chunk.push(record);
    lines.add(line);
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

async function postGroup(
  group: readonly UsageRecord[],
  posting: Posting,
  dependencies: PostDependencies,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  let rest = group;
  for (let attempt = 1; rest.length > 0; attempt += 1) {
    const answer = await dependencies.records.post(rest, posting);
    switch (answer.kind) {
      case 'posted':
        return new Map([
          ...outcomes,
          ...rest.map((record) => [dayIdentity(record), postedOutcome(record)] as const),
        ]);
      case 'exists':
        for (const seen of rest) {
          const recorded = answer.existing.get(requestIdentity(seen));
          if (recorded === undefined) continue;
          outcomes.set(dayIdentity(seen), await postAgain({ recorded, seen }, posting, dependencies));
        }
        rest = rest.filter((record) => !outcomes.has(dayIdentity(record)));
        break;
      case 'sealed':
        return new Map([...outcomes, ...(await postLate(rest, posting, dependencies))]);
      case 'contended':
        await pauseOrGiveUp(attempt, dependencies);
        break;
      default:
        answer satisfies never;
    }
  }
  return outcomes;
}

function postedOutcome(record: UsageRecord): Outcome {
  return { kind: 'posted', effect: effectOf(record) };
}

/** Records whose day is sealed are counted today, as corrections; the sealed day stays as it is. */
async function postLate(
  records: readonly UsageRecord[],
  posting: Posting,
  dependencies: PostDependencies,
): Promise<Map<string, Outcome>> {
  const countedOn = toDay(posting.now);
  const late = records.map((record) => ({ ...record, countedOn }));
  // Today is never sealed: if it were, another try would find the same, for ever.
  if (late.every((record, index) => record.countedOn === records[index]?.countedOn)) {
    throw new StoreError('contention', `${countedOn} is sealed although it is not over`);
  }
  await dependencies.totals.openDays(late.map(({ user, team }) => ({ user, team, day: countedOn })));
  const groups = await inParallel(splitToTransactions(late, posting), 1, (group) =>
    postGroup(group, posting, dependencies),
  );
  return new Map(groups.flatMap((group) => [...group]));
}

/** A request that is recorded already: nothing new, or a better sighting that revises the record. */
async function postAgain(
  { recorded, seen }: { recorded: UsageRecord; seen: UsageRecord },
  posting: Posting,
  dependencies: PostDependencies,
): Promise<Outcome> {
  let from = recorded;
  for (let attempt = 1; ; attempt += 1) {
    if (compareSightings(usageOfRecord(from), usageOfRecord(seen), dependencies.precedence) !== 'better') {
      return { kind: 'duplicate', effect: NO_EFFECT };
    }
    const to = { ...seen, rev: from.rev + 1 };
    const revision = { from, to, reason: 'a better sighting of the same request' };
    const answer = await reviseRecord(revision, posting, dependencies);
    if (answer.kind === 'revised')
      return { kind: 'revised', effect: difference(effectOf(to), effectOf(from)) };
    if (answer.kind === 'changed' && answer.current !== undefined) from = answer.current;
    else await pauseOrGiveUp(attempt, dependencies);
  }
}

async function pauseOrGiveUp(attempt: number, { pause }: PostDependencies): Promise<void> {
  if (attempt >= MAX_ATTEMPTS) {
    throw new StoreError(
      'contention',
      `a transaction met contention ${attempt} times; the batch will be retried`,
    );
  }
  await pause(attempt);
}

function effectOf(record: UsageRecord): Effect {
  const { unpriced, costPicoUsd } = metricsOfRecord(record);
  return { unpriced, costPicoUsd: totalCost(costPicoUsd) };
}

function difference(a: Effect, b: Effect): Effect {
  return { unpriced: a.unpriced - b.unpriced, costPicoUsd: a.costPicoUsd - b.costPicoUsd };
}

function addCounts(a: PostCounts, b: PostCounts): PostCounts {
  return {
    posted: a.posted + b.posted,
    duplicates: a.duplicates + b.duplicates,
    revised: a.revised + b.revised,
    unpriced: a.unpriced + b.unpriced,
    costPicoUsd: a.costPicoUsd + b.costPicoUsd,
  };
}
