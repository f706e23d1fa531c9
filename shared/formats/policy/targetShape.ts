import { z } from 'zod';
import { BUDGET_SCOPES, type Target } from '../../domain/policy/policy.ts';
import type { Notes, Path } from './notes.ts';
import { flag, identifier } from './words.ts';

const id = identifier.optional();

/** Whom a rule is about: exactly one of these keys. `*` is each scope of the kind for itself. */
export const TARGET_SHAPE = {
  org: flag.optional(),
  businessUnit: id,
  department: id,
  costCentre: id,
  team: id,
  project: id,
  user: id,
  tier: id,
  role: id,
};

const targetFields = z.object(TARGET_SHAPE);
export type TargetFields = z.infer<typeof targetFields>;

const TARGET_KEYS = Object.keys(TARGET_SHAPE).join(', ');

/** The target of a rule at this place; `undefined`, with a mistake noted, when not exactly one is named. */
export function readTarget(fields: TargetFields, path: Path, notes: Notes): Target | undefined {
  const targets: Target[] = [];
  if (fields.org === true) targets.push({ kind: 'org' });
  for (const scope of BUDGET_SCOPES) {
    const name = fields[scope];
    if (name === '*') targets.push({ kind: 'each', scope });
    else if (name !== undefined) targets.push({ kind: 'one', scope, id: name });
  }
  for (const kind of ['tier', 'role'] as const) {
    const name = fields[kind];
    if (name === '*') notes.mistake([...path, kind], `name the ${kind}; for everybody write user: "*"`);
    if (name !== undefined) targets.push({ kind, id: name });
  }
  const [target, ...others] = targets;
  if (target !== undefined && others.length === 0) return target;
  const problem = target === undefined ? 'is for nobody' : 'has more than one target';
  notes.mistake(path, `this rule ${problem}; give one of ${TARGET_KEYS}`);
  return undefined;
}
