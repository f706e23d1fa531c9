import { definedOnly } from '../domain/definedOnly.ts';
import { placementOn } from '../domain/placement.ts';
import type { KnownPersons } from '../domain/policy/consumption.ts';
import type { Person } from '../domain/policy/decision.ts';
import type { DirectoryStore } from './directoryStore.ts';

/** Everybody as the directory places them on a day; what a file says of somebody comes before it. */
export async function readKnownPersons(
  directory: DirectoryStore,
  day: string,
  stated: readonly Person[] = [],
): Promise<KnownPersons> {
  const persons = new Map<string, Person>();
  for await (const { user, placements } of directory.allUsers()) {
    const { team, businessUnit, department, costCentre, tier, roles } = placementOn(placements, day) ?? {};
    persons.set(user, { user, ...definedOnly({ team, businessUnit, department, costCentre, tier, roles }) });
  }
  for (const person of stated) persons.set(person.user, { ...persons.get(person.user), ...person });
  return persons;
}
