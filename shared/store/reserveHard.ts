import type { HardRefusal, NearBudget } from '../domain/policy/hardBudgets.ts';
import type { OperationAnswer } from '../domain/policy/leaseWire.ts';
import { carryOutOperations, type LeaseCall, type OperationDependencies } from './carryOutOperations.ts';

/**
 * Reserves a request's use of all hard budgets that it comes near to, or of none. Each reservation is a
 * lease that is taken and, as nobody will tell what became of the request, told to be spent at once: it counts
 * beside the ledger until the ledger must know of it. Asked again within a minute under the same id, the first
 * reservation stands: its lease is told to be given back, or, if the first answer was lost half-way, still held.
 *
 * @param request its id, letters and digits: the lease is called so. One that the caller named may come again.
 */
export async function reserveHard(
  budgets: readonly NearBudget[],
  request: Readonly<{ id: string; isNamed: boolean }>,
  dependencies: OperationDependencies,
): Promise<HardRefusal | undefined> {
  if (budgets.length === 0) return undefined;
  const taken = await carryOutOperations(
    budgets.map((budget) => takeOf(budget, request.id)),
    dependencies,
  );
  const refusals = budgets.flatMap((budget, index) => refusalOf(budget, taken[index]));
  const [refusal] = refusals;
  const ends = budgets.flatMap((budget, index) =>
    endOf(budget, request, { taken: taken[index], isSpent: refusal === undefined }),
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
  { id, isNamed }: Readonly<{ id: string; isNamed: boolean }>,
  { taken, isSpent }: Readonly<{ taken: OperationAnswer | undefined; isSpent: boolean }>,
): LeaseCall[] {
  if (taken?.kind !== 'held') return [];
  const spent = isSpent ? budget.amount : 0n;
  return [
    {
      ...placeOf(budget, id),
      ...{ spent, held: taken.granted, needs: 0n, wants: 0n, isFirst: false, isLast: true },
      // What was not spent is not reserved, so whoever asks again must take it anew.
      isRemembered: isSpent && isNamed,
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
