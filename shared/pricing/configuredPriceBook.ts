import { readFileSync } from 'node:fs';
import { bundledPriceBook, type PriceBook } from './priceBook.ts';
import { PriceBookError } from './priceBookError.ts';
import { applyOverlay, type PriceOverlay } from './priceOverlay.ts';
import { readPriceOverlay } from './readPriceOverlay.ts';

const books = new Map<string, PriceBook>();

/**
 * The price book in force: the one that ships with this code, under the company's own prices where a file
 * of them is named. A file is read once per process, so that all records of a process have one version.
 * Throws `PriceBookError`, with `file:line:column` in front where the file is wrong: a request that cannot
 * be priced as the company pays is better tried again than priced otherwise.
 */
export function configuredPriceBook(overlayFile: string | undefined): PriceBook {
  if (overlayFile === undefined) return bundledPriceBook();
  const known = books.get(overlayFile);
  if (known !== undefined) return known;
  const book = applyOverlay(bundledPriceBook(), readOverlayFile(overlayFile));
  books.set(overlayFile, book);
  return book;
}

/** An overlay checked in itself; throws `PriceBookError`. */
export function readOverlayFile(file: string): PriceOverlay {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new PriceBookError('file_unreadable', `${file}: no such file, or it cannot be read`, { cause });
  }
  return readPriceOverlay(text, file);
}
