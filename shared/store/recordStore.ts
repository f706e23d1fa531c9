import { correctionOfRepair, correctionOfRevision, type LineRepair } from '../domain/correction.ts';
import { changesOfPosting, changesOfRevision } from '../domain/dailyLine.ts';
import { type RequestKey, requestIdentity } from '../domain/requestIdentity.ts';
import { mayBeSealed } from '../domain/seal.ts';
import { countingDay, type UsageRecord } from '../domain/usageRecord.ts';
import { identifiedRecordKey, lineName, recordKey, recordPartition } from './keys.ts';
import { itemToRecord } from './recordItem.ts';
import { RECORD_SHARDS } from './recordShard.ts';
import {
  addToLine,
  checkOpen,
  linksOfLateRecord,
  putAudit,
  putCorrection,
  putIfAbsent,
  putOverRevision,
  transact,
} from './recordTransaction.ts';
import { getAll, queryPartition, type Tables } from './table.ts';

/** DynamoDB takes this many items in one transaction. */
export const MAX_TRANSACTION_ITEMS = 100;

/** How long records and lines are kept, and the time of posting. */
export type Posting = Readonly<{
  now: Date;
  recordRetentionDays: number;
  lineRetentionDays: number;
}>;

export type PostOutcome =
  | Readonly<{ kind: 'posted' }>
  /** Some are there already, by identity; nothing was written. */
  | Readonly<{ kind: 'exists'; existing: ReadonlyMap<string, UsageRecord> }>
  /** The day takes no postings any more; nothing was written. */
  | Readonly<{ kind: 'sealed' }>
  /** Another transaction touched the same items at the same time; nothing was written. */
  | Readonly<{ kind: 'contended' }>;

export type ReviseOutcome =
  | Readonly<{ kind: 'revised' }>
  | Readonly<{ kind: 'sealed' }>
  | Readonly<{ kind: 'changed'; current: UsageRecord | undefined }>
  | Readonly<{ kind: 'contended' }>;

/**
 * The ledger's only writer. A record and its effect on the daily lines commit together or not at all,
 * and a record is written only where none is (or, as a revision, over the very revision it was made of).
 */
export interface RecordStore {
  /** Posts new records of one day with the lines they touch; at most 100 items in all. */
  post(records: readonly UsageRecord[], posting: Posting): Promise<PostOutcome>;
  /** Replaces `from` by `to` (`rev` one higher), moves the lines by the difference, and files an audit. */
  revise(change: RecordRevision, posting: Posting): Promise<ReviseOutcome>;
  find(key: RequestKey): Promise<UsageRecord | undefined>;
  /** Records of a day by their identities; missing ones are left out. */
  findAll(day: string, identities: readonly string[]): Promise<UsageRecord[]>;
  /** Mends a line that was found not to hold what the records say, if it is still as it was found. */
  repair(repair: LineRepair, posting: Posting): Promise<'repaired' | 'changed' | 'contended'>;
  /** All records of a day, partition by partition, as they are read. */
  ofDay(day: string): AsyncGenerator<UsageRecord>;
}

/** With `correctedOn` the difference is posted on that open day, because the record's own is sealed. */
export type RecordRevision = Readonly<{
  from: UsageRecord;
  to: UsageRecord;
  reason: string;
  correctedOn?: string;
}>;

/** The day and the month of a record may be sealed, and each has a seal to look at. */
const SEALS_OF_DAY = 2;

const LINKS_OF_CORRECTION = 2;

/** Items that a posting of records like this one needs besides the lines: for each record, and for the day. */
export function itemsBesideLines(record: UsageRecord, posting: Posting) {
  return {
    perRecord: record.countedOn === undefined ? 1 : 1 + LINKS_OF_CORRECTION,
    seals: mayBeSealed(countingDay(record), posting.now) ? SEALS_OF_DAY : 0,
  };
}

export function dynamoRecordStore(tables: Tables): RecordStore {
  return {
    async post(records, posting) {
      const puts = records.map((record) => putIfAbsent(tables, record, posting));
      const updates = changesOfPosting(records).map((change) => addToLine(tables, change, { posting }));
      const links = records.flatMap((record) => linksOfLateRecord(tables, record, posting));
      const checks = records.slice(0, 1).flatMap((record) => checkOpen(tables, record, posting));
      const failure = await transact(tables, [...puts, ...updates, ...links, ...checks]);
      if (failure === undefined) return { kind: 'posted' };
      const existing = new Map(
        failure.found.map((item) => itemToRecord(item)).map((record) => [requestIdentity(record), record]),
      );
      if (existing.size > 0) return { kind: 'exists', existing };
      return { kind: failure.isConditional ? 'sealed' : 'contended' };
    },

    async revise({ from, to, reason, correctedOn }, posting) {
      const put = putOverRevision(tables, { from, to }, posting);
      const changes = changesOfRevision({ from, to }, correctedOn);
      const updates = changes.map((change) => addToLine(tables, change, { posting }));
      const audit = putAudit(tables, { from, to, reason }, posting);
      const beside =
        correctedOn === undefined
          ? checkOpen(tables, from, posting)
          : putCorrection(tables, correctionOfRevision({ from, to, reason }, correctedOn), posting);
      const failure = await transact(tables, [put, ...updates, audit, ...beside]);
      if (failure === undefined) return { kind: 'revised' };
      if (failure.failed.has(0)) {
        const item = failure.found[0];
        return { kind: 'changed', current: item === undefined ? undefined : itemToRecord(item) };
      }
      return { kind: failure.isConditional ? 'sealed' : 'contended' };
    },

    async find(key) {
      const [item] = await getAll(tables.client, tables.recordsTable, [recordKey(key)]);
      return item === undefined ? undefined : itemToRecord(item);
    },

    async findAll(day, identities) {
      const keys = identities.map((identity) => identifiedRecordKey(day, identity));
      return (await getAll(tables.client, tables.recordsTable, keys)).map(itemToRecord);
    },

    async repair(repair, posting) {
      const correction = correctionOfRepair(repair, lineName(repair.key));
      const [change] = correction.changes;
      if (change === undefined) return 'changed';
      const failure = await transact(tables, [
        addToLine(tables, change, { posting, asFound: repair.day === repair.key.day ? repair.n : undefined }),
        ...putCorrection(tables, correction, posting),
      ]);
      if (failure === undefined) return 'repaired';
      return failure.isConditional ? 'changed' : 'contended';
    },

    async *ofDay(day) {
      for (let shard = 0; shard < RECORD_SHARDS; shard += 1) {
        const items = queryPartition(tables.client, tables.recordsTable, recordPartition(day, shard));
        for await (const item of items) yield itemToRecord(item);
      }
    },
  };
}
