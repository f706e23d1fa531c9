import { hideNamesOfAlerts } from '../alerts/hideNamesOfAlerts.ts';
import { hideEmails, type PseudonymOf } from '../pseudonym.ts';
import type { ModelAccessList, Policy, Target } from './policy.ts';
import type { RoutingRules } from './routing.ts';

/**
 * A policy as a ledger of pseudonyms keeps it, so that its rules find the people they name: users by pseudonym, and
 * e-mail addresses in the ids of rules and of other scopes too. Addresses to which alerts go stay.
 */
export function hideNamesOfPolicy(policy: Policy, pseudonymOf: PseudonymOf): Policy {
  const hide = <Rule extends Readonly<{ id: string; target: Target }>>(rule: Rule): Rule => ({
    ...rule,
    id: hideId(rule, pseudonymOf),
    target: hideTarget(rule.target, pseudonymOf),
  });
  const { alerts, overflow } = policy;
  return {
    ...policy,
    budgets: policy.budgets.map(hide),
    bursts: policy.bursts.map(hide),
    hours: policy.hours.map(hide),
    access: policy.access.map((list) => hideAccess(list, pseudonymOf)),
    ...(policy.routing === undefined ? {} : { routing: hideRouting(policy.routing, pseudonymOf) }),
    overflow: { ...overflow, approvers: overflow.approvers.map(pseudonymOf) },
    ...(alerts === undefined ? {} : { alerts: hideNamesOfAlerts(alerts, pseudonymOf, overflow.approvers) }),
  };
}

/** A pattern that looks for somebody's address finds nobody any more, and names nobody either. */
function hideRouting({ rules, ...rest }: RoutingRules, pseudonymOf: PseudonymOf): RoutingRules {
  return {
    ...rest,
    rules: rules.map(({ pattern, ...rule }) => ({
      ...rule,
      ...(pattern === undefined ? {} : { pattern: hideEmails(pattern, pseudonymOf) }),
    })),
  };
}

/** An id that was made of its target names a user who need not be called by an address. */
function hideId({ id, target }: Readonly<{ id: string; target: Target }>, pseudonymOf: PseudonymOf): string {
  const ofUser = target.kind === 'one' && target.scope === 'user' ? target.id : undefined;
  const withoutUser = ofUser === undefined ? id : id.replaceAll(ofUser, pseudonymOf(ofUser));
  return hideEmails(withoutUser, pseudonymOf);
}

function hideTarget(target: Target, pseudonymOf: PseudonymOf): Target {
  if (target.kind !== 'one') return target;
  const { id, scope } = target;
  return { ...target, id: scope === 'user' ? pseudonymOf(id) : hideEmails(id, pseudonymOf) };
}

function hideAccess({ target, entries }: ModelAccessList, pseudonymOf: PseudonymOf): ModelAccessList {
  return {
    target: hideTarget(target, pseudonymOf),
    entries: entries.map(({ users, ...entry }) => ({
      ...entry,
      ...(users === undefined ? {} : { users: users.map(pseudonymOf) }),
    })),
  };
}
