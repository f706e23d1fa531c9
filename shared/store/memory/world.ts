import type { Alert } from '../../domain/alert.ts';
import type { DirectoryEntry } from '../../domain/attribution.ts';
import type { Budget } from '../../domain/budget.ts';
import type { Correction } from '../../domain/correction.ts';
import type { DailyLine } from '../../domain/dailyLine.ts';
import type { Seal } from '../../domain/seal.ts';
import type { Total } from '../../domain/total.ts';
import type { UsageRecord } from '../../domain/usageRecord.ts';
import type { ItemKey } from '../keys.ts';
import type { KeptProfile } from '../profileStore.ts';
import type { QuarantinedLine } from '../quarantineStore.ts';
import type { RecordRevision } from '../recordStore.ts';
import { MemoryTable } from './memoryTable.ts';

/** An alert that is not yet published, and when a worker last set out to publish it. */
export type OutboxEntry = Readonly<{ alert: Alert; claimedAtMs?: number }>;

/** Everything the twins keep. They share one world, as the DynamoDB stores share their tables. */
export type World = Readonly<{
  records: MemoryTable<UsageRecord>;
  audits: MemoryTable<RecordRevision>;
  lines: MemoryTable<DailyLine>;
  totals: MemoryTable<Total>;
  indexRows: MemoryTable<ItemKey>;
  users: MemoryTable<DirectoryEntry>;
  budgets: MemoryTable<Budget>;
  alerts: MemoryTable<Alert>;
  outbox: MemoryTable<OutboxEntry>;
  quarantine: MemoryTable<QuarantinedLine>;
  profiles: MemoryTable<KeptProfile>;
  seals: MemoryTable<Seal>;
  corrections: MemoryTable<Correction>;
  corrected: MemoryTable<Correction>;
}>;

export function emptyWorld(): World {
  return {
    records: new MemoryTable(),
    audits: new MemoryTable(),
    lines: new MemoryTable(),
    totals: new MemoryTable(),
    indexRows: new MemoryTable(),
    users: new MemoryTable(),
    budgets: new MemoryTable(),
    alerts: new MemoryTable(),
    outbox: new MemoryTable(),
    quarantine: new MemoryTable(),
    profiles: new MemoryTable(),
    seals: new MemoryTable(),
    corrections: new MemoryTable(),
    corrected: new MemoryTable(),
  };
}
