import { compileModel, type PricedModel } from './compileModel.ts';
import { emptyIdentityMemo, type ModelIndex } from './modelIdentity.ts';
import bundledFile from './priceBook.json' with { type: 'json' };
import { PriceBookError } from './priceBookError.ts';
import { type FileModel, type PriceSource, priceBookFile } from './priceBookFile.ts';

/** A checked price book, ready to price with. */
export type PriceBook = ModelIndex &
  Readonly<{
    version: string;
    models: readonly PricedModel[];
    sources: ReadonlyMap<string, Readonly<PriceSource>>;
  }>;

/** Checks a price book file and compiles its prices to pico-USD per token; throws `PriceBookError`. */
export function loadPriceBook(json: unknown): PriceBook {
  // The file is parsed once per process, so a parser compiled for it would cost more than it saves.
  const parsed = priceBookFile.safeParse(json, { jitless: true });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new PriceBookError('file_malformed', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { version, sources, models } = parsed.data;
  refuseDuplicateIds(models);

  const sourceIds = new Set(Object.keys(sources));
  const bedrockModels = new Map<string, PricedModel>();
  const apiModels = new Map<string, PricedModel>();
  const compiled = models.map((model) => {
    const priced = compileModel(model, sourceIds);
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

/** The price book that ships with this code, compiled on first use and kept. */
export function bundledPriceBook(): PriceBook {
  bundled ??= loadPriceBook(bundledFile);
  return bundled;
}

/** An id that two models claim would price one of them wrongly, and nobody would see it. */
function refuseDuplicateIds(models: readonly FileModel[]): void {
  const owners = new Map<string, FileModel>();
  for (const model of models) {
    for (const id of [model.model, ...model.bedrockIds, ...model.apiIds]) {
      const owner = owners.get(id) ?? model;
      if (owner !== model) {
        throw new PriceBookError('id_duplicate', `${model.model}: ${id} belongs to ${owner.model} already`);
      }
      owners.set(id, model);
    }
  }
}
