import type { Item } from './attributes.ts';
import { compileCondition, partitionOf } from './condition.ts';
import { refuseUnused } from './expression.ts';
import { conditionFailure, TwinFailure, TwinGap, validationFailure } from './failures.ts';
import { type ChooseVersion, type Key, newest, readKey, type Stored, TwinTable } from './table.ts';
import { type TransactInput, TransactionTokens } from './transaction.ts';
import { bindingsOf, compileWrite, refuseUnknown, type WriteInput, type WriteKind } from './write.ts';

/** One committed change of one item. */
export type Change = Readonly<{
  table: string;
  key: Key;
  before: Stored | undefined;
  after: Stored | undefined;
}>;

export type TwinOptions = Readonly<{
  tables: readonly string[];
  nowMs: () => number;
  /** Which version a read that does not ask for consistency sees; by default the newest. */
  chooseStale?: ChooseVersion;
  /** Whether a batch leaves this part of it undone, to be asked for again. */
  leavesUndone?: () => boolean;
  /** Largest page of a query; less than DynamoDB's own makes small ledgers page too. */
  pageBytes?: number;
  onChange?: (change: Change) => void;
}>;

type QueryInput = WriteInput &
  Readonly<{
    KeyConditionExpression?: string;
    ConsistentRead?: boolean;
    ScanIndexForward?: boolean;
    Limit?: number;
    ExclusiveStartKey?: Item;
  }>;
type GetInput = Readonly<{ TableName?: string; Key?: Item; ConsistentRead?: boolean }>;
type BatchGetInput = Readonly<{
  RequestItems?: Readonly<Record<string, Readonly<{ Keys?: readonly Item[]; ConsistentRead?: boolean }>>>;
}>;
type BatchWrite = Readonly<{ PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } }>;
type BatchWriteInput = Readonly<{ RequestItems?: Readonly<Record<string, readonly BatchWrite[]>> }>;

const MAX_PAGE_BYTES = 1024 * 1024;
const MAX_BATCH_GET = 100;
const MAX_BATCH_WRITE = 25;

const GET_INPUT = new Set(['TableName', 'Key', 'ConsistentRead']);
const BATCH_INPUT = new Set(['RequestItems']);
const BATCH_GET_TABLE = new Set(['Keys', 'ConsistentRead']);
const QUERY_INPUT = new Set([
  'TableName',
  'KeyConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ConsistentRead',
  'ScanIndexForward',
  'Limit',
  'ExclusiveStartKey',
]);

/**
 * A DynamoDB in memory that knows exactly what Tollbook asks of one, by the names and shapes of the
 * protocol. Whatever else it is asked it throws `TwinGap`, so it never answers by guessing. Each operation is done
 * at one instant: what happens between two of them is up to who calls.
 */
export class DynamoTwin {
  readonly #tables: ReadonlyMap<string, TwinTable>;
  readonly #options: TwinOptions;
  readonly #tokens: TransactionTokens;

  constructor(options: TwinOptions) {
    this.#tables = new Map(options.tables.map((name) => [name, new TwinTable(name, options.nowMs)]));
    this.#options = options;
    this.#tokens = new TransactionTokens(options.nowMs);
  }

  table(name: string): TwinTable {
    const table = this.#tables.get(name);
    if (table === undefined)
      throw new TwinFailure('ResourceNotFoundException', 'Requested resource not found');
    return table;
  }

  /** Answers one request: JSON in, JSON out. Errors of the protocol are thrown as `TwinFailure`. */
  execute(operation: string, body: string): string {
    switch (operation) {
      case 'PutItem':
        return this.#writeOne('Put', JSON.parse(body));
      case 'UpdateItem':
        return this.#writeOne('Update', JSON.parse(body));
      case 'DeleteItem':
        return this.#writeOne('Delete', JSON.parse(body));
      case 'GetItem':
        return this.#get(JSON.parse(body));
      case 'BatchGetItem':
        return this.#batchGet(JSON.parse(body));
      case 'BatchWriteItem':
        return this.#batchWrite(JSON.parse(body));
      case 'Query':
        return this.#query(JSON.parse(body));
      case 'TransactWriteItems':
        return this.#transact(JSON.parse(body));
      default:
        throw new TwinGap(`the twin does not know ${operation}`);
    }
  }

  /** Deletes items as TTL would: those that expired by now, if `isDue` lets them go. Gives their number. */
  expire(tableName: string, isDue: (key: Key) => boolean): number {
    const seconds = this.#options.nowMs() / 1000;
    let expired = 0;
    for (const [key, stored] of this.table(tableName).all()) {
      if (stored.ttlSeconds === undefined || stored.ttlSeconds > seconds || !isDue(key)) continue;
      this.#commit(tableName, key, undefined);
      expired += 1;
    }
    return expired;
  }

