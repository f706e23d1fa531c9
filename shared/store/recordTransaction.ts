import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Correction, correctionOfLateRecord } from '../domain/correction.ts';
import type { LineChange } from '../domain/dailyLine.ts';
import { mayBeSealed, periodsOfDay } from '../domain/seal.ts';
import { countingDay, type UsageRecord } from '../domain/usageRecord.ts';
import { correctionToItem } from './correctionItem.ts';
import { auditKey, correctedKey, lineKey, sealKey } from './keys.ts';
import { metricsAttributes } from './metricsItem.ts';
import { recordToItem } from './recordItem.ts';
import type { Posting, RecordRevision } from './recordStore.ts';
import type { Tables } from './table.ts';
import { ownerAttributes } from './totalItem.ts';

export const LATE_REASON = 'logged after its day was sealed';

export type TransactItems = NonNullable<TransactWriteCommandInput['TransactItems']>;
export type TransactItem = TransactItems[number];

/** Why a transaction did not commit: the places of the items whose conditions failed, and what was found there. */
type Failure = Readonly<{ isConditional: boolean; failed: ReadonlySet<number>; found: readonly unknown[] }>;

/** Runs a transaction; `undefined` when it committed, else why it did not. Other errors are thrown. */
export async function transact({ client }: Tables, items: TransactItems): Promise<Failure | undefined> {
  try {
    await client.send(new TransactWriteCommand({ TransactItems: items }));
    return undefined;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = error.CancellationReasons ?? [];
    const codes = new Set(reasons.map((reason) => reason.Code ?? 'None'));
    codes.delete('None');
    const isConditional = codes.has('ConditionalCheckFailed');
    const failed = new Set(
      reasons.flatMap((reason, index) => (reason.Code === 'ConditionalCheckFailed' ? [index] : [])),
    );
    if (!isConditional && !codes.has('TransactionConflict')) throw error;
    const found = reasons.flatMap((reason) => (reason.Item === undefined ? [] : [unmarshall(reason.Item)]));
    return { isConditional, failed, found };
  }
}

export function putIfAbsent(tables: Tables, record: UsageRecord, posting: Posting): TransactItem {
  return {
    Put: {
      TableName: tables.recordsTable,
      Item: recordToItem(record, { now: posting.now, retentionDays: posting.recordRetentionDays }),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

/** Fails where the day, or its month, is sealed. A day too young for a seal needs no look at one. */
export function checkOpen({ totalsTable }: Tables, record: UsageRecord, posting: Posting): TransactItem[] {
  const day = countingDay(record);
  if (!mayBeSealed(day, posting.now)) return [];
  return periodsOfDay(day).map((period) => ({
    ConditionCheck: {
      TableName: totalsTable,
      Key: sealKey(period),
      ConditionExpression: 'attribute_not_exists(sealingAt)',
    },
  }));
}

export function linksOfLateRecord(tables: Tables, record: UsageRecord, posting: Posting): TransactItem[] {
  return record.countedOn === undefined
    ? []
    : putCorrection(tables, correctionOfLateRecord(record, LATE_REASON), posting);
}

/** A correction is found from the day it was posted on, and from the sealed day it is for. */
export function putCorrection(
  { totalsTable }: Tables,
  correction: Correction,
  posting: Posting,
): TransactItem[] {
  const ttl = ttlOfLine(correction.day, posting);
  return [
    {
      Put: {
        TableName: totalsTable,
        Item: { ...correctionToItem(correction), ttl },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    { Put: { TableName: totalsTable, Item: { ...correctedKey(correction), ttl } } },
  ];
}

export function putOverRevision(
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
export function putAudit(
  tables: Tables,
  { from, to, reason }: RecordRevision,
  posting: Posting,
): TransactItem {
  const replaced = recordToItem(from, { now: posting.now, retentionDays: posting.recordRetentionDays });
  return {
    Put: {
      TableName: tables.recordsTable,
      Item: { ...replaced, ...auditKey(from, from.rev), reason, replacedBy: to.rev },
    },
  };
}

/** Adds to a line; with `asFound` only if its `n` is still that (0 where there was no line). */
export function addToLine(
  { totalsTable }: Tables,
  change: LineChange,
  { posting, asFound }: Readonly<{ posting: Posting; asFound?: number | undefined }>,
): TransactItem {
  const amounts = { ...metricsAttributes(change.metrics), n: change.changes };
  const facts = { ...ownerAttributes(change.key), ttl: ttlOfLine(change.key.day, posting) };
  const values = Object.entries({ ...amounts, ...facts });
  const list = (names: object, join: string) =>
    Object.keys(names)
      .map((name) => `#${name}${join}:${name}`)
      .join(', ');
  return {
    Update: {
      TableName: totalsTable,
      Key: lineKey(change.key),
      UpdateExpression: `SET ${list(facts, ' = ')} ADD ${list(amounts, ' ')}`,
      ExpressionAttributeNames: Object.fromEntries(values.map(([name]) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(values.map(([name, value]) => [`:${name}`, value])),
        ...(asFound === undefined || asFound === 0 ? {} : { ':found': asFound }),
      },
      ...(asFound === undefined
        ? {}
        : { ConditionExpression: asFound === 0 ? 'attribute_not_exists(pk)' : '#n = :found' }),
    },
  };
}

function ttlOfLine(day: string, { lineRetentionDays }: Posting): number {
  return Date.parse(`${day}T00:00:00Z`) / 1000 + lineRetentionDays * 86_400;
}
