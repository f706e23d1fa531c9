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
const totalItem = keyed.extend({ models: z.record(z.string(), z.unknown()).default({}) });

export function totalToItem(total: Total): Item {
  return {
    ...totalKey(total.scope, total.period),
    n: total.n,
    ...metricsAttributes(total.metrics),
    models: Object.fromEntries(
      [...total.byModel].map(([model, metrics]) => [model, compactMetrics(metrics)]),
    ),
  };
}

export function itemToTotal(item: unknown): Total {
  const { n, models, ...key } = totalItem.parse(item);
  const named = parseTotalKey(key);
  if (named === undefined) throw new StoreError('unexpected_item', `${key.pk} / ${key.sk} is no total`);
  const byModel = Object.entries(models).map(([model, list]) => [model, readCompactMetrics(list)] as const);
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
