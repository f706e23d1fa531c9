import { askerOf, targetKey, targetKeysOf } from './asker.ts';
import type { DecisionRequest, Person } from './decision.ts';
import type { Policy, Target } from './policy.ts';
import { targetName } from './ruleNames.ts';

/** A rule that concerns nobody, and the names of its kind that somebody has. */
export type IdleRule = Readonly<{ rule: string; target: Target; known: readonly string[] }>;

/** Somebody who asks, or who is only known. */
export type KnownAsker = Readonly<{ request: DecisionRequest; person: Person | undefined }>;

/**
 * Rules of a scope, tier or role that nobody belongs to who asked of late or is known: most likely its name
 * is misspelt, and the limit would hold for nothing. Of a ledger without people nothing can be said.
 */
export function findIdleRules(policy: Policy, askers: Iterable<KnownAsker>): IdleRule[] {
  const keys = new Set<string>();
  for (const { request, person } of askers) {
    for (const key of targetKeysOf(askerOf(request, person))) keys.add(key);
  }
  if (keys.size === 0) return [];
  return rulesOfPolicy(policy).flatMap(({ rule, target }) => {
    if (target.kind === 'org' || keys.has(targetKey(target))) return [];
    const prefix = targetKey(withName(target, ''));
    const known = [...keys].flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
    return [{ rule, target, known }];
  });
}

function rulesOfPolicy({ budgets, bursts, access, hours }: Policy) {
  return [
    ...[...budgets, ...bursts, ...hours].map(({ id, target }) => ({ rule: id, target })),
    ...access.map(({ target }) => ({ rule: `models of ${targetName(target)}`, target })),
  ];
}

/** A target that is for each of a kind is near no name. */
function withName(target: Target, id: string): Target {
  return target.kind === 'org' || target.kind === 'each' ? target : { ...target, id };
}
