import type { OvershootBound, Settings } from './options.ts';
import { ageOf, type HeldSnapshot } from './snapshotFeed.ts';

/** Near its limit a standing is written whenever it moved by a two-hundredth of the limit. */
const STEPS_PER_LIMIT = 200n;

/**
 * By how much a budget may be passed. Of a hard one the ledger lets nobody reserve more than there is, so
 * only what requests use beyond their estimates comes on top.
 */
export function overshootBound(
  held: HeldSnapshot | undefined,
  budgetId: string,
  { settings, overrun }: Readonly<{ settings: Settings; overrun: bigint }>,
): OvershootBound {
  const rule = held?.data.policy.budgets.find(({ id }) => id === budgetId);
  if (held === undefined || rule === undefined) return { kind: 'unknownBudget' };
  if (rule.isHard) return { kind: 'overruns', overrun };
  const delayMs = ageOf(held) + settings.refreshMs + settings.ledgerLagMs;
  return { kind: 'delay', delayMs, step: (rule.limit.amount + STEPS_PER_LIMIT - 1n) / STEPS_PER_LIMIT };
}
