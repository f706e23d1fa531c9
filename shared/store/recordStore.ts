import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { changesOfPosting, changesOfRevision, type LineChange } from '../domain/dailyLine.ts';
import { type RequestKey, requestIdentity } from '../domain/requestIdentity.ts';
import type { UsageRecord } from '../domain/usageRecord.ts';
import { auditKey, lineKey, RECORD_SHARDS, recordKey, recordPartition } from './keys.ts';
import { metricsAttributes } from './metricsItem.ts';
import { itemToRecord, recordToItem } from './recordItem.ts';
import { getAll, queryPartition, type Tables } from './table.ts';

/** DynamoDB takes this many items in one transaction. */
export const MAX_TRANSACTION_ITEMS = 100;

/** How long records and lines are kept, and the time of posting. */
export type Posting = Readonly<{ now: Date; recordRetentionDays: number; lineRetentionDays: number }>;

export type PostOutcome =
  | Readonly<{ kind: 'posted' }>
  /** Some are there already, by identity; nothing was written. */
  | Readonly<{ kind: 'exists'; existing: ReadonlyMap<string, UsageRecord> }>
  /** Another transaction touched the same items at the same time; nothing was written. */
  | Readonly<{ kind: 'contended' }>;

export type ReviseOutcome =
  | Readonly<{ kind: 'revised' }>
  | Readonly<{ kind: 'changed'; current: UsageRecord | undefined }>
  | Readonly<{ kind: 'contended' }>;

/**
 * The ledger's only writer. A record and its effect on the daily lines commit together or not at all,
 * and a record is written only where none is (or, as a revision, over the very revision it was made of).
 */
export interface RecordStore {
  /** Posts new records with the lines they touch; at most 100 items in all. */
  post(records: readonly UsageRecord[], posting: Posting): Promise<PostOutcome>;
  /** Replaces `from` by `to` (`rev` one higher), moves the lines by the difference, and files an audit. */
  revise(change: RecordRevision, posting: Posting): Promise<ReviseOutcome>;
  find(key: RequestKey): Promise<UsageRecord | undefined>;
  /** All records of a day, partition by partition, as they are read. */
  ofDay(day: string): AsyncGenerator<UsageRecord>;
}

export type RecordRevision = Readonly<{ from: UsageRecord; to: UsageRecord; reason: string }>;

/** How many items one transaction needs for these records: each of them, and each line they touch. */
export function transactionSize(records: readonly UsageRecord[]): number {
  return records.length + changesOfPosting(records).length;
}

export function dynamoRecordStore(tables: Tables): RecordStore {
  return {
    async post(records, posting) {
      const puts = records.map((record) => putIfAbsent(tables, record, posting));
      const updates = changesOfPosting(records).map((change) => addToLine(tables, change, posting));
      const failure = await transact(tables, [...puts, ...updates]);
      if (failure === undefined) return { kind: 'posted' };
      const existing = new Map(
        failure.found.map((item) => itemToRecord(item)).map((record) => [requestIdentity(record), record]),
      );
      return existing.size > 0 ? { kind: 'exists', existing } : { kind: 'contended' };
    },

    async revise({ from, to, reason }, posting) {
      const put = putOverRevision(tables, { from, to }, posting);
      const updates = changesOfRevision(from, to).map((change) => addToLine(tables, change, posting));
      const audit = putAudit(tables, { from, to, reason }, posting);
      const failure = await transact(tables, [put, ...updates, audit]);
      if (failure === undefined) return { kind: 'revised' };
      if (failure.isConditional) {
        const item = failure.found[0];
        return { kind: 'changed', current: item === undefined ? undefined : itemToRecord(item) };
      }
      return { kind: 'contended' };
    },

    async find(key) {
      const [item] = await getAll(tables.client, tables.recordsTable, [recordKey(key)]);
      return item === undefined ? undefined : itemToRecord(item);
    },

    async *ofDay(day) {
      for (let shard = 0; shard < RECORD_SHARDS; shard += 1) {
        const items = queryPartition(tables.client, tables.recordsTable, recordPartition(day, shard));
        for await (const item of items) yield itemToRecord(item);
      }
    },
  };
}

type TransactItems = NonNullable<TransactWriteCommandInput['TransactItems']>;
type TransactItem = TransactItems[number];
type Failure = Readonly<{ isConditional: boolean; found: readonly unknown[] }>;

/** Runs a transaction; `undefined` when it committed, else why it did not. Other errors are thrown. */
async function transact({ client }: Tables, items: TransactItems): Promise<Failure | undefined> {
  try {
    await client.send(new TransactWriteCommand({ TransactItems: items }));
    return undefined;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = error.CancellationReasons ?? [];
    const codes = new Set(reasons.map((reason) => reason.Code ?? 'None'));
    codes.delete('None');
    const isConditional = codes.has('ConditionalCheckFailed');
    if (!isConditional && !codes.has('TransactionConflict')) throw error;
    const found = reasons.flatMap((reason) => (reason.Item === undefined ? [] : [unmarshall(reason.Item)]));
    return { isConditional, found };
  }
}

function putIfAbsent(tables: Tables, record: UsageRecord, posting: Posting): TransactItem {
  return {
    Put: {
      TableName: tables.recordsTable,
      Item: recordToItem(record, { now: posting.now, retentionDays: posting.recordRetentionDays }),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

function putOverRevision(
  tables: Tables,
  { from, to }: Pick<RecordRevision, 'from' | 'to'>,
  posting: Posting,
): TransactItem {
  return {
    Put: {
      TableName: tables.recordsTable,
      Item: recordToItem(to, { now: posting.now, retentionDays: posting.recordRetentionDays }),
      ConditionExpression: 'rev = :rev',
      ExpressionAttributeValues: { ':rev': from.rev },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

/** The audit keeps the replaced revision whole, so every change can be told and undone by hand. */
function putAudit(tables: Tables, { from, to, reason }: RecordRevision, posting: Posting): TransactItem {
  const replaced = recordToItem(from, { now: posting.now, retentionDays: posting.recordRetentionDays });
  return {
    Put: {
      TableName: tables.recordsTable,
      Item: { ...replaced, ...auditKey(from, from.rev), reason, replacedBy: to.rev },
    },
  };
}

function addToLine({ totalsTable }: Tables, change: LineChange, posting: Posting): TransactItem {
  const amounts = { ...metricsAttributes(change.metrics), n: change.changes };
  const names = Object.keys(amounts);
  return {
    Update: {
      TableName: totalsTable,
      Key: lineKey(change.key),
      UpdateExpression: `SET #ttl = :ttl ADD ${names.map((name) => `#${name} :${name}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries([...names, 'ttl'].map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(Object.entries(amounts).map(([name, value]) => [`:${name}`, value])),
        ':ttl': Date.parse(`${change.key.day}T00:00:00Z`) / 1000 + posting.lineRetentionDays * 86_400,
      },
    },
  };
}
