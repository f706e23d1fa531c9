import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { matchesModel } from '../../shared/pricing/modelPattern.ts';
import { withProfiles } from '../../shared/pricing/withProfiles.ts';
import { pauseAfterContention } from '../../shared/runtime/pause.ts';
import { repriceRecords } from '../../shared/store/repriceRecords.ts';
import { type LedgerOptions, openLedger } from '../openLedger.ts';
import { Progress } from '../output/progress.ts';
import { progressBar } from '../output/progressBar.ts';
import { formatReprice, repriceJson } from '../output/reprice.ts';
import { formatCount } from '../output/table.ts';
import { readDayRange } from './dayRange.ts';
import { openPriceBook } from './ownPrices.ts';

export type RepriceOptions = LedgerOptions &
  Readonly<{
    from?: string;
    to?: string;
    model?: string;
    dryRun?: boolean;
    json?: boolean;
  }>;

/** `tollbook reprice`: prices recorded requests again, with the prices in force now. */
export async function repriceCommand(options: RepriceOptions): Promise<void> {
  const range = readDayRange(options);
  const ownBook = openPriceBook(options);
  const isDryRun = options.dryRun === true;
  const ledger = await openLedger(options);
  try {
    const { totals, profiles } = ledger.stores;
    await ledger.settle();
    const days = await totals.dayTotals({ kind: 'org' }, range);
    const records = days.reduce((sum, { metrics }) => sum + metrics.requests, 0);
    const progress = new Progress();
    let done = 0;
    // Without the profiles that were learnt, records that they priced would lose their price again.
    const priceBook = withProfiles(ownBook, await profiles.known());
    const repriced = await repriceRecords(
      { range, isWanted: modelFilter(options.model), isDryRun },
      {
        ...ledger.stores,
        priceBook,
        posting: ledger.posting,
        pause: pauseAfterContention,
        onRecord: () => {
          done += 1;
          progress.show(done, `of ${formatCount(records)} records`, ` ${progressBar(done, records)}`);
        },
      },
    );
    await ledger.settle();
    progress.end();
    const report = { repriced, isDryRun, priceVersion: priceBook.version };
    const text = options.json === true ? JSON.stringify(repriceJson(report)) : formatReprice(report);
    process.stdout.write(`${text}\n`);
  } finally {
    await ledger.stop();
  }
}

/** Matches a model's name, or the id it was logged under; a `*` at the end stands for any rest. */
function modelFilter(pattern: string | undefined): (record: UsageRecord) => boolean {
  if (pattern === undefined) return () => true;
  return ({ model, modelId }) => matchesModel(pattern, model) || matchesModel(pattern, modelId);
}
