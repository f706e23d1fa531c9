import { describe, expect, it } from 'vitest';
import type { BudgetRule, Policy, Rung } from '../../../../shared/domain/policy/policy.ts';
import { fixture, mistakesOf, readSound, warningsOf } from './reading.ts';

const REST = {
  bursts: [],
  access: [],
  scrutiny: [],
  hours: [],
  overflow: { autoPercent: 0, approvers: [], maxDays: 31 },
  withoutBudget: 'allow',
  failure: { mode: 'open', maxAgeSeconds: 60 },
} as const;

const USD = 1_000_000_000_000n;
const QUIET = { notify: [], raisesMonitoring: false } as const;

type Short = Readonly<{
  id: string;
  target: BudgetRule['target'];
  unit: BudgetRule['period']['unit'];
  usd: bigint;
}>;

function usdBudget({ id, target, unit, usd }: Short, ladder: readonly Rung[]): BudgetRule {
  return {
    id,
    target,
    period: { unit, timeZone: 'UTC' },
    limit: { measure: 'usd', amount: usd * USD },
    filter: {},
    ladder,
    isHard: false,
  };
}

describe('an import of departments', () => {
  const REFUSE: readonly Rung[] = [{ percent: 100, action: { kind: 'reject', status: 429 }, ...QUIET }];
  const department = (id: string, unit: 'day' | 'week' | 'month', usd: bigint) =>
    usdBudget(
      { id: `department:${id}:${unit}:usd`, target: { kind: 'one', scope: 'department', id }, unit, usd },
      REFUSE,
    );
  const user = (id: string, unit: 'day' | 'week', usd: bigint) =>
    usdBudget(
      { id: `user:${id}:${unit}:usd`, target: { kind: 'one', scope: 'user', id }, unit, usd },
      REFUSE,
    );

  it('gives each its budget, its people theirs of the same period, and lists of models', () => {
    const { policy, directory, formats } = readSound(fixture('budgets.json'));
    const expected: Policy = {
      ...REST,
      budgets: [
        department('engineering', 'day', 500n),
        user('senior_dev_1', 'day', 100n),
        user('senior_dev_2', 'day', 100n),
        user('junior_dev_1', 'day', 50n),
        user('intern_1', 'day', 25n),
        department('marketing', 'week', 200n),
        user('content_lead', 'week', 150n),
        user('writer_1', 'week', 50n),
        department('support', 'month', 1000n),
      ],
      access: [
        {
          target: { kind: 'one', scope: 'department', id: 'engineering' },
          entries: [
            { models: ['opus'], users: ['senior_dev_1', 'senior_dev_2'] },
            { models: ['sonnet'] },
            { models: ['haiku'] },
          ],
        },
        {
          target: { kind: 'one', scope: 'department', id: 'marketing' },
          entries: [{ models: ['opus'], users: ['content_lead'] }, { models: ['sonnet'] }],
        },
        { target: { kind: 'one', scope: 'department', id: 'support' }, entries: [{ models: ['haiku'] }] },
      ],
    };
    expect(formats).toEqual(['departments']);
    expect(policy).toEqual(expected);
    expect(directory).toEqual([
      { user: 'senior_dev_1', department: 'engineering' },
      { user: 'senior_dev_2', department: 'engineering' },
      { user: 'junior_dev_1', department: 'engineering' },
      { user: 'intern_1', department: 'engineering' },
      { user: 'content_lead', department: 'marketing' },
      { user: 'writer_1', department: 'marketing' },
    ]);
  });

  it('says which retired model was read as which family, in its place', () => {
    expect(warningsOf(fixture('budgets.json'))).toEqual([
      'p.yaml:12:7: claude-3-opus is retired; read as the family opus',
      'p.yaml:13:7: claude-3-sonnet is retired; read as the family sonnet',
      'p.yaml:14:7: claude-instant is retired; read as the family haiku',
      'p.yaml:25:7: claude-3-opus is retired; read as the family opus',
      'p.yaml:26:7: claude-3-sonnet is retired; read as the family sonnet',
      'p.yaml:34:7: claude-instant is retired; read as the family haiku',
    ]);
  });

  it.each([
    ['{"a": {"limit": 0}}', ['p.yaml:1:17: "0" is no amount in USD above 0, such as 500 or 499.50']],
    ['{"a": {"limit": 5, "period": "dayly"}}', ['p.yaml:1:30: unknown period dayly; did you mean daily?']],
    [
      '{"a": {"limit": 5, "usr_limits": {}}}',
      ['p.yaml:1:20: unknown key usr_limits; did you mean user_limits?'],
    ],
    [
      '{"a": {"limit": 9, "user_limits": {"x": 1}}, "b": {"limit": 9, "user_limits": {"x": 1}}}',
      [
        'p.yaml:1:85: a rule user:x:month:usd is there already; give one of them another id, or take it out',
        'p.yaml:1:85: user x is under department a already, and cannot be under b too',
      ],
    ],
  ])('refuses %s', (text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes);
  });
});

