import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { definedOnly } from '../domain/definedOnly.ts';
import { gatewayPolicy } from '../domain/policy/gatewayPolicy.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { encodePolicy, policySchema } from '../domain/policy/policySchema.ts';
import { CURRENT_POLICY_KEY, POLICY_PARTITION, policyVersionBounds, policyVersionKey } from './budgetKeys.ts';
import { storedCount } from './metricsItem.ts';
import { findLast, getAll, type Item, queryBetween, StoreError, type TotalsTable } from './table.ts';

/** Who applied a version of the policy, when (ISO 8601) and why; `digest` is a SHA-256 of its rules in hex. */
export type PolicyNote = Readonly<{
  number: number;
  /** The earlier version whose requests are decided alike: only who hears of what changed since. */
  decidesAs?: number;
  by: string;
  at: string;
  why?: string;
  digest: string;
}>;

/** A version as it was applied. */
export type PolicyVersion = PolicyNote & Readonly<{ policy: Policy; text: string }>;

/** A policy that is to be in force. */
export type PolicyChange = Readonly<{
  policy: Policy;
  /** What somebody wrote and applied, for people: rules are read from `policy`. */
  text: string;
  by: string;
  why?: string;
  at: Date;
  /** The version that it was made to replace; 0 for the first. */
  replaces: number;
}>;

export type ApplyOutcome =
  | Readonly<{ kind: 'applied'; number: number }>
  /** These very rules are in force already; nothing was written. */
  | Readonly<{ kind: 'unchanged'; number: number }>
  /** Somebody else was faster: look at their version first. Nothing was written. */
  | Readonly<{ kind: 'conflict'; current: number }>
  /** The store keeps no item as large as this. */
  | Readonly<{ kind: 'tooLarge'; bytes: number; maxBytes: number }>;

/** Versions of the one policy. None is ever changed: what was applied stays to be read. */
export interface PolicyStore {
  /** The version in force; `undefined` before the first. */
  current(): Promise<PolicyVersion | undefined>;
  /** Its number alone, 0 before the first: one small read. */
  currentNumber(): Promise<number>;
  find(number: number): Promise<PolicyVersion | undefined>;
  apply(change: PolicyChange): Promise<ApplyOutcome>;
  /** All versions, the first one first, without their rules. */
  versions(): Promise<PolicyNote[]>;
}

/** DynamoDB takes items of 400 KB; the rest of the item needs little. */
export const MAX_POLICY_BYTES = 380_000;

const text = z.string();
const noteItem = z
  .object({
    number: storedCount,
    decidesAs: storedCount.optional(),
    by: text,
    at: text,
    why: text.optional(),
    digest: text,
  })
  .transform((note): PolicyNote => definedOnly(note));
const bodyItem = z.object({ body: z.instanceof(Uint8Array) });
const body = z.object({ policy: policySchema, text });
const currentItem = z.object({ number: storedCount });

export function dynamoPolicyStore({ client, totalsTable }: TotalsTable): PolicyStore {
  const find = async (number: number) => {
    const [item] = await getAll(client, totalsTable, [policyVersionKey(number)]);
    return item === undefined ? undefined : itemToVersion(item);
  };
  const currentNumber = async () => {
    const [item] = await getAll(client, totalsTable, [CURRENT_POLICY_KEY]);
    return item === undefined ? 0 : currentItem.parse(item).number;
  };
  let known: PolicyVersion | undefined;
  const current = async () => {
    const item = await findLast(client, totalsTable, POLICY_PARTITION, policyVersionBounds());
    if (item === undefined) return undefined;
    // A version never changes: what was taken apart once is given again as the very same object.
    if (known?.digest !== item.digest || known?.number !== noteItem.parse(item).number)
      known = itemToVersion(item);
    return known;
  };
  return {
    find,
    current,
    currentNumber,
    async apply(change) {
      const packed = packBody(change);
      if (packed.length > MAX_POLICY_BYTES) return tooLarge(packed);
      const digest = digestOfPolicy(change.policy);
      const before = await current();
      const early = outcomeBefore(before, change, digest);
      if (early !== undefined) return early;
      const number = change.replaces + 1;
      const note = { number, ...noteOf(change, digest, before) };
      try {
        await client.send(
          new TransactWriteCommand({ TransactItems: writesOf({ note, packed, totalsTable }) }),
        );
        return { kind: 'applied', number };
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        return { kind: 'conflict', current: await currentNumber() };
      }
    },
    async versions() {
      const items = queryBetween(client, totalsTable, POLICY_PARTITION, policyVersionBounds());
      return Array.fromAsync(items, (item) => noteItem.parse(item));
    },
  };
}

/** What is known before anything is written: that nothing has to be, or that it must not. */
export function outcomeBefore(
  current: PolicyNote | undefined,
  { replaces }: PolicyChange,
  digest: string,
): ApplyOutcome | undefined {
  const number = current?.number ?? 0;
  if (current?.digest === digest) return { kind: 'unchanged', number };
  return number === replaces ? undefined : { kind: 'conflict', current: number };
}

export function noteOf(
  { policy, by, why, at }: PolicyChange,
  digest: string,
  before: PolicyVersion | undefined,
): Omit<PolicyNote, 'number'> {
  return { ...definedOnly({ decidesAs: decidesAs(policy, before), why }), by, at: at.toISOString(), digest };
}

function decidesAs(policy: Policy, before: PolicyVersion | undefined): number | undefined {
  if (before === undefined) return undefined;
  const digests = [policy, before.policy].map((each) => digestOfPolicy(gatewayPolicy(each)));
  return digests[0] === digests[1] ? (before.decidesAs ?? before.number) : undefined;
}

/** The same for the same rules, however the file was laid out. */
export function digestOfPolicy(policy: Policy): string {
  return createHash('sha256')
    .update(JSON.stringify(encodePolicy(policySchema.parse(encodePolicy(policy)))))
    .digest('hex');
}

/** Rules and text as they are stored, compressed: a large company's are some hundred kilobytes. */
export function packBody({ policy, text: written }: Pick<PolicyChange, 'policy' | 'text'>): Uint8Array {
  return gzipSync(JSON.stringify({ policy: encodePolicy(policy), text: written }));
}

export function tooLarge(packed: Uint8Array): ApplyOutcome {
  return { kind: 'tooLarge', bytes: packed.length, maxBytes: MAX_POLICY_BYTES };
}

type Writing = Readonly<{ note: PolicyNote; packed: Uint8Array; totalsTable: string }>;

/** The next version where none is, and the mark of what is in force moved to it if nobody moved it. */
function writesOf({ note, packed, totalsTable }: Writing) {
  const { number } = note;
  return [
    {
      Put: {
        TableName: totalsTable,
        Item: { ...policyVersionKey(number), ...note, body: packed },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    {
      Put: {
        TableName: totalsTable,
        Item: { ...CURRENT_POLICY_KEY, number },
        ConditionExpression: number === 1 ? 'attribute_not_exists(pk)' : '#number = :before',
        ...(number === 1
          ? {}
          : {
              ExpressionAttributeNames: { '#number': 'number' },
              ExpressionAttributeValues: { ':before': number - 1 },
            }),
      },
    },
  ];
}

function itemToVersion(item: Item): PolicyVersion {
  const packed = bodyItem.parse(item).body;
  const read = body.safeParse(JSON.parse(gunzipSync(packed).toString()));
  if (!read.success) throw new StoreError('unexpected_item', `version ${String(item.sk)} cannot be read`);
  return { ...noteItem.parse(item), ...read.data };
}

function isConditionFailure(error: unknown): boolean {
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(
      ({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict',
    )
  );
}
