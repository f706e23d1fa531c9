import { isEmailAddress } from '../emailAddress.ts';
import { hideEmails, type PseudonymOf } from '../pseudonym.ts';
import type { AlertPolicy, AlertRoute, Contact, ScopeContacts } from './alertPolicy.ts';

type Contacts<T> = Readonly<Record<string, T>>;

/**
 * An alert policy as a ledger of pseudonyms keeps it: people by pseudonym, so that they are found by it, with their
 * addresses as they are, because that is where alerts go. `others` are people whom the policy names elsewhere.
 * Whoever is named by an address and has no contact keeps it as one.
 */
export function hideNamesOfAlerts(
  policy: AlertPolicy,
  pseudonymOf: PseudonymOf,
  others: readonly string[] = [],
): AlertPolicy {
  const { people, teams, businessUnits, routes } = policy;
  const named = [...Object.values(teams), ...Object.values(businessUnits)].flatMap(namesOf);
  const ownAddresses = [...named, ...others]
    .filter(isEmailAddress)
    .map((address): [string, Contact] => [pseudonymOf(address), { email: address }]);
  const known = Object.entries(people).map(([id, contact]): [string, Contact] => [pseudonymOf(id), contact]);
  const hideTeam = (id: string) => hideEmails(id, pseudonymOf);
  return {
    ...policy,
    routes: routes.map((route) => hideRoute(route, pseudonymOf)),
    people: Object.fromEntries([...ownAddresses, ...known]),
    teams: mapContacts(teams, hideTeam, (team) => hideScope(team, pseudonymOf)),
    businessUnits: mapContacts(businessUnits, hideTeam, (unit) => hideScope(unit, pseudonymOf)),
  };
}

function namesOf({ lead, deputies, managers }: ScopeContacts): string[] {
  return [...(lead === undefined ? [] : [lead]), ...deputies, ...managers];
}

function hideScope(scope: ScopeContacts, pseudonymOf: PseudonymOf): ScopeContacts {
  const { lead, deputies, managers, businessUnit } = scope;
  return {
    ...scope,
    ...(lead === undefined ? {} : { lead: pseudonymOf(lead) }),
    deputies: deputies.map(pseudonymOf),
    managers: managers.map(pseudonymOf),
    ...(businessUnit === undefined ? {} : { businessUnit: hideEmails(businessUnit, pseudonymOf) }),
  };
}

function hideRoute({ scopes, ...route }: AlertRoute, pseudonymOf: PseudonymOf): AlertRoute {
  if (scopes === undefined) return route;
  return {
    ...route,
    scopes: scopes.map(({ kind, id }) => ({
      kind,
      id: kind === 'user' ? pseudonymOf(id) : hideEmails(id, pseudonymOf),
    })),
  };
}

function mapContacts<T>(
  contacts: Contacts<T>,
  hideId: (id: string) => string,
  hide: (contact: T) => T,
): Contacts<T> {
  return Object.fromEntries(Object.entries(contacts).map(([id, contact]) => [hideId(id), hide(contact)]));
}
