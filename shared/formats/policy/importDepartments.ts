import { z } from 'zod';
import { PLAIN_RUNG } from '../../domain/policy/ladderPresets.ts';
import type { BudgetRule, ModelAccessList, Rung, Target } from '../../domain/policy/policy.ts';
import { budgetName } from '../../domain/policy/ruleNames.ts';
import { didYouMean, nearestName } from '../../pricing/nearestName.ts';
import { choice, section } from '../../pricing/strictShape.ts';
import { checkScopeId } from './checkName.ts';
import { type DirectoryPerson, type Draft, EMPTY_DRAFT, joinDrafts } from './draft.ts';
import { bareUsd, presentModel } from './importedWords.ts';
import type { Notes, Part, Path, Sourced } from './notes.ts';
import { entriesOf, parsePart } from './parts.ts';
import { identifier } from './words.ts';

/** Reads departments with a limit in USD, limits of their people, and the models that these may use. */

const UNITS = { daily: 'day', weekly: 'week', monthly: 'month' } as const;

const people = z.union([z.literal('*', { error: 'write "*" or a list of users' }), z.array(identifier)]);

const department = section({
  limit: bareUsd,
  period: choice(['daily', 'weekly', 'monthly'], 'period').default('monthly'),
  user_limits: z.record(z.string(), bareUsd).default({}),
  model_restrictions: z.record(identifier, people).optional(),
});

/** What is over the limit is refused, without a word before. */
const LADDER: readonly Rung[] = [{ ...PLAIN_RUNG, percent: 100, action: { kind: 'reject', status: 429 } }];

export function importDepartments(part: Part, notes: Notes): Draft {
  return joinDrafts(entriesOf(part, notes).map(([id, child]) => importDepartment(id, child, notes)));
}

function importDepartment(id: string, part: Part, notes: Notes): Draft {
  checkScopeId(id, part.path, notes);
  const fields = parsePart(department, part, notes);
  if (fields === undefined) return EMPTY_DRAFT;
  const unit = UNITS[fields.period];
  const scope = { kind: 'one', scope: 'department', id } as const;
  const budgets = [usdBudget({ target: scope, unit, picoUsd: fields.limit }, part.path)];
  const users = Object.entries(fields.user_limits);
  for (const [user, picoUsd] of users) {
    const path = [...part.path, 'user_limits', user];
    checkScopeId(user, path, notes);
    budgets.push(usdBudget({ target: { kind: 'one', scope: 'user', id: user }, unit, picoUsd }, path));
    if (picoUsd > fields.limit) notes.warn(path, `is never reached: the limit of department ${id} binds`);
  }
  const access = readAccess(scope, fields.model_restrictions, { part, notes });
  const named = access.flatMap(({ value }) => value.entries.flatMap((entry) => entry.users ?? []));
  warnOfSlips(named, Object.keys(fields.user_limits), { part, notes });
  return {
    ...EMPTY_DRAFT,
    budgets,
    access,
    directory: [...new Set([...users.map(([user]) => user), ...named])].map(
      (user): Sourced<DirectoryPerson> => {
        const path = [
          ...part.path,
          fields.user_limits[user] === undefined ? 'model_restrictions' : 'user_limits',
          user,
        ];
        return { value: { user, department: id }, path };
      },
    ),
  };
}

/** Somebody without a limit is no mistake; one who is spelt nearly like one with a limit most likely is. */
function warnOfSlips(
  named: readonly string[],
  limited: readonly string[],
  { part, notes }: Readonly<{ part: Part; notes: Notes }>,
): void {
  for (const user of new Set(named)) {
    if (limited.includes(user) || nearestName(user, limited) === undefined) continue;
    const meant = didYouMean(user, limited);
    notes.warn([...part.path, 'model_restrictions'], `the department has no limit for ${user}${meant}`);
  }
}

/** A department without restrictions may use every model; one with some, only these. */
function readAccess(
  target: Target,
  restrictions: z.infer<typeof department>['model_restrictions'],
  { part, notes }: Readonly<{ part: Part; notes: Notes }>,
): Sourced<ModelAccessList>[] {
  if (restrictions === undefined) return [];
  const path = [...part.path, 'model_restrictions'];
  const entries = Object.entries(restrictions).flatMap(
    ([name, who]): ModelAccessList['entries'][number][] => {
      const models = [presentModel(name, [...path, name], notes)];
      if (who === '*') return [{ models }];
      // A model with an empty list of people is for nobody, as if it were not listed.
      return who.length === 0 ? [] : [{ models, users: who }];
    },
  );
  return [{ value: { target, entries }, path }];
}

type Wanted = Readonly<{ target: Target; unit: 'day' | 'week' | 'month'; picoUsd: bigint }>;

function usdBudget({ target, unit, picoUsd }: Wanted, path: Path): Sourced<BudgetRule> {
  const rule = {
    target,
    period: { unit, timeZone: 'UTC' },
    limit: { measure: 'usd', amount: picoUsd },
    filter: {},
  } as const;
  return { value: { id: budgetName(rule), ...rule, ladder: LADDER, isHard: false }, path };
}
