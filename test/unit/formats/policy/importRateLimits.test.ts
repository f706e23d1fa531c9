import { describe, expect, it } from 'vitest';
import type { BudgetRule, Policy, Rung } from '../../../../shared/domain/policy/policy.ts';
import { fixture, mistakesOf, readSound } from './reading.ts';

const REST = {
  bursts: [],
  access: [],
  scrutiny: [],
  hours: [],
  overflow: { autoPercent: 0, approvers: [], maxDays: 31 },
  withoutBudget: 'allow',
  failure: { mode: 'open', maxAgeSeconds: 60 },
} as const;

const QUIET = { notify: [], raisesMonitoring: false } as const;

describe('an import of rate limits', () => {
  it('keeps texts, headers, delays and status, by family and by team', () => {
    const ladder: readonly Rung[] = [
      {
        percent: 80,
        action: { kind: 'warn' },
        message: "You've used 80% of your daily token budget.",
        header: { name: 'X-Budget-Warning', value: '80-percent' },
        ...QUIET,
      },
      {
        percent: 90,
        action: { kind: 'throttle', delayMs: 2000 },
        message: 'Approaching daily limit. Responses may be slower.',
        header: { name: 'X-Budget-Warning', value: 'throttled' },
        ...QUIET,
      },
      {
        percent: 100,
        action: { kind: 'reject', status: 429 },
        message: 'Daily token budget exceeded. Resets at midnight UTC.',
        ...QUIET,
      },
    ];
    const counted = ['input', 'cacheWrite5m', 'cacheWrite1h', 'output'] as const;
    const tokens = (amount: bigint) => ({ measure: 'tokens', amount, counted }) as const;
    const family = (modelFamily: string, amount: bigint): BudgetRule => ({
      id: `user:*:day:tokens:${modelFamily}`,
      target: { kind: 'each', scope: 'user' },
      period: { unit: 'day', timeZone: 'UTC' },
      limit: tokens(amount),
      filter: { modelFamily },
      ladder,
      isHard: false,
    });
    const expected: Policy = {
      ...REST,
      budgets: [
        family('sonnet', 1_000_000n),
        family('opus', 500_000n),
        family('haiku', 2_000_000n),
        {
          id: 'team:*:day:tokens',
          target: { kind: 'each', scope: 'team' },
          period: { unit: 'day', timeZone: 'UTC' },
          limit: tokens(10_000_000n),
          filter: {},
          ladder: [
            { percent: 80, action: { kind: 'notify' }, notify: ['lead'], raisesMonitoring: false },
            { percent: 100, action: { kind: 'reject', status: 429 }, ...QUIET },
          ],
          isHard: false,
        },
      ],
      bursts: [
        {
          id: 'user:*:burst:60s',
          target: { kind: 'each', scope: 'user' },
          limit: 30,
          windowSeconds: 60,
          action: { kind: 'throttle', delayMs: 2000 },
          counting: 'local',
        },
      ],
    };
    const { policy, warnings } = readSound(fixture('rateLimits.yaml'));
    expect(policy).toEqual(expected);
    expect(warnings).toEqual([]);
  });

  it.each([
    [
      'rate_limits: { per_user_dayly: {} }',
      ['p.yaml:1:16: unknown key per_user_dayly; did you mean per_user_daily?'],
    ],
    [
      'rate_limits: { per_team_daily: { limit: 5, tiers: [{ threshold: 1.01, action: reject }] } }',
      ['p.yaml:1:65: "1.01" is no share of whole percent up to 1, such as 0.80'],
    ],
    [
      'rate_limits: { per_team_daily: { limit: 5, tiers: [{ threshold: 0.9, action: warn }, { threshold: 0.8, action: reject }] } }',
      ['p.yaml:1:99: rungs must ascend: 80% comes after 90%'],
    ],
    ['rate_limits: {}\nbudgets: []\n', ['p.yaml:2:1: unknown key budgets beside rate_limits']],
  ])('refuses %s', (text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes);
  });
});
