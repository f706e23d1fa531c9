import { definedOnly } from '../definedOnly.ts';
import { type DirectoryUser, placementOn } from '../placement.ts';
import type { Person } from './decision.ts';

/** What rules look at of a person on a UTC day; nothing but the name where the directory places them nowhere. */
export function personOn(user: string, known: DirectoryUser | undefined, day: string): Person {
  const placement = known === undefined ? undefined : placementOn(known.placements, day);
  if (placement === undefined) return { user };
  const { team, businessUnit, department, costCentre, tier, roles } = placement;
  return { user, ...definedOnly({ team, businessUnit, department, costCentre, tier, roles }) };
}
