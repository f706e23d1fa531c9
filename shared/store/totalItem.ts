import { z } from 'zod';
import type { DailyLine } from '../domain/dailyLine.ts';
import type { Total } from '../domain/total.ts';
import { parseLineKey, parseTotalKey, totalKey } from './keys.ts';
import {
  compactMetrics,
  metricsAttributes,
  readCompactMetrics,
  readMetrics,
  storedCount,
} from './metricsItem.ts';
import { type Item, StoreError } from './table.ts';

const keyed = z.object({ pk: z.string(), sk: z.string(), n: storedCount.default(0) });

/** The split by model: name and figures, as lists. A model may be called anything, also `constructor`. */
const models = z.array(z.tuple([z.string()]).rest(z.unknown())).default([]);
const totalItem = keyed.extend({ models });

export function totalToItem(total: Total): Item {
  return {
    ...totalKey(total.scope, total.period),
    n: total.n,
    ...metricsAttributes(total.metrics),
    models: [...total.byModel].map(([model, metrics]) => [model, ...compactMetrics(metrics)]),
  };
}

export function itemToTotal(item: unknown): Total {
  const { n, models: split, ...key } = totalItem.parse(item);
  const named = parseTotalKey(key);
  if (named === undefined) throw new StoreError('unexpected_item', `${key.pk} / ${key.sk} is no total`);
  const byModel = split.map(([model, ...figures]) => [model, readCompactMetrics(figures)] as const);
  return {
    ...named,
    n,
    metrics: readMetrics(item),
    byModel: new Map(byModel.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

export function itemToLine(item: unknown): DailyLine {
  const { n, ...key } = keyed.parse(item);
  const line = parseLineKey(key);
  if (line === undefined) throw new StoreError('unexpected_item', `${key.pk} / ${key.sk} is no daily line`);
  return { ...line, ...readMetrics(item), n };
}
