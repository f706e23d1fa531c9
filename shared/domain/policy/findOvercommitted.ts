import type { PolicyProblem } from './checkPolicy.ts';
import type { Person } from './decision.ts';
import type { BudgetRule, BudgetScope, Policy } from './policy.ts';
import { limitText } from './policyText.ts';
import { budgetsOfScope } from './scopeRules.ts';

type ScopeName = Readonly<{ scope: BudgetScope; id: string }>;

/** Who belongs to what: people with all that rules look at of them, and the scopes that lie below others. */
export type Memberships = Readonly<{
  persons: readonly Person[];
  belongings: readonly Readonly<{ child: ScopeName; parent: ScopeName }>[];
}>;

/** What the children of one kind may use together. */
type Children = Readonly<{ plural: string; limits: readonly bigint[] }>;
/** The lowest limit of each child, by what is counted and for how long, and then by its name. */
type Limits = ReadonlyMap<string, ReadonlyMap<string, bigint>>;

const PLURALS = {
  businessUnit: 'business units',
  department: 'departments',
  costCentre: 'cost centres',
  team: 'teams',
  project: 'projects',
  user: 'users',
} as const;

/** Whose limits are held against the organisation's: its users already are against what they belong to. */
const BELOW_ORG = ['businessUnit', 'department', 'costCentre', 'team'] as const;

/**
 * Budgets of which the scopes below may together use more than they have. That is no contradiction, since both
 * are evaluated, but the parent stops people who are within their own limits, so somebody should know.
 * A person counts with the limit that holds for them by name, tier or role; a limit that everybody has
 * (`user: "*"`) caps each one's share and promises it to nobody.
 */
export function findOvercommitted(policy: Policy, memberships: Memberships): PolicyProblem[] {
  const ofPersons = limitsOfPersons(policy, memberships.persons);
  const ofScopes = limitsOfScopes(policy.budgets);
  return policy.budgets.flatMap((rule, index) =>
    childrenOf(rule, { ofPersons, ofScopes, memberships }).flatMap((children): PolicyProblem[] => {
      const message = problemOf(rule, children);
      const part = [rule.period.unit];
      return message === undefined ? [] : [{ severity: 'warning', section: 'budgets', index, part, message }];
    }),
  );
}

function problemOf({ limit, period }: BudgetRule, { plural, limits }: Children): string | undefined {
  const sum = limits.reduce((total, amount) => total + amount, 0n);
  if (sum <= limit.amount) return undefined;
  const text = (amount: bigint) => limitText({ measure: limit.measure, amount });
  const together = `the limits of its ${limits.length} ${plural} come to ${text(sum)} a ${period.unit}`;
  return `${together}, ${text(sum - limit.amount)} more than its own ${text(limit.amount)}`;
}

type Known = Readonly<{ ofPersons: Limits; ofScopes: Limits; memberships: Memberships }>;

function childrenOf(rule: BudgetRule, { ofPersons, ofScopes, memberships }: Known): Children[] {
  const { target } = rule;
  const counted = whatIsCounted(rule);
  const limitsOf = (kind: BudgetScope, isChild: (id: string) => boolean): Children => {
    const known = (kind === 'user' ? ofPersons : ofScopes).get(`${kind} ${counted}`) ?? [];
    const limits = [...known].flatMap(([id, amount]) => (isChild(id) ? [amount] : []));
    return { plural: PLURALS[kind], limits };
  };
  if (target.kind === 'org') return BELOW_ORG.map((kind) => limitsOf(kind, () => true));
  if (target.kind !== 'one' || target.scope === 'user' || target.scope === 'project') return [];
  const { scope, id } = target;
  const users = new Set(memberships.persons.flatMap((person) => (person[scope] === id ? [person.user] : [])));
  const teams = new Set(
    memberships.belongings.flatMap(({ child, parent }) =>
      child.scope === 'team' && parent.scope === scope && parent.id === id ? [child.id] : [],
    ),
  );
  return [limitsOf('user', (user) => users.has(user)), limitsOf('team', (team) => teams.has(team))];
}

function limitsOfPersons(policy: Policy, persons: readonly Person[]): Limits {
  const limits = new Map<string, Map<string, bigint>>();
  for (const person of persons) {
    for (const { rule } of budgetsOfScope(policy, { kind: 'user', person })) {
      if (rule.target.kind !== 'each') lower(limits, `user ${whatIsCounted(rule)}`, [person.user, rule]);
    }
  }
  return limits;
}

function limitsOfScopes(budgets: readonly BudgetRule[]): Limits {
  const limits = new Map<string, Map<string, bigint>>();
  for (const rule of budgets) {
    const { target } = rule;
    if (target.kind !== 'one') continue;
    lower(limits, `${target.scope} ${whatIsCounted(rule)}`, [target.id, rule]);
  }
  return limits;
}

/** Of several limits of one child the lowest binds. */
function lower(
  limits: Map<string, Map<string, bigint>>,
  key: string,
  [id, { limit }]: readonly [id: string, rule: BudgetRule],
): void {
  const ofKey = limits.get(key) ?? new Map<string, bigint>();
  limits.set(key, ofKey);
  const known = ofKey.get(id);
  if (known === undefined || limit.amount < known) ofKey.set(id, limit.amount);
}

/** Two zones' months begin hours apart, which is no matter to a sum of limits. */
function whatIsCounted({ period, filter, limit }: BudgetRule): string {
  const { modelFamily, operation, entrypoint } = filter;
  const counted = limit.measure === 'tokens' ? limit.counted : [];
  return JSON.stringify([period.unit, limit.measure, counted, modelFamily, operation, entrypoint]);
}
