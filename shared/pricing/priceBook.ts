import { compileModel, type PricedModel } from './compileModel.ts';
import { emptyIdentityMemo, type ModelIndex } from './modelIdentity.ts';
import bundledFile from './priceBook.json' with { type: 'json' };
import type { PriceBookFile, PriceSource } from './priceBookFile.ts';

/** A price book, ready to price with. */
export type PriceBook = ModelIndex &
  Readonly<{
    version: string;
    models: readonly PricedModel[];
    sources: ReadonlyMap<string, Readonly<PriceSource>>;
  }>;

/** Makes a price book of a file that was checked; the prices of a model are compiled when it is first met. */
export function compilePriceBook({ version, sources, models }: PriceBookFile): PriceBook {
  const bedrockModels = new Map<string, PricedModel>();
  const apiModels = new Map<string, PricedModel>();
  const compiled = models.map((model) => {
    const priced = compileModel(model);
    for (const id of model.bedrockIds) bedrockModels.set(id, priced);
    for (const id of model.apiIds) apiModels.set(id, priced);
    return priced;
  });
  return {
    version,
    models: compiled,
    sources: new Map(Object.entries(sources)),
    bedrockModels,
    apiModels,
    profiles: new Map(),
    identities: emptyIdentityMemo(),
  };
}

let bundled: PriceBook | undefined;

/**
 * The price book that ships with this code. Tests and packaging check its file with `loadPriceBook`, so it
 * is taken at its word here: checking it again would take longer than all else that a start does with it.
 */
export function bundledPriceBook(): PriceBook {
  bundled ??= compilePriceBook(bundledFile as PriceBookFile);
  return bundled;
}
