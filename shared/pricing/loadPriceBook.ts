import { TOKEN_CLASSES } from '../domain/tokens.ts';
import { type PricedModel, type PriceRow, refuseRow, scheduleKey } from './compileModel.ts';
import { isAbsurd, nearestRow, placeOfRow, usdPerMillion } from './neighbours.ts';
import { compilePriceBook, type PriceBook } from './priceBook.ts';
import { PriceBookError } from './priceBookError.ts';
import { type FileModel, type FileRow, readPriceBookFile } from './priceBookFile.ts';

/**
 * Checks a price book file whole, every row against its neighbours, and compiles it; throws
 * `PriceBookError`. For tests, packaging and files that nobody has checked yet.
 */
export function loadPriceBook(json: unknown): PriceBook {
  const file = readPriceBookFile(json);
  refuseDuplicateIds(file.models);
  const sources = new Set(Object.keys(file.sources));
  for (const model of file.models) checkRows(model, sources);
  const book = compilePriceBook(file);
  for (const [index, model] of file.models.entries()) {
    const priced = book.models[index];
    if (priced !== undefined) checkNeighbours(model, priced);
  }
  return book;
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

function checkRows(model: FileModel, sources: ReadonlySet<string>): void {
  for (const row of model.rows) {
    for (const source of sourcesOfFileRow(row)) {
      if (!sources.has(source)) {
        throw refuseRow('source_unknown', { model, row, why: `has no source ${source}` });
      }
    }
  }
  const series = Map.groupBy(
    model.rows,
    (row) => `${scheduleKey(row.scope, row.regionGroup)} ${row.promptTokensAbove}`,
  );
  for (const rows of series.values()) checkPeriods(model, rows);
}

/** Every source that a row names: its own, and those of its premiums and fees. */
export function sourcesOfFileRow({ source, premiums = {}, fees = {} }: FileRow): string[] {
  const parts = [premiums.fast, premiums.inferenceUs, fees.webSearch];
  return [source, ...parts.flatMap((part) => (part === undefined ? [] : [part.source]))];
}

/** The periods of one scope and band must follow each other without a hole and without a choice. */
function checkPeriods(model: FileModel, rows: readonly FileRow[]): void {
  const ordered = rows.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  let previous: FileRow | undefined;
  for (const row of ordered) {
    if (row.to !== null && row.from >= row.to) {
      throw refuseRow('period_empty', { model, row, why: `ends on ${row.to}` });
    }
    if (previous !== undefined) {
      if (previous.to === null || previous.to > row.from) {
        const why = `starts within the period from ${previous.from}`;
        throw refuseRow('periods_overlap', { model, row, why });
      }
      if (previous.to < row.from) {
        throw refuseRow('periods_gap', { model, row, why: `leaves a gap after ${previous.to}` });
      }
    }
    previous = row;
  }
}

/** A price far from that of the model's most similar row is a slip of the unit or the point. */
function checkNeighbours(model: FileModel, { schedules }: PricedModel): void {
  const rows = [...schedules.values()].flat();
  for (const row of model.rows) {
    const place = placeOfRow(row);
    const own = rows.find((other) => isSamePlace(other, place));
    const neighbour = nearestRow(
      place,
      rows.filter((other) => other !== own),
    );
    if (own === undefined || neighbour === undefined) continue;
    for (const tokenClass of TOKEN_CLASSES) {
      const [mine, theirs] = [own.standardRates[tokenClass], neighbour.standardRates[tokenClass]];
      if (mine === null || theirs === null || !isAbsurd(mine, theirs)) continue;
      const where = `${scheduleKey(neighbour.scope, neighbour.regionGroup)} from ${neighbour.from}`;
      const why = `${tokenClass} ${usdPerMillion(mine)} is absurd beside ${usdPerMillion(theirs)} of ${where}`;
      throw refuseRow('price_absurd', { model, row, why });
    }
  }
}

function isSamePlace(row: PriceRow, place: ReturnType<typeof placeOfRow>): boolean {
  return (
    row.scope === place.scope &&
    row.regionGroup === place.regionGroup &&
    row.promptTokensAbove === place.promptTokensAbove &&
    row.from === place.from
  );
}
