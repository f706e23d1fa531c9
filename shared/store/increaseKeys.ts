import type { StandingPlace } from './budgetKeys.ts';
import type { ItemKey } from './keys.ts';

/**
 * The keys of increases in UsageTotals; `keys.ts` lists them with all others.
 *
 * All increases of a budget and scope lie in one item: what may go through by itself depends on all of
 * them. All items lie in one partition, so that a snapshot reads what is in force with one query.
 */
export const INCREASES_PARTITION = 'INCREASES';

export function increasesKey({ budgetId, scopeId }: StandingPlace): ItemKey {
  return { pk: INCREASES_PARTITION, sk: `${budgetId}#${scopeId}` };
}

export function increasePartition(id: string): string {
  return `INCREASE#${id}`;
}

/** Where the increase of an id lies. */
export function increasePlaceKey(id: string): ItemKey {
  return { pk: increasePartition(id), sk: 'PLACE' };
}

const STEP_PREFIX = 'STEP#';
const STEP_DIGITS = 6;

/** The audit of an increase, one row for each step, in their order. */
export function increaseStepKey(id: string, number: number): ItemKey {
  return { pk: increasePartition(id), sk: `${STEP_PREFIX}${String(number).padStart(STEP_DIGITS, '0')}` };
}

export function increaseStepBounds(): readonly [from: string, to: string] {
  return [STEP_PREFIX, 'STEP$'];
}
