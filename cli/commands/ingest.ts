import { applyConfig, readConfig } from '../../infra/local/config.ts';
import { Ingest } from '../../infra/local/ingestFiles.ts';
import { checkFile } from '../../infra/local/lines.ts';
import { openStack } from '../../infra/local/stack.ts';
import { formatGaps, gatherGaps } from '../output/gaps.ts';
import { formatIngest, ingestJson, showIngest } from '../output/ingest.ts';
import { Progress } from '../output/progress.ts';
import { formatQuarantine } from '../output/quarantine.ts';
import { withFileFormat } from './fileFormat.ts';
import { openPriceBook } from './ownPrices.ts';
import { tellOfMoves } from './tellOfMoves.ts';

export type IngestOptions = Readonly<{
  data: string;
  config?: string;
  prices?: string;
  format?: string;
  json?: boolean;
}>;

/** `tollbook ingest`: posts log files to a data folder's ledger. */
export async function ingestCommand(files: readonly string[], options: IngestOptions): Promise<void> {
  for (const file of files) checkFile(file);
  const config = options.config === undefined ? undefined : readConfig(options.config);
  openPriceBook(options);
  const stack = await openStack({
    dataDir: options.data,
    prices: options.prices,
    logRules: withFileFormat(config?.logRules, options.format),
    hasPseudonyms: config?.hasPseudonyms,
    onAlert: (message) => process.stderr.write(`${message}\n\n`),
  });
  try {
    if (config !== undefined) tellOfMoves(await applyConfig(config, stack), options.config);
    const progress = new Progress();
    const ingest = new Ingest(stack, (tally) => showIngest(progress, tally));
    for (const file of files) await ingest.file(file);
    await stack.settle();
    progress.end();
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify(ingestJson(ingest.tally))}\n`);
    } else {
      process.stdout.write(`${formatIngest(ingest.tally)}\n`);
      process.stdout.write(await formatQuarantine(ingest.tally, stack.stores.quarantine));
      if (ingest.tally.unpriced > 0)
        process.stdout.write(formatGaps(await gatherGaps(stack.stores), options));
    }
  } finally {
    await stack.stop();
  }
}
