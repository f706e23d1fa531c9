import type { DailyLine } from './dailyLine.ts';
import { addMetrics, type Metrics, NO_METRICS } from './metrics.ts';

/** Whose total it is. Later scopes (business unit, project …) join here. */
export type Scope = Readonly<{ kind: 'org' }> | Readonly<{ kind: 'team'; id: string }>;

/** A total's period: a UTC day or a calendar month. */
export type Period = Readonly<{ kind: 'day'; day: string }> | Readonly<{ kind: 'month'; month: string }>;

/**
 * A scope's figures for a period, with their split by model. `n` is the sum of the children's `n`: it
 * grows with every change below and never falls, even when a cost does.
 */
export type Total = Readonly<{
  scope: Scope;
  period: Period;
  n: number;
  metrics: Metrics;
  byModel: ReadonlyMap<string, Metrics>;
}>;

/** A total as a pure function of daily lines. */
export function totalOfLines(scope: Scope, period: Period, lines: readonly DailyLine[]): Total {
  const byModel = new Map<string, Metrics>();
  let metrics = NO_METRICS;
  let n = 0;
  for (const line of lines) {
    metrics = addMetrics(metrics, line);
    byModel.set(line.model, addMetrics(byModel.get(line.model) ?? NO_METRICS, line));
    n += line.n;
  }
  return { scope, period, n, metrics, byModel: sortedByKey(byModel) };
}

/** A total as a pure function of its parts: a month of its days, an org of its teams. */
export function totalOfTotals(scope: Scope, period: Period, parts: readonly Total[]): Total {
  const byModel = new Map<string, Metrics>();
  let metrics = NO_METRICS;
  let n = 0;
  for (const part of parts) {
    metrics = addMetrics(metrics, part.metrics);
    for (const [model, figures] of part.byModel) {
      byModel.set(model, addMetrics(byModel.get(model) ?? NO_METRICS, figures));
    }
    n += part.n;
  }
  return { scope, period, n, metrics, byModel: sortedByKey(byModel) };
}

function sortedByKey(map: ReadonlyMap<string, Metrics>): Map<string, Metrics> {
  return new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
