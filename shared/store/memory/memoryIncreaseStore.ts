import { INCREASES_PARTITION, increasePartition, increaseStepKey, increasesKey } from '../increaseKeys.ts';
import { changePlace, type IncreaseStore, numberedSteps } from '../increaseStore.ts';
import type { World } from './world.ts';

export function memoryIncreaseStore({ increases, increaseSteps }: World): IncreaseStore {
  return {
    async find(places) {
      return places.flatMap((place) => increases.get(increasesKey(place)) ?? []);
    },
    async all() {
      return increases.values(INCREASES_PARTITION);
    },
    async locate(id) {
      const places = increases.values(INCREASES_PARTITION);
      const place = places.find((each) => each.increases.some((increase) => increase.id === id));
      return place === undefined ? undefined : { budgetId: place.budgetId, scopeId: place.scopeId };
    },
    async put(place, change, now) {
      const key = increasesKey(place);
      if ((increases.get(key)?.n ?? 0) !== place.n) return 'changed';
      increases.put(key, changePlace(place, change, now));
      for (const [number, step] of numberedSteps(change)) {
        increaseSteps.put(increaseStepKey(change.after.id, number), step);
      }
      return 'written';
    },
    async steps(id) {
      return increaseSteps.values(increasePartition(id));
    },
  };
}
