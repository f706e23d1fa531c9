import { openStack } from '../../infra/local/stack.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { bundledPriceBook } from '../../shared/pricing/priceBook.ts';
import { pauseAfterContention } from '../../shared/runtime/pause.ts';
import { repriceRecords } from '../../shared/store/repriceRecords.ts';
import { Progress } from '../output/progress.ts';
import { formatReprice, repriceJson } from '../output/reprice.ts';
import { readDayRange } from './dayRange.ts';

export type RepriceOptions = Readonly<{
  data: string;
  from?: string;
  to?: string;
  model?: string;
  dryRun?: boolean;
  json?: boolean;
}>;

/** `tollbook reprice`: prices recorded requests again, with the price book of this version. */
export async function repriceCommand(options: RepriceOptions): Promise<void> {
  const range = readDayRange(options);
  const stack = await openStack({ dataDir: options.data });
  try {
    const progress = new Progress();
    let records = 0;
    const models = await repriceRecords(
      { range, isWanted: modelFilter(options.model), isDryRun: options.dryRun === true },
      {
        ...stack.stores,
        priceBook: bundledPriceBook(),
        posting: stack.posting(),
        pause: pauseAfterContention,
        onRecord: () => {
          records += 1;
          progress.show(records, 'records priced again');
        },
      },
    );
    await stack.settle();
    progress.end();
    const isDryRun = options.dryRun === true;
    const text =
      options.json === true ? JSON.stringify(repriceJson(models, isDryRun)) : formatReprice(models, isDryRun);
    process.stdout.write(`${text}\n`);
  } finally {
    await stack.stop();
  }
}

/** Matches a model's name, or the id it was logged under; a `*` at the end stands for any rest. */
function modelFilter(pattern: string | undefined): (record: UsageRecord) => boolean {
  if (pattern === undefined) return () => true;
  const matches = (name: string) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  return ({ model, modelId }) => matches(model) || matches(modelId);
}
