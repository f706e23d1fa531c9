import { createHash } from 'node:crypto';
import type { DailyLine } from '../domain/dailyLine.ts';
import { addMetrics, NO_METRICS, totalCost } from '../domain/metrics.ts';
import { monthOfDay, weekOfDay } from '../domain/period.ts';
import { isDayDue, isMonthDue, type Seal, type SealedBooks, type SealRules } from '../domain/seal.ts';
import { periodName } from '../domain/total.ts';
import { rankDay, rankSealedPeriods } from './closeRankings.ts';
import { closeScopes } from './closeScopes.ts';
import { lineKey } from './keys.ts';
import { compactMetrics } from './metricsItem.ts';
import { rollUpTotals } from './rollUpTotals.ts';
import type { SealStore } from './sealStore.ts';
import type { TotalStore } from './totalStore.ts';

export type CloseDependencies = Readonly<{
  totals: TotalStore;
  seals: SealStore;
  now: Date;
  rules: SealRules;
}>;

/** What one run did. */
export type ClosedCounts = Readonly<{
  /** Days with any use, and how many of them were sealed before this run. */
  days: number;
  sealedBefore: number;
  teamDays: number;
  written: number;
  stale: number;
  sealedDays: number;
  sealedMonths: number;
}>;

/**
 * Recomputes all totals of open days and months, whatever became of their doorbells, and seals what is due.
 * Days are done one by one: a failure leaves whole days, and the next run goes on.
 */
export async function closePeriods(dependencies: CloseDependencies): Promise<ClosedCounts> {
  const { totals, seals } = dependencies;
  const days = await totals.days();
  const known = new Map((await seals.all()).map((seal) => [nameOf(seal), seal]));
  const sealedDays = new Map(
    days.flatMap((day) => {
      const seal = known.get(day);
      return seal?.books === undefined ? [] : [[day, seal.books] as const];
    }),
  );
  let counts = {
    days: days.length,
    sealedBefore: sealedDays.size,
    teamDays: 0,
    written: 0,
    stale: 0,
    sealedDays: 0,
    sealedMonths: 0,
  };
  for (const day of days) {
    if (sealedDays.has(day)) continue;
    const outcome = await closeDay(day, known.get(day), dependencies);
    if (outcome.books !== undefined) sealedDays.set(day, outcome.books);
    counts = {
      ...counts,
      teamDays: counts.teamDays + outcome.teamDays,
      written: counts.written + outcome.written,
      stale: counts.stale + outcome.stale,
      sealedDays: counts.sealedDays + (outcome.books === undefined ? 0 : 1),
    };
  }
  const isOpenMonth = (day: string) => known.get(monthOfDay(day))?.sealedAt === undefined;
  const weeks = new Set(days.filter(isOpenMonth).map(weekOfDay));
  const rankable = [...sealedDays].filter(([day]) => isOpenMonth(day) || weeks.has(weekOfDay(day)));
  await rankSealedPeriods(new Map(rankable), totals);
  for (const month of new Set(days.map(monthOfDay))) {
    if (known.get(month)?.sealedAt !== undefined) continue;
    const daysOfMonth = days.filter((day) => monthOfDay(day) === month);
    const isSealed = await closeMonth(month, { daysOfMonth, sealedDays }, dependencies);
    counts = { ...counts, sealedMonths: counts.sealedMonths + (isSealed ? 1 : 0) };
  }
  return counts;
}

async function closeDay(day: string, seal: Seal | undefined, dependencies: CloseDependencies) {
  const { totals, seals, now, rules } = dependencies;
  const period = { kind: 'day', day } as const;
  if (seal === undefined) await seals.see(period, now);
  const isDue = isDayDue({ day, firstSeenAt: seal?.firstSeenAt ?? now.toISOString() }, now, rules);
  // From here on no posting commits to the day, so what is recomputed below is final.
  if (isDue) await seals.begin(period, now);
  const teams = await totals.teamsOfDay(day);
  const outcome = await rollUpTotals(
    teams.map((team) => ({ team, day })),
    totals,
  );
  const [failure] = outcome.failed;
  if (failure !== undefined) throw failure.error;
  const scopes = await closeScopes(day, { totals, isSealing: isDue });
  if (isDue) await rankDay(day, totals);
  const done = {
    teamDays: teams.length,
    written: outcome.written + scopes.written,
    stale: outcome.stale + scopes.stale,
  };
  if (!isDue) return { ...done, books: undefined };
  const books = await booksOfDay(day, totals);
  await seals.finish(period, books, now);
  return { ...done, books };
}

type DaysOfMonth = Readonly<{
  daysOfMonth: readonly string[];
  sealedDays: ReadonlyMap<string, SealedBooks>;
}>;

/** A month's totals are final once all of its days are sealed: sealing a day recomputes them. */
async function closeMonth(
  month: string,
  { daysOfMonth, sealedDays }: DaysOfMonth,
  { totals, seals, now, rules }: CloseDependencies,
): Promise<boolean> {
  if (!isMonthDue(month, now, rules) || daysOfMonth.some((day) => !sealedDays.has(day))) return false;
  const period = { kind: 'month', month } as const;
  await seals.begin(period, now);
  const total = await totals.find({ kind: 'org' }, period);
  const hash = createHash('sha256');
  for (const day of daysOfMonth) hash.update(`${day} ${sealedDays.get(day)?.digest}\n`);
  const books = {
    requests: total?.metrics.requests ?? 0,
    costPicoUsd: totalCost(total?.metrics.costPicoUsd ?? NO_METRICS.costPicoUsd),
    n: total?.n ?? 0,
    digest: hash.digest('hex'),
  };
  await seals.finish(period, books, now);
  return true;
}

/** What the lines of a day hold; the digest covers every figure of every line, in the order of their keys. */
export async function booksOfDay(day: string, totals: TotalStore): Promise<SealedBooks> {
  const hash = createHash('sha256');
  let metrics = NO_METRICS;
  let n = 0;
  for (const team of await totals.teamsOfDay(day)) {
    for (const line of await totals.linesOfTeamDay(team, day)) {
      hash.update(canonicalLine(line));
      metrics = addMetrics(metrics, line);
      n += line.n;
    }
  }
  return {
    requests: metrics.requests,
    costPicoUsd: totalCost(metrics.costPicoUsd),
    n,
    digest: hash.digest('hex'),
  };
}

function canonicalLine(line: DailyLine): string {
  const { pk, sk } = lineKey(line);
  return `${[pk, sk, line.n, ...compactMetrics(line)].join('\t')}\n`;
}

function nameOf({ period }: Seal): string {
  return periodName(period);
}
