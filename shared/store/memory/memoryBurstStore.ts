import type { BurstStore } from '../burstStore.ts';
import { burstKey } from '../leaseKeys.ts';
import type { World } from './world.ts';

export function memoryBurstStore({ bursts }: World): BurstStore {
  return {
    async find(place) {
      return bursts.get(burstKey(place));
    },
    async put(place, { requests, n }) {
      const key = burstKey(place);
      if ((bursts.get(key)?.n ?? 0) !== n) return 'taken';
      bursts.put(key, { requests, n: n + 1 });
      return 'written';
    },
  };
}
