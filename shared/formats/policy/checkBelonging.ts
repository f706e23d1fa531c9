import { BUDGET_SCOPES, type BudgetScope } from '../../domain/policy/policy.ts';
import type { Draft } from './draft.ts';
import type { Notes, Path } from './notes.ts';

/** Scopes of which a user is in one, as the directory says it. */
const PERSON_SCOPES = BUDGET_SCOPES.filter((scope) => scope !== 'user' && scope !== 'project');

/**
 * A scope has one scope of a kind above it: a team under two units would have its money counted in both.
 * Looks at the hierarchy and the directory together, because either can contradict the other.
 */
export function checkBelonging({ belongings, directory }: Draft, notes: Notes): void {
  const parents = new Map<string, string>();
  const check = (child: string, parent: Readonly<{ scope: BudgetScope; id: string }>, path: Path) => {
    const key = `${child}\n${parent.scope}`;
    const known = parents.get(key) ?? parent.id;
    parents.set(key, known);
    if (known === parent.id) return true;
    notes.mistake(
      path,
      `${child} is under ${parent.scope} ${known} already, and cannot be under ${parent.id} too`,
    );
    return false;
  };
  for (const { value, path } of belongings) {
    check(`${value.child.scope} ${value.child.id}`, value.parent, path);
  }
  for (const { value: person, path } of directory) {
    for (const scope of PERSON_SCOPES) {
      const id = person[scope];
      if (id !== undefined && !check(`user ${person.user}`, { scope, id }, [...path, scope])) break;
    }
    // A person who says team and unit says of the team, too, where it belongs.
    if (person.team !== undefined && person.businessUnit !== undefined) {
      const unit = { scope: 'businessUnit', id: person.businessUnit } as const;
      check(`team ${person.team}`, unit, [...path, 'businessUnit']);
    }
  }
}
