import { type CostDimension, costReportJson, reportCosts } from '../../shared/store/costReport.ts';
import { type LedgerOptions, openLedger } from '../openLedger.ts';
import { formatCosts } from '../output/costs.ts';
import { formatGaps, gatherGaps } from '../output/gaps.ts';
import { readDayRange } from './dayRange.ts';

export type CostsOptions = LedgerOptions &
  Readonly<{
    by: CostDimension;
    from?: string;
    to?: string;
    json?: boolean;
  }>;

/** `tollbook costs`: what a ledger holds, by one dimension. */
export async function costsCommand(options: CostsOptions): Promise<void> {
  const range = readDayRange(options);
  const stack = await openLedger(options);
  try {
    await stack.settle();
    const report = await reportCosts(options.by, stack.stores.totals, range);
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify(costReportJson(report))}\n`);
      return;
    }
    const gaps = await gatherGaps(stack.stores, range, report.total);
    process.stdout.write(`${formatCosts(report)}\n${formatGaps(gaps, options)}`);
  } finally {
    await stack.stop();
  }
}
