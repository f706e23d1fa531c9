import type { DailyLine } from '../domain/dailyLine.ts';
import { addMetrics, type Metrics, NO_METRICS, splitFigures } from '../domain/metrics.ts';
import { type RankingName, rankNames } from '../domain/ranking.ts';
import {
  DIMENSIONS,
  type Dimension,
  daysOfPeriod,
  type Period,
  periodName,
  periodsAround,
  type Scope,
} from '../domain/total.ts';
import { inParallel } from './inParallel.ts';
import { rankingKey } from './keys.ts';
import type { TotalStore } from './totalStore.ts';

const ORG: Scope = { kind: 'org' };
const RANKINGS_AT_ONCE = 8;

/** Within a team these are ranked; the other dimensions are read from its lines. */
const TEAM_DIMENSIONS: readonly Dimension[] = ['user', 'model', 'project'];
const LAST_WRITTEN: Dimension = 'model';

type Sums = { name: RankingName; n: number; byName: Map<string, Metrics> };

/** Ranks the names of a day that is being sealed. Rankings are functions of lines: twice is once. */
export async function rankDay(day: string, totals: TotalStore): Promise<void> {
  await rankPeriod({ kind: 'day', day }, [day], totals);
}

/**
 * Ranks the names of the weeks and months that these sealed days lie in, each from the lines of its sealed days, if more
 * of them are sealed than when it was ranked last. `sealedDays` are all of a period's, with the `n` of their
 * lines; the ranking that is asked for that `n` is written last, so a crash leaves the work to the next run.
 */
export async function rankSealedPeriods(
  sealedDays: ReadonlyMap<string, Readonly<{ n: number }>>,
  totals: TotalStore,
): Promise<void> {
  const periods = new Map(
    [...sealedDays.keys()].flatMap((day) => periodsAround(day)).map((period) => [periodName(period), period]),
  );
  for (const period of periods.values()) {
    const { from, to } = daysOfPeriod(period);
    const days = [...sealedDays].filter(([day]) => from <= day && day <= to);
    const n = days.reduce((sum, [, books]) => sum + books.n, 0);
    const ranked = await totals.findRanking({ scope: ORG, dimension: LAST_WRITTEN, period });
    if ((ranked?.n ?? 0) < n)
      await rankPeriod(
        period,
        days.map(([day]) => day),
        totals,
      );
  }
}

async function rankPeriod(period: Period, days: readonly string[], totals: TotalStore): Promise<void> {
  const sums = new Map<string, Sums>();
  for (const day of days) await addDay(day, { period, sums, totals });
  const rankings = [...sums.values()].map(({ name, n, byName }) =>
    rankNames(
      name,
      n,
      [...byName].map(([id, metrics]) => ({ name: id, metrics })),
    ),
  );
  const isLast = ({ scope, dimension }: RankingName) => scope.kind === 'org' && dimension === LAST_WRITTEN;
  for (const batch of [rankings.filter((ranking) => !isLast(ranking)), rankings.filter(isLast)]) {
    await inParallel(batch, RANKINGS_AT_ONCE, (ranking) => totals.putRanking(ranking));
  }
}

type Adding = Readonly<{ period: Period; sums: Map<string, Sums>; totals: TotalStore }>;

async function addDay(day: string, { period, sums, totals }: Adding): Promise<void> {
  for (const team of await totals.teamsOfDay(day)) {
    for (const line of await totals.linesOfTeamDay(team, day)) {
      for (const dimension of DIMENSIONS) addLine(line, { scope: ORG, dimension, period }, sums);
      for (const dimension of TEAM_DIMENSIONS) {
        addLine(line, { scope: { kind: 'team', id: team }, dimension, period }, sums);
      }
    }
  }
}

function addLine(line: DailyLine, name: RankingName, sums: Map<string, Sums>): void {
  const { pk, sk } = rankingKey(name);
  const sum = sums.get(`${pk} ${sk}`) ?? { name, n: 0, byName: new Map() };
  const id = line[name.dimension];
  sum.n += line.n;
  sum.byName.set(id, addMetrics(sum.byName.get(id) ?? NO_METRICS, splitFigures(line)));
  sums.set(`${pk} ${sk}`, sum);
}
