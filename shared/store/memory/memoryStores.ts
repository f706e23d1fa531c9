import type { Stores } from '../stores.ts';
import { memoryAlertStore } from './memoryAlertStore.ts';
import { memoryArchiveStore } from './memoryArchiveStore.ts';
import { memoryBurstStore } from './memoryBurstStore.ts';
import { memoryDeliveryStore } from './memoryDeliveryStore.ts';
import { memoryDirectoryStore } from './memoryDirectoryStore.ts';
import { memoryIncreaseStore } from './memoryIncreaseStore.ts';
import { memoryLeaseStore } from './memoryLeaseStore.ts';
import { memoryLogSenderStore } from './memoryLogSenderStore.ts';
import { memoryOpenAlertStore } from './memoryOpenAlertStore.ts';
import { memoryPolicyStore } from './memoryPolicyStore.ts';
import { memoryProfileStore } from './memoryProfileStore.ts';
import { memoryQuarantineStore } from './memoryQuarantineStore.ts';
import { memoryReadingStore } from './memoryReadingStore.ts';
import { memoryRecordStore } from './memoryRecordStore.ts';
import { memorySealStore } from './memorySealStore.ts';
import { memoryStandingStore } from './memoryStandingStore.ts';
import { memoryTotalStore } from './memoryTotalStore.ts';
import { emptyWorld } from './world.ts';

/** The twins of all stores over one world: for tests and simulations that need no engine. */
export function memoryStores(world = emptyWorld()): Stores {
  return {
    records: memoryRecordStore(world),
    totals: memoryTotalStore(world),
    directory: memoryDirectoryStore(world),
    alerts: memoryAlertStore(world),
    deliveries: memoryDeliveryStore(world),
    openAlerts: memoryOpenAlertStore(world),
    readings: memoryReadingStore(world),
    logSenders: memoryLogSenderStore(world),
    quarantine: memoryQuarantineStore(world),
    profiles: memoryProfileStore(world),
    seals: memorySealStore(world),
    archives: memoryArchiveStore(world),
    leases: memoryLeaseStore(world),
    bursts: memoryBurstStore(world),
    policies: memoryPolicyStore(world),
    standings: memoryStandingStore(world),
    increases: memoryIncreaseStore(world),
  };
}
