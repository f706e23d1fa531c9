import { LocalError } from '../../infra/local/localError.ts';
import { openStack } from '../../infra/local/stack.ts';
import { isDay } from '../../shared/domain/period.ts';
import { type CostDimension, costReportJson, reportCosts } from '../../shared/store/costReport.ts';
import { formatCosts } from '../output/costs.ts';

export type CostsOptions = Readonly<{
  data: string;
  by: CostDimension;
  from?: string;
  to?: string;
  json?: boolean;
}>;

/** `tollbook costs`: what a data folder's ledger holds, by one dimension. */
export async function costsCommand(options: CostsOptions): Promise<void> {
  const { from = '0000-01-01', to = '9999-12-31' } = options;
  for (const [flag, day] of [['--from', options.from] as const, ['--to', options.to] as const]) {
    if (day !== undefined && !isDay(day))
      throw new LocalError('usage', `${flag} ${day}: give a day as YYYY-MM-DD`);
  }
  if (from > to) throw new LocalError('usage', `--from ${from} is after --to ${to}`);
  const stack = await openStack({ dataDir: options.data });
  try {
    await stack.settle();
    const report = await reportCosts(options.by, stack.stores.totals, { from, to });
    const text = options.json === true ? JSON.stringify(costReportJson(report)) : formatCosts(report);
    process.stdout.write(`${text}\n`);
  } finally {
    await stack.stop();
  }
}
