import { QUARANTINE_DAYS_PARTITION, quarantineKey, quarantinePartition } from '../keys.ts';
import type { QuarantineStore } from '../quarantineStore.ts';
import type { World } from './world.ts';

export function memoryQuarantineStore({ quarantine, indexRows }: World): QuarantineStore {
  return {
    async put(line) {
      const key = quarantineKey(line.day, line.eventId);
      if (quarantine.get(key) !== undefined) return 'known';
      const row = { pk: QUARANTINE_DAYS_PARTITION, sk: line.day };
      indexRows.put(row, row);
      quarantine.put(key, line);
      return 'kept';
    },
    async days() {
      return indexRows.entries(QUARANTINE_DAYS_PARTITION).map(([day]) => day);
    },
    async find(day, eventId) {
      return quarantine.get(quarantineKey(day, eventId));
    },
    async ofDay(day, limit) {
      return quarantine.values(quarantinePartition(day)).slice(0, limit);
    },
    async *allOfDay(day) {
      yield* quarantine.values(quarantinePartition(day));
    },
    async markReplayed({ day, eventId }, now) {
      const key = quarantineKey(day, eventId);
      const line = quarantine.get(key);
      if (line !== undefined) quarantine.put(key, { replayedAt: now.toISOString(), ...line });
    },
  };
}
