import { makeRecords, readIngestSettings } from '../../functions/ingestLogs.ts';
import { LocalError } from '../../infra/local/localError.ts';
import { isDay } from '../../shared/domain/period.ts';
import { withProfiles } from '../../shared/pricing/withProfiles.ts';
import { pauseAfterContention } from '../../shared/runtime/pause.ts';
import { replayQuarantine } from '../../shared/store/replayQuarantine.ts';
import { watchInterrupt } from '../interrupt.ts';
import { type LedgerOptions, openLedger } from '../openLedger.ts';
import { Progress } from '../output/progress.ts';
import { formatReplay, replayJson } from '../output/replay.ts';
import { openPriceBook } from './ownPrices.ts';

export type ReplayCommandOptions = LedgerOptions &
  Readonly<{ day?: string; reason?: string; dryRun?: boolean; json?: boolean }>;

/** `tollbook quarantine replay`: reads quarantined lines with today's code and posts what can be read. */
export async function replayCommand(options: ReplayCommandOptions): Promise<void> {
  const { day, reason, dryRun: isDryRun = false } = options;
  if (day !== undefined && !isDay(day))
    throw new LocalError('usage', `--day ${day}: give a day as YYYY-MM-DD`);
  const ownBook = openPriceBook(options);
  const interrupt = watchInterrupt();
  const ledger = await openLedger(options, { onAlert: (message) => process.stderr.write(`${message}\n\n`) });
  try {
    const progress = new Progress();
    const priceBook = withProfiles(ownBook, await ledger.stores.profiles.known());
    const work = {
      ...(await readIngestSettings()),
      stores: ledger.stores,
      priceBook,
      posting: ledger.posting(),
      pause: pauseAfterContention,
    };
    const counts = await replayQuarantine(
      {
        isDryRun,
        signal: interrupt.signal,
        ...(day === undefined ? {} : { day }),
        ...(reason === undefined ? {} : { reason }),
      },
      {
        ...ledger.stores,
        ...work,
        makeRecords: (usages) => makeRecords(usages, work),
        onLines: (lines) => progress.show(lines, 'quarantined lines read again'),
      },
    );
    await ledger.settle();
    progress.end();
    const result = { counts, isDryRun, isInterrupted: interrupt.signal.aborted };
    const text = options.json === true ? JSON.stringify(replayJson(result)) : formatReplay(result);
    process.stdout.write(`${text}\n`);
    interrupt.finish();
  } finally {
    await ledger.stop();
  }
}
