import { ARCHIVES_PARTITION, archiveKey } from '../archiveKeys.ts';
import type { ArchiveStore } from '../archiveStore.ts';
import type { World } from './world.ts';

export function memoryArchiveStore({ archives }: World): ArchiveStore {
  return {
    async all() {
      return archives.values(ARCHIVES_PARTITION);
    },
    async add(archive) {
      archives.put(archiveKey(archive), archive);
    },
  };
}
