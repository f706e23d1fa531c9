import { INCREASES_PARTITION, increasePartition, increaseStepKey, increasesKey } from '../increaseKeys.ts';
import { changePlace, type IncreaseStore, numberedSteps } from '../increaseStore.ts';
import { putNewAlert } from './memoryAlertStore.ts';
import type { World } from './world.ts';

export function memoryIncreaseStore(world: World): IncreaseStore {
  const { increases, increaseSteps } = world;
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
      if (change.alert !== undefined) putNewAlert(change.alert, world);
      return 'written';
    },
    async steps(id) {
      return increaseSteps.values(increasePartition(id));
    },
  };
}