  #commit(tableName: string, key: Key, after: Stored | undefined): void {
    const table = this.table(tableName);
    const before = table.get(key);
    if (before === undefined && after === undefined) return;
    table.set(key, after);
    this.#options.onChange?.({ table: tableName, key, before, after });
  }

  #writeOne(kind: WriteKind, input: WriteInput): string {
    const write = compileWrite(kind, input);
    const before = this.table(write.tableName).get(write.key);
    if (!write.isAllowed(before)) throw conditionFailure(write.returnsOld ? before?.item : undefined);
    this.#commit(write.tableName, write.key, write.after(before));
    return '{}';
  }

  #transact(input: TransactInput): string {
    const commits = this.#tokens.run(input, (tableName, key) => this.table(tableName).get(key));
    for (const { tableName, key, after } of commits) this.#commit(tableName, key, after);
    return '{}';
  }

  #chooser(isConsistent: boolean | undefined): ChooseVersion {
    return isConsistent === true ? newest : (this.#options.chooseStale ?? newest);
  }

  #get(input: GetInput): string {
    refuseUnknown(input, GET_INPUT);
    const key = readKey(input.Key ?? {});
    const stored = this.table(input.TableName ?? '').get(key, this.#chooser(input.ConsistentRead));
    return stored === undefined ? '{}' : `{"Item":${stored.text}}`;
  }

  #batchGet(input: BatchGetInput): string {
    refuseUnknown(input, BATCH_INPUT);
    const requests = Object.entries(input.RequestItems ?? {});
    const count = requests.reduce((sum, [, { Keys }]) => sum + (Keys?.length ?? 0), 0);
    if (count === 0 || count > MAX_BATCH_GET)
      throw validationFailure(`a batch of ${count} keys is not allowed`);
    const responses: string[] = [];
    const undone: Record<string, object> = {};
    for (const [tableName, request] of requests) {
      refuseUnknown(request, BATCH_GET_TABLE);
      const keys = distinctKeys((request.Keys ?? []).map(readKey));
      const [read, left] = this.#splitBatch(keys);
      const choose = this.#chooser(request.ConsistentRead);
      const found = read.flatMap((key) => this.table(tableName).get(key, choose)?.text ?? []);
      responses.push(`${JSON.stringify(tableName)}:[${found.join(',')}]`);
      if (left.length > 0)
        undone[tableName] = {
          ...request,
          Keys: left.map(({ pk, sk }) => ({ pk: { S: pk }, sk: { S: sk } })),
        };
    }
    return `{"Responses":{${responses.join(',')}},"UnprocessedKeys":${JSON.stringify(undone)}}`;
  }

  #batchWrite(input: BatchWriteInput): string {
    refuseUnknown(input, BATCH_INPUT);
    const requests = Object.entries(input.RequestItems ?? {});
    const count = requests.reduce((sum, [, writes]) => sum + writes.length, 0);
    if (count === 0 || count > MAX_BATCH_WRITE)
      throw validationFailure(`a batch of ${count} writes is not allowed`);
    const undone: Record<string, readonly BatchWrite[]> = {};
    for (const [tableName, writes] of requests) {
      distinctKeys(
        writes.map(({ PutRequest, DeleteRequest }) => readKey(PutRequest?.Item ?? DeleteRequest?.Key ?? {})),
      );
      const [done, left] = this.#splitBatch(writes);
      for (const { PutRequest, DeleteRequest } of done) {
        const write =
          PutRequest === undefined
            ? compileWrite('Delete', { TableName: tableName, Key: DeleteRequest?.Key ?? {} })
            : compileWrite('Put', { TableName: tableName, Item: PutRequest.Item });
        this.#commit(tableName, write.key, write.after(undefined));
      }
      if (left.length > 0) undone[tableName] = left;
    }
    return JSON.stringify({ UnprocessedItems: undone });
  }

  #splitBatch<Part>(parts: readonly Part[]): [done: Part[], left: Part[]] {
    const left = parts.filter(() => this.#options.leavesUndone?.() === true);
    return [parts.filter((part) => !left.includes(part)), left];
  }

  #query(input: QueryInput): string {
    refuseUnknown(input, QUERY_INPUT);
    const bindings = bindingsOf(input);
    const expression = input.KeyConditionExpression ?? '';
    const condition = compileCondition(expression);
    refuseUnused(bindings, [condition]);
    const pk = partitionOf(expression, bindings);
    const after = input.ExclusiveStartKey === undefined ? undefined : readKey(input.ExclusiveStartKey).sk;
    const page = { texts: [] as string[], bytes: 0, last: '' };
    const maxBytes = this.#options.pageBytes ?? MAX_PAGE_BYTES;
    const isForward = input.ScanIndexForward !== false;
    const choose = this.#chooser(input.ConsistentRead);
    for (const [sk, stored] of this.table(input.TableName ?? '').items(pk, { isForward, choose, after })) {
      if (!condition.test({ pk: { S: pk }, sk: { S: sk } }, bindings)) continue;
      page.texts.push(stored.text);
      page.bytes += stored.bytes;
      page.last = sk;
      if (page.texts.length === input.Limit || page.bytes > maxBytes) {
        const more = `,"LastEvaluatedKey":${JSON.stringify({ pk: { S: pk }, sk: { S: page.last } })}`;
        return `{"Items":[${page.texts.join(',')}],"Count":${page.texts.length}${more}}`;
      }
    }
    return `{"Items":[${page.texts.join(',')}],"Count":${page.texts.length}}`;
  }
}

function distinctKeys(keys: readonly Key[]): readonly Key[] {
  const distinct = new Set(keys.map(({ pk, sk }) => `${pk} ${sk}`));
  if (distinct.size < keys.length) throw validationFailure('Provided list of item keys contains duplicates');
  return keys;
}
