import { OPEN_PARTITION, openAlertKey, openBounds } from '../alertKeys.ts';
import type { OpenAlertStore } from '../openAlertStore.ts';
import type { World } from './world.ts';

export function memoryOpenAlertStore({ openAlerts }: World): OpenAlertStore {
  return {
    async ended(by, limit) {
      const [, to] = openBounds(by);
      const ended = openAlerts.entries(OPEN_PARTITION).filter(([sk]) => sk <= to);
      return ended.slice(0, limit).map(([, alert]) => alert);
    },
    async close(alerts) {
      for (const { subject } of alerts) {
        const key = openAlertKey(subject);
        if (key !== undefined) openAlerts.delete(key);
      }
    },
  };
}
