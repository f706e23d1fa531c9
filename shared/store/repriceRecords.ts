import { COST_CLASSES, totalCost } from '../domain/metrics.ts';
import { type UsageRecord, usageOfRecord } from '../domain/usageRecord.ts';
import type { PriceBook } from '../pricing/priceBook.ts';
import { priceRecord } from '../pricing/priceRecord.ts';
import { reviseUntilSettled, type SettleDependencies } from './reviseUntilSettled.ts';
import type { DayRange } from './totalStore.ts';

export type RepriceOptions = Readonly<{
  range: DayRange;
  /** Only records for which this holds; all without it. */
  isWanted?: (record: UsageRecord) => boolean;
  /** Looks only: nothing is written. */
  isDryRun: boolean;
}>;

/** Figures of one model before and after; costs in pico-USD. */
export type RepricedModel = {
  records: number;
  changed: number;
  unpricedBefore: number;
  unpricedAfter: number;
  beforePicoUsd: bigint;
  afterPicoUsd: bigint;
};

export type RepriceDependencies = SettleDependencies &
  Readonly<{ priceBook: PriceBook; onRecord?: () => void }>;

export const NOTHING_REPRICED: Readonly<RepricedModel> = {
  records: 0,
  changed: 0,
  unpricedBefore: 0,
  unpricedAfter: 0,
  beforePicoUsd: 0n,
  afterPicoUsd: 0n,
};

/**
 * Prices recorded requests again with the price book at hand. A record whose price is another one now gets
 * a revision, with the replaced one kept as its audit; one whose price is the same is left alone. So it can
 * stop anywhere and be run again, and a second run changes nothing.
 */
export async function repriceRecords(
  options: RepriceOptions,
  dependencies: RepriceDependencies,
): Promise<Map<string, RepricedModel>> {
  const models = new Map<string, RepricedModel>();
  for (const day of await dependencies.totals.days(options.range)) {
    for await (const record of dependencies.records.ofDay(day)) {
      dependencies.onRecord?.();
      if (options.isWanted?.(record) === false) continue;
      const after = await repriceRecord(record, options, dependencies);
      addToModel(models, record, after);
    }
  }
  return models;
}

/** The record as it is afterwards; on a dry run, as it would be. */
async function repriceRecord(
  record: UsageRecord,
  { isDryRun }: RepriceOptions,
  { priceBook, ...dependencies }: RepriceDependencies,
): Promise<UsageRecord> {
  const next = (from: UsageRecord) => withNewPrice(from, priceBook);
  if (isDryRun) return next(record)?.to ?? record;
  return reviseUntilSettled(record, next, dependencies);
}

function withNewPrice(record: UsageRecord, priceBook: PriceBook) {
  const price = priceRecord(priceBook, usageOfRecord(record));
  const isSame =
    price.model === record.model &&
    price.endpointScope === record.endpointScope &&
    price.unpricedReason === record.unpricedReason &&
    COST_CLASSES.every((costClass) => price.costPicoUsd[costClass] === record.costPicoUsd[costClass]);
  if (isSame) return undefined;
  const { unpricedReason: _before, ...rest } = record;
  const to = { ...rest, ...price, rev: record.rev + 1 };
  return { to, reason: `repriced with ${price.priceVersion}` };
}

function addToModel(models: Map<string, RepricedModel>, before: UsageRecord, after: UsageRecord): void {
  const known = models.get(after.model) ?? { ...NOTHING_REPRICED };
  known.records += 1;
  known.changed += after === before ? 0 : 1;
  known.unpricedBefore += before.unpricedReason === undefined ? 0 : 1;
  known.unpricedAfter += after.unpricedReason === undefined ? 0 : 1;
  known.beforePicoUsd += totalCost(before.costPicoUsd);
  known.afterPicoUsd += totalCost(after.costPicoUsd);
  models.set(after.model, known);
}
