import { decide as decideOn } from '../../shared/domain/policy/decide.ts';
import type { DecisionRequest, Person, Snapshot } from '../../shared/domain/policy/decision.ts';
import {
  BUDGET_SCOPES,
  type BudgetRule,
  EMPTY_POLICY,
  type Target,
} from '../../shared/domain/policy/policy.ts';
import { makeSnapshot, type PeriodStanding, type SnapshotData } from '../../shared/domain/policy/snapshot.ts';
import type { Figure } from './figure.ts';
import { median, quantile } from './statistics.ts';

const USERS = 10_000;
const BUDGETS = 20;
const REQUESTS = 100_000;
const WARM_UP = 20_000;
const ROUNDS = 5;
const NOW_MS = Date.parse('2026-11-24T09:00:00Z');
const DAY_START_MS = Date.parse('2026-11-24T00:00:00Z');
const LIMIT = 1_000_000n;

type Round = Readonly<{ p99Us: number; perSecond: number; barePerSecond: number }>;

/**
 * Decisions about requests of 10,000 people whom 20 budgets each concern, of which one in five is near or
 * over its limit, against the least that any answer takes: as many lookups and comparisons in a bare loop.
 */
export async function decide(): Promise<Figure[]> {
  const data = company();
  const snapshot = makeSnapshot(data);
  const requests = requestsOf([...data.persons.keys()]);
  for (const request of requests.slice(0, WARM_UP)) decideOn(snapshot, request, { nowMs: NOW_MS });
  const rounds = Array.from({ length: ROUNDS }, () => timeRound(snapshot, data, requests));
  const figure = (name: string, value: number, rest: Partial<Figure>): Figure => ({
    benchmark: 'decide',
    name,
    value,
    ...rest,
  });
  return [
    figure(`p99 of a decision, ${BUDGETS} budgets, 10,000 users`, median(rounds.map(({ p99Us }) => p99Us)), {
      unit: 'µs',
      digits: 1,
      target: { below: 50 },
    }),
    figure(
      'speed of decisions / of bare lookups and comparisons',
      median(rounds.map(({ perSecond, barePerSecond }) => perSecond / barePerSecond)),
      { digits: 2, target: { atLeast: 0.1 } },
    ),
    figure('decisions', median(rounds.map(({ perSecond }) => perSecond)), { unit: '/s' }),
  ];
}

function timeRound(snapshot: Snapshot, data: SnapshotData, requests: readonly DecisionRequest[]): Round {
  const timesUs: number[] = [];
  const startedMs = performance.now();
  for (const request of requests) {
    const beganMs = performance.now();
    decideOn(snapshot, request, { nowMs: NOW_MS });
    timesUs.push((performance.now() - beganMs) * 1_000);
  }
  const decidedMs = performance.now() - startedMs;
  const bareFromMs = performance.now();
  if (bareLoop(data, requests) < 0) throw new Error('there is no request');
  const bareMs = performance.now() - bareFromMs;
  return {
    p99Us: quantile(timesUs, 0.99),
    perSecond: (requests.length * 1_000) / decidedMs,
    barePerSecond: (requests.length * 1_000) / bareMs,
  };
}

/** For every budget one lookup of what was used and one exact comparison; the sum keeps it from being skipped. */
function bareLoop(
  { policy, persons, standings }: SnapshotData,
  requests: readonly DecisionRequest[],
): number {
  let reached = 0;
  for (const { user } of requests) {
    const person = persons.get(user);
    if (person === undefined) continue;
    for (const rule of policy.budgets) {
      const used = standings.get(rule.id)?.get(scopeIdOf(rule, person))?.used ?? 0n;
      if (used * 100n >= LIMIT * 80n) reached += 1;
    }
  }
  return reached;
}

function scopeIdOf({ target }: BudgetRule, person: Person): string {
  if (target.kind !== 'each' || target.scope === 'project') return '*';
  return person[target.scope] ?? '';
}

/** Twenty budgets that concern everybody: of the person, the team, the groups above and the organisation. */
function company(): SnapshotData {
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
function requestsOf(users: readonly string[]): DecisionRequest[] {
  return Array.from({ length: REQUESTS }, (_, index) => ({
    user: users[(index * 7_919) % users.length] ?? '',
    model:
      index % 2 === 0
        ? 'us.anthropic.claude-opus-4-5-20251101-v1:0'
        : 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    priority: 'normal',
    estimate: { picoUsd: 10n, tokens: { input: 2_000, output: 500 } },
  }));
}
