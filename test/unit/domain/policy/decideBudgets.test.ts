import { describe, expect, it } from 'vitest';
import { decide } from '../../../../shared/domain/policy/decide.ts';
import type { DecisionRequest } from '../../../../shared/domain/policy/decision.ts';
import type { BudgetRule, Target } from '../../../../shared/domain/policy/policy.ts';
import {
  budget,
  DAY_START_MS,
  GRADUATED,
  NOW_MS,
  request,
  rung,
  snapshot,
  USD,
} from '../../../fixtures/deciding.ts';

const NO_TOKENS = { picoUsd: 0n, tokens: {} };

function answer(rule: BudgetRule, used: bigint, asked: Partial<DecisionRequest> = {}, scope = 'ann') {
  const periodStartMs = DAY_START_MS;
  return decide(snapshot({ budgets: [rule] }, [{ used, scope, periodStartMs }]), request(asked), {
    nowMs: NOW_MS,
  });
}

describe('the graduated ladder', () => {
  it.each([
    [799_999n, 'allow', 200, 0, 'Budget check passed', {}],
    [
      800_000n,
      'warn',
      200,
      0,
      "You've used 80% of your daily token budget.",
      { 'X-Budget-Warning': '80-percent' },
    ],
    [
      800_001n,
      'warn',
      200,
      0,
      "You've used 80% of your daily token budget.",
      { 'X-Budget-Warning': '80-percent' },
    ],
    [
      899_999n,
      'warn',
      200,
      0,
      "You've used 89% of your daily token budget.",
      { 'X-Budget-Warning': '80-percent' },
    ],
    [
      900_000n,
      'throttle',
      200,
      2_000,
      'Approaching daily limit. Responses may be slower.',
      { 'X-Budget-Warning': 'throttled' },
    ],
    [
      999_999n,
      'throttle',
      200,
      2_000,
      'Approaching daily limit. Responses may be slower.',
      { 'X-Budget-Warning': 'throttled' },
    ],
    [
      1_000_000n,
      'reject',
      429,
      0,
      'Daily token budget exceeded. Resets at midnight UTC.',
      { 'Retry-After': '54000' },
    ],
    [
      1_910_000n,
      'reject',
      429,
      0,
      'Daily token budget exceeded. Resets at midnight UTC.',
      { 'Retry-After': '54000' },
    ],
  ])('at %d of 1,000,000 tokens: %s', (used, action, status, delayMs, message, headers) => {
    expect(answer(budget(), used)).toMatchObject({ action, status, delayMs, message });
    expect(answer(budget(), used).headers).toEqual(headers);
  });

  it('says who, how much and until when', () => {
    expect(answer(budget(), 800_000n, { estimate: { picoUsd: 0n, tokens: { output: 5_000 } } })).toEqual({
      action: 'warn',
      delayMs: 0,
      status: 200,
      message: "You've used 80% of your daily token budget.",
      headers: { 'X-Budget-Warning': '80-percent' },
      reasons: [
        {
          kind: 'budget',
          action: 'warn',
          rule: 'b1',
          scope: 'user:ann',
          measure: 'tokens',
          used: 805_000n,
          limit: 1_000_000n,
          percent: 80,
          resetAt: '2026-11-25T00:00:00.000Z',
          message: "You've used 80% of your daily token budget.",
        },
      ],
      remaining: { tokens: 200_000n },
      resetAt: '2026-11-25T00:00:00.000Z',
      isDegraded: false,
      snapshotAgeMs: 0,
    });
  });

  it('uses the words and the header of a rung that has its own', () => {
    const ladder = [
      rung(50, { kind: 'warn' }, { message: 'Half.', header: { name: 'X-Half', value: 'a\r\nb: ü' } }),
    ];
    const { message, headers } = answer(budget({ ladder }), 500_000n);
    expect([message, headers]).toEqual(['Half.', { 'X-Half': 'a??b: ?' }]);
  });

  it('gives the strictest rung reached, though a milder one stands higher', () => {
    const ladder = [rung(90, { kind: 'throttle', delayMs: 10 }), rung(100, { kind: 'warn' })];
    expect(answer(budget({ ladder }), 1_000_000n)).toMatchObject({ action: 'throttle', delayMs: 10 });
  });
});

describe('the estimate of a request', () => {
  const usd = budget({
    limit: { measure: 'usd', amount: 500n * USD },
    ladder: [rung(100, { kind: 'reject', status: 429 })],
  });

  it.each([
    ['fits exactly', 400n * USD, 100n * USD, 'allow'],
    ['is one pico-USD too much', 400n * USD, 100n * USD + 1n, 'reject'],
    ['is missing and nothing is left', 500n * USD, undefined, 'reject'],
    ['is missing and something is left', 500n * USD - 1n, undefined, 'allow'],
    ['is negative', 500n * USD, -500n * USD, 'reject'],
  ])('%s', (_, used, picoUsd, action) => {
    const estimate = picoUsd === undefined ? {} : { estimate: { picoUsd, tokens: {} } };
    expect(answer(usd, used, estimate).action).toBe(action);
  });

  it.each([
    [48n, 'allow', 2n],
    [49n, 'allow', 1n],
    [50n, 'reject', 0n],
  ])('of 50 requests, after %d the next one: %s', (used, action, requests) => {
    const rule = budget({
      limit: { measure: 'requests', amount: 50n },
      ladder: [rung(100, { kind: 'reject', status: 429 })],
    });
    expect(answer(rule, used)).toMatchObject({ action, remaining: { requests } });
  });

  it('counts the classes of tokens that the budget counts, and no cache reads by default', () => {
    const tokens = { input: 100_000, cacheRead: 90_000_000, cacheWrite1h: 50_000, output: 50_000.5 };
    const { reasons } = answer(budget(), 800_000n, { estimate: { picoUsd: 0n, tokens } });
    expect(reasons[0]).toMatchObject({ used: 1_000_001n, percent: 100, action: 'reject' });
  });

  it('takes counts that are none for nothing', () => {
    const tokens = { input: Number.NaN, output: -5 };
    expect(answer(budget(), 799_999n, { estimate: { picoUsd: 0n, tokens } }).action).toBe('allow');
  });
});

