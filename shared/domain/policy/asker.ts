import type { DecisionRequest, Person } from './decision.ts';
import { BUDGET_SCOPES, type BudgetScope, type Target } from './policy.ts';

/** Everything by which rules find the one who asks. What a request states comes before the directory. */
export type Asker = Readonly<{
  /** The id that the asker has in each kind of scope; the user is always there. */
  ids: Readonly<Partial<Record<BudgetScope, string>>>;
  tier?: string | undefined;
  roles: readonly string[];
}>;

/** The one scope of an asker that a rule limits; a rule of a tier or a role limits each of its users. */
export type Aim = Readonly<{
  kind: 'org' | BudgetScope;
  /** `*` for the organisation. */
  id: string;
  /** `org`, or kind and id such as `team:payments`. */
  scope: string;
}>;

const NO_ROLES: readonly string[] = [];

export function askerOf(request: DecisionRequest, person: Person | undefined): Asker {
  return {
    ids: {
      user: request.user,
      ...idOf('team', request.team ?? person?.team),
      ...idOf('project', request.project),
      ...idOf('businessUnit', person?.businessUnit),
      ...idOf('department', person?.department),
      ...idOf('costCentre', person?.costCentre),
    },
    tier: person?.tier,
    roles: person?.roles ?? NO_ROLES,
  };
}

function idOf(scope: BudgetScope, id: string | undefined): Partial<Record<BudgetScope, string>> {
  return id === undefined ? {} : { [scope]: id };
}

/** The name under which the rules of a target are found. */
export function targetKey(target: Target): string {
  switch (target.kind) {
    case 'org':
      return 'org';
    case 'each':
      return `each ${target.scope}`;
    case 'one':
      return `one ${target.scope} ${target.id}`;
    case 'tier':
    case 'role':
      return `${target.kind} ${target.id}`;
    default:
      return target satisfies never;
  }
}

/** The names of all targets that an asker belongs to, each once. */
export function targetKeysOf({ ids, tier, roles }: Asker): string[] {
  const keys = ['org'];
  for (const scope of BUDGET_SCOPES) {
    const id = ids[scope];
    if (id !== undefined) keys.push(`each ${scope}`, `one ${scope} ${id}`);
  }
  if (tier !== undefined) keys.push(`tier ${tier}`);
  for (const role of new Set(roles)) keys.push(`role ${role}`);
  return keys;
}

/** Whose use a rule counts when this asker comes; the target must be one of the asker's. */
export function aimOf(target: Target, asker: Asker): Aim {
  if (target.kind === 'org') return { kind: 'org', id: '*', scope: 'org' };
  const kind = target.kind === 'tier' || target.kind === 'role' ? 'user' : target.scope;
  const id = asker.ids[kind] ?? '';
  return { kind, id, scope: `${kind}:${id}` };
}

/** The scope of this id as a rule of the target limits it; `undefined` when it limits no such scope. */
export function aimOfScope(target: Target, id: string): Aim | undefined {
  if (target.kind === 'org') return id === '*' ? { kind: 'org', id, scope: 'org' } : undefined;
  if (target.kind === 'one' && target.id !== id) return undefined;
  const kind = target.kind === 'tier' || target.kind === 'role' ? 'user' : target.scope;
  return { kind, id, scope: `${kind}:${id}` };
}
