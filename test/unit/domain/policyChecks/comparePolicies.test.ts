import { describe, expect, it } from 'vitest';
import { type AlertPolicy, DEFAULT_ALERT_POLICY } from '../../../../shared/domain/alerts/alertPolicy.ts';
import { changeText, comparePolicies } from '../../../../shared/domain/policy/comparePolicies.ts';
import { presetLadder } from '../../../../shared/domain/policy/ladderPresets.ts';
import { type BudgetRule, EMPTY_POLICY, type Policy } from '../../../../shared/domain/policy/policy.ts';

const USD = 1_000_000_000_000n;
const LIMITED = {
  period: { unit: 'month', timeZone: 'UTC' },
  limit: { measure: 'usd', amount: 500n * USD },
} as const;

const BUDGET: BudgetRule = {
  id: 'team:a:month:usd',
  target: { kind: 'one', scope: 'team', id: 'a' },
  ...LIMITED,
  filter: {},
  ladder: presetLadder('soft-team', LIMITED),
  isHard: false,
};

const withBudgets = (...budgets: BudgetRule[]): Policy => ({ ...EMPTY_POLICY, budgets });

describe('comparePolicies', () => {
  it('says of a new rule all that it says', () => {
    expect(comparePolicies(EMPTY_POLICY, withBudgets(BUDGET)).map(changeText)).toEqual([
      '+ budget team:a:month:usd\n' +
        '    limit: $500.00 a month\n' +
        '    for: team:a\n' +
        '    time zone: UTC\n' +
        '    rung 1: 80% warn, tell lead\n' +
        '    rung 2: 100% throttle 2s',
    ]);
  });

  it('says of a changed rule what changed', () => {
    const after: BudgetRule = {
      ...BUDGET,
      limit: { measure: 'usd', amount: 600n * USD },
      ladder: presetLadder('block', LIMITED),
      isHard: true,
    };
    expect(comparePolicies(withBudgets(BUDGET), withBudgets(after))).toEqual([
      {
        kind: 'changed',
        section: 'budget',
        id: 'team:a:month:usd',
        lines: [
          'limit: $500.00 a month → $600.00 a month',
          'rung 1: 80% warn, tell lead → 100% reject 429',
          'rung 2: 100% throttle 2s → none',
          'hard: none → yes',
        ],
      },
    ]);
  });

  it('tells a change of a pico-dollar', () => {
    const after: BudgetRule = { ...BUDGET, limit: { measure: 'usd', amount: 500n * USD + 1n } };
    expect(comparePolicies(withBudgets(BUDGET), withBudgets(after))[0]?.lines).toEqual([
      'limit: $500.00 a month → 500.000000000001 USD a month',
    ]);
  });

  it('tells what goes before what comes, and rules of the company by name', () => {
    const after: Policy = {
      ...EMPTY_POLICY,
      withoutBudget: 'deny',
      breaker: { emergencyPicoUsd: 1000n * USD, openPicoUsd: 1500n * USD, timeZone: 'UTC' },
    };
    expect(
      comparePolicies(withBudgets(BUDGET), after).map(({ kind, section, id }) => [kind, section, id]),
    ).toEqual([
      ['removed', 'budget', 'team:a:month:usd'],
      ['added', 'breaker', ''],
      ['changed', 'without a budget', ''],
    ]);
  });

  it('does not mind in which order rules are', () => {
    const other = { ...BUDGET, id: 'b' };
    expect(comparePolicies(withBudgets(BUDGET, other), withBudgets(other, BUDGET))).toEqual([]);
  });
});

describe('comparePolicies of alerts', () => {
  const ALERTS: AlertPolicy = {
    ...DEFAULT_ALERT_POLICY,
    channels: [
      {
        name: 'ops',
        target: { kind: 'slackBot', secret: 'ssm:/tollbook/bot', conversation: 'audience' },
        maxPerHour: 20,
        quietHours: {
          timeZone: 'UTC',
          days: [6, 7],
          startMinute: 0,
          endMinute: 1_440,
          exceptFrom: 'critical',
        },
      },
    ],
    routes: [{ to: ['ops'], severities: ['critical'], scopes: [{ kind: 'team', id: 'web' }] }],
    people: { dana: { slack: 'U012AB3CD' } },
    teams: { web: { lead: 'dana', deputies: [], managers: [] } },
  };

  it('says what each channel, route and contact says', () => {
    const changes = comparePolicies(EMPTY_POLICY, { ...EMPTY_POLICY, alerts: ALERTS });
    expect(changes.map(changeText)).toEqual([
      '+ alert channel ops\n' +
        '    slackBot: ssm:/tollbook/bot\n' +
        '    conversation: audience\n' +
        '    most an hour: 20\n' +
        '    quiet hours: from 00:00, to 24:00, timeZone UTC, except critical, days Sat, Sun',
      '+ alert route ops\n    severity: critical\n    rule: any\n    about: team:web',
      '+ contacts person dana\n    slack: U012AB3CD',
      '+ contacts team web\n    lead: dana',
    ]);
  });

  it('says which rule changed, and nothing of defaults that are written out', () => {
    const rules = { ...DEFAULT_ALERT_POLICY.rules, drift: false, highSpendPicoUsd: 75n * USD };
    const after = { ...EMPTY_POLICY, alerts: { ...DEFAULT_ALERT_POLICY, rules } };
    expect(comparePolicies(EMPTY_POLICY, after).map(changeText)).toEqual([
      '~ alerts\n    drift: on → off\n    highSpend: 50 USD → 75 USD',
    ]);
    expect(comparePolicies(EMPTY_POLICY, { ...EMPTY_POLICY, alerts: DEFAULT_ALERT_POLICY })).toEqual([]);
  });
});
