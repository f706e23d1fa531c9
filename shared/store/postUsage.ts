import { lineIdentity, lineKeyOf } from '../domain/dailyLine.ts';
import { totalCost } from '../domain/metrics.ts';
import { compareSightings } from '../domain/revision.ts';
import { requestIdentity } from '../domain/usage.ts';
import { metricsOfRecord, type UsageRecord, usageOfRecord } from '../domain/usageRecord.ts';
import { inParallel } from './inParallel.ts';
import { MAX_TRANSACTION_ITEMS, type Posting, type RecordStore } from './recordStore.ts';
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
  /** Waits before another try after contention; `attempt` counts from 1. */
  pause: (attempt: number) => Promise<void>;
}>;

const MAX_ATTEMPTS = 12;
const GROUPS_AT_ONCE = 8;

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
  const { best, duplicates, revised } = keepBest(records);
  const groups = groupByTeamUserDay(best);
  await dependencies.totals.openDays(best);
  const counts = await inParallel(groups, GROUPS_AT_ONCE, (group) => postGroup(group, posting, dependencies));
  return counts.reduce(addCounts, { ...NOTHING_POSTED, duplicates, revised });
}

/** Folds several sightings of one request within a batch, as if they had come one after the other. */
function keepBest(records: readonly UsageRecord[]) {
  const best = new Map<string, UsageRecord>();
  let duplicates = 0;
  let revised = 0;
  for (const record of records) {
    const id = `${record.day}#${requestIdentity(record)}`;
    const known = best.get(id);
    if (known === undefined) {
      best.set(id, record);
    } else if (compareSightings(usageOfRecord(known), usageOfRecord(record)) === 'better') {
      best.set(id, record);
      revised += 1;
    } else {
      duplicates += 1;
    }
  }
  return { best: [...best.values()], duplicates, revised };
}

/** One transaction's worth of records each: same team, user and day, so that it touches few lines. */
function groupByTeamUserDay(records: readonly UsageRecord[]): UsageRecord[][] {
  const byOwner = new Map<string, UsageRecord[]>();
  for (const record of records) {
    const owner = `${record.team}#${record.user}#${record.day}`;
    const group = byOwner.get(owner);
    if (group === undefined) byOwner.set(owner, [record]);
    else group.push(record);
  }
  return [...byOwner.values()].flatMap(splitToTransactions);
}

function splitToTransactions(group: readonly UsageRecord[]): UsageRecord[][] {
  const chunks: UsageRecord[][] = [];
  let chunk: UsageRecord[] = [];
  let lines = new Set<string>();
  for (const record of group) {
    const line = lineIdentity(lineKeyOf(record));
    const size = chunk.length + 1 + lines.size + (lines.has(line) ? 0 : 1);
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
): Promise<PostCounts> {
  let rest = group;
  let counts = NOTHING_POSTED;
  for (let attempt = 1; rest.length > 0; attempt += 1) {
    const outcome = await dependencies.records.post(rest, posting);
    switch (outcome.kind) {
      case 'posted':
        return addCounts(counts, { ...effectOf(rest), posted: rest.length, duplicates: 0, revised: 0 });
      case 'exists': {
        const met = rest.filter((record) => outcome.existing.has(requestIdentity(record)));
        for (const record of met) {
          const recorded = outcome.existing.get(requestIdentity(record));
          if (recorded === undefined) continue;
          counts = addCounts(counts, await postAgain({ recorded, seen: record }, posting, dependencies));
        }
        rest = rest.filter((record) => !outcome.existing.has(requestIdentity(record)));
        break;
      }
      case 'contended':
        await pauseOrGiveUp(attempt, dependencies);
        break;
      default:
        outcome satisfies never;
    }
  }
  return counts;
}

/** A request that is recorded already: nothing new, or a better sighting that revises the record. */
async function postAgain(
  { recorded, seen }: { recorded: UsageRecord; seen: UsageRecord },
  posting: Posting,
  dependencies: PostDependencies,
): Promise<PostCounts> {
  let from = recorded;
  for (let attempt = 1; ; attempt += 1) {
    if (compareSightings(usageOfRecord(from), usageOfRecord(seen)) !== 'better') {
      return { ...NOTHING_POSTED, duplicates: 1 };
    }
    const to = { ...seen, rev: from.rev + 1 };
    const revision = { from, to, reason: 'a better sighting of the same request' };
    const outcome = await dependencies.records.revise(revision, posting);
    if (outcome.kind === 'revised') {
      const [before, after] = [effectOf([from]), effectOf([to])];
      return {
        posted: 0,
        duplicates: 0,
        revised: 1,
        unpriced: after.unpriced - before.unpriced,
        costPicoUsd: after.costPicoUsd - before.costPicoUsd,
      };
    }
    if (outcome.kind === 'changed' && outcome.current !== undefined) from = outcome.current;
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

function effectOf(records: readonly UsageRecord[]): Pick<PostCounts, 'unpriced' | 'costPicoUsd'> {
  const metrics = records.map(metricsOfRecord);
  return {
    unpriced: metrics.reduce((sum, { unpriced }) => sum + unpriced, 0),
    costPicoUsd: metrics.reduce((sum, { costPicoUsd }) => sum + totalCost(costPicoUsd), 0n),
  };
}

export function addCounts(a: PostCounts, b: PostCounts): PostCounts {
  return {
    posted: a.posted + b.posted,
    duplicates: a.duplicates + b.duplicates,
    revised: a.revised + b.revised,
    unpriced: a.unpriced + b.unpriced,
    costPicoUsd: a.costPicoUsd + b.costPicoUsd,
  };
}