describe('an import of budget management', () => {
  const LADDER: readonly Rung[] = [
    { percent: 80, action: { kind: 'warn' }, notify: ['managers'], raisesMonitoring: true },
    {
      percent: 95,
      action: { kind: 'restrict', graceHours: 24 },
      notify: ['approvers'],
      raisesMonitoring: false,
    },
  ];
  const one = (scope: 'businessUnit' | 'team', id: string, usd: bigint) =>
    usdBudget(
      { id: `${scope}:${id}:month:usd`, target: { kind: 'one', scope, id }, unit: 'month', usd },
      LADDER,
    );

  it('keeps every unit at its stated amount and each team at its share of it', () => {
    const { policy, warnings } = readSound(fixture('budgetManagement.yaml'));
    const org = { kind: 'org' } as const;
    const expected: Policy = {
      ...REST,
      budgets: [
        usdBudget({ id: 'org:month:usd', target: org, unit: 'month', usd: 500_000n }, LADDER),
        usdBudget({ id: 'org:year:usd', target: org, unit: 'year', usd: 6_000_000n }, LADDER),
        one('businessUnit', 'engineering', 300_000n),
        one('team', 'platform', 90_000n),
        one('team', 'product', 150_000n),
        one('team', 'data', 60_000n),
        one('businessUnit', 'product_management', 75_000n),
        one('businessUnit', 'data_science', 100_000n),
        one('businessUnit', 'other', 25_000n),
      ],
      overflow: { autoPercent: 10, approvers: ['finance_director', 'engineering_director'], maxDays: 31 },
    };
    expect(policy).toEqual(expected);
    expect(warnings.map(({ line, message }) => [line, message])).toEqual([
      [
        6,
        '50000 USD of the reserve of 50000 USD are not funded: units come to 500000 USD of the 500000 USD; ' +
          'they are kept as stated; units that come to 450000 USD would leave it free',
      ],
      [45, 'forecasts are no part of a policy; left out'],
    ]);
  });

  const changed = (part: string, replacement: string) => {
    const text = fixture('budgetManagement.yaml');
    expect(text.split(part)).toHaveLength(2);
    return text.replace(part, replacement);
  };

  it.each([
    [
      'monthly_budget: 300000',
      'monthly_budget: 299999.99',
      ['p.yaml:11:25: the percentage comes to 300000 USD, not 299999.99 USD'],
    ],
    [
      'platform: 30%',
      'platform: 31%',
      ['p.yaml:12:9: teams come to 3000 USD more than the 300000 USD of businessUnit engineering'],
    ],
    [
      'percentage: 5\n        monthly_budget: 25000',
      'percentage: 6',
      ['p.yaml:8:5: units come to 5000 USD more than the 500000 USD of the month'],
    ],
    ['percentage: 15', 'percentage: 150', ['p.yaml:18:21: "150" is no percentage above 0 and up to 100']],
  ])('refuses %s as %s', (part, replacement, mistakes) => {
    expect(mistakesOf(changed(part, replacement))).toEqual(mistakes);
  });

  it('takes the reserve as funded when units leave it', () => {
    const { warnings } = readSound(
      changed('percentage: 20\n        monthly_budget: 100000', 'percentage: 10'),
    );
    expect(warnings.map(({ message }) => message)).toEqual(['forecasts are no part of a policy; left out']);
  });
});

describe('an import of cost limits', () => {
  it('gives each tier a day and a month', () => {
    const { policy } = readSound(fixture('costLimits.yaml'));
    expect(policy.budgets.map(({ id, limit }) => [id, limit.amount])).toEqual([
      ['tier:free:day:usd', 500_000_000_000n],
      ['tier:free:month:usd', 5_000_000_000_000n],
      ['tier:premium:day:usd', 5_000_000_000_000n],
      ['tier:premium:month:usd', 50_000_000_000_000n],
      ['tier:enterprise:day:usd', 50_000_000_000_000n],
      ['tier:enterprise:month:usd', 500_000_000_000_000n],
    ]);
  });

  it('is the same as the standard tiers of the policy file', () => {
    expect(readSound('tiers: standard\n').policy).toEqual(readSound(fixture('costLimits.yaml')).policy);
  });
});
