import { definedOnly } from '../../domain/definedOnly.ts';
import { PICO_USD_PER_USD } from '../../domain/money.ts';
import type { BudgetRule } from '../../domain/policy/policy.ts';
import { choice, section } from '../../pricing/strictShape.ts';
import { type Defaults, LIMIT_SHAPE, makeBudgets } from './budgetSection.ts';
import { checkScopeId } from './checkName.ts';
import { readLadder } from './ladder.ts';
import type { Notes, Part, Sourced } from './notes.ts';
import { childOf, entriesOf, parsePart } from './parts.ts';

const tierShape = section(LIMIT_SHAPE);
const presetShape = choice(['standard'], 'set of tiers');

const CENT = PICO_USD_PER_USD / 100n;
/** What `tiers: standard` stands for: a day and a month for each kind of user. */
const STANDARD = [
  ['free', 50n * CENT, 500n * CENT],
  ['premium', 500n * CENT, 5_000n * CENT],
  ['enterprise', 5_000n * CENT, 50_000n * CENT],
] as const;

/** `tiers`: what each user of a tier may use, by the name of the tier; or `standard`. */
export function readTiers(part: Part, defaults: Defaults, notes: Notes): Sourced<BudgetRule>[] {
  if (typeof part.value === 'string' && part.value !== '') {
    if (parsePart(presetShape, part, notes) === undefined) return [];
    return standardTiers(part, defaults, notes);
  }
  return entriesOf(part, notes).flatMap(([id, tier]) => {
    checkScopeId(id, tier.path, notes);
    const fields = parsePart(tierShape, tier, notes);
    const ladder = readLadder(childOf(tier, 'ladder'), notes);
    if (fields === undefined || ladder === undefined) return [];
    const wanted = {
      ...definedOnly(fields),
      target: { kind: 'tier', id },
      ladder,
      path: tier.path,
      defaults,
    } as const;
    return makeBudgets(wanted, notes);
  });
}

function standardTiers(part: Part, defaults: Defaults, notes: Notes): Sourced<BudgetRule>[] {
  const ladder = readLadder({ value: undefined, path: part.path }, notes);
  if (ladder === undefined) return [];
  return STANDARD.flatMap(([id, day, month]) => {
    const limits = {
      day: { measure: 'usd', amount: day },
      month: { measure: 'usd', amount: month },
    } as const;
    return makeBudgets({ ...limits, target: { kind: 'tier', id }, ladder, path: part.path, defaults }, notes);
  });
}
