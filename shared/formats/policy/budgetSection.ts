import { z } from 'zod';
import { definedOnly } from '../../domain/definedOnly.ts';
import {
  type BudgetRule,
  DEFAULT_COUNTED,
  type Limit,
  PERIOD_UNITS,
  type Target,
} from '../../domain/policy/policy.ts';
import { budgetName } from '../../domain/policy/ruleNames.ts';
import { TOKEN_CLASSES, type TokenClass } from '../../domain/tokens.ts';
import { choice, section } from '../../pricing/strictShape.ts';
import { checkName } from './checkName.ts';
import { type LadderFor, readLadder } from './ladder.ts';
import type { Notes, Part, Path, Sourced } from './notes.ts';
import { childOf, itemsOf, parsePart } from './parts.ts';
import { readTarget, TARGET_SHAPE } from './targetShape.ts';
import { flag, identifier, limit, timeZone } from './words.ts';

/** `cacheWrite` is both lives of a cache entry. */
const COUNTED_NAMES = [...TOKEN_CLASSES, 'cacheWrite'] as const;

/** What a budget says besides whom it is about. */
export const LIMIT_SHAPE = {
  day: limit.optional(),
  week: limit.optional(),
  month: limit.optional(),
  quarter: limit.optional(),
  year: limit.optional(),
  ladder: z.unknown().optional(),
  only: section({
    model: identifier.optional(),
    operation: identifier.optional(),
    entrypoint: identifier.optional(),
  }).optional(),
  counted: z
    .array(choice(COUNTED_NAMES, 'token class'))
    .min(1, 'count at least one class of tokens')
    .optional(),
  timeZone: timeZone.optional(),
  hard: flag.optional(),
};

const limitFields = z.object(LIMIT_SHAPE);
type LimitFields = z.infer<typeof limitFields>;

const budgetShape = section({ ...TARGET_SHAPE, ...LIMIT_SHAPE, id: identifier.optional() });

/** What holds for the whole file unless a rule says otherwise. */
export type Defaults = Readonly<{ timeZone: string }>;

/** `budgets`: a list of limits, each on one target. */
export function readBudgets(part: Part, defaults: Defaults, notes: Notes): Sourced<BudgetRule>[] {
  return itemsOf(part, notes).flatMap((item) => {
    const fields = parsePart(budgetShape, item, notes);
    const ladder = readLadder(childOf(item, 'ladder'), notes);
    if (fields === undefined || ladder === undefined) return [];
    const target = readTarget(fields, item.path, notes);
    if (target === undefined) return [];
    return makeBudgets({ ...fields, target, ladder, path: item.path, defaults }, notes);
  });
}

type Wanted = LimitFields &
  Readonly<{ id?: string | undefined; target: Target; ladder: LadderFor; path: Path; defaults: Defaults }>;

/** One rule for each period that is limited. */
export function makeBudgets(wanted: Wanted, notes: Notes): Sourced<BudgetRule>[] {
  const { target, ladder, path, id } = wanted;
  const filter = readFilter(wanted, notes);
  const units = PERIOD_UNITS.filter((unit) => wanted[unit] !== undefined);
  if (units.length === 0) {
    notes.mistake(
      path,
      `nothing is limited here; give one of ${PERIOD_UNITS.join(', ')}, such as month: 500 USD`,
    );
  }
  if (id !== undefined && units.length > 1) {
    notes.mistake(
      [...path, 'id'],
      `an id is for one limit, and here are ${units.length}; write an entry for each`,
    );
    return [];
  }
  const rules = units.flatMap((unit): Sourced<BudgetRule>[] => {
    const amount = wanted[unit];
    if (amount === undefined) return [];
    const rule = {
      target,
      period: { unit, timeZone: wanted.timeZone ?? zoneFor(amount, wanted.defaults) },
      limit: countedLimit(amount, wanted),
      filter,
    };
    const name = id ?? budgetName(rule);
    if (id === undefined) checkName(name, path, notes);
    const isHard = wanted.hard ?? false;
    return [{ value: { id: name, ...rule, ladder: ladder({ ...rule }), isHard }, path }];
  });
  const isOfTokens = rules.some(({ value }) => value.limit.measure === 'tokens');
  if (wanted.counted !== undefined && units.length > 0 && !isOfTokens) {
    notes.mistake([...path, 'counted'], 'only tokens have classes to count; this limit is not in tokens');
  }
  return rules;
}

/** The file's zone is for what can follow it: tokens are kept by UTC day. */
function zoneFor({ measure }: Pick<Limit, 'measure'>, defaults: Defaults): string {
  return measure === 'tokens' ? 'UTC' : defaults.timeZone;
}

function countedLimit({ measure, amount }: Pick<Limit, 'measure' | 'amount'>, { counted }: Wanted): Limit {
  return measure === 'tokens'
    ? { measure, amount, counted: counted === undefined ? DEFAULT_COUNTED : tokenClasses(counted) }
    : { measure, amount };
}

function tokenClasses(names: readonly (typeof COUNTED_NAMES)[number][]): TokenClass[] {
  return TOKEN_CLASSES.filter(
    (name) => names.includes(name) || (name.startsWith('cacheWrite') && names.includes('cacheWrite')),
  );
}

function readFilter({ only, path }: Wanted, notes: Notes): BudgetRule['filter'] {
  if (only === undefined) return {};
  const { model, operation, entrypoint } = only;
  if (model === undefined && operation === undefined && entrypoint === undefined) {
    notes.mistake([...path, 'only'], 'a filter names a model, an operation or an entrypoint');
  }
  return definedOnly({ modelFamily: model, operation, entrypoint });
}
