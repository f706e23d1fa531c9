import { leaseKey } from '../leaseKeys.ts';
import type { LeaseStore } from '../leaseStore.ts';
import type { World } from './world.ts';

export function memoryLeaseStore({ leases }: World): LeaseStore {
  return {
    async find(place) {
      return leases.get(leaseKey(place));
    },
    async put(place, { row, n }) {
      const key = leaseKey(place);
      if ((leases.get(key)?.n ?? 0) !== n) return 'taken';
      leases.put(key, { row, n: n + 1 });
      return 'written';
    },
  };
}
