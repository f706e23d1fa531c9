import { formatUsd, PICO_USD_PER_USD } from '../money.ts';
import { isTimeZone } from '../zone.ts';
import { keepsWholeHours } from './budgetZone.ts';
import { findUnreachedBudgets } from './findUnreachedBudgets.ts';
import type { BudgetRule, Limit, Policy } from './policy.ts';
import { targetName } from './ruleNames.ts';

type Section = 'budgets' | 'bursts' | 'access' | 'hours' | 'breaker';

/** A mistake must be mended before the policy holds; of a warning somebody should know. */
export type PolicyProblem = Readonly<{
  severity: 'mistake' | 'warning';
  /** Where in the policy: its section, the number of the rule there, and the part of it. */
  section: Section;
  index: number;
  part: readonly (string | number)[];
  message: string;
}>;

/** Nobody means more than this: such a limit is a slip of the keyboard, and would never hold. */
const MAX_AMOUNTS: Readonly<Record<Limit['measure'], bigint>> = {
  usd: 10n ** 12n * PICO_USD_PER_USD,
  tokens: 10n ** 15n,
  requests: 10n ** 12n,
};

/** Everything that is wrong with a policy as such, whatever file or form it came from. */
export function checkPolicy(policy: Policy): PolicyProblem[] {
  const zones = new Map<string, string | undefined>();
  const zoneProblem = (timeZone: string) => {
    if (!zones.has(timeZone)) zones.set(timeZone, findZoneProblem(timeZone));
    return zones.get(timeZone);
  };
  return [
    ...findDuplicateIds(policy),
    ...policy.budgets.flatMap((rule, index) =>
      findBudgetProblems(rule, zoneProblem).map(([part, message]) =>
        mistake(['budgets', index], part, message),
      ),
    ),
    ...findUnreachedBudgets(policy.budgets).map(
      ({ index, part, message }): PolicyProblem => ({
        severity: 'warning',
        section: 'budgets',
        index,
        part,
        message,
      }),
    ),
    ...findEndlessRestriction(policy),
    ...findRivalLists(policy),
    ...findBreakerProblems(policy, zoneProblem),
    ...policy.hours.flatMap(({ startMinute, endMinute }, index) =>
      startMinute < endMinute
        ? []
        : [mistake(['hours', index], ['to'], 'the end must come after the start, on the same day')],
    ),
  ];
}

type Place = readonly [section: Section, index: number];
type Part = PolicyProblem['part'];

function mistake([section, index]: Place, part: Part, message: string): PolicyProblem {
  return { severity: 'mistake', section, index, part, message };
}

function findDuplicateIds({ budgets, bursts, hours }: Policy): PolicyProblem[] {
  const known = new Set<string>();
  const sections = [
    ['budgets', budgets],
    ['bursts', bursts],
    ['hours', hours],
  ] as const;
  const problems: PolicyProblem[] = [];
  for (const [section, rules] of sections) {
    for (const [index, { id }] of rules.entries()) {
      if (known.has(id)) {
        const message = `a rule ${id} is there already; give one of them another id, or take it out`;
        problems.push(mistake([section, index], ['id'], message));
      }
      known.add(id);
    }
  }
  return problems;
}

function findBudgetProblems(
  { limit, period, ladder }: BudgetRule,
  zoneProblem: (timeZone: string) => string | undefined,
): (readonly [Part, string])[] {
  const problems: (readonly [Part, string])[] = [];
  if (limit.amount <= 0n) problems.push([[period.unit], 'a limit must be more than nothing']);
  if (limit.amount > MAX_AMOUNTS[limit.measure]) {
    problems.push([[period.unit], `a limit of ${limit.amount.toString().length} digits is a slip`]);
  }
  const zone = zoneProblem(period.timeZone);
  if (zone !== undefined) problems.push([['timeZone'], zone]);
  else if (limit.measure === 'tokens' && period.timeZone !== 'UTC') {
    const why = 'tokens are kept by UTC day; cost and requests, by hour, can follow other clocks';
    problems.push([['timeZone'], `a budget of tokens must be in UTC: ${why}`]);
  }
  return [...problems, ...findLadderProblems(ladder)];
}

function findLadderProblems(ladder: BudgetRule['ladder']): (readonly [Part, string])[] {
  if (ladder.length === 0) return [[['ladder'], 'a ladder without a rung does nothing']];
  const problems: (readonly [Part, string])[] = [];
  let before = 0;
  for (const [index, { percent }] of ladder.entries()) {
    const part = ['ladder', index, 'at'];
    if (!Number.isInteger(percent) || percent < 1 || percent > 100) {
      problems.push([part, `a rung is a whole percentage from 1 to 100 of the limit, not ${percent}%`]);
    } else if (percent <= before) {
      problems.push([part, `rungs must ascend: ${percent}% comes after ${before}%`]);
    }
    before = percent;
  }
  return problems;
}

function findZoneProblem(timeZone: string): string | undefined {
  if (!isTimeZone(timeZone)) return `there is no time zone ${timeZone}`;
  if (keepsWholeHours(timeZone)) return undefined;
  return `clocks of ${timeZone} are not whole hours from UTC, and the ledger keeps whole UTC hours`;
}

/** Told of the first one only: what is missing is the same for all. */
function findEndlessRestriction({ budgets, overflow }: Policy): PolicyProblem[] {
  if (overflow.approvers.length > 0) return [];
  for (const [index, { ladder }] of budgets.entries()) {
    const rung = ladder.findIndex(({ action }) => action.kind === 'restrict');
    if (rung < 0) continue;
    const message = 'restricts until approvers agree, and overflow names none: it would end with its period';
    return [{ severity: 'warning', section: 'budgets', index, part: ['ladder', rung], message }];
  }
  return [];
}

/** Of two lists for the same people neither is the more specific, so nothing would say which holds. */
function findRivalLists({ access }: Policy): PolicyProblem[] {
  const known = new Set<string>();
  return access.flatMap(({ target }, index) => {
    const name = targetName(target);
    const isRival = known.has(name);
    known.add(name);
    return isRival
      ? [mistake(['access', index], [], `models of ${name} are listed already; make it one list`)]
      : [];
  });
}

function findBreakerProblems(
  { breaker }: Policy,
  zoneProblem: (timeZone: string) => string | undefined,
): PolicyProblem[] {
  if (breaker === undefined) return [];
  const problems: PolicyProblem[] = [];
  const { emergencyPicoUsd, openPicoUsd } = breaker;
  if (emergencyPicoUsd <= 0n) {
    problems.push(mistake(['breaker', 0], ['emergency'], 'an amount must be more than nothing'));
  }
  if (openPicoUsd <= emergencyPicoUsd) {
    const amounts = `${formatUsd(openPicoUsd)} USD, ${formatUsd(emergencyPicoUsd)} USD`;
    problems.push(mistake(['breaker', 0], ['open'], `open must be above emergency (${amounts})`));
  }
  const zone = zoneProblem(breaker.timeZone);
  return zone === undefined ? problems : [...problems, mistake(['breaker', 0], ['timeZone'], zone)];
}
