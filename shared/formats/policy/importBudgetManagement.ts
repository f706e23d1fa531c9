import { z } from 'zod';
import { formatUsd } from '../../domain/money.ts';
import { allot, excessOver, monthOfYear } from '../../domain/policy/hierarchy.ts';
import { PLAIN_RUNG } from '../../domain/policy/ladderPresets.ts';
import type { BudgetRule, OverflowRule, Rung, Target } from '../../domain/policy/policy.ts';
import { budgetName } from '../../domain/policy/ruleNames.ts';
import { choice, section } from '../../pricing/strictShape.ts';
import { MAX_GRACE_HOURS } from './action.ts';
import { checkScopeId } from './checkName.ts';
import { type Belonging, type Draft, EMPTY_DRAFT } from './draft.ts';
import { bareNumber, barePercent, bareUsd } from './importedWords.ts';
import type { Notes, Part, Path, Sourced } from './notes.ts';
import { parsePart } from './parts.ts';
import { flag, identifier } from './words.ts';

/** Reads `budget_management`: an enterprise's year and month, shared out to units and their teams. */

const unit = section({
  percentage: barePercent.optional(),
  monthly_budget: bareUsd.optional(),
  teams: z.record(z.string(), barePercent).default({}),
});

const controls = section({
  soft_limits: section({
    warning_threshold: bareNumber(100),
    action: choice(['notify_managers_and_increase_monitoring', 'notify_managers'], 'action'),
  }).optional(),
  hard_limits: section({
    enforcement_threshold: bareNumber(100),
    action: choice(['restrict_usage_require_approval'], 'action'),
    grace_period_hours: bareNumber(MAX_GRACE_HOURS).default(24),
  }).optional(),
  emergency_procedures: section({
    budget_overflow: section({
      auto_approval_limit: bareNumber(100),
      manual_approval_required: flag.default(true),
      approvers: z.array(identifier).default([]),
    }),
  }).optional(),
});

const budgetManagement = section({
  hierarchical_budgets: section({
    enterprise_level: section({
      annual_budget: bareUsd.optional(),
      monthly_allocation: bareUsd.optional(),
      reserve_percentage: barePercent.optional(),
    }),
    business_unit_allocation: z.record(z.string(), unit).default({}),
  }),
  budget_controls: controls.default({}),
  cost_forecasting: z.unknown().optional(),
});

type Parsed = z.infer<typeof budgetManagement>;
type Unit = z.infer<typeof unit>;

export function importBudgetManagement(part: Part, notes: Notes): Draft {
  const parsed = parsePart(budgetManagement, part, notes);
  if (parsed === undefined) return EMPTY_DRAFT;
  if (parsed.cost_forecasting !== undefined) {
    notes.warn([...part.path, 'cost_forecasting'], 'forecasts are no part of a policy; left out', 'key');
  }
  const ladder = readLadder(parsed.budget_controls);
  if (ladder.length === 0) notes.mistake([...part.path, 'budget_controls'], 'no limit does anything here');
  const path = [...part.path, 'hierarchical_budgets'];
  const top = readTop(parsed, { path, ladder }, notes);
  if (top === undefined) return EMPTY_DRAFT;
  const units = Object.entries(parsed.hierarchical_budgets.business_unit_allocation);
  const place = [...path, 'business_unit_allocation'];
  const read = units.flatMap(
    ([id, fields]) => readUnit({ id, fields, whole: top.month, path: [...place, id], ladder }, notes) ?? [],
  );
  checkUnits({ ...top, parts: read.map(({ picoUsd }) => picoUsd), path }, notes);
  const overflow = readOverflow(parsed.budget_controls);
  return {
    ...EMPTY_DRAFT,
    budgets: [...top.budgets, ...read.flatMap(({ budgets }) => budgets)],
    belongings: read.flatMap(({ belongings }) => belongings),
    ...(overflow === undefined ? {} : { overflow }),
  };
}

type Place = Readonly<{ path: Path; ladder: readonly Rung[] }>;
type Top = Readonly<{ month: bigint; reserve: bigint; budgets: readonly Sourced<BudgetRule>[] }>;

function readTop({ hierarchical_budgets }: Parsed, { path, ladder }: Place, notes: Notes): Top | undefined {
  const {
    annual_budget: year,
    monthly_allocation,
    reserve_percentage,
  } = hierarchical_budgets.enterprise_level;
  const place = [...path, 'enterprise_level'];
  const month = monthly_allocation ?? (year === undefined ? undefined : monthOfYear(year));
  if (month === undefined) {
    notes.mistake(place, 'give annual_budget, monthly_allocation or both');
    return undefined;
  }
  if (year !== undefined && month * 12n > year) {
    const twelve = `12 months come to ${formatUsd(month * 12n)} USD`;
    notes.warn(
      [...place, 'monthly_allocation'],
      `${twelve}, more than the year's ${formatUsd(year)} USD: the year binds`,
    );
  }
  const org = { kind: 'org' } as const;
  const reserve = reserve_percentage === undefined ? 0n : (month * reserve_percentage) / (100n * 10n ** 12n);
  const budgets = [usdBudget({ target: org, unit: 'month', picoUsd: month, ladder }, place)];
  if (year !== undefined)
    budgets.push(usdBudget({ target: org, unit: 'year', picoUsd: year, ladder }, place));
  return { month, reserve, budgets };
}

