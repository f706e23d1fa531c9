import { type AlertStore, dynamoAlertStore } from './alertStore.ts';
import { type DirectoryStore, dynamoDirectoryStore } from './directoryStore.ts';
import { dynamoProfileStore, type ProfileStore } from './profileStore.ts';
import { dynamoQuarantineStore, type QuarantineStore } from './quarantineStore.ts';
import { dynamoRecordStore, type RecordStore } from './recordStore.ts';
import { dynamoSealStore, type SealStore } from './sealStore.ts';
import type { Tables } from './table.ts';
import { dynamoTotalStore, type TotalStore } from './totalStore.ts';

/** Everything that Tollbook keeps. Each store has a twin in memory that the same contract tests hold for. */
export type Stores = Readonly<{
  records: RecordStore;
  totals: TotalStore;
  directory: DirectoryStore;
  alerts: AlertStore;
  quarantine: QuarantineStore;
  profiles: ProfileStore;
  seals: SealStore;
}>;

export function dynamoStores(tables: Tables): Stores {
  return {
    records: dynamoRecordStore(tables),
    totals: dynamoTotalStore(tables),
    directory: dynamoDirectoryStore(tables),
    alerts: dynamoAlertStore(tables),
    quarantine: dynamoQuarantineStore(tables),
    profiles: dynamoProfileStore(tables),
    seals: dynamoSealStore(tables),
  };
}
