import { identifyModel, splitPrefix } from './modelIdentity.ts';
import { matchesModel } from './modelPattern.ts';
import { didYouMean, nearestName } from './nearestName.ts';
import type { PriceBook } from './priceBook.ts';
import { PriceBookError } from './priceBookError.ts';
import type { PriceSource } from './priceBookFile.ts';
import type { PriceOverlay } from './priceOverlay.ts';

/** An overlay with what its names are looked up in. */
export type OverlayContext = Readonly<{
  book: PriceBook;
  overlay: PriceOverlay;
  /** The book's sources and the overlay's. */
  sources: ReadonlyMap<string, PriceSource>;
}>;

/** All sources; an overlay's must not take a name of the book's, or the book's rows would seem its own. */
export function mergedSources(book: PriceBook, overlay: PriceOverlay): ReadonlyMap<string, PriceSource> {
  for (const name of overlay.sources.keys()) {
    if (book.sources.has(name)) {
      const place = overlay.locate(['sources', name], 'key');
      throw new PriceBookError('source_duplicate', `${place}: the price book has a source ${name} already`);
    }
  }
  return new Map([...book.sources, ...overlay.sources]);
}

export function checkDiscounts(context: OverlayContext): void {
  const { book, overlay } = context;
  for (const [index, discount] of overlay.discounts.entries()) {
    checkSource(context, discount.source, ['discounts', index, 'source']);
    for (const [position, pattern] of discount.models.entries()) {
      if (book.models.some(({ model }) => matchesModel(pattern, model))) continue;
      throw unknownModel(context, pattern, ['discounts', index, 'models', position]);
    }
  }
}

/** A profile must stand for an id that the book knows, and must not hide one. */
export function checkProfiles(book: PriceBook, overlay: PriceOverlay): void {
  for (const [id, target] of overlay.profiles) {
    if (identifyModel(book, id).isKnown) {
      const place = overlay.locate(['profiles', id], 'key');
      throw new PriceBookError('id_duplicate', `${place}: the price book knows ${id} already`);
    }
    if (identifyModel(book, target).isKnown) continue;
    const place = overlay.locate(['profiles', id]);
    const why = `the price book does not know ${target}${suggestTarget(book, target)}`;
    throw new PriceBookError('profile_unknown', `${place}: ${why}`);
  }
}

export function checkSource(
  { overlay, sources }: OverlayContext,
  name: string,
  path: readonly (string | number)[],
): void {
  if (sources.has(name)) return;
  const hint = didYouMean(name, sources.keys());
  throw new PriceBookError('source_unknown', `${overlay.locate(path)}: there is no source ${name}${hint}`);
}

export function unknownModel(
  { book, overlay }: OverlayContext,
  name: string,
  path: readonly (string | number)[],
): PriceBookError {
  const what = name.endsWith('*') ? `no model of the price book matches ${name}` : `unknown model ${name}`;
  return new PriceBookError('model_unknown', `${overlay.locate(path)}: ${what}${suggestModel(book, name)}`);
}

/** Whoever writes an id of the model means the model; else it is a misspelling. */
export function suggestModel(book: PriceBook, name: string): string {
  const identity = identifyModel(book, name);
  if (identity.isKnown) return `; did you mean ${identity.model}?`;
  return didYouMean(
    name.replace(/\*$/, ''),
    book.models.map(({ model }) => model),
  );
}

/** The suggestion keeps the prefix of an endpoint, which only ids of Bedrock have. */
function suggestTarget({ apiModels, bedrockModels }: PriceBook, target: string): string {
  const [prefix, base] = splitPrefix(target);
  if (prefix === '') return didYouMean(target, [...apiModels.keys(), ...bedrockModels.keys()]);
  const meant = apiModels.get(base);
  const [sameModel] = [...bedrockModels].find(([, model]) => model === meant) ?? [];
  const nearest = sameModel ?? nearestName(base, bedrockModels.keys());
  return nearest === undefined ? '' : `; did you mean ${prefix}.${nearest}?`;
}
