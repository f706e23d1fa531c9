import type { HardRefusal, NearBudget } from '../domain/policy/hardBudgets.ts';
import type { LedgerOperation, OperationAnswer } from '../domain/policy/leaseWire.ts';
import { carryOutOperations, type OperationDependencies } from './carryOutOperations.ts';

type LeaseCall = Extract<LedgerOperation, { kind: 'lease' }>;

/**
 * Reserves a request's use of all hard budgets that it comes near to, or of none. Each reservation is a
 * lease that is taken and, as nobody will tell what became of the request, told to be spent at once: it counts
 * beside the ledger until the ledger must know of it.
 *
 * @param requestId letters and digits; the lease is called so.
 */
export async function reserveHard(
  budgets: readonly NearBudget[],
  requestId: string,
  dependencies: OperationDependencies,
): Promise<HardRefusal | undefined> {
  if (budgets.length === 0) return undefined;
  const taken = await carryOutOperations(
    budgets.map((budget) => takeOf(budget, requestId)),
    dependencies,
  );
  const refusals = budgets.flatMap((budget, index) => refusalOf(budget, taken[index]));
  const [refusal] = refusals;
  const ends = budgets.flatMap((budget, index) =>
    endOf(budget, requestId, { taken: taken[index], isSpent: refusal === undefined }),
  );
  await carryOutOperations(ends, dependencies);
  return refusal;
}

function takeOf(budget: NearBudget, requestId: string): LeaseCall {
  const { amount } = budget;
  return {
    ...placeOf(budget, requestId),
    ...{ spent: 0n, held: 0n, needs: amount, wants: amount, isFirst: true, isLast: false },
  };
}

/** Gives the lease back, with the request's use spent or not. */
function endOf(
  budget: NearBudget,
  requestId: string,
  { taken, isSpent }: Readonly<{ taken: OperationAnswer | undefined; isSpent: boolean }>,
): LeaseCall[] {
  if (taken?.kind !== 'held') return [];
  const spent = isSpent ? budget.amount : 0n;
  return [
    {
      ...placeOf(budget, requestId),
      ...{ spent, held: taken.granted, needs: 0n, wants: 0n, isFirst: false, isLast: true },
    },
  ];
}

function placeOf({ rule, aim, period }: NearBudget, requestId: string) {
  return {
    kind: 'lease' as const,
    budget: rule.id,
    scope: aim.id,
    periodStartMs: period.startMs,
    lease: requestId,
  };
}

function refusalOf(budget: NearBudget, answer: OperationAnswer | undefined): HardRefusal[] {
  if (answer?.kind === 'busy') return [{ budget, why: 'busy' }];
  if (answer?.kind !== 'held' || answer.refusal === undefined) return [];
  return [{ budget, why: answer.refusal }];
}
