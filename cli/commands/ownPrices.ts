import { Option } from 'commander';
import { readDeployedLedger } from '../../infra/aws/deployedLedger.ts';
import { LocalError } from '../../infra/local/localError.ts';
import { configuredPriceBook, readOverlayFile } from '../../shared/pricing/configuredPriceBook.ts';
import type { PriceBook } from '../../shared/pricing/priceBook.ts';
import { PriceBookError } from '../../shared/pricing/priceBookError.ts';
import type { PriceOverlay } from '../../shared/pricing/priceOverlay.ts';

/** What names the file of own prices; a stage names its own under `params` in `serverless.yml`. */
type PriceOptions = Readonly<{ prices?: string | undefined; stage?: string | undefined }>;

/** The option of every command that prices; a shell in which PRICE_OVERLAY is set need not repeat it. */
export function pricesOption(): Option {
  return new Option('--prices <file>', "YAML file of the company's own prices").env('PRICE_OVERLAY');
}

/**
 * The price book in force: with the file that is named, else with that of the stage. A wrong file is a
 * mistake of its author, and the message says where it is.
 */
export function openPriceBook({ prices, stage }: PriceOptions): PriceBook {
  const file = prices || (stage === undefined ? undefined : readDeployedLedger(stage).settings.PRICE_OVERLAY);
  return asLocalError(() => configuredPriceBook(file || undefined));
}

/** A file of own prices that is sound in itself and fits the price book. */
export function readOwnPrices(file: string): PriceOverlay {
  return asLocalError(() => {
    configuredPriceBook(file);
    return readOverlayFile(file);
  });
}

function asLocalError<T>(attempt: () => T): T {
  try {
    return attempt();
  } catch (cause) {
    if (!(cause instanceof PriceBookError)) throw cause;
    throw new LocalError(cause.code === 'file_unreadable' ? 'file' : 'config', cause.message, { cause });
  }
}
