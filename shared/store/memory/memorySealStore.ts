import type { Seal } from '../../domain/seal.ts';
import type { Period } from '../../domain/total.ts';
import {
  correctedPartition,
  correctionKey,
  correctionsPartition,
  SEALS_PARTITION,
  sealKey,
} from '../keys.ts';
import type { SealStore } from '../sealStore.ts';
import type { World } from './world.ts';

export function memorySealStore({ seals, corrections, corrected }: World): SealStore {
  const change = (period: Period, fill: (seal: Seal) => Seal, now: Date) => {
    const seal = seals.get(sealKey(period)) ?? { period, firstSeenAt: now.toISOString() };
    seals.put(sealKey(period), fill(seal));
  };
  return {
    async find(period) {
      return seals.get(sealKey(period));
    },
    async all() {
      return seals.values(SEALS_PARTITION);
    },
    async see(period, now) {
      change(period, (seal) => seal, now);
    },
    async begin(period, now) {
      change(period, (seal) => ({ ...seal, sealingAt: seal.sealingAt ?? now.toISOString() }), now);
    },
    async finish(period, books, now) {
      const finished = { sealedAt: now.toISOString(), books };
      change(period, (seal) => (seal.sealedAt === undefined ? { ...seal, ...finished } : seal), now);
    },
    async correctionsOn(day) {
      return corrections.values(correctionsPartition(day));
    },
    async correctionsOf(home) {
      return corrected.values(correctedPartition(home)).flatMap((correction) => {
        return corrections.get(correctionKey(correction)) ?? [];
      });
    },
  };
}
