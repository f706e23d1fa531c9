import type { DecisionRequest, Person } from '../../shared/domain/policy/decision.ts';
import {
  BUDGET_SCOPES,
  type BudgetRule,
  EMPTY_POLICY,
  type Target,
} from '../../shared/domain/policy/policy.ts';
import type { PeriodStanding, SnapshotData } from '../../shared/domain/policy/snapshot.ts';

/** A company of 10,000 people whom 20 budgets each concern, of which one in five is near or over its limit. */

const USERS = 10_000;
export const BUDGETS = 20;
export const NOW_MS = Date.parse('2026-11-24T09:00:00Z');
const DAY_START_MS = Date.parse('2026-11-24T00:00:00Z');
export const LIMIT = 1_000_000n;

export function scopeIdOf({ target }: BudgetRule, person: Person): string {
  if (target.kind !== 'each' || target.scope === 'project') return '*';
  return person[target.scope] ?? '';
}

/** Twenty budgets that concern everybody: of the person, the team, the groups above and the organisation. */
export function limitedCompany(): SnapshotData {
  const targets: Target[] = [
    { kind: 'org' },
    ...BUDGET_SCOPES.filter((scope) => scope !== 'project').map((scope) => ({
      kind: 'each' as const,
      scope,
    })),
  ];
  const measures = ['usd', 'requests', 'tokens'] as const;
  const budgets = Array.from({ length: BUDGETS }, (_, index): BudgetRule => {
    const target = targets[index % targets.length] ?? { kind: 'org' };
    return budgetOf(
      `budget-${index}`,
      target,
      measures[Math.floor(index / targets.length) % measures.length] ?? 'usd',
    );
  }).map((rule, index) => (index < 18 ? rule : { ...rule, filter: { modelFamily: 'opus' } }));
  const users = Array.from({ length: USERS }, (_, index) => `person-${index}@example.com`);
  const persons = users.map((user, index) => ({
    user,
    team: `team-${index % 500}`,
    businessUnit: `unit-${index % 8}`,
    department: `department-${index % 40}`,
    costCentre: `cc-${index % 60}`,
    tier: 'premium',
    roles: ['developer'],
  }));
  const standings = new Map(
    budgets.map((rule) => {
      const scopeIds = new Set(persons.map((person) => scopeIdOf(rule, person)));
      return [rule.id, new Map([...scopeIds].map((id, index) => [id, standingOf(index)]))];
    }),
  );
  return {
    version: 'bench',
    takenAtMs: NOW_MS,
    policy: { ...EMPTY_POLICY, budgets },
    persons: new Map(persons.map((person) => [person.user, person])),
    standings,
    increases: new Map(),
    spentByDay: new Map(),
  };
}

/** Four in five scopes have used a tenth; the fifth is between 80 and 120 percent. */
function standingOf(index: number): PeriodStanding {
  const percent = index % 5 === 0 ? 80 + (index % 40) : 10;
  return { periodStartMs: DAY_START_MS, used: (LIMIT * BigInt(percent)) / 100n };
}

function budgetOf(id: string, target: Target, measure: 'usd' | 'requests' | 'tokens'): BudgetRule {
  const rest = { notify: [], raisesMonitoring: false } as const;
  return {
    id,
    target,
    period: { unit: 'day', timeZone: 'UTC' },
    limit:
      measure === 'tokens'
        ? { measure, amount: LIMIT, counted: ['input', 'output'] }
        : { measure, amount: LIMIT },
    filter: {},
    ladder: [
      { ...rest, percent: 80, action: { kind: 'warn' } },
      { ...rest, percent: 90, action: { kind: 'throttle', delayMs: 2_000 } },
      { ...rest, percent: 100, action: { kind: 'reject', status: 429 } },
    ],
    isHard: false,
  };
}

/** In an order that no cache likes. */
export function requestsOf(users: readonly string[], count: number): DecisionRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    user: users[(index * 7_919) % users.length] ?? '',
    model:
      index % 2 === 0
        ? 'us.anthropic.claude-opus-4-5-20251101-v1:0'
        : 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    priority: 'normal',
    estimate: { picoUsd: 10n, tokens: { input: 2_000, output: 500 } },
  }));
}
