import { attributeUsage } from '../../shared/domain/attribution.ts';
import { makeUsageRecord, type UsageRecord } from '../../shared/domain/usageRecord.ts';
import { decodeLine } from '../../shared/formats/decodeLine.ts';
import { bundledPriceBook } from '../../shared/pricing/priceBook.ts';
import { priceRecord } from '../../shared/pricing/priceRecord.ts';
import type { Posting } from '../../shared/store/recordStore.ts';
import { BENCH_NOW, benchCompany, benchDirectory, dayOfLines } from './company.ts';

export const POSTING: Posting = { now: BENCH_NOW, recordRetentionDays: 90, lineRetentionDays: 400 };

/** A day of the company as records in the order of arrival, repeats and partial ones among them. */
export function dayOfRecords(): UsageRecord[] {
  const company = benchCompany();
  const directory = new Map(benchDirectory(company).map((entry) => [entry.user, entry]));
  const book = bundledPriceBook();
  const records: UsageRecord[] = [];
  for (const line of dayOfLines(company)) {
    for (const decoded of decodeLine(line, { now: BENCH_NOW, eventId: () => 'no line needs one' })) {
      if (decoded.kind !== 'usage') continue;
      const { usage } = decoded;
      const attribution = attributeUsage(usage, directory.get(usage.user ?? ''));
      records.push(makeUsageRecord(usage, attribution, priceRecord(book, usage)));
    }
  }
  return records;
}
