import { type Aim, aimOfScope } from '../domain/policy/asker.ts';
import { periodAt } from '../domain/policy/budgetPeriod.ts';
import { burstShape } from '../domain/policy/burst.ts';
import { activeIncrease } from '../domain/policy/increase.ts';
import { hardCap, type LeaseOperation, type LeaseRoom, leaseRules } from '../domain/policy/lease.ts';
import type { LedgerOperation, OperationAnswer } from '../domain/policy/leaseWire.ts';
import type { BudgetRule, Policy } from '../domain/policy/policy.ts';
import { countBurst } from './countBurst.ts';
import { inParallel } from './inParallel.ts';
import { useOfBudget } from './standings.ts';
import type { Stores } from './stores.ts';
import { StoreError } from './table.ts';
import { useLease } from './useLease.ts';

export type OperationDependencies = Readonly<{
  stores: Pick<Stores, 'leases' | 'bursts' | 'totals' | 'increases'>;
  policy: Policy;
  now: () => Date;
  pause: (attempt: number) => Promise<void>;
}>;

/** A lease as gateways ask for it, or as a decision takes one for a single request. */
export type LeaseCall = Extract<LedgerOperation, { kind: 'lease' }> & Pick<LeaseOperation, 'isRemembered'>;
type BurstCall = Extract<LedgerOperation, { kind: 'burst' }>;

const AT_ONCE = 8;
/** Gateways enter a period by their own clocks. */
const PERIOD_SLACK_MS = 60_000;

/**
 * What gateways ask about leases and shared burst rules, in their order. The policy is the ledger's own: a
 * gateway says which rule it means and never what the rule is.
 */
export function carryOutOperations(
  operations: readonly (LeaseCall | BurstCall)[],
  dependencies: OperationDependencies,
): Promise<OperationAnswer[]> {
  return inParallel(operations, AT_ONCE, async (operation) => {
    try {
      return operation.kind === 'lease'
        ? await carryOutLease(operation, dependencies)
        : await carryOutBurst(operation, dependencies);
    } catch (error) {
      if (error instanceof StoreError && error.code === 'contention') return { kind: 'busy' };
      throw error;
    }
  });
}

async function carryOutLease(call: LeaseCall, dependencies: OperationDependencies): Promise<OperationAnswer> {
  const { stores, policy, now, pause } = dependencies;
  const rule = policy.budgets.find(({ id }) => id === call.budget);
  const aim = rule === undefined ? undefined : aimOfScope(rule.target, call.scope);
  const period = rule === undefined ? undefined : periodOfCall(rule, call, now().getTime());
  if (rule?.isHard !== true || aim === undefined || period === undefined) return { kind: 'unknown' };
  const place = { budgetId: rule.id, scopeId: aim.id, period: period.key };
  const readRoom = () => roomOf({ rule, aim, atMs: period.startMs }, dependencies);
  return useLease(place, call, { leases: stores.leases, rules: leaseRules(rule), readRoom, now, pause });
}

function periodOfCall(rule: BudgetRule, { periodStartMs }: LeaseCall, nowMs: number) {
  return [nowMs, nowMs + PERIOD_SLACK_MS, nowMs - PERIOD_SLACK_MS]
    .map((atMs) => periodAt(rule.period, atMs))
    .find(({ startMs }) => startMs === periodStartMs);
}

async function roomOf(
  { rule, aim, atMs }: Readonly<{ rule: BudgetRule; aim: Aim; atMs: number }>,
  { stores, now }: OperationDependencies,
): Promise<LeaseRoom> {
  const nowMs = now().getTime();
  const [{ used }, found] = await Promise.all([
    useOfBudget({ rule, aim, atMs }, stores.totals),
    stores.increases.find([{ budgetId: rule.id, scopeId: aim.id }]),
  ]);
  const increases = found.flatMap(({ increases: kept }) =>
    kept.flatMap((increase) => activeIncrease(increase, nowMs) ?? []),
  );
  return { used, cap: hardCap(rule, increases, nowMs) };
}

async function carryOutBurst(
  { burst, scope, request }: BurstCall,
  { stores, policy, now, pause }: OperationDependencies,
): Promise<OperationAnswer> {
  const rule = policy.bursts.find(({ id }) => id === burst);
  const aim = rule === undefined ? undefined : aimOfScope(rule.target, scope);
  if (rule?.counting !== 'shared' || aim === undefined) return { kind: 'unknown' };
  const recent = await countBurst({ burstId: rule.id, scopeId: aim.id }, request, {
    bursts: stores.bursts,
    shape: burstShape(rule),
    refuses: rule.action.kind === 'reject',
    now,
    pause,
  });
  return { kind: 'counted', ...recent };
}
