import {
  changesOfPosting,
  changesOfRevision,
  type DailyLine,
  type LineChange,
} from '../../domain/dailyLine.ts';
import { addMetrics, NO_METRICS } from '../../domain/metrics.ts';
import { requestIdentity } from '../../domain/requestIdentity.ts';
import type { UsageRecord } from '../../domain/usageRecord.ts';
import { auditKey, lineKey, RECORD_SHARDS, recordKey, recordPartition } from '../keys.ts';
import { MAX_TRANSACTION_ITEMS, type RecordStore, transactionSize } from '../recordStore.ts';
import type { World } from './world.ts';

/**
 * Nothing waits inside an operation, so each is atomic and none is ever contended. Nothing expires.
 * What DynamoDB refuses as no transaction is refused here too.
 */
export function memoryRecordStore(world: World): RecordStore {
  return {
    async post(records) {
      refuseBadTransaction(records);
      const existing = new Map<string, UsageRecord>();
      for (const record of records) {
        const known = world.records.get(recordKey(record));
        if (known !== undefined) existing.set(requestIdentity(record), known);
      }
      if (existing.size > 0) return { kind: 'exists', existing };
      for (const record of records) world.records.put(recordKey(record), record);
      for (const change of changesOfPosting(records)) addToLine(world, change);
      return { kind: 'posted' };
    },

    async revise(revision) {
      const { from, to } = revision;
      const current = world.records.get(recordKey(to));
      if (current?.rev !== from.rev) return { kind: 'changed', current };
      world.records.put(recordKey(to), to);
      for (const change of changesOfRevision(from, to)) addToLine(world, change);
      world.audits.put(auditKey(from, from.rev), revision);
      return { kind: 'revised' };
    },

    async find(key) {
      return world.records.get(recordKey(key));
    },

    async *ofDay(day) {
      for (let shard = 0; shard < RECORD_SHARDS; shard += 1) {
        yield* world.records.values(recordPartition(day, shard));
      }
    },
  };
}

function addToLine({ lines }: World, { key, metrics, changes }: LineChange): void {
  const line: DailyLine = lines.get(lineKey(key)) ?? { ...key, ...NO_METRICS, n: 0 };
  lines.put(lineKey(key), { ...key, ...addMetrics(line, metrics), n: line.n + changes });
}

function refuseBadTransaction(records: readonly UsageRecord[]): void {
  const size = transactionSize(records);
  if (size > MAX_TRANSACTION_ITEMS) throw new RangeError(`${size} items are too many for one transaction`);
  const keys = new Set(records.map((record) => Object.values(recordKey(record)).join('#')));
  if (keys.size < records.length) throw new RangeError('one transaction holds the same record twice');
}
