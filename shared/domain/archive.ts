import { type CostByClass, totalCost } from './metrics.ts';
import type { UsageRecord } from './usageRecord.ts';

/** One archived state of a day's records: an object of gzip NDJSON, and what it holds. Never changed. */
export type Archive = Readonly<{
  day: string;
  /** When the reading of the records began, ISO 8601; what was posted later may be missing. */
  archivedAt: string;
  bucket: string;
  objectKey: string;
  /** Records in the object. */
  records: number;
  /** Records that the day had, by its seal and what was posted for it since. More than `records` when some are lost. */
  expectedRecords: number;
  costPicoUsd: bigint;
  /** SHA-256 of the uncompressed bytes, in hex. */
  digest: string;
  /** Of the object, compressed. */
  sizeBytes: number;
}>;

const NAMED_DIGITS = 16;

/**
 * The object of a day's records. It is named for its contents too, so that one that is listed is never
 * overwritten by another, and the same contents twice are one object.
 */
export function archiveObjectKey(day: string, digest: string): string {
  return `records/${day}.${digest.slice(0, NAMED_DIGITS)}.ndjson.gz`;
}

/** A record as one line without its newline: all that it says, keys in text order, amounts as decimal text. */
export function archiveLine(record: UsageRecord): string {
  return JSON.stringify(record, (_key, part: unknown) => {
    if (typeof part === 'bigint') return String(part);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** What a record adds to the cost of its archive: nothing while it has no price. */
export function archivedCost({
  costPicoUsd,
  unpricedReason,
}: Readonly<{ costPicoUsd: CostByClass; unpricedReason?: string | undefined }>): bigint {
  return unpricedReason === undefined ? totalCost(costPicoUsd) : 0n;
}

/** How many records an archive lacks; 0 when it is whole. */
export function missingRecords({ records, expectedRecords }: Pick<Archive, 'records' | 'expectedRecords'>) {
  return Math.max(0, expectedRecords - records);
}
