import type { UsageRecord } from '../domain/usageRecord.ts';
import type { ArchivedLine } from './archivedLines.ts';
import { recordKey } from './keys.ts';

/** A record of a day, from where it was read. */
export type MergedRecord =
  | Readonly<{ from: 'ledger'; record: UsageRecord }>
  | Readonly<{ from: 'archive'; line: ArchivedLine }>;

/**
 * Two streams of a day's records in the order of their keys become one; of the same record the ledger's revision is
 * in force. Where the reading ends early, the archive is not read on: its connection would stay open.
 */
export async function* mergeRecords(
  stored: AsyncIterable<UsageRecord>,
  archived: AsyncGenerator<ArchivedLine>,
): AsyncGenerator<MergedRecord> {
  try {
    let old = await archived.next();
    for await (const record of stored) {
      const key = sortKeyOf(record);
      let order = old.done === true ? 1 : Buffer.compare(sortKeyOf(old.value.record), key);
      while (old.done !== true && order < 0) {
        yield { from: 'archive', line: old.value };
        old = await archived.next();
        order = old.done === true ? 1 : Buffer.compare(sortKeyOf(old.value.record), key);
      }
      if (order === 0) old = await archived.next();
      yield { from: 'ledger', record };
    }
    while (old.done !== true) {
      yield { from: 'archive', line: old.value };
      old = await archived.next();
    }
  } finally {
    await archived.return(undefined);
  }
}

/** For a day that was never archived. */
export async function* noArchive(): AsyncGenerator<ArchivedLine> {}

/** Stores read partition after partition, each in the order of its keys' bytes. */
function sortKeyOf(record: ArchivedLine['record'] | UsageRecord): Buffer {
  const { pk, sk } = recordKey(record);
  return Buffer.from(`${pk}#${sk}`);
}
