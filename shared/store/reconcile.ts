import { type Metrics, subtractMetrics, totalCost } from '../domain/metrics.ts';
import { toDay } from '../domain/period.ts';
import { whatIsKept } from '../domain/retention.ts';
import { periodName } from '../domain/total.ts';
import { type DayProof, type LineDrift, nameOf, proveDay, type TotalDrift } from './proveDay.ts';
import { rebuildDay, rollUpDay } from './rebuildDay.ts';
import type { Posting } from './recordStore.ts';
import type { Stores } from './stores.ts';

export type ReconcileDependencies = Pick<Stores, 'records' | 'totals' | 'seals'> &
  Readonly<{ posting: Posting }>;

/** What a night's run found and did. `driftPicoUsd` adds up what lines and totals were off by, whichever way. */
export type ReconcileReport = Readonly<{
  days: number;
  /** Open days that could not be proven, because records of them have expired. */
  expiredDays: number;
  records: number;
  moving: number;
  drifts: readonly Readonly<{ day: string; scope: string; driftPicoUsd: bigint }>[];
  driftPicoUsd: bigint;
  repairedLines: number;
  rebuiltDays: readonly string[];
}>;

const REASON = 'reconciled: the line did not hold what the records say';

/**
 * Proves every open day, from records to lines to totals, and mends what drifted: a line by a correction,
 * totals by making them again. Postings may go on meanwhile. A second run finds nothing more to mend.
 */
export async function reconcile(dependencies: ReconcileDependencies): Promise<ReconcileReport> {
  const { totals, seals, posting } = dependencies;
  const known = new Map((await seals.all()).map((seal) => [periodName(seal.period), seal]));
  const open = (await totals.days()).filter((day) => known.get(day)?.sealingAt === undefined);
  // Of a day of which records have expired nothing can be said, and nothing may be mended.
  const days = open.filter((day) => whatIsKept(day, known.get(day), posting) === 'records');
  const proofs: DayProof[] = [];
  const rebuiltDays: string[] = [];
  let repairedLines = 0;
  for (const day of days) {
    await rollUpDay(day, totals);
    const proof = await proveDay(day, dependencies);
    proofs.push(proof);
    repairedLines += await repairLines(proof.lineDrifts, dependencies);
    if (proof.totalDrifts.length > 0) {
      await rebuildDay(day, totals);
      rebuiltDays.push(day);
    } else if (proof.lineDrifts.length > 0) {
      await rollUpDay(day, totals);
    }
  }
  const drifts = proofs.flatMap(driftsOf);
  return {
    days: days.length,
    expiredDays: open.length - days.length,
    records: proofs.reduce((sum, { records }) => sum + records, 0),
    moving: proofs.reduce((sum, { moving }) => sum + moving, 0),
    drifts,
    driftPicoUsd: drifts.reduce((sum, { driftPicoUsd }) => sum + driftPicoUsd, 0n),
    repairedLines,
    rebuiltDays,
  };
}

/** Mends lines on their own days, or today where those are sealed; gives how many were mended. */
export async function repairLines(
  drifts: readonly LineDrift[],
  { records, totals, seals, posting }: ReconcileDependencies,
): Promise<number> {
  let repaired = 0;
  for (const { key, n, expected, found } of drifts) {
    const seal = await seals.find({ kind: 'day', day: key.day });
    const day = seal?.sealingAt === undefined ? key.day : toDay(posting.now);
    await totals.openDays([{ user: key.user, team: key.team, day }]);
    const missing = subtractMetrics(expected, found);
    const outcome = await records.repair({ key, n, day, missing, reason: REASON }, posting);
    if (outcome === 'repaired') repaired += 1;
  }
  return repaired;
}

/** Drift by scope, in pico-USD whichever way. */
export function driftsOf({ day, lineDrifts, totalDrifts }: DayProof) {
  const ofLines = lineDrifts.map((drift) => ({
    day,
    scope: `line ${Object.values(drift.key).join(' ')}`,
    driftPicoUsd: distance(drift),
  }));
  const ofTotals = totalDrifts.map((drift) => ({
    day,
    scope: nameOf(drift.scope),
    driftPicoUsd: distance(drift),
  }));
  return [...ofLines, ...ofTotals];
}

function distance({ expected, found }: Pick<LineDrift | TotalDrift, 'expected' | 'found'>): bigint {
  const difference: Metrics = subtractMetrics(expected, found);
  const cost = totalCost(difference.costPicoUsd);
  return cost < 0n ? -cost : cost;
}
