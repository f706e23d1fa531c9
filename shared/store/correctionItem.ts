import { z } from 'zod';
import type { Correction } from '../domain/correction.ts';
import type { LineChange } from '../domain/dailyLine.ts';
import { correctionKey } from './keys.ts';
import { compactMetrics, readCompactMetrics, storedCount } from './metricsItem.ts';
import type { Item } from './table.ts';

const text = z.string();

/** A change of a line: its key, what was added as a list, and how often. */
const storedChange = z.object({
  key: z.object({
    day: text,
    team: text,
    user: text,
    model: text,
    project: text,
    entrypoint: text,
    operation: text,
    serviceTier: text,
    businessUnit: text,
    department: text,
    costCentre: text,
  }),
  metrics: z.array(z.unknown()),
  changes: storedCount,
});

const correctionItem = z.object({
  kind: z.enum(['late', 'revision', 'repair']),
  day: text,
  home: text,
  recordDay: text,
  identity: text,
  rev: storedCount,
  reason: text,
  changes: z.array(storedChange),
});

export function correctionToItem(correction: Correction): Item {
  const { changes, ...rest } = correction;
  return {
    ...correctionKey(correction),
    ...rest,
    changes: changes.map(({ key, metrics, changes: count }) => ({
      key: { ...key },
      metrics: compactMetrics(metrics),
      changes: count,
    })),
  };
}

export function itemToCorrection(item: unknown): Correction {
  const { changes, ...rest } = correctionItem.parse(item);
  return {
    ...rest,
    changes: changes.map(
      ({ metrics, ...change }): LineChange => ({
        ...change,
        metrics: readCompactMetrics(metrics),
      }),
    ),
  };
}
