import { z } from 'zod';
import type { Ranking, RankingName } from '../domain/ranking.ts';
import { rankingKey } from './keys.ts';
import { compactMetrics, readCompactMetrics, storedCount } from './metricsItem.ts';
import type { Item } from './table.ts';

/** `rows` are names with their figures as lists, dearest first; `rest` is how many more names, and their figures. */
const rankingItem = z.object({
  n: storedCount,
  rows: z.array(z.tuple([z.string()]).rest(z.unknown())),
  rest: z.tuple([storedCount]).rest(z.unknown()),
});

export function rankingToItem({ n, rows, rest, ...name }: Ranking): Item {
  return {
    ...rankingKey(name),
    n,
    rows: rows.map((row) => [row.name, ...compactMetrics(row.metrics)]),
    rest: [rest.names, ...compactMetrics(rest.metrics)],
  };
}

export function itemToRanking(item: unknown, { scope, dimension, period }: RankingName): Ranking {
  const { n, rows, rest } = rankingItem.parse(item);
  const [names, ...figures] = rest;
  return {
    ...{ scope, dimension, period, n },
    rows: rows.map(([name, ...list]) => ({ name, metrics: readCompactMetrics(list) })),
    rest: { names, metrics: readCompactMetrics(figures) },
  };
}
