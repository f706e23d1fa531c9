import { describe, expect, it } from 'vitest';
import { personOn } from '../../../../shared/domain/policy/personOn.ts';
import type { Target } from '../../../../shared/domain/policy/policy.ts';
import { type BudgetedScope, budgetsOfScope } from '../../../../shared/domain/policy/scopeRules.ts';
import { makeBudget, policyOf } from '../../../support/policies.ts';

const TARGETS: readonly (readonly [id: string, target: Target])[] = [
  ['org', { kind: 'org' }],
  ['each team', { kind: 'each', scope: 'team' }],
  ['blue', { kind: 'one', scope: 'team', id: 'blue' }],
  ['each unit', { kind: 'each', scope: 'businessUnit' }],
  ['minutes', { kind: 'one', scope: 'project', id: 'minutes' }],
  ['cc-1', { kind: 'one', scope: 'costCentre', id: 'cc-1' }],
  ['each user', { kind: 'each', scope: 'user' }],
  ['free', { kind: 'tier', id: 'free' }],
  ['lead', { kind: 'role', id: 'lead' }],
  ['ann', { kind: 'one', scope: 'user', id: 'ann' }],
];
const POLICY = policyOf(TARGETS.map(([id, target]) => makeBudget({ id, target })));

describe('budgetsOfScope', () => {
  it.each<[string, BudgetedScope, string[]]>([
    ['the organisation', { kind: 'org' }, ['org']],
    ['a team with its own', { kind: 'team', id: 'blue' }, ['blue']],
    ['another team', { kind: 'team', id: 'red' }, ['each team']],
    ['a business unit', { kind: 'businessUnit', id: 'games' }, ['each unit']],
    ['a project', { kind: 'project', id: 'minutes' }, ['minutes']],
    ['another project', { kind: 'project', id: 'other' }, []],
    ['a cost centre', { kind: 'costCentre', id: 'cc-1' }, ['cc-1']],
    ['a department', { kind: 'department', id: 'blue' }, []],
    ['requests without a team', { kind: 'team', id: '-' }, []],
    ['a user', { kind: 'user', person: { user: 'bob', team: 'blue' } }, ['each user']],
    ['a user of a tier', { kind: 'user', person: { user: 'bob', tier: 'free' } }, ['free']],
    ['a user of a role', { kind: 'user', person: { user: 'bob', roles: ['lead'] } }, ['lead']],
    [
      'a user with a budget of their own',
      { kind: 'user', person: { user: 'ann', tier: 'free', roles: ['lead'] } },
      ['ann'],
    ],
  ])('finds those of %s, and no others', (_name, scope, ids) => {
    const found = budgetsOfScope(POLICY, scope);
    expect(found.map(({ rule }) => rule.id)).toEqual(ids);
    for (const { aim } of found) expect(aim.kind).toBe(scope.kind);
  });

  it('adds the two amounts of the breaker to the organisation, and to nobody else', () => {
    const breaker = { emergencyPicoUsd: 3n, openPicoUsd: 4n, timeZone: 'Europe/Berlin' };
    const policy = policyOf([], { breaker });
    const found = budgetsOfScope(policy, { kind: 'org' }).map(({ rule, aim }) => [
      rule.id,
      rule.limit.amount,
      rule.period.timeZone,
      aim.id,
    ]);
    expect(found).toEqual([
      ['breaker:emergency', 3n, 'Europe/Berlin', '*'],
      ['breaker:open', 4n, 'Europe/Berlin', '*'],
    ]);
    expect(budgetsOfScope(policy, { kind: 'team', id: 'blue' })).toEqual([]);
  });
});

describe('personOn', () => {
  const known = {
    user: 'ann',
    placements: [
      { to: '2026-07-01', team: 'red', lead: 'eve' },
      { from: '2026-07-01', team: 'blue', tier: 'free', roles: ['lead'] },
    ],
  };

  it.each([
    ['2026-06-30', { user: 'ann', team: 'red' }],
    ['2026-07-01', { user: 'ann', team: 'blue', tier: 'free', roles: ['lead'] }],
  ])('is where the directory places the user on %s', (day, person) => {
    expect(personOn('ann', known, day)).toStrictEqual(person);
  });

  it('has nothing but a name without the directory', () => {
    expect(personOn('bob', undefined, '2026-07-01')).toStrictEqual({ user: 'bob' });
  });
});
