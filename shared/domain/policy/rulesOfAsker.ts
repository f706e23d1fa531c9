import { type Aim, type Asker, aimOf, askerOf, targetKey, targetKeysOf } from './asker.ts';
import type { DecisionRequest, Person } from './decision.ts';
import type { BudgetRule, BurstRule, HoursRule, ModelAccessList, Policy, Target } from './policy.ts';

/** A rule together with the one scope that it limits for an asker. */
export type Aimed<Rule> = Readonly<{ rule: Rule; aim: Aim }>;

/** The rules of a policy that concern one asker, whatever is asked for. */
export type RulesOfAsker = Readonly<{
  budgets: readonly Aimed<BudgetRule>[];
  bursts: readonly Aimed<BurstRule>[];
  hours: readonly HoursRule[];
  /** The lists of the most specific kind that concern the asker: what any of them allows is allowed. */
  access: readonly ModelAccessList[];
}>;

/** From the most specific, as `ModelAccessList` has it. */
const ACCESS_ORDER = [
  'one user',
  'each user',
  'role',
  'tier',
  ...(['team', 'project', 'department', 'costCentre', 'businessUnit'] as const).flatMap((scope) => [
    `one ${scope}`,
    `each ${scope}`,
  ]),
  'org',
];

type Index<Rule> = ReadonlyMap<string, readonly Rule[]>;
type Remembered = Readonly<{ team?: string | undefined; project?: string | undefined; rules: RulesOfAsker }>;
type Compiled = Readonly<{
  budgets: Index<BudgetRule>;
  bursts: Index<BurstRule>;
  hours: Index<HoursRule>;
  access: Index<ModelAccessList>;
  /** What was found for the people of a snapshot; it goes with them. */
  remembered: WeakMap<Person, Remembered>;
}>;

const compiledPolicies = new WeakMap<Policy, Compiled>();

/**
 * The rules that concern a request, found by name and not by walking all rules, and remembered for each
 * person: a person mostly asks for the same team and project again.
 */
export function rulesOf(policy: Policy, request: DecisionRequest, person: Person | undefined): RulesOfAsker {
  const compiled = compiledPolicies.get(policy) ?? compile(policy);
  if (person === undefined || person.user !== request.user) {
    return findRules(compiled, askerOf(request, person));
  }
  const { team, project } = request;
  const known = compiled.remembered.get(person);
  if (known !== undefined && known.team === team && known.project === project) return known.rules;
  const rules = findRules(compiled, askerOf(request, person));
  compiled.remembered.set(person, { team, project, rules });
  return rules;
}

function compile(policy: Policy): Compiled {
  const compiled = {
    budgets: indexByTarget(policy.budgets),
    bursts: indexByTarget(policy.bursts),
    hours: indexByTarget(policy.hours),
    access: indexByTarget(policy.access),
    remembered: new WeakMap<Person, Remembered>(),
  };
  compiledPolicies.set(policy, compiled);
  return compiled;
}

function indexByTarget<Rule extends Readonly<{ target: Target }>>(rules: readonly Rule[]): Index<Rule> {
  const index = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = targetKey(rule.target);
    const others = index.get(key);
    if (others === undefined) index.set(key, [rule]);
    else others.push(rule);
  }
  return index;
}

function findRules(compiled: Compiled, asker: Asker): RulesOfAsker {
  const keys = targetKeysOf(asker);
  const find = <Rule>(index: Index<Rule>) => keys.flatMap((key) => index.get(key) ?? []);
  const aimed = <Rule extends Readonly<{ target: Target }>>(rule: Rule) => ({
    rule,
    aim: aimOf(rule.target, asker),
  });
  return {
    budgets: withoutReplaced(find(compiled.budgets).map(aimed)),
    bursts: find(compiled.bursts).map(aimed),
    hours: find(compiled.hours),
    access: mostSpecificLists(find(compiled.access)),
  };
}

/**
 * Leaves out what a more specific budget of the same scope, period unit, measure and filter replaces. Two
 * of equal rank, such as those of two roles, both stay.
 */
function withoutReplaced(budgets: readonly Aimed<BudgetRule>[]): Aimed<BudgetRule>[] {
  const highest = new Map<string, number>();
  for (const budget of budgets) {
    const slot = slotOf(budget);
    highest.set(slot, Math.max(highest.get(slot) ?? 0, rankOf(budget.rule.target)));
  }
  return budgets.filter((budget) => highest.get(slotOf(budget)) === rankOf(budget.rule.target));
}

function slotOf({ rule: { period, limit, filter }, aim }: Aimed<BudgetRule>): string {
  return JSON.stringify([
    aim.kind,
    period.unit,
    limit.measure,
    filter.modelFamily,
    filter.operation,
    filter.entrypoint,
  ]);
}

const RANKS = { each: 0, role: 1, tier: 2, one: 3, org: 3 } as const;

function rankOf(target: Target): number {
  return RANKS[target.kind];
}

function mostSpecificLists(lists: readonly ModelAccessList[]): readonly ModelAccessList[] {
  const placeOf = (list: ModelAccessList) => ACCESS_ORDER.indexOf(accessKind(list.target));
  const first = Math.min(...lists.map(placeOf));
  return lists.filter((list) => placeOf(list) === first);
}

function accessKind(target: Target): string {
  return target.kind === 'one' || target.kind === 'each' ? `${target.kind} ${target.scope}` : target.kind;
}
