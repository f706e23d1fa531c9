import type { AlertPolicy } from '../../domain/alerts/alertPolicy.ts';
import type { Person } from '../../domain/policy/decision.ts';
import {
  type BreakerRule,
  type BudgetRule,
  type BudgetScope,
  type BurstRule,
  EMPTY_POLICY,
  type FailureRule,
  type HoursRule,
  type ModelAccessList,
  type OverflowRule,
  type Policy,
  type Scrutiny,
} from '../../domain/policy/policy.ts';
import type { RoutingRules } from '../../domain/policy/routing.ts';
import type { Sourced } from './notes.ts';

/** A person as a policy file tells of them: what decisions need, and who leads their team. */
export type DirectoryPerson = Person & Readonly<{ lead?: string }>;

/** A scope of the hierarchy and the one above it. */
export type Belonging = Readonly<{
  child: Readonly<{ scope: BudgetScope; id: string }>;
  parent: Readonly<{ scope: BudgetScope; id: string }>;
}>;

/** What was read of a file so far, each part with its place. */
export type Draft = Readonly<{
  budgets: readonly Sourced<BudgetRule>[];
  bursts: readonly Sourced<BurstRule>[];
  access: readonly Sourced<ModelAccessList>[];
  scrutiny: readonly Sourced<Scrutiny>[];
  hours: readonly Sourced<HoursRule>[];
  directory: readonly Sourced<DirectoryPerson>[];
  belongings: readonly Sourced<Belonging>[];
  breaker?: Sourced<BreakerRule>;
  routing?: Sourced<RoutingRules>;
  overflow?: OverflowRule;
  withoutBudget?: Policy['withoutBudget'];
  failure?: FailureRule;
  alerts?: AlertPolicy;
}>;

export const EMPTY_DRAFT: Draft = {
  budgets: [],
  bursts: [],
  access: [],
  scrutiny: [],
  hours: [],
  directory: [],
  belongings: [],
};

/** One draft of several; of what there can be only one, the last stands. */
export function joinDrafts(drafts: readonly Draft[]): Draft {
  return {
    ...Object.assign({}, EMPTY_DRAFT, ...drafts),
    budgets: drafts.flatMap(({ budgets }) => budgets),
    bursts: drafts.flatMap(({ bursts }) => bursts),
    access: drafts.flatMap(({ access }) => access),
    scrutiny: drafts.flatMap(({ scrutiny }) => scrutiny),
    hours: drafts.flatMap(({ hours }) => hours),
    directory: drafts.flatMap(({ directory }) => directory),
    belongings: drafts.flatMap(({ belongings }) => belongings),
  };
}

export function policyOf(draft: Draft): Policy {
  const values = <T>(parts: readonly Sourced<T>[]) => parts.map(({ value }) => value);
  return {
    budgets: values(draft.budgets),
    bursts: values(draft.bursts),
    access: values(draft.access),
    scrutiny: values(draft.scrutiny),
    hours: values(draft.hours),
    ...(draft.breaker === undefined ? {} : { breaker: draft.breaker.value }),
    ...(draft.routing === undefined ? {} : { routing: draft.routing.value }),
    overflow: draft.overflow ?? EMPTY_POLICY.overflow,
    withoutBudget: draft.withoutBudget ?? EMPTY_POLICY.withoutBudget,
    failure: draft.failure ?? EMPTY_POLICY.failure,
    ...(draft.alerts === undefined ? {} : { alerts: draft.alerts }),
  };
}
