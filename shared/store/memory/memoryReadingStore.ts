import { readingsKey } from '../alertKeys.ts';
import { NO_READINGS, type ReadingStore } from '../readingStore.ts';
import type { World } from './world.ts';

export function memoryReadingStore({ readings: kept }: World): ReadingStore {
  return {
    async find({ scope, measure }) {
      return kept.get(readingsKey(scope, measure)) ?? NO_READINGS;
    },
    async put({ scope, measure }, { readings, n }) {
      const key = readingsKey(scope, measure);
      if ((kept.get(key)?.n ?? 0) !== n) return 'taken';
      kept.put(key, { readings, n: n + 1 });
      return 'written';
    },
  };
}
