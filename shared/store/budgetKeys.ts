import { boundsOf, type ItemKey } from './keys.ts';
import { shardOf } from './recordShard.ts';

/** The keys of policies, standings and whatever else budgets need in UsageTotals; `keys.ts` lists them all. */

export const POLICY_PARTITION = 'POLICY';
/** Versions come before it in no order that matters; evaluateBudgets is rung by this sort key. */
export const CURRENT_SORT_KEY = 'CURRENT';

const VERSION_DIGITS = 8;

export function policyVersionKey(number: number): ItemKey {
  return { pk: POLICY_PARTITION, sk: `V#${String(number).padStart(VERSION_DIGITS, '0')}` };
}

export const CURRENT_POLICY_KEY: ItemKey = { pk: POLICY_PARTITION, sk: CURRENT_SORT_KEY };

export function isCurrentPolicyKey({ pk, sk }: ItemKey): boolean {
  return pk === POLICY_PARTITION && sk === CURRENT_SORT_KEY;
}

/** Sort keys of all versions of the policy. */
export function policyVersionBounds(): readonly [from: string, to: string] {
  return boundsOf('V');
}

/** One budget of one scope; the scope id of the organisation is `*`. */
export type StandingPlace = Readonly<{ budgetId: string; scopeId: string }>;

/** All standings of a person lie in one partition, and the standings of all people in a few. */
export function standingKey({ budgetId, scopeId }: StandingPlace): ItemKey {
  return { pk: standingPartition(shardOf(scopeId)), sk: `${budgetId}#${scopeId}` };
}

export function standingPartition(shard: number): string {
  return `STANDING#${shard.toString(16)}`;
}

const CHANGES_BUCKET_MS = 600_000;
const INSTANT_DIGITS = 15;

export function standingChangeKey({ budgetId, scopeId }: StandingPlace, atMs: number): ItemKey {
  return { pk: changesPartition(atMs), sk: `${instantText(atMs)}#${budgetId}#${scopeId}` };
}

/** The partitions that hold what was written from one instant to another, with the first sort key to read. */
export function standingChangeRanges(
  fromMs: number,
  toMs: number,
): readonly Readonly<{ pk: string; bounds: readonly [from: string, to: string] }>[] {
  if (toMs < fromMs) return [];
  const first = Math.floor(fromMs / CHANGES_BUCKET_MS);
  const last = Math.floor(toMs / CHANGES_BUCKET_MS);
  const bounds = [instantText(fromMs), boundsOf(instantText(toMs))[1]] as const;
  return Array.from({ length: last - first + 1 }, (_, index) => ({
    pk: changesPartition((first + index) * CHANGES_BUCKET_MS),
    bounds,
  }));
}

/** The place that the sort key of a change names. */
export function parseStandingChange(sk: string): StandingPlace {
  const [, budgetId = '', scopeId = ''] = sk.split('#');
  return { budgetId, scopeId };
}

function changesPartition(atMs: number): string {
  return `STANDINGCHANGES#${Math.floor(atMs / CHANGES_BUCKET_MS)}`;
}

/** Text order is time order. */
function instantText(atMs: number): string {
  return String(Math.max(0, atMs)).padStart(INSTANT_DIGITS, '0');
}
