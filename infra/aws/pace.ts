import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the next request may go: so many a second, evenly, and never a burst. */
export function makePace(requestsPerSecond: number): () => Promise<void> {
  const everyMs = 1_000 / requestsPerSecond;
  let nextMs = 0;
  return async () => {
    const waitMs = nextMs - Date.now();
    nextMs = Math.max(Date.now(), nextMs) + everyMs;
    if (waitMs > 0) await sleep(waitMs);
  };
}
