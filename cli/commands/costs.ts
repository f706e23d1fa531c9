import { openStack } from '../../infra/local/stack.ts';
import { type CostDimension, costReportJson, reportCosts } from '../../shared/store/costReport.ts';
import { formatCosts } from '../output/costs.ts';
import { readDayRange } from './dayRange.ts';

export type CostsOptions = Readonly<{
  data: string;
  by: CostDimension;
  from?: string;
  to?: string;
  json?: boolean;
}>;

/** `tollbook costs`: what a data folder's ledger holds, by one dimension. */
export async function costsCommand(options: CostsOptions): Promise<void> {
  const range = readDayRange(options);
  const stack = await openStack({ dataDir: options.data });
  try {
    await stack.settle();
    const report = await reportCosts(options.by, stack.stores.totals, range);
    const text = options.json === true ? JSON.stringify(costReportJson(report)) : formatCosts(report);
    process.stdout.write(`${text}\n`);
  } finally {
    await stack.stop();
  }
}
