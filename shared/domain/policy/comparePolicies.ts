import type { Policy } from './policy.ts';
import { type Facts, factsOfPolicy, type RuleFacts } from './policyFacts.ts';

/** A rule that another version of a policy adds, drops or words differently. */
export type PolicyChange = Readonly<{
  kind: 'added' | 'removed' | 'changed';
  section: string;
  /** Id of the rule; of a list of models, whom it is for; empty where there is only one. */
  id: string;
  /** For people: what it says, or `fact: before → after`. */
  lines: readonly string[];
}>;

/** What changes from one policy to another: what goes, what changes, what comes. Order of rules is none. */
export function comparePolicies(before: Policy, after: Policy): PolicyChange[] {
  const old = byName(before);
  const fresh = byName(after);
  const changes: PolicyChange[] = [];
  for (const [name, rule] of old) {
    if (!fresh.has(name)) changes.push({ kind: 'removed', ...nameOf(rule), lines: allFacts(rule.facts) });
  }
  for (const [name, rule] of fresh) {
    const known = old.get(name);
    const lines = known === undefined ? allFacts(rule.facts) : changedFacts(known.facts, rule.facts);
    if (known === undefined) changes.push({ kind: 'added', ...nameOf(rule), lines });
    else if (lines.length > 0) changes.push({ kind: 'changed', ...nameOf(rule), lines });
  }
  return changes;
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

/** `+ budget team:payments:month:usd` with its facts below, one on a line. */
export function changeText({ kind, section, id, lines }: PolicyChange): string {
  const head = [SIGNS[kind], section, id].filter((part) => part !== '').join(' ');
  return [head, ...lines.map((line) => `    ${line}`)].join('\n');
}

/** Rules of equal names, which only lists without ids can have, are told apart by their number. */
function byName(policy: Policy): Map<string, RuleFacts> {
  const rules = new Map<string, RuleFacts>();
  for (const rule of factsOfPolicy(policy)) {
    let name = `${rule.section}\n${rule.id}`;
    while (rules.has(name)) name += '\nagain';
    rules.set(name, rule);
  }
  return rules;
}

function nameOf({ section, id }: RuleFacts): Readonly<{ section: string; id: string }> {
  return { section, id };
}

function allFacts(facts: Facts): string[] {
  return [...facts].map(([name, text]) => `${name}: ${text}`);
}

function changedFacts(before: Facts, after: Facts): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].flatMap((name) => {
    const [old = 'none', now = 'none'] = [before.get(name), after.get(name)];
    return old === now ? [] : [`${name}: ${old} → ${now}`];
  });
}
