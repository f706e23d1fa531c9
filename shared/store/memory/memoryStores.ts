import type { Stores } from '../stores.ts';
import { memoryAlertStore } from './memoryAlertStore.ts';
import { memoryDirectoryStore } from './memoryDirectoryStore.ts';
import { memoryProfileStore } from './memoryProfileStore.ts';
import { memoryQuarantineStore } from './memoryQuarantineStore.ts';
import { memoryRecordStore } from './memoryRecordStore.ts';
import { memorySealStore } from './memorySealStore.ts';
import { memoryTotalStore } from './memoryTotalStore.ts';
import { emptyWorld } from './world.ts';

/** The twins of all stores over one world: for tests and simulations that need no engine. */
export function memoryStores(world = emptyWorld()): Stores {
  return {
    records: memoryRecordStore(world),
    totals: memoryTotalStore(world),
    directory: memoryDirectoryStore(world),
    alerts: memoryAlertStore(world),
    quarantine: memoryQuarantineStore(world),
    profiles: memoryProfileStore(world),
    seals: memorySealStore(world),
  };
}
