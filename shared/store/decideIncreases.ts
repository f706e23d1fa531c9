import { createHash } from 'node:crypto';
import { makeAlert } from '../domain/alerts/alert.ts';
import { increaseSubject } from '../domain/alerts/increaseSubject.ts';
import { identifierProblem } from '../domain/identifier.ts';
import { periodAt } from '../domain/policy/budgetPeriod.ts';
import {
  activeIncrease,
  approveIncrease,
  askForIncrease,
  denyIncrease,
  type KeptIncrease,
  type Voted,
} from '../domain/policy/increase.ts';
import type { BudgetRule, OverflowRule, Policy } from '../domain/policy/policy.ts';
import { targetName } from '../domain/policy/ruleNames.ts';
import { didYouMean } from '../pricing/nearestName.ts';
import type { IncreaseStore, IncreasesOfPlace } from './increaseStore.ts';
import type { PolicyStore } from './policyStore.ts';
import type { StandingPlace, StandingStore } from './standingStore.ts';
import { StoreError } from './table.ts';

/** What one step made of an increase. */
export type IncreaseOutcome =
  /** `isNew` is false where it was so before: the same step twice is one. */
  | Readonly<{ kind: 'done'; increase: KeptIncrease; isNew: boolean }>
  | Readonly<{ kind: 'refused'; why: string }>
  /** Whoever it is has no say in it. */
  | Readonly<{ kind: 'forbidden'; why: string }>
  /** No such budget, scope or increase. */
  | Readonly<{ kind: 'unknown'; why: string }>;

export type IncreaseDependencies = Readonly<{
  increases: IncreaseStore;
  standings: StandingStore;
  policies: PolicyStore;
  now: Date;
  /** Waits after a contention, longer after each; without it the next try comes at once. */
  pause?: (attempt: number) => Promise<void>;
}>;

export type IncreaseRequest = Readonly<
  Pick<KeptIncrease, 'budgetId' | 'scopeId' | 'amount' | 'untilMs' | 'reason'> & { by: string }
>;

const MAX_ROUNDS = 10;
const ID_LENGTH = 12;

/** Asks for more; the same request of the same person again finds the first. */
export async function requestIncrease(
  request: IncreaseRequest,
  dependencies: IncreaseDependencies,
): Promise<IncreaseOutcome> {
  const policy = (await dependencies.policies.current())?.policy;
  const found = findRule(policy, request);
  if (found.kind === 'unknown' || policy === undefined) return unknown(found);
  const { rule } = found;
  const id = idOf(request);
  return settle({ ...request, rule }, dependencies, async (place) => {
    const known = place.increases.find((increase) => increase.id === id);
    if (known !== undefined) return { kind: 'unchanged', increase: known };
    const asked = askForIncrease(
      { ...request, id, nowMs: dependencies.now.getTime() },
      {
        rule,
        overflow: policy.overflow,
        others: place.increases,
        isRestricted: await isRestricted(rule, place, dependencies),
      },
    );
    return asked.kind === 'refused' ? asked : { kind: 'voted', increase: asked.increase };
  });
}

export type IncreaseVote = Readonly<{ id: string; by: string; vote: 'approve' | 'deny' }>;

/** An approver of the policy in force says yes or no. */
export async function voteOnIncrease(
  { id, by, vote }: IncreaseVote,
  dependencies: IncreaseDependencies,
): Promise<IncreaseOutcome> {
  const [policy, place] = await Promise.all([
    dependencies.policies.current(),
    dependencies.increases.locate(id),
  ]);
  const missing: IncreaseOutcome = { kind: 'unknown', why: `there is no increase ${id}` };
  if (place === undefined || policy === undefined) return missing;
  const decideOn = vote === 'approve' ? approveIncrease : denyIncrease;
  const overflow: OverflowRule = policy.policy.overflow;
  const rule = policy.policy.budgets.find((each) => each.id === place.budgetId);
  return settle({ ...place, rule }, dependencies, async ({ increases }) => {
    const increase = increases.find((each) => each.id === id);
    if (increase === undefined) return missing;
    return decideOn(increase, { by, atMs: dependencies.now.getTime() }, overflow);
  });
}