type UnitRead = Readonly<{
  picoUsd: bigint;
  budgets: readonly Sourced<BudgetRule>[];
  belongings: readonly Sourced<Belonging>[];
}>;

function readUnit(
  { id, fields, whole, path, ladder }: Place & Readonly<{ id: string; fields: Unit; whole: bigint }>,
  notes: Notes,
): UnitRead | undefined {
  checkScopeId(id, path, notes);
  const { percentage, monthly_budget, teams } = fields;
  const allotment = allot(whole, {
    ...(percentage === undefined ? {} : { sharePicoPercent: percentage }),
    ...(monthly_budget === undefined ? {} : { picoUsd: monthly_budget }),
  });
  if (allotment.kind === 'unstated') {
    notes.mistake(path, 'give percentage, monthly_budget or both');
    return undefined;
  }
  if (allotment.kind === 'contradiction') {
    const shareOf = `the percentage comes to ${formatUsd(allotment.sharePicoUsd)} USD`;
    notes.mistake([...path, 'monthly_budget'], `${shareOf}, not ${formatUsd(allotment.statedPicoUsd)} USD`);
    return undefined;
  }
  const { picoUsd } = allotment;
  const parent = { scope: 'businessUnit', id } as const;
  const budgets = [usdBudget({ target: { kind: 'one', ...parent }, unit: 'month', picoUsd, ladder }, path)];
  const belongings: Sourced<Belonging>[] = [];
  const parts: bigint[] = [];
  for (const [team, sharePicoPercent] of Object.entries(teams)) {
    const place = [...path, 'teams', team];
    checkScopeId(team, place, notes);
    const child = { scope: 'team', id: team } as const;
    const given = allot(picoUsd, { sharePicoPercent });
    if (given.kind !== 'allotted') continue;
    parts.push(given.picoUsd);
    budgets.push(
      usdBudget({ target: { kind: 'one', ...child }, unit: 'month', picoUsd: given.picoUsd, ladder }, place),
    );
    belongings.push({ value: { child, parent }, path: place });
  }
  const excess = excessOver(picoUsd, parts, 0n);
  if (excess > 0n) {
    const more = `${formatUsd(excess)} USD more than the ${formatUsd(picoUsd)} USD of businessUnit ${id}`;
    notes.mistake([...path, 'teams'], `teams come to ${more}`, 'key');
  }
  return { picoUsd, budgets, belongings };
}

/**
 * What units were promised in money stays promised: taking the reserve off them would tell each a figure that
 * stands in no file. So a reserve that is left without money is said, and what would fund it.
 */
function checkUnits(
  { month, reserve, parts, path }: Top & Readonly<{ parts: readonly bigint[]; path: Path }>,
  notes: Notes,
): void {
  const excess = excessOver(month, parts, 0n);
  if (excess > 0n) {
    const more = `${formatUsd(excess)} USD more than the ${formatUsd(month)} USD of the month`;
    notes.mistake([...path, 'business_unit_allocation'], `units come to ${more}`, 'key');
    return;
  }
  const missing = excessOver(month, parts, reserve);
  if (missing === 0n) return;
  const unfunded = `${formatUsd(missing)} USD of the reserve of ${formatUsd(reserve)} USD are not funded`;
  const sum = formatUsd(parts.reduce((total, picoUsd) => total + picoUsd, 0n));
  const mend = `units that come to ${formatUsd(month - reserve)} USD would leave it free`;
  notes.warn(
    [...path, 'enterprise_level', 'reserve_percentage'],
    `${unfunded}: units come to ${sum} USD of the ${formatUsd(month)} USD; they are kept as stated; ${mend}`,
  );
}

type Wanted = Readonly<{ target: Target; unit: 'month' | 'year'; picoUsd: bigint; ladder: readonly Rung[] }>;

function usdBudget({ target, unit: period, picoUsd, ladder }: Wanted, path: Path): Sourced<BudgetRule> {
  const rule = {
    target,
    period: { unit: period, timeZone: 'UTC' },
    limit: { measure: 'usd', amount: picoUsd },
    filter: {},
  } as const;
  return { value: { id: budgetName(rule), ...rule, ladder, isHard: false }, path };
}

function readLadder({ soft_limits: soft, hard_limits: hard }: Parsed['budget_controls']): Rung[] {
  const rungs: Rung[] = [];
  if (soft !== undefined) {
    const raisesMonitoring = soft.action === 'notify_managers_and_increase_monitoring';
    rungs.push({
      percent: soft.warning_threshold,
      action: { kind: 'warn' },
      notify: ['managers'],
      raisesMonitoring,
    });
  }
  if (hard !== undefined) {
    const action = { kind: 'restrict', graceHours: hard.grace_period_hours } as const;
    rungs.push({ ...PLAIN_RUNG, percent: hard.enforcement_threshold, action, notify: ['approvers'] });
  }
  return rungs;
}

/** Where no approval is asked for above the automatic share, there is nobody to ask. */
function readOverflow({ emergency_procedures }: Parsed['budget_controls']): OverflowRule | undefined {
  if (emergency_procedures === undefined) return undefined;
  const { auto_approval_limit, manual_approval_required, approvers } = emergency_procedures.budget_overflow;
  return {
    autoPercent: auto_approval_limit,
    approvers: manual_approval_required ? approvers : [],
    maxDays: 31,
  };
}
