import type { ItemKey } from '../keys.ts';

/** Values of one kind under the keys their items have in DynamoDB, read in the order DynamoDB reads them. */
export class MemoryTable<T> {
  readonly #partitions = new Map<string, Map<string, T>>();

  get({ pk, sk }: ItemKey): T | undefined {
    return this.#partitions.get(pk)?.get(sk);
  }

  put({ pk, sk }: ItemKey, value: T): void {
    const partition = this.#partitions.get(pk) ?? new Map<string, T>();
    this.#partitions.set(pk, partition.set(sk, value));
  }

  delete({ pk, sk }: ItemKey): void {
    this.#partitions.get(pk)?.delete(sk);
  }

  /** A partition's sort keys with their values, ascending. */
  entries(pk: string): [sk: string, value: T][] {
    return [...(this.#partitions.get(pk) ?? [])].sort(([a], [b]) => compareUtf8(a, b));
  }

  values(pk: string): T[] {
    return this.entries(pk).map(([, value]) => value);
  }
}

/** Sort keys are ordered by their bytes in UTF-8, which is not the order of UTF-16 texts. */
function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