/**
 * Reads a place, decides, and writes what was decided if the place is still as it was read, with the alert of it:
 * nobody has to come back for people to be told. Of a budget that is gone nobody is.
 */
export async function settle(
  { budgetId, scopeId, rule }: StandingPlace & Readonly<{ rule: BudgetRule | undefined }>,
  { increases, now, pause }: IncreaseDependencies,
  act: (place: IncreasesOfPlace) => Promise<Voted | Extract<IncreaseOutcome, { kind: 'unknown' }>>,
): Promise<IncreaseOutcome> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const [found] = await increases.find([{ budgetId, scopeId }]);
    const place = found ?? { budgetId, scopeId, n: 0, increases: [] };
    const outcome = await act(place);
    if (outcome.kind !== 'voted' && outcome.kind !== 'unchanged') return outcome;
    const { increase } = outcome;
    if (outcome.kind === 'unchanged') return { kind: 'done', increase, isNew: false };
    const before = place.increases.find(({ id }) => id === increase.id);
    const change = { before, after: increase };
    const subject = rule && increaseSubject(change, rule, now.getTime());
    const alert = subject && makeAlert(subject, now.toISOString());
    const written = await increases.put(place, { ...change, alert }, now);
    if (written === 'written') return { kind: 'done', increase, isNew: true };
    await pause?.(round);
  }
  throw new StoreError('contention', `increases of ${budgetId} changed ${MAX_ROUNDS} times meanwhile`);
}

type FoundRule = Readonly<{ kind: 'found'; rule: BudgetRule }> | Readonly<{ kind: 'unknown'; why: string }>;

export function unknown(found: FoundRule): IncreaseOutcome {
  return { kind: 'unknown', why: found.kind === 'unknown' ? found.why : 'there is no policy' };
}

/** The budget of an id, if it limits the scope. */
export function findRule(policy: Policy | undefined, { budgetId, scopeId }: StandingPlace): FoundRule {
  const budgets = policy?.budgets ?? [];
  const rule = budgets.find(({ id }) => id === budgetId);
  if (rule === undefined) {
    const ids = budgets.map(({ id }) => id);
    return {
      kind: 'unknown',
      why: `the policy in force has no budget ${budgetId}${didYouMean(budgetId, ids)}`,
    };
  }
  const problem = identifierProblem(scopeId);
  if (problem !== undefined) return { kind: 'unknown', why: `there is no scope "${scopeId}": it ${problem}` };
  const { target } = rule;
  const only = target.kind === 'org' ? '*' : target.kind === 'one' ? target.id : undefined;
  if (only === undefined || only === scopeId) return { kind: 'found', rule };
  return { kind: 'unknown', why: `the budget ${budgetId} is of ${targetName(target)}: its scope is ${only}` };
}

/** A restriction that began in this period, and that no approval has lifted since. */
async function isRestricted(
  rule: BudgetRule,
  place: IncreasesOfPlace,
  { standings, now }: IncreaseDependencies,
): Promise<boolean> {
  const nowMs = now.getTime();
  const [standing] = await standings.find([{ budgetId: place.budgetId, scopeId: place.scopeId }]);
  const sinceMs = standing?.restrictedSinceMs;
  if (sinceMs === undefined || standing?.periodStartMs !== periodAt(rule.period, nowMs).startMs) return false;
  return !place.increases.some((increase) => {
    const active = activeIncrease(increase, nowMs);
    return active?.liftsRestriction === true && active.fromMs >= sinceMs;
  });
}

function idOf({ budgetId, scopeId, amount, untilMs, reason, by }: IncreaseRequest): string {
  const terms = JSON.stringify([budgetId, scopeId, String(amount), untilMs, reason, by]);
  return createHash('sha256').update(terms).digest('hex').slice(0, ID_LENGTH);
}
