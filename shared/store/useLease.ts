import {
  advanceLease,
  EMPTY_LEASES,
  type LeaseAnswer,
  type LeaseOperation,
  type LeaseRoom,
  type LeaseRules,
} from '../domain/policy/lease.ts';
import type { LeasePlace, LeaseStore } from './leaseStore.ts';
import { StoreError } from './table.ts';

export type LeaseUse = Readonly<{
  leases: LeaseStore;
  rules: LeaseRules;
  /** Reads, consistently and now, what the budget used and where it ends; asked only when a slice is wanted. */
  readRoom: () => Promise<LeaseRoom>;
  now: () => Date;
  pause: (attempt: number) => Promise<void>;
}>;

const MAX_ATTEMPTS = 20;
const KEPT_AFTER_LAG_MS = 86_400_000;
const NO_ROOM: LeaseRoom = { used: 0n, cap: 0n };

/**
 * Carries out one operation on the leases of a budget, however many gateways do so at once: the row is
 * written only if nobody else wrote it since it was read, and what the budget used is read after the row, so
 * that whatever is no longer counted in the row is in that figure.
 *
 * @throws StoreError `contention` when others were faster every time.
 */
export async function useLease(
  place: LeasePlace,
  operation: LeaseOperation,
  { leases, rules, readRoom, now, pause }: LeaseUse,
): Promise<LeaseAnswer> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const { row, n } = (await leases.find(place)) ?? { row: EMPTY_LEASES, n: 0 };
    const nowMs = now().getTime();
    const room = operation.needs > 0n && !operation.isLast ? await readRoom() : NO_ROOM;
    const next = advanceLease(row, operation, { nowMs, room, rules });
    if (next.answer.kind === 'forgotten') return next.answer;
    const expiresAt = new Date(nowMs + rules.lagMs + KEPT_AFTER_LAG_MS);
    if ((await leases.put(place, { row: next.row, n }, expiresAt)) === 'written') return next.answer;
    await pause(attempt);
  }
  throw new StoreError('contention', `the leases of budget ${place.budgetId} stay contended`);
}
