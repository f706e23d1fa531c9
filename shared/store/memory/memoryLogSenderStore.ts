import { logSenderKey, SENDERS_PARTITION } from '../alertKeys.ts';
import type { LogSenderStore } from '../logSenderStore.ts';
import type { World } from './world.ts';

export function memoryLogSenderStore({ logSenders }: World): LogSenderStore {
  return {
    async find(logGroup) {
      return logSenders.get(logSenderKey(logGroup));
    },
    async all() {
      return logSenders.values(SENDERS_PARTITION);
    },
    async put({ sender, n }) {
      const key = logSenderKey(sender.logGroup);
      if ((logSenders.get(key)?.n ?? 0) !== n) return 'taken';
      logSenders.put(key, { sender, n: n + 1 });
      return 'written';
    },
  };
}
