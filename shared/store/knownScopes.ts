import { monthOfDay, toDay } from '../domain/period.ts';
import type { Person } from '../domain/policy/decision.ts';
import { personOn } from '../domain/policy/personOn.ts';
import { BUDGET_SCOPES, type BudgetScope, type Policy } from '../domain/policy/policy.ts';
import type { BudgetedScope } from '../domain/policy/scopeRules.ts';
import type { DirectoryStore } from './directoryStore.ts';
import { inParallel } from './inParallel.ts';
import type { StandingStore } from './standingStore.ts';
import type { TotalStore } from './totalStore.ts';
import { usersNearLimits } from './usersNearLimits.ts';

export type KnownScopesDependencies = Readonly<{
  totals: TotalStore;
  standings: Pick<StandingStore, 'all'>;
  directory: Pick<DirectoryStore, 'allUsers'>;
  now: Date;
}>;

const DAYS_AT_ONCE = 8;

type Ids = ReadonlyMap<BudgetScope, Set<string>>;

/**
 * The scopes that budgets may be about: the organisation, whom the policy names, who has a standing, where
 * the directory places people, and the teams of the last month with any use. `isByUse` adds the users whose use so
 * far is worth a standing.
 */
export async function knownScopes(
  policy: Policy,
  { lastDay, days, isByUse }: Readonly<{ lastDay: string; days: readonly string[]; isByUse: boolean }>,
  { totals, standings, directory, now }: KnownScopesDependencies,
): Promise<BudgetedScope[]> {
  const ids: Ids = new Map(BUDGET_SCOPES.map((kind) => [kind, new Set<string>()]));
  for (const { target } of policy.budgets) {
    if (target.kind === 'one') ids.get(target.scope)?.add(target.id);
  }
  await addStandings(policy, standings, ids);
  const persons = await addPlaces(toDay(now), directory, ids);
  if (isByUse) {
    for (const user of await usersNearLimits(policy, persons, { totals, now })) ids.get('user')?.add(user);
  }
  const recent = days.filter((day) => monthOfDay(day) === monthOfDay(lastDay));
  const teams = await inParallel(recent, DAYS_AT_ONCE, (day) => totals.teamsOfDay(day));
  for (const team of teams.flat()) ids.get('team')?.add(team);
  const scopes = [...ids].flatMap(([kind, ofKind]) => [...ofKind].map((id) => scopeOf(kind, id, persons)));
  return [{ kind: 'org' }, ...scopes];
}

async function addStandings(policy: Policy, standings: Pick<StandingStore, 'all'>, ids: Ids): Promise<void> {
  const kinds = new Map<string, BudgetScope>();
  for (const { id, target } of policy.budgets) {
    if (target.kind === 'one' || target.kind === 'each') kinds.set(id, target.scope);
    else if (target.kind !== 'org') kinds.set(id, 'user');
  }
  for await (const { budgetId, scopeId } of standings.all()) {
    const kind = kinds.get(budgetId);
    if (kind !== undefined) ids.get(kind)?.add(scopeId);
  }
}

const PLACES = ['businessUnit', 'department', 'costCentre', 'team'] as const;

async function addPlaces(
  today: string,
  directory: Pick<DirectoryStore, 'allUsers'>,
  ids: Ids,
): Promise<Map<string, Person>> {
  const persons = new Map<string, Person>();
  for await (const known of directory.allUsers()) {
    const person = personOn(known.user, known, today);
    persons.set(known.user, person);
    for (const kind of PLACES) {
      const id = person[kind];
      if (id !== undefined) ids.get(kind)?.add(id);
    }
  }
  return persons;
}

function scopeOf(kind: BudgetScope, id: string, persons: ReadonlyMap<string, Person>): BudgetedScope {
  return kind === 'user' ? { kind, person: persons.get(id) ?? { user: id } } : { kind, id };
}
