import { definedOnly } from '../../domain/definedOnly.ts';
import type { Person } from '../../domain/policy/decision.ts';
import type { Memberships } from '../../domain/policy/findOvercommitted.ts';
import type { Draft } from './draft.ts';

/**
 * Everybody of whom the file knows where they belong, from its hierarchy and its directory, and all that the
 * caller knows besides. What the file says of somebody comes first; nobody is there twice.
 */
export function membershipsOf(
  { belongings, directory }: Pick<Draft, 'belongings' | 'directory'>,
  others: readonly Person[],
): Memberships {
  const persons = new Map<string, Person>(others.map((person) => [person.user, person]));
  const add = (person: Person) => persons.set(person.user, { ...persons.get(person.user), ...person });
  for (const { value } of belongings) {
    const { child, parent } = value;
    if (child.scope === 'user' && parent.scope !== 'user') add({ user: child.id, [parent.scope]: parent.id });
  }
  for (const { value } of directory) {
    const { lead: _, ...person } = value;
    add(person);
  }
  const unitOfTeam = new Map<string, string>();
  for (const { child, parent } of belongings.map(({ value }) => value)) {
    if (child.scope === 'team' && parent.scope === 'businessUnit') unitOfTeam.set(child.id, parent.id);
  }
  for (const { team, businessUnit } of persons.values()) {
    if (team !== undefined && businessUnit !== undefined && !unitOfTeam.has(team)) {
      unitOfTeam.set(team, businessUnit);
    }
  }
  return {
    persons: [...persons.values()].map((person) => ({
      ...person,
      ...definedOnly({ businessUnit: person.businessUnit ?? unitOfTeam.get(person.team ?? '') }),
    })),
    belongings: [...unitOfTeam].map(([team, unit]) => ({
      child: { scope: 'team', id: team },
      parent: { scope: 'businessUnit', id: unit },
    })),
  };
}
