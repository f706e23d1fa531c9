import type { Alert } from '../../domain/alerts/alert.ts';
import type { Delivery, Snooze } from '../../domain/alerts/delivery.ts';
import type { Archive } from '../../domain/archive.ts';
import type { Correction } from '../../domain/correction.ts';
import type { DailyLine } from '../../domain/dailyLine.ts';
import type { DirectoryUser } from '../../domain/placement.ts';
import type { IncreaseStep } from '../../domain/policy/increase.ts';
import type { Ranking } from '../../domain/ranking.ts';
import type { Seal } from '../../domain/seal.ts';
import type { Total } from '../../domain/total.ts';
import type { UsageRecord } from '../../domain/usageRecord.ts';
import type { FoundBurst } from '../burstStore.ts';
import type { IncreasesOfPlace } from '../increaseStore.ts';
import type { ItemKey } from '../keys.ts';
import type { FoundLeases } from '../leaseStore.ts';
import type { FoundLogSender } from '../logSenderStore.ts';
import type { PolicyVersion } from '../policyStore.ts';
import type { KeptProfile } from '../profileStore.ts';
import type { QuarantinedLine } from '../quarantineStore.ts';
import type { FoundReadings } from '../readingStore.ts';
import type { RecordRevision } from '../recordStore.ts';
import type { KeptStanding } from '../standingStore.ts';
import { MemoryTable } from './memoryTable.ts';

/** An alert that is not yet published, and when a worker last set out to publish it. */
export type OutboxEntry = Readonly<{ alert: Alert; claimedAtMs?: number }>;

/** A delivery, and when a worker last set out to make it. */
export type KeptDelivery = Readonly<{ delivery: Delivery; claimedAtMs?: number }>;

/** Everything the twins keep. They share one world, as the DynamoDB stores share their tables. */
export type World = Readonly<{
  records: MemoryTable<UsageRecord>;
  audits: MemoryTable<RecordRevision>;
  lines: MemoryTable<DailyLine>;
  totals: MemoryTable<Total>;
  rankings: MemoryTable<Ranking>;
  indexRows: MemoryTable<ItemKey>;
  users: MemoryTable<DirectoryUser>;
  alerts: MemoryTable<Alert>;
  outbox: MemoryTable<OutboxEntry>;
  openAlerts: MemoryTable<Alert>;
  untold: MemoryTable<Alert>;
  deliveries: MemoryTable<KeptDelivery>;
  waiting: MemoryTable<Delivery>;
  slots: MemoryTable<ReadonlySet<string>>;
  threads: MemoryTable<string>;
  snoozes: MemoryTable<Snooze>;
  readings: MemoryTable<FoundReadings>;
  logSenders: MemoryTable<FoundLogSender>;
  quarantine: MemoryTable<QuarantinedLine>;
  profiles: MemoryTable<KeptProfile>;
  seals: MemoryTable<Seal>;
  archives: MemoryTable<Archive>;
  leases: MemoryTable<FoundLeases>;
  bursts: MemoryTable<FoundBurst>;
  corrections: MemoryTable<Correction>;
  corrected: MemoryTable<Correction>;
  policies: MemoryTable<PolicyVersion>;
  standings: MemoryTable<KeptStanding>;
  standingChanges: MemoryTable<ItemKey>;
  increases: MemoryTable<IncreasesOfPlace>;
  increaseSteps: MemoryTable<IncreaseStep>;
}>;

export function emptyWorld(): World {
  return {
    records: new MemoryTable(),
    audits: new MemoryTable(),
    lines: new MemoryTable(),
    totals: new MemoryTable(),
    rankings: new MemoryTable(),
    indexRows: new MemoryTable(),
    users: new MemoryTable(),
    alerts: new MemoryTable(),
    outbox: new MemoryTable(),
    openAlerts: new MemoryTable(),
    untold: new MemoryTable(),
    deliveries: new MemoryTable(),
    waiting: new MemoryTable(),
    slots: new MemoryTable(),
    threads: new MemoryTable(),
    snoozes: new MemoryTable(),
    readings: new MemoryTable(),
    logSenders: new MemoryTable(),
    quarantine: new MemoryTable(),
    profiles: new MemoryTable(),
    seals: new MemoryTable(),
    archives: new MemoryTable(),
    leases: new MemoryTable(),
    bursts: new MemoryTable(),
    corrections: new MemoryTable(),
    corrected: new MemoryTable(),
    policies: new MemoryTable(),
    standings: new MemoryTable(),
    standingChanges: new MemoryTable(),
    increases: new MemoryTable(),
    increaseSteps: new MemoryTable(),
  };
}
