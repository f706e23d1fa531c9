import { accountOf, type DirectoryStore } from '../directoryStore.ts';
import { directoryKey, directoryPartition } from '../keys.ts';
import { RECORD_SHARDS } from '../recordShard.ts';
import type { World } from './world.ts';

/** Remembers no earlier read, so an entry is found as soon as it is put. */
export function memoryDirectoryStore({ users }: World): DirectoryStore {
  return {
    async findUsers(wanted) {
      const entries = wanted.flatMap((user) => users.get(directoryKey(user)) ?? []);
      return new Map(entries.map((entry) => [entry.user, entry]));
    },
    async putUser(known) {
      users.put(directoryKey(known.user), known);
    },
    async finishMove(moved) {
      const key = directoryKey(moved.user);
      const known = users.get(key);
      if (known === undefined || accountOf(known) !== accountOf(moved)) return;
      users.put(key, { user: known.user, placements: known.placements });
    },
    async *allUsers() {
      for (let shard = 0; shard < RECORD_SHARDS; shard += 1) yield* users.values(directoryPartition(shard));
    },
  };
}
