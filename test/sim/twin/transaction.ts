import {
  type CancellationReason,
  cancelledTransaction,
  TwinFailure,
  TwinGap,
  validationFailure,
} from './failures.ts';
import type { Key, Stored } from './table.ts';
import {
  compileWrite,
  refuseUnknown,
  WRITE_KINDS,
  type Write,
  type WriteInput,
  type WriteKind,
} from './write.ts';

type Action = Readonly<Partial<Record<WriteKind, WriteInput>>>;

export type TransactInput = Readonly<{ TransactItems?: readonly Action[]; ClientRequestToken?: string }>;

/** What a transaction that may commit is about to write. */
export type Commit = Readonly<{ tableName: string; key: Key; after: Stored | undefined }>;

const MAX_ACTIONS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
const TOKEN_LIFE_MS = 600_000;
const INPUT = new Set(['TransactItems', 'ClientRequestToken']);
const KINDS: ReadonlySet<string> = new Set(WRITE_KINDS);
const NO_REASON: CancellationReason = { Code: 'None' };

/**
 * Transactions, with the ten minutes in which a request that is repeated under the same token is answered as
 * before and changes nothing.
 */
export class TransactionTokens {
  readonly #nowMs: () => number;
  readonly #known = new Map<string, Readonly<{ atMs: number; items: string }>>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** What to write; nothing when the token was used for the same. Throws the cancellation, if there is one. */
  run(input: TransactInput, find: (tableName: string, key: Key) => Stored | undefined): Commit[] {
    refuseUnknown(input, INPUT);
    const token = input.ClientRequestToken;
    const items = JSON.stringify(input.TransactItems);
    this.#forget();
    const known = token === undefined ? undefined : this.#known.get(token);
    if (known !== undefined) {
      if (known.items === items) return [];
      throw new TwinFailure('IdempotentParameterMismatchException', 'The token was used for another request');
    }
    const commits = tryAll(compileActions(input.TransactItems ?? []), find);
    if (token !== undefined) this.#known.set(token, { atMs: this.#nowMs(), items });
    return commits;
  }

  /** Tokens lie in the order of their use, so the old ones are the first. */
  #forget(): void {
    for (const [token, { atMs }] of this.#known) {
      if (atMs > this.#nowMs() - TOKEN_LIFE_MS) return;
      this.#known.delete(token);
    }
  }
}

function compileActions(actions: readonly Action[]): Write[] {
  if (actions.length === 0 || actions.length > MAX_ACTIONS) {
    throw validationFailure(`a transaction of ${actions.length} actions is not allowed`);
  }
  const writes = actions.map((action) => {
    refuseUnknown(action, KINDS);
    const kinds = WRITE_KINDS.filter((kind) => action[kind] !== undefined);
    const [kind] = kinds;
    const input = kind === undefined ? undefined : action[kind];
    if (kind === undefined || input === undefined || kinds.length > 1)
      throw new TwinGap('an action is one write');
    return compileWrite(kind, input);
  });
  const keys = new Set(writes.map(({ tableName, key: { pk, sk } }) => `${tableName} ${pk} ${sk}`));
  if (keys.size < writes.length) {
    throw validationFailure('Transaction request cannot include multiple operations on one item');
  }
  return writes;
}

function tryAll(
  writes: readonly Write[],
  find: (tableName: string, key: Key) => Stored | undefined,
): Commit[] {
  const commits: Commit[] = [];
  const reasons: CancellationReason[] = [];
  let bytes = 0;
  for (const write of writes) {
    const { tableName, key } = write;
    const before = find(tableName, key);
    const outcome = tryOne(write, before);
    reasons.push(outcome.reason);
    commits.push({ tableName, key, after: outcome.after });
    bytes += outcome.after?.bytes ?? 0;
  }
  if (reasons.some(({ Code }) => Code !== 'None')) throw cancelledTransaction(reasons);
  if (bytes > MAX_BYTES) {
    throw validationFailure('Transaction size has exceeded the maximum allowed size');
  }
  return commits;
}

/** A write that its condition or its item forbids cancels the transaction and is named as the reason. */
function tryOne(
  write: Write,
  before: Stored | undefined,
): Readonly<{ reason: CancellationReason; after?: Stored | undefined }> {
  if (!write.isAllowed(before)) {
    const Message = 'The conditional request failed';
    const old = write.returnsOld && before !== undefined ? { Item: before.item } : {};
    return { reason: { Code: 'ConditionalCheckFailed', Message, ...old } };
  }
  try {
    return { reason: NO_REASON, after: write.after(before) };
  } catch (error) {
    if (!(error instanceof TwinFailure)) throw error;
    return { reason: { Code: 'ValidationError', Message: error.message } };
  }
}
