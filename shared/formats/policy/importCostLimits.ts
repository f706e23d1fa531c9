import { section } from '../../pricing/strictShape.ts';
import { makeBudgets } from './budgetSection.ts';
import { checkScopeId } from './checkName.ts';
import { type Draft, EMPTY_DRAFT } from './draft.ts';
import { bareUsd } from './importedWords.ts';
import { readLadder } from './ladder.ts';
import type { Notes, Part } from './notes.ts';
import { entriesOf, parsePart } from './parts.ts';

const tier = section({ daily: bareUsd.optional(), monthly: bareUsd.optional() });

/** Reads `cost_limits`: what each user of a tier may spend, in bare USD. */
export function importCostLimits(part: Part, notes: Notes): Draft {
  const ladder = readLadder({ value: undefined, path: part.path }, notes);
  const budgets = entriesOf(part, notes).flatMap(([id, child]) => {
    checkScopeId(id, child.path, notes);
    const fields = parsePart(tier, child, notes);
    if (fields === undefined || ladder === undefined) return [];
    const usd = (amount: bigint) => ({ measure: 'usd', amount }) as const;
    const limits = {
      ...(fields.daily === undefined ? {} : { day: usd(fields.daily) }),
      ...(fields.monthly === undefined ? {} : { month: usd(fields.monthly) }),
    };
    const defaults = { timeZone: 'UTC' };
    return makeBudgets(
      { ...limits, target: { kind: 'tier', id }, ladder, path: child.path, defaults },
      notes,
    );
  });
  return { ...EMPTY_DRAFT, budgets };
}
