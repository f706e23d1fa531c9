import { BUDGET_SCOPES, type BudgetScope, type Target } from '../../domain/policy/policy.ts';
import { didYouMean } from '../../pricing/nearestName.ts';
import type { DirectoryPerson, Draft } from './draft.ts';
import type { Notes, Path, Sourced } from './notes.ts';

type Kind = BudgetScope | 'tier' | 'role';

/** The names that the file's own directory has of each kind. */
type KnownNames = ReadonlyMap<Kind, ReadonlySet<string>>;

/**
 * A rule that names somebody whom the file's own directory does not know holds for nobody: a slip, most
 * likely. The ledger may know more people and teams than the file, so of most rules only a name that is spelt
 * nearly like one of the file's is told.
 */
export function checkKnownNames(draft: Draft, notes: Notes): void {
  if (draft.directory.length === 0) return;
  const known = namesOf(draft.directory);
  const check = (kind: Kind, name: string, path: Path) => {
    const names = known.get(kind) ?? new Set();
    const meant = didYouMean(name, names);
    if (!names.has(name) && meant !== '') {
      notes.warn(path, `the directory knows no ${kind} ${name}${meant}`);
    }
  };
  checkUsers(draft, known, notes);
  for (const { value, path } of [...draft.budgets, ...draft.bursts, ...draft.access, ...draft.hours]) {
    const named = nameOf(value.target);
    const isTold = 'ladder' in value && (named?.kind === 'user' || named?.kind === 'tier');
    if (named !== undefined && !isTold) check(named.kind, named.id, [...path, named.kind]);
  }
  checkLists(draft.access, check);
  checkTiers(draft, notes);
}

/** Of a budget of one user also a name like no other is told: most people have none of their own. */
function checkUsers({ budgets }: Draft, known: KnownNames, notes: Notes): void {
  const users = known.get('user') ?? new Set();
  for (const { value, path } of budgets) {
    const named = nameOf(value.target);
    if (named?.kind !== 'user' || users.has(named.id)) continue;
    notes.warn([...path, 'user'], `the directory knows no user ${named.id}${didYouMean(named.id, users)}`);
  }
}

/** The people and roles to whom a list gives a model. */
function checkLists(
  lists: Draft['access'],
  check: (kind: 'user' | 'role', name: string, path: Path) => void,
): void {
  for (const { value, path, renamed } of lists) {
    for (const [index, { users = [], roles = [] }] of value.entries.entries()) {
      const place = [...path, 'allow', renamed?.get(index) ?? index];
      for (const user of users) check('user', user, place);
      for (const role of roles) check('role', role, place);
    }
  }
}

/** What a target names; a project is stated by requests, and no directory knows of it. */
function nameOf(target: Target): Readonly<{ kind: Kind; id: string }> | undefined {
  switch (target.kind) {
    case 'org':
    case 'each':
      return undefined;
    case 'one':
      return target.scope === 'project' ? undefined : { kind: target.scope, id: target.id };
    case 'tier':
    case 'role':
      return target;
    default:
      return target satisfies never;
  }
}

function namesOf(directory: readonly Sourced<DirectoryPerson>[]): KnownNames {
  const names = new Map<Kind, Set<string>>();
  const add = (kind: Kind, name: string | undefined) => {
    if (name !== undefined) names.set(kind, (names.get(kind) ?? new Set()).add(name));
  };
  for (const { value: person } of directory) {
    for (const scope of BUDGET_SCOPES) if (scope !== 'project') add(scope, person[scope]);
    add('tier', person.tier);
    for (const role of person.roles ?? []) add('role', role);
  }
  return names;
}

/** A person of a tier without budgets, where others have some, has none of them. */
function checkTiers({ budgets, directory }: Draft, notes: Notes): void {
  const tiers = new Set(
    budgets.flatMap(({ value: { target } }) => (target.kind === 'tier' ? [target.id] : [])),
  );
  if (tiers.size === 0) return;
  for (const { value, path } of directory) {
    if (value.tier === undefined || tiers.has(value.tier)) continue;
    notes.warn([...path, 'tier'], `there is no tier ${value.tier}${didYouMean(value.tier, tiers)}`);
  }
}
