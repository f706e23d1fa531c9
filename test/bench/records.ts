import type { Company } from '../../infra/local/sample/people.ts';
import { attributeUsage } from '../../shared/domain/attribution.ts';
import { makeUsageRecord, type UsageRecord } from '../../shared/domain/usageRecord.ts';
import { decodeLine } from '../../shared/formats/decodeLine.ts';
import { bundledPriceBook } from '../../shared/pricing/priceBook.ts';
import { priceRecord } from '../../shared/pricing/priceRecord.ts';
import type { Posting } from '../../shared/store/recordStore.ts';
import { BENCH_NOW, benchDirectory } from './company.ts';

export const POSTING: Posting = {
  now: BENCH_NOW,
  recordRetentionDays: 90,
  lineRetentionDays: 400,
};

/** A company's lines as records in the order of arrival, repeats and partial ones among them. */
export function* recordsOf(company: Company, lines: Iterable<string>): Generator<UsageRecord> {
  const directory = new Map(benchDirectory(company).map((entry) => [entry.user, entry]));
  const book = bundledPriceBook();
  for (const line of lines) {
    for (const decoded of decodeLine(line, { now: BENCH_NOW, eventId: () => 'no line needs one' })) {
      if (decoded.kind !== 'usage') continue;
      const { usage } = decoded;
      const attribution = attributeUsage(usage, directory.get(usage.user ?? ''));
      yield makeUsageRecord(usage, attribution, priceRecord(book, usage));
    }
  }
}
