import { totalCost } from '../../shared/domain/metrics.ts';
import { formatUsd } from '../../shared/domain/money.ts';
import type { Total } from '../../shared/domain/total.ts';
import { formatCount, formatTable } from './table.ts';

/** A day's totals made again: how many, and those that are not what they were. */
export type Rebuild = Readonly<{
  day: string;
  totals: number;
  changed: readonly Readonly<{ scope: string; before: Total | undefined; after: Total | undefined }>[];
}>;

export function formatRebuild({ day, totals, changed }: Rebuild): string {
  const head = `Made ${formatCount(totals)} totals of ${day} again`;
  if (changed.length === 0) return `${head}: all are the same.`;
  const table = formatTable(
    [
      { head: 'SCOPE' },
      { head: 'REQUESTS BEFORE', align: 'right' },
      { head: 'AFTER', align: 'right' },
      { head: 'USD BEFORE', align: 'right' },
      { head: 'AFTER', align: 'right' },
    ],
    changed.map(({ scope, before, after }) => [
      scope,
      requestsOf(before),
      requestsOf(after),
      costOf(before),
      costOf(after),
    ]),
  );
  return `${head}: ${formatCount(changed.length)} are other than they were.\n${table}`;
}

function requestsOf(total: Total | undefined): string {
  return total === undefined ? '-' : formatCount(total.metrics.requests);
}

function costOf(total: Total | undefined): string {
  return total === undefined ? '-' : formatUsd(totalCost(total.metrics.costPicoUsd));
}

export function rebuildJson({ day, totals, changed }: Rebuild) {
  const figures = (total: Total | undefined) =>
    total === undefined
      ? null
      : { requests: total.metrics.requests, costUsd: formatUsd(totalCost(total.metrics.costPicoUsd)) };
  return {
    day,
    totals,
    same: changed.length === 0,
    changed: changed.map(({ scope, before, after }) => ({
      scope,
      before: figures(before),
      after: figures(after),
    })),
  };
}
