import type { CostBlock } from '../../shared/pricing/quoteCosts.ts';
import { formatTable } from './table.ts';

/** A quote for people: a line for each service, exact to the last digit, and their sum. */
export function formatQuote({ cost_breakdown: lines, unpriced, ...quote }: CostBlock): string {
  const table = formatTable(
    [
      { head: 'SERVICE' },
      { head: 'OPERATION' },
      { head: 'QUANTITY', align: 'right' },
      { head: 'UNIT' },
      { head: 'COST IN USD', align: 'right' },
    ],
    [
      ...lines.map(({ service, operation, quantity, unit, cost }) => [
        service,
        operation,
        String(quantity),
        unit,
        cost,
      ]),
      ['total', '', '', '', quote.total_cost],
    ],
  );
  const gaps = unpriced.map(
    ({ service, operation, reason }) =>
      `No price for ${service} ${operation}: ${reason}. The total is without it.`,
  );
  const notes = [...gaps, ...(quote.estimated ? ['Some of the quantities are estimates.'] : [])];
  return [`${quote.operation} ${quote.request_id}, prices of ${quote.timestamp}`, table, ...notes].join('\n');
}
