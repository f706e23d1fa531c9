import {
  type Correction,
  correctionOfLateRecord,
  correctionOfRepair,
  correctionOfRevision,
} from '../../domain/correction.ts';
import {
  changesOfPosting,
  changesOfRevision,
  type DailyLine,
  type LineChange,
} from '../../domain/dailyLine.ts';
import { addMetrics, NO_METRICS } from '../../domain/metrics.ts';
import { requestIdentity } from '../../domain/requestIdentity.ts';
import { periodsOfDay } from '../../domain/seal.ts';
import { countingDay, type UsageRecord } from '../../domain/usageRecord.ts';
import {
  auditKey,
  correctedKey,
  correctionKey,
  identifiedRecordKey,
  lineKey,
  lineName,
  recordKey,
  recordPartition,
  sealKey,
} from '../keys.ts';
import { RECORD_SHARDS } from '../recordShard.ts';
import { itemsBesideLines, MAX_TRANSACTION_ITEMS, type Posting, type RecordStore } from '../recordStore.ts';
import { LATE_REASON } from '../recordTransaction.ts';
import type { World } from './world.ts';

/**
 * Nothing waits inside an operation, so each is atomic and none is ever contended. Nothing expires.
 * What DynamoDB refuses as no transaction is refused here too.
 */
export function memoryRecordStore(world: World): RecordStore {
  return {
    async post(records, posting) {
      refuseBadTransaction(records, posting);
      const known = records.flatMap((record) => world.records.get(recordKey(record)) ?? []);
      const existing = new Map(known.map((record) => [requestIdentity(record), record]));
      if (existing.size > 0) return { kind: 'exists', existing };
      if (records.some((record) => isSealed(world, record))) return { kind: 'sealed' };
      for (const record of records) world.records.put(recordKey(record), record);
      for (const change of changesOfPosting(records)) addToLine(world, change);
      for (const record of records.filter(({ countedOn }) => countedOn !== undefined)) {
        fileCorrection(world, correctionOfLateRecord(record, LATE_REASON));
      }
      return { kind: 'posted' };
    },

    async revise(revision) {
      const { from, to, correctedOn } = revision;
      const current = world.records.get(recordKey(to));
      if (current?.rev !== from.rev) return { kind: 'changed', current };
      if (correctedOn === undefined && isSealed(world, from)) return { kind: 'sealed' };
      world.records.put(recordKey(to), to);
      for (const change of changesOfRevision(revision, correctedOn)) addToLine(world, change);
      if (correctedOn !== undefined) fileCorrection(world, correctionOfRevision(revision, correctedOn));
      world.audits.put(auditKey(from, from.rev), revision);
      return { kind: 'revised' };
    },

    async find(key) {
      return world.records.get(recordKey(key));
    },

    async findAll(day, identities) {
      return identities.flatMap((identity) => world.records.get(identifiedRecordKey(day, identity)) ?? []);
    },

    async repair(repair) {
      const correction = correctionOfRepair(repair, lineName(repair.key));
      const found = world.lines.get(lineKey(repair.key))?.n ?? 0;
      const isDone = world.corrections.get(correctionKey(correction)) !== undefined;
      if (isDone || (repair.day === repair.key.day && found !== repair.n)) return 'changed';
      for (const change of correction.changes) addToLine(world, change);
      fileCorrection(world, correction);
      return 'repaired';
    },

    async *ofDay(day) {
      for (let shard = 0; shard < RECORD_SHARDS; shard += 1) {
        yield* world.records.values(recordPartition(day, shard));
      }
    },
  };
}

function isSealed({ seals }: World, record: UsageRecord): boolean {
  return periodsOfDay(countingDay(record)).some(
    (period) => seals.get(sealKey(period))?.sealingAt !== undefined,
  );
}

function fileCorrection({ corrections, corrected }: World, correction: Correction): void {
  corrections.put(correctionKey(correction), correction);
  corrected.put(correctedKey(correction), correction);
}

function addToLine({ lines }: World, { key, metrics, changes }: LineChange): void {
  const line: DailyLine = lines.get(lineKey(key)) ?? { ...key, ...NO_METRICS, n: 0 };
  lines.put(lineKey(key), { ...key, ...addMetrics(line, metrics), n: line.n + changes });
}

function refuseBadTransaction(records: readonly UsageRecord[], posting: Posting): void {
  const [first] = records;
  if (first === undefined) return;
  const { perRecord, seals } = itemsBesideLines(first, posting);
  const size = records.length * perRecord + seals + changesOfPosting(records).length;
  if (size > MAX_TRANSACTION_ITEMS) throw new RangeError(`${size} items are too many for one transaction`);
  const keys = new Set(records.map((record) => Object.values(recordKey(record)).join('#')));
  if (keys.size < records.length) throw new RangeError('one transaction holds the same record twice');
}
