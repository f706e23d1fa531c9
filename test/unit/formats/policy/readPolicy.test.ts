import { describe, expect, it } from 'vitest';
import type { Policy, Rung } from '../../../../shared/domain/policy/policy.ts';
import { fixture, mistakesOf, readSound, warningsOf } from './reading.ts';

const USD = 1_000_000_000_000n;
const QUIET = { notify: [], raisesMonitoring: false } as const;
const BERLIN = 'Europe/Berlin';

const RESTRICT: readonly Rung[] = [
  { percent: 80, action: { kind: 'warn' }, notify: ['managers'], raisesMonitoring: true },
  {
    percent: 95,
    action: { kind: 'restrict', graceHours: 24 },
    notify: ['approvers'],
    raisesMonitoring: false,
  },
];
const SOFT_TEAM: readonly Rung[] = [
  { percent: 80, action: { kind: 'warn' }, notify: ['lead'], raisesMonitoring: false },
  { percent: 100, action: { kind: 'throttle', delayMs: 2000 }, ...QUIET },
];
const BLOCK: readonly Rung[] = [{ percent: 100, action: { kind: 'reject', status: 429 }, ...QUIET }];

describe('readPolicy', () => {
  it('makes a soft budget of two lines', () => {
    expect(readSound('budgets:\n  - { team: platform, month: 500 USD }\n').policy.budgets).toEqual([
      {
        id: 'team:platform:month:usd',
        target: { kind: 'one', scope: 'team', id: 'platform' },
        period: { unit: 'month', timeZone: 'UTC' },
        limit: { measure: 'usd', amount: 500n * USD },
        filter: {},
        ladder: SOFT_TEAM,
        isHard: false,
      },
    ]);
  });

  it('reads what a hierarchy gives each of its parts', () => {
    const { policy, warnings } = readSound(fixture('company.yaml'));
    const rows = policy.budgets
      .slice(0, 8)
      .map(({ id, limit, period, ladder }) => [id, limit, period.timeZone, ladder]);
    const usd = (amount: bigint) => ({ measure: 'usd', amount: amount * USD });
    expect(rows).toEqual([
      ['org:month:usd', usd(500_000n), BERLIN, RESTRICT],
      ['org:year:usd', usd(6_000_000n), BERLIN, RESTRICT],
      ['businessUnit:engineering:month:usd', usd(270_000n), BERLIN, RESTRICT],
      ['team:platform:month:usd', usd(81_000n), BERLIN, RESTRICT],
      ['team:product:month:usd', usd(135_000n), BERLIN, SOFT_TEAM],
      ['user:alice:month:usd', usd(1_000n), BERLIN, RESTRICT],
      ['team:data:month:usd', usd(54_000n), BERLIN, RESTRICT],
      ['businessUnit:research:month:usd', usd(150_000n), BERLIN, RESTRICT],
    ]);
    expect(warnings).toEqual([]);
  });

  it('reads budgets with filter, counted classes, own ladder and leases', () => {
    const { policy } = readSound(fixture('company.yaml'));
    const [tokens, migration, reviews] = policy.budgets.slice(8, 11);
    expect(tokens).toMatchObject({
      id: 'user:*:day:tokens:sonnet',
      target: { kind: 'each', scope: 'user' },
      period: { unit: 'day', timeZone: 'UTC' },
      limit: {
        measure: 'tokens',
        amount: 1_000_000n,
        counted: ['input', 'cacheWrite5m', 'cacheWrite1h', 'output'],
      },
      filter: { modelFamily: 'sonnet' },
    });
    expect(tokens?.ladder.map(({ message }) => message)).toEqual([
      "You've used 80% of your daily token budget.",
      'Approaching daily limit. Responses may be slower.',
      'Daily token budget exceeded. Resets at midnight UTC.',
    ]);
    expect(migration).toEqual({
      id: 'project:migration:quarter:usd',
      target: { kind: 'one', scope: 'project', id: 'migration' },
      period: { unit: 'quarter', timeZone: BERLIN },
      limit: { measure: 'usd', amount: 20_000n * USD },
      filter: {},
      ladder: [
        { percent: 50, action: { kind: 'notify' }, notify: ['lead'], raisesMonitoring: false },
        {
          percent: 80,
          action: { kind: 'warn' },
          message: 'Ask for more before it ends.',
          header: { name: 'X-Budget-Warning', value: '80-percent' },
          ...QUIET,
        },
        { percent: 90, action: { kind: 'throttle', delayMs: 2000 }, ...QUIET },
        {
          percent: 95,
          action: { kind: 'restrict', graceHours: 24 },
          notify: ['managers', 'approvers'],
          raisesMonitoring: true,
        },
        { percent: 100, action: { kind: 'reject', status: 403 }, ...QUIET },
      ],
      isHard: true,
    });
    expect(reviews).toEqual({
      id: 'reviews',
      target: { kind: 'org' },
      period: { unit: 'week', timeZone: BERLIN },
      limit: { measure: 'requests', amount: 5000n },
      filter: { operation: 'review', entrypoint: 'cli' },
      ladder: BLOCK,
      isHard: false,
    });
  });

  it('reads everything besides budgets', () => {
    const { policy, directory } = readSound(fixture('company.yaml'));
    const { budgets: _budgets, alerts, ...rest } = policy;
    expect(alerts?.channels.map(({ name }) => name)).toEqual(['finops', 'leads', 'ops', 'mail', 'audit']);
    const expected: Omit<Policy, 'budgets'> = {
      bursts: [
        {
          id: 'user:*:burst:60s',
          target: { kind: 'each', scope: 'user' },
          limit: 30,
          windowSeconds: 60,
          action: { kind: 'throttle', delayMs: 2000 },
          counting: 'shared',
          message: 'Slow down a little.',
        },
      ],
      access: [
        {
          target: { kind: 'one', scope: 'department', id: 'engineering' },
          entries: [
            { models: ['opus'], users: ['alice', 'bob'] },
            { models: ['sonnet'] },
            { models: ['haiku'] },
          ],
        },
        {
          target: { kind: 'org' },
          entries: [
            { models: ['haiku'] },
            { models: ['opus', 'sonnet'], users: ['carol'], roles: ['senior'] },
          ],
        },
      ],
      scrutiny: [{ models: ['opus'], percentOfThreshold: 75 }],
      hours: [
        {
          id: 'org:hours:opus',
          target: { kind: 'org' },
          models: ['opus'],
          timeZone: BERLIN,
          days: [1, 2, 3, 4, 5],
          startMinute: 480,
          endMinute: 1080,
          holidays: ['2026-12-25'],
          message: 'Opus model restricted to business hours',
        },
      ],
      breaker: { emergencyPicoUsd: 1000n * USD, openPicoUsd: 1500n * USD, timeZone: BERLIN },
      overflow: { autoPercent: 10, approvers: ['finance_director', 'engineering_director'], maxDays: 14 },
      withoutBudget: 'allow',
      failure: { mode: 'open', maxAgeSeconds: 60 },
    };
    expect(rest).toEqual(expected);
    expect(directory).toEqual([
      {
        user: 'alice',
        team: 'product',
        businessUnit: 'engineering',
        department: 'engineering',
        tier: 'premium',
        roles: ['senior'],
        lead: 'bob',
      },
      { user: 'bob', team: 'platform', tier: 'free' },
    ]);
  });

  it.each(['', '# nothing yet\n', 'budgets:\n', '{}'])('takes %j as a policy without rules', (text) => {
    const { policy } = readSound(text);
    expect([policy.budgets, policy.access, policy.withoutBudget]).toEqual([[], [], 'allow']);
  });

  it('evaluates a day and a month of each stage', () => {
    const { policy, warnings } = readSound(fixture('stages.yaml'));
    expect(policy.budgets.map(({ id, limit }) => [id, limit.amount / USD])).toEqual([
      ['project:dev:day:usd', 10n],
      ['project:dev:month:usd', 200n],
      ['project:prod:day:usd', 50n],
      ['project:prod:month:usd', 1000n],
      ['project:claude4:day:usd', 25n],
      ['project:claude4:month:usd', 500n],
    ]);
    expect(warnings).toEqual([]);
  });

  it.each([
    ['500 USD', 'usd', 500n * USD],
    ['$0.50', 'usd', 500_000_000_000n],
    ['0.000000000001 USD', 'usd', 1n],
    ['1,000,000 tokens', 'tokens', 1_000_000n],
    ['2.5M tokens', 'tokens', 2_500_000n],
    ['10k requests', 'requests', 10_000n],
  ])('reads the limit %s', (text, measure, amount) => {
    const [rule] = readSound(`budgets:\n  - org: true\n    month: ${text}\n`).policy.budgets;
    expect([rule?.limit.measure, rule?.limit.amount]).toEqual([measure, amount]);
  });
});

