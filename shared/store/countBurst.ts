import { type BurstShape, BurstWindow } from '../domain/policy/burst.ts';
import type { RecentRequests } from '../domain/policy/decision.ts';
import type { BurstPlace, BurstStore } from './burstStore.ts';
import { StoreError } from './table.ts';

export type BurstUse = Readonly<{
  bursts: BurstStore;
  shape: BurstShape;
  /** A rule that refuses counts only what it lets go; one that warns or slows counts everything. */
  refuses: boolean;
  now: () => Date;
  pause: (attempt: number) => Promise<void>;
}>;

const MAX_ATTEMPTS = 20;
const KEPT_AFTER_WINDOW_MS = 60_000;

/**
 * Counts one request of a shared burst rule, once whatever is repeated, and gives the requests before it in
 * the window. A request that the rule refuses is not counted and costs no write.
 *
 * @param requestId letters and digits, so that the same request is known again.
 * @throws StoreError `contention` when others were faster every time.
 */
export async function countBurst(
  place: BurstPlace,
  requestId: string,
  { bursts, shape, refuses, now, pause }: BurstUse,
): Promise<RecentRequests> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const { requests, n } = (await bursts.find(place)) ?? { requests: [], n: 0 };
    const nowMs = now().getTime();
    const others = requests.filter(({ id }) => id !== requestId);
    const window = new BurstWindow(
      shape,
      others.map(({ atMs }) => atMs),
    );
    const before = window.recent(nowMs);
    if (others.length < requests.length || (refuses && before.count >= shape.limit)) return before;
    window.add(nowMs);
    const { times } = window;
    const ids = [...others.map(({ id }) => id), requestId].slice(-times.length);
    const counted = times.map((atMs, index) => ({ atMs, id: ids[index] ?? '' }));
    const expiresAt = new Date(nowMs + shape.windowMs + KEPT_AFTER_WINDOW_MS);
    if ((await bursts.put(place, { requests: counted, n }, expiresAt)) === 'written') return before;
    await pause(attempt);
  }
  throw new StoreError('contention', `the window of burst rule ${place.burstId} stays contended`);
}