describe('texts that stay true', () => {
  const org: Target = { kind: 'org' };
  const team: Target = { kind: 'each', scope: 'team' };
  const month = { unit: 'month', timeZone: 'UTC' } as const;
  const usd = { measure: 'usd', amount: 500n * USD } as const;
  const tiny = { measure: 'usd', amount: USD / 1_000n } as const;
  const soft = [rung(80, { kind: 'warn' }), rung(100, { kind: 'throttle', delayMs: 1 })];

  it.each<[string, Partial<BudgetRule>, bigint, string]>([
    [
      'a department in money',
      { target: { kind: 'each', scope: 'department' }, limit: usd },
      512n * USD,
      'Department budget exceeded: $512.00/$500.00',
    ],
    ['a user in money', { limit: usd }, 500n * USD, 'User budget exceeded: $500.00/$500.00'],
    [
      'the organisation in money',
      { target: org, limit: usd },
      1_512n * USD,
      'Organisation budget exceeded: $1,512.00/$500.00',
    ],
    ['less than a dollar', { limit: tiny }, USD / 500n, 'User budget exceeded: $0.0020/$0.0010'],
    [
      'a filter',
      { filter: { modelFamily: 'opus' } },
      1_000_000n,
      'Daily token budget for opus exceeded. Resets at midnight UTC.',
    ],
    [
      'a zone',
      { period: { unit: 'day', timeZone: 'Europe/Berlin' } },
      1_000_000n,
      'Daily token budget exceeded. Resets at midnight Europe/Berlin.',
    ],
    [
      'a month',
      { period: month },
      1_000_000n,
      'Monthly token budget exceeded. Resets on 2026-12-01 at 00:00 UTC.',
    ],
    ['a month, slowed', { period: month }, 900_000n, 'Approaching monthly limit. Responses may be slower.'],
    [
      'a team',
      { target: team },
      1_000_000n,
      'Daily token budget of team payments exceeded. Resets at midnight UTC.',
    ],
    [
      'a team, warned',
      { target: team, limit: usd },
      400n * USD,
      'Team payments has used 80% of its daily budget.',
    ],
    [
      'a team, slowed early',
      { target: team },
      900_000n,
      'Approaching the daily limit of team payments. Responses may be slower.',
    ],
    [
      'a team, slowed at the end',
      { target: team, ladder: soft },
      1_000_000n,
      'The daily limit of team payments is reached. Responses may be slower.',
    ],
    [
      'a user, slowed at the end',
      { ladder: soft },
      1_000_000n,
      'Daily limit reached. Responses may be slower.',
    ],
    [
      'a refusal before the end',
      { ladder: [rung(95, { kind: 'reject', status: 429 })] },
      950_000n,
      "You've used 95% of your daily token budget. No more requests go. Resets at midnight UTC.",
    ],
    [
      'requests',
      { limit: { measure: 'requests', amount: 50n } },
      50n,
      'Daily request budget exceeded. Resets at midnight UTC.',
    ],
    [
      'nothing granted',
      { limit: { measure: 'requests', amount: 0n } },
      0n,
      'Daily request budget exceeded. Resets at midnight UTC.',
    ],
  ])('%s', (_, rest, used, message) => {
    const rule = budget({ ladder: GRADUATED, ...rest });
    const scope = {
      org: '*',
      one: '',
      each: rule.target.kind === 'each' ? rule.target.scope : '',
      tier: 'user',
      role: 'user',
    }[rule.target.kind];
    const id = { department: 'engineering', team: 'payments', user: 'ann' }[scope] ?? scope;
    const starts: Record<string, string> = { month: '2026-11-01T00:00Z', day: '2026-11-24T00:00Z' };
    const start = rule.period.timeZone === 'UTC' ? starts[rule.period.unit] : '2026-11-23T23:00Z';
    const standing = { used, scope: id, periodStartMs: Date.parse(start ?? '') };
    const decision = decide(snapshot({ budgets: [rule] }, [standing]), request({ estimate: NO_TOKENS }), {
      nowMs: NOW_MS,
    });
    expect(decision.message).toBe(message);
  });

  it('names the hour where clocks jump at midnight', () => {
    const rule = budget({ period: { unit: 'day', timeZone: 'Africa/Cairo' } });
    const used = { used: 1_000_000n, periodStartMs: Date.parse('2026-04-22T22:00Z') };
    const decision = decide(snapshot({ budgets: [rule] }, [used]), request(), {
      nowMs: Date.parse('2026-04-23T09:00Z'),
    });
    expect(decision.message).toBe('Daily token budget exceeded. Resets at 01:00 Africa/Cairo.');
  });
});