describe('a warning of readPolicy', () => {
  it.each([
    [
      'a day above its month',
      'budgets:\n  - { team: a, day: 10 USD, month: 9 USD }\n',
      "p.yaml:2:21: the day's 10 USD is never reached: the month's 9 USD binds",
    ],
    [
      'months above their year',
      'hierarchy:\n  month: 100 USD\n  year: 1199.99 USD\n',
      "p.yaml:2:10: 12 months come to 1200 USD, more than the year's 1199.99 USD: the year binds",
    ],
    [
      'a budget of somebody unknown',
      'budgets: [{ user: alise, day: 5 USD }]\ndirectory: { alice: {} }\n',
      'p.yaml:1:19: the directory knows no user alise; did you mean alice?',
    ],
    [
      'a tier without budgets',
      'tiers: { free: { day: 5 USD } }\ndirectory: { alice: { tier: fre } }\n',
      'p.yaml:2:29: there is no tier fre; did you mean free?',
    ],
    [
      'a model like no other',
      'scrutiny: [{ models: [opsu], thresholdsAt: 80% }]\n',
      'p.yaml:1:23: opsu is no model or family that is known here; did you mean opus?',
    ],
  ])('names %s in its place', (_name, text, warning) => {
    expect(warningsOf(text)).toEqual([warning]);
  });
});

describe('a mistake of readPolicy', () => {
  it('is told with all others', () => {
    const text =
      'budgts: []\nbudgets:\n  - { team: a, mnth: 5 USD }\n  - { team: a, month: 5 EUR }\n  - { month: 5 USD }\n';
    expect(mistakesOf(text)).toEqual([
      'p.yaml:1:1: unknown key budgts; did you mean budgets?',
      'p.yaml:3:16: unknown key mnth; did you mean month?',
      'p.yaml:4:23: "5 EUR" is not in USD, tokens or requests',
      'p.yaml:5:5: this rule is for nobody; give one of org, businessUnit, department, costCentre, team, project, user, tier, role',
    ]);
  });
});
