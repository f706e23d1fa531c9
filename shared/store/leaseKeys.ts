import type { BurstPlace } from './burstStore.ts';
import type { ItemKey } from './keys.ts';
import type { LeasePlace } from './leaseStore.ts';

/** The keys of leases and shared windows in UsageTotals; `keys.ts` lists them with all others. */

/** What gateways hold of a hard budget for a scope in a period such as `2026-11`. */
export function leaseKey({ budgetId, scopeId, period }: LeasePlace): ItemKey {
  return { pk: `LEASES#${budgetId}`, sk: `${scopeId}#${period}` };
}

/** Each window is a partition of its own: all users of a company may ask at once. */
export function burstKey({ burstId, scopeId }: BurstPlace): ItemKey {
  return { pk: `BURST#${burstId}#${scopeId}`, sk: 'WINDOW' };
}
