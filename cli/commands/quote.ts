import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { LocalError } from '../../infra/local/localError.ts';
import { quoteBody, toQuoteRequest } from '../../shared/pricing/quoteBody.ts';
import { quoteCosts } from '../../shared/pricing/quoteCosts.ts';
import { bundledServicePrices } from '../../shared/pricing/servicePrices.ts';
import { formatQuote } from '../output/quote.ts';
import { openPriceBook } from './ownPrices.ts';

export type QuoteOptions = Readonly<{ prices?: string; json?: boolean }>;

const STDIN = 0;

/** `tollbook quote`: what `POST /costs/quote` would answer to a body from a file or from stdin. */
export function quoteCommand(file: string | undefined, options: QuoteOptions): void {
  const name = file === undefined || file === '-' ? 'stdin' : file;
  const parsed = quoteBody.safeParse(parseJson(readText(name === 'stdin' ? STDIN : name, name), name));
  if (!parsed.success) {
    throw new LocalError('usage', `${name}: ${parsed.error.issues.map(mistakeOf).join('; ')}`);
  }
  const books = { priceBook: openPriceBook(options), servicePrices: bundledServicePrices() };
  const block = quoteCosts(toQuoteRequest(parsed.data, new Date()), books);
  const text = options.json === true ? JSON.stringify(block) : formatQuote(block);
  process.stdout.write(`${text}\n`);
}

function mistakeOf({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

function readText(source: string | number, name: string): string {
  try {
    return readFileSync(source, 'utf8');
  } catch (cause) {
    throw new LocalError('file', `${name}: no such file, or it cannot be read`, { cause });
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LocalError('usage', `${name}: no JSON; give an object such as docs/api.md shows`, { cause });
  }
}
