import { z } from 'zod';
import { type DailyLine, type LineOwner, NO_DIMENSION } from '../domain/dailyLine.ts';
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

const HOUR_MS = 3_600_000;

const keyed = z.object({ pk: z.string(), sk: z.string(), n: storedCount.default(0) });

/**
 * `m` is the split by model: name and figures, as lists. A model may be called anything, also `constructor`.
 * `a` and `z` are the first and the last hour with requests. The figures are under the names of
 * `metricsItem.ts`.
 */
const models = z.array(z.tuple([z.string()]).rest(z.unknown())).default([]);
/** An hour such as `2026-07-14T09` is stored as the number of hours since 1970, which is shorter. */
const storedHour = storedCount.transform((hours) => new Date(hours * HOUR_MS).toISOString().slice(0, 13));
const totalItem = keyed.extend({ m: models, a: storedHour.optional(), z: storedHour.optional() });

export function totalToItem(total: Total): Item {
  return {
    ...totalKey(total.scope, total.period),
    n: total.n,
    ...metricsAttributes(total.metrics),
    m: [...total.byModel].map(([model, metrics]) => [model, ...compactMetrics(metrics)]),
    ...(total.span === undefined
      ? {}
      : { a: hoursSince1970(total.span.first), z: hoursSince1970(total.span.last) }),
  };
}

function hoursSince1970(hour: string): number {
  return Date.parse(`${hour}:00:00Z`) / HOUR_MS;
}

export function itemToTotal(item: unknown): Total {
  const { n, m: split, a: first, z: last, ...key } = totalItem.parse(item);
  const named = parseTotalKey(key);
  if (named === undefined) throw new StoreError('unexpected_item', `${key.pk} / ${key.sk} is no total`);
  const byModel = split.map(([model, ...figures]) => [model, readCompactMetrics(figures)] as const);
  return {
    ...named,
    n,
    metrics: readMetrics(item),
    byModel: new Map(byModel.sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(first === undefined || last === undefined ? {} : { span: { first, last } }),
  };
}

/** Names of who pays for a line; in the line's key is only a digest of them. A name that is missing is `-`. */
const owner = z
  .object({
    bu: z.string().default(NO_DIMENSION),
    de: z.string().default(NO_DIMENSION),
    cc: z.string().default(NO_DIMENSION),
  })
  .transform(({ bu, de, cc }): LineOwner => ({ businessUnit: bu, department: de, costCentre: cc }));

/** What a line's item holds besides its figures: who pays for it. */
export function ownerAttributes({ businessUnit, department, costCentre }: LineOwner): Record<string, string> {
  const names = { bu: businessUnit, de: department, cc: costCentre };
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== NO_DIMENSION));
}

export function itemToLine(item: unknown): DailyLine {
  const { n, ...key } = keyed.parse(item);
  const line = parseLineKey(key);
  if (line === undefined) throw new StoreError('unexpected_item', `${key.pk} / ${key.sk} is no daily line`);
  return { ...line, ...owner.parse(item), ...readMetrics(item), n };
}
