import type { Aim } from './asker.ts';
import { countsRequest, raisedLimit } from './budgetFindings.ts';
import { periodAt } from './budgetPeriod.ts';
import { amountConsumed, type Consumption } from './consumption.ts';
import type { DecisionRequest, Increase, Person, Standing } from './decision.ts';
import { modelFamily } from './modelFamily.ts';
import type { BudgetRule, Policy } from './policy.ts';
import { rulesOf } from './rulesOfAsker.ts';
import type { PeriodStanding } from './snapshot.ts';

/** What was ever granted on top of a budget of a scope. */
export type IncreasesOf = (budgetId: string, scopeId: string) => readonly Increase[];

/**
 * Counts what every budget of a policy has used, request by request, in the order of time: standings as
 * they are at each moment. It keeps the present period of each budget and scope alone.
 */
export class Meter {
  readonly policy: Policy;
  readonly #increasesOf: IncreasesOf;
  readonly #standings = new Map<string, Map<string, PeriodStanding>>();
  #breakerDay: { startMs: number; picoUsd: bigint } = { startMs: Number.NaN, picoUsd: 0n };

  constructor(policy: Policy, increasesOf: IncreasesOf = () => []) {
    this.policy = policy;
    this.#increasesOf = increasesOf;
  }

  count(consumption: Consumption, person: Person): void {
    const request = requestOf(consumption);
    const family = modelFamily(consumption.model);
    for (const { rule, aim } of rulesOf(this.policy, request, person).budgets) {
      if (countsRequest(rule.filter, { request, family })) this.#add(rule, aim, consumption);
    }
    this.#countForBreaker(consumption);
  }

  standing(budgetId: string, scopeId: string, periodStartMs: number): Standing {
    const standing = this.#standings.get(budgetId)?.get(scopeId);
    return standing?.periodStartMs === periodStartMs ? standing : { used: 0n };
  }

  spentOnDay(dayStartMs: number): bigint {
    return this.#breakerDay.startMs === dayStartMs ? this.#breakerDay.picoUsd : 0n;
  }

  #add(rule: BudgetRule, { id }: Aim, consumption: Consumption): void {
    const { startMs: periodStartMs } = periodAt(rule.period, consumption.atMs);
    const ofBudget = this.#standings.get(rule.id) ?? new Map<string, PeriodStanding>();
    this.#standings.set(rule.id, ofBudget);
    const known = ofBudget.get(id);
    // What comes late, of a period that is over, must not begin that period anew.
    if (known !== undefined && known.periodStartMs > periodStartMs) return;
    const before = known?.periodStartMs === periodStartMs ? known : { periodStartMs, used: 0n };
    const used = before.used + amountConsumed(rule.limit, consumption);
    const isNewlyRestricted =
      before.restrictedSinceMs === undefined &&
      restricts(rule, used, raisedLimit(rule, this.#increasesOf(rule.id, id), consumption.atMs));
    const since = isNewlyRestricted ? { restrictedSinceMs: consumption.atMs } : {};
    ofBudget.set(id, { ...before, used, ...since });
  }

  #countForBreaker({ atMs, picoUsd }: Consumption): void {
    const { breaker } = this.policy;
    if (breaker === undefined) return;
    const { startMs } = periodAt({ unit: 'day', timeZone: breaker.timeZone }, atMs);
    if (this.#breakerDay.startMs > startMs) return;
    const spent = this.#breakerDay.startMs === startMs ? this.#breakerDay.picoUsd : 0n;
    this.#breakerDay = { startMs, picoUsd: spent + picoUsd };
  }
}

/** The question that a gateway would have asked before the request; `estimate` is what it did use. */
export function requestOf(consumption: Consumption): DecisionRequest {
  const { user, model, team, project, operation, entrypoint, priority, picoUsd, tokens } = consumption;
  return {
    user,
    model,
    priority,
    estimate: { picoUsd, tokens },
    ...(team === undefined ? {} : { team }),
    ...(project === undefined ? {} : { project }),
    ...(operation === undefined ? {} : { operation }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
  };
}

function restricts({ ladder }: BudgetRule, used: bigint, limit: bigint): boolean {
  return ladder.some(
    ({ action, percent }) => action.kind === 'restrict' && used * 100n >= limit * BigInt(percent),
  );
}
