import { emptyIdentityMemo } from './modelIdentity.ts';
import type { PriceBook } from './priceBook.ts';

/**
 * The price book with more own ids, such as what was learnt of application inference profiles. What the
 * book maps itself comes first. The version stays: which model an id means is no price.
 */
export function withProfiles(book: PriceBook, profiles: ReadonlyMap<string, string>): PriceBook {
  if (profiles.size === 0) return book;
  return { ...book, profiles: new Map([...profiles, ...book.profiles]), identities: emptyIdentityMemo() };
}
