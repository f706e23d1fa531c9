import { type AlertStore, dynamoAlertStore } from './alertStore.ts';
import { type ArchiveStore, dynamoArchiveStore } from './archiveStore.ts';
import { type BurstStore, dynamoBurstStore } from './burstStore.ts';
import { type DeliveryStore, dynamoDeliveryStore } from './deliveryStore.ts';
import { type DirectoryStore, dynamoDirectoryStore } from './directoryStore.ts';
import { dynamoIncreaseStore, type IncreaseStore } from './increaseStore.ts';
import { dynamoLeaseStore, type LeaseStore } from './leaseStore.ts';
import { dynamoLogSenderStore, type LogSenderStore } from './logSenderStore.ts';
import { dynamoOpenAlertStore, type OpenAlertStore } from './openAlertStore.ts';
import { dynamoPolicyStore, type PolicyStore } from './policyStore.ts';
import { dynamoProfileStore, type ProfileStore } from './profileStore.ts';
import { dynamoQuarantineStore, type QuarantineStore } from './quarantineStore.ts';
import { dynamoReadingStore, type ReadingStore } from './readingStore.ts';
import { dynamoRecordStore, type RecordStore } from './recordStore.ts';
import { dynamoSealStore, type SealStore } from './sealStore.ts';
import { dynamoStandingStore, type StandingStore } from './standingStore.ts';
import type { Tables } from './table.ts';
import { dynamoTotalStore, type TotalStore } from './totalStore.ts';

/** Everything that Tollbook keeps. Each store has a twin in memory that the same contract tests hold for. */
export type Stores = Readonly<{
  records: RecordStore;
  totals: TotalStore;
  directory: DirectoryStore;
  alerts: AlertStore;
  deliveries: DeliveryStore;
  openAlerts: OpenAlertStore;
  readings: ReadingStore;
  logSenders: LogSenderStore;
  quarantine: QuarantineStore;
  profiles: ProfileStore;
  seals: SealStore;
  archives: ArchiveStore;
  leases: LeaseStore;
  bursts: BurstStore;
  policies: PolicyStore;
  standings: StandingStore;
  increases: IncreaseStore;
}>;

export function dynamoStores(tables: Tables): Stores {
  return {
    records: dynamoRecordStore(tables),
    totals: dynamoTotalStore(tables),
    directory: dynamoDirectoryStore(tables),
    alerts: dynamoAlertStore(tables),
    deliveries: dynamoDeliveryStore(tables),
    openAlerts: dynamoOpenAlertStore(tables),
    readings: dynamoReadingStore(tables),
    logSenders: dynamoLogSenderStore(tables),
    quarantine: dynamoQuarantineStore(tables),
    profiles: dynamoProfileStore(tables),
    seals: dynamoSealStore(tables),
    archives: dynamoArchiveStore(tables),
    leases: dynamoLeaseStore(tables),
    bursts: dynamoBurstStore(tables),
    policies: dynamoPolicyStore(tables),
    standings: dynamoStandingStore(tables),
    increases: dynamoIncreaseStore(tables),
  };
}
