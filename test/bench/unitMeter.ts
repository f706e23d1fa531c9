import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { z } from 'zod';
import type { ItemKey } from '../../shared/store/keys.ts';
import { ITEM_KINDS, type ItemKind, itemKind } from './itemKind.ts';
import { itemSizeBytes, type WireItem } from './itemSize.ts';
import { type ItemWrite, itemAfter, itemWrites } from './itemWrites.ts';

/** Units billed: writes by what was written, reads in all. */
export type Units = Readonly<{ writes: Readonly<Record<ItemKind, number>>; reads: number }>;

const WRITE_UNIT_BYTES = 1_024;
const READ_UNIT_BYTES = 4_096;

/** At this step a command is in the words of the wire already, and its answer is not any more. */
const readItem = z.record(z.string(), z.unknown()).transform((item): WireItem => marshall(item));
const queryOutput = z.object({ Items: z.array(readItem) });
const batchGetInput = z.object({
  RequestItems: z.record(z.string(), z.object({ Keys: z.array(z.unknown()) })),
});
const batchGetOutput = z.object({ Responses: z.record(z.string(), z.array(readItem)) });

/**
 * Counts the units that AWS would bill for everything a client sends, by the documented rules. It keeps
 * every item as the writes leave it, because a write is billed by the larger of the old and the new item;
 * what the table gives back is compared with that, so a wrong count cannot go unnoticed.
 */
export class UnitMeter {
  readonly #items = new Map<string, { kind: ItemKind; item: WireItem }>();
  readonly #onWritten: (table: string, key: ItemKey) => void;
  #writes = Object.fromEntries(ITEM_KINDS.map((kind) => [kind, 0])) as Record<ItemKind, number>;
  #reads = 0;

  /** `onWritten` hears of each item that was written, as the table's stream would. */
  constructor(client: DynamoDBDocumentClient, onWritten: (table: string, key: ItemKey) => void) {
    this.#onWritten = onWritten;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const writes = itemWrites(context.commandName ?? '', args.input);
        try {
          const result = await next(args);
          this.#bill(writes);
          for (const write of writes) this.#apply(write);
          if (writes.length === 0) this.#reads += this.#readUnits(args.input, result.output);
          return result;
        } catch (error) {
          if (isRefusal(error)) this.#bill(writes);
          throw error;
        }
      },
      { step: 'build', name: 'benchUnits' },
    );
  }

  /** What was billed so far. */
  get units(): Units {
    return { writes: { ...this.#writes }, reads: this.#reads };
  }

  /** The sizes of all items of a kind as they now are. */
  sizesBytes(kind: ItemKind): number[] {
    return [...this.#items.values()]
      .filter((entry) => entry.kind === kind)
      .map(({ item }) => itemSizeBytes(item));
  }

  /** A write that its condition refused is billed as if it had been done. */
  #bill(writes: readonly ItemWrite[]): void {
    for (const write of writes) {
      const before = this.#items.get(idOf(write))?.item;
      const sizes = [before, itemAfter(write, before)].map((item) => (item ? itemSizeBytes(item) : 0));
      const units = writeUnits(Math.max(...sizes)) * (write.isTransactional ? 2 : 1);
      this.#writes[itemKind(write.table, keyOf(write))] += units;
    }
  }

  #apply(write: ItemWrite): void {
    const id = idOf(write);
    const item = itemAfter(write, this.#items.get(id)?.item);
    const key = keyOf(write);
    if (item === undefined) this.#items.delete(id);
    else this.#items.set(id, { kind: itemKind(write.table, key), item });
    this.#onWritten(write.table, key);
  }

  /** Reads are consistent: a unit for 4 KB, of a query's items together and of a batch's one by one. */
  #readUnits(input: unknown, output: unknown): number {
    const got = batchGetInput.safeParse(input);
    if (!got.success) return readUnits(this.#checkedSize(queryOutput.parse(output).Items));
    const keys = Object.values(got.data.RequestItems).flatMap(({ Keys }) => Keys);
    const items = Object.values(batchGetOutput.parse(output).Responses).flat();
    const missing = keys.length - items.length;
    return items.reduce((sum, item) => sum + readUnits(this.#checkedSize([item])), missing);
  }

  #checkedSize(items: readonly WireItem[]): number {
    let size = 0;
    for (const item of items) {
      const id = `${item.pk?.S} ${item.sk?.S}`;
      const known = this.#items.get(id);
      if (known !== undefined && itemSizeBytes(known.item) !== itemSizeBytes(item)) {
        throw new Error(`The meter lost track of ${id}.`);
      }
      size += itemSizeBytes(item);
    }
    return size;
  }
}

/** Units of a plain write; a transaction takes twice as many. */
export function writeUnits(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / WRITE_UNIT_BYTES));
}

/** Units of a consistent read. */
export function readUnits(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / READ_UNIT_BYTES));
}

function isRefusal(error: unknown): boolean {
  return error instanceof ConditionalCheckFailedException || error instanceof TransactionCanceledException;
}

function keyOf(write: ItemWrite): ItemKey {
  const { pk, sk } = write.kind === 'put' ? write.item : write.key;
  return { pk: pk?.S ?? '', sk: sk?.S ?? '' };
}

/** The two tables have no partition key in common. */
function idOf(write: ItemWrite): string {
  const { pk, sk } = keyOf(write);
  return `${pk} ${sk}`;
}
