import { type Ledger, type LedgerOptions, openLedger } from '../openLedger.ts';

/** Opens a ledger for one piece of work, prints what came out, and closes it whatever happens. */
export async function printFromLedger(
  options: LedgerOptions,
  work: (ledger: Ledger) => Promise<string>,
): Promise<void> {
  const ledger = await openLedger(options);
  try {
    await ledger.settle();
    const text = await work(ledger);
    if (text !== '') process.stdout.write(`${text}\n`);
  } finally {
    await ledger.stop();
  }
}
