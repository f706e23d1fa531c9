import { type Metrics, totalCost } from '../../shared/domain/metrics.ts';
import { displayUsd, PICO_USD_PER_USD } from '../../shared/domain/money.ts';
import type { ClockReport } from '../../shared/store/clockReport.ts';
import type { CostReport } from '../../shared/store/costReport.ts';
import { formatCount, formatTable } from './table.ts';

/** Below this, cents would hide what single requests cost. */
const SMALL_PICO_USD = 100n * PICO_USD_PER_USD;

/** A cost report as a table with a total; `limit` keeps the dearest rows and says how many are left out. */
export function formatCosts(
  { by, rows, others, total }: CostReport,
  limit = Number.POSITIVE_INFINITY,
): string {
  const shown = rows.slice(0, limit);
  const decimals = totalCost(total.costPicoUsd) < SMALL_PICO_USD ? 4 : 2;
  const table = formatTable(
    [
      { head: headOf(by) },
      { head: 'COST', align: 'right' },
      { head: 'REQUESTS', align: 'right' },
      { head: 'INPUT', align: 'right' },
      { head: 'CACHE WRITE', align: 'right' },
      { head: 'CACHE READ', align: 'right' },
      { head: 'OUTPUT', align: 'right' },
      { head: 'NOTES' },
    ],
    [...shown, { name: 'total', metrics: total }].map(({ name, metrics }) =>
      costRow(name, metrics, decimals),
    ),
  );
  const hidden = rows.length - shown.length + (others?.names ?? 0);
  return hidden > 0 ? `${table}\n  (${hidden} more; the total counts all)` : table;
}

/** Requests and cost by local clocks as a table with a total. */
export function formatClockCosts({ by, timeZone, rows, total, peak }: ClockReport): string {
  const decimals = total.costPicoUsd < SMALL_PICO_USD ? 4 : 2;
  const table = formatTable(
    [{ head: headOf(by) }, { head: 'COST', align: 'right' }, { head: 'REQUESTS', align: 'right' }],
    [...rows, { name: 'total', ...total }].map(({ name, costPicoUsd, requests }) => [
      name,
      displayUsd(costPicoUsd, decimals),
      formatCount(requests),
    ]),
  );
  const notes = [`days and hours of ${timeZone}; tokens are kept by UTC day`];
  if (peak !== undefined) notes.push(`most requests in the hour from ${peak}`);
  return `${table}\n  (${notes.join('; ')})`;
}

/** `costCentre` is headed COST CENTRE. */
function headOf(by: string): string {
  return by.replace(/[A-Z]/g, ' $&').toUpperCase();
}

function costRow(name: string, metrics: Metrics, decimals: number): string[] {
  const { tokens } = metrics;
  return [
    name,
    displayUsd(totalCost(metrics.costPicoUsd), decimals),
    formatCount(metrics.requests),
    formatCount(tokens.input),
    formatCount(tokens.cacheWrite5m + tokens.cacheWrite1h),
    formatCount(tokens.cacheRead),
    formatCount(tokens.output),
    notesOf(metrics, decimals),
  ];
}

/** What the columns do not tell: requests without a price, and the part of the cost that no token bears. */
function notesOf({ unpriced, costPicoUsd }: Metrics, decimals: number): string {
  const notes = unpriced > 0 ? [`${formatCount(unpriced)} unpriced`] : [];
  if (costPicoUsd.webSearch !== 0n) {
    notes.push(`${displayUsd(costPicoUsd.webSearch, decimals)} for web searches`);
  }
  return notes.join(', ');
}
