import { describe, expect, it } from 'vitest';
import { findIdleRules } from '../../../../shared/domain/policy/findIdleRules.ts';
import { EMPTY_POLICY, type Policy, type Target } from '../../../../shared/domain/policy/policy.ts';
import { budget } from '../../../fixtures/deciding.ts';

const asking = (user: string, rest = {}) => ({
  request: { user, model: 'sonnet', priority: 'normal' as const, ...rest },
  person: { user, team: 'payments', tier: 'premium', roles: ['senior'] },
});
const ASKERS = [asking('ann'), asking('bob', { project: 'migration' })];

const limiting = (...targets: Target[]): Policy => ({
  ...EMPTY_POLICY,
  budgets: targets.map((target, index) => budget({ id: `rule-${index}`, target })),
});
const one = (scope: 'user' | 'team' | 'project' | 'department', id: string): Target => ({
  ...{ kind: 'one', scope, id },
});
const idleOf = (policy: Policy, askers = ASKERS) =>
  findIdleRules(policy, askers).map(({ rule, known }) => [rule, ...known]);

describe('rules that concern nobody', () => {
  it.each<[string, Target, string[]]>([
    ['a user', one('user', 'anne'), ['ann', 'bob']],
    ['a team', one('team', 'payment'), ['payments']],
    ['a project', one('project', 'migraton'), ['migration']],
    ['a department where nobody has one', one('department', 'eng'), []],
    ['each department where nobody has one', { kind: 'each', scope: 'department' }, []],
    ['a tier', { kind: 'tier', id: 'premum' }, ['premium']],
    ['a role', { kind: 'role', id: 'junior' }, ['senior']],
  ])('are found with the names that there are: %s', (_name, target, known) => {
    expect(idleOf(limiting(target))).toEqual([['rule-0', ...known]]);
  });

  it.each<[string, Target]>([
    ['the organisation', { kind: 'org' }],
    ['a user', one('user', 'ann')],
    ['a team', one('team', 'payments')],
    ['a project', one('project', 'migration')],
    ['each user', { kind: 'each', scope: 'user' }],
    ['a tier', { kind: 'tier', id: 'premium' }],
    ['a role', { kind: 'role', id: 'senior' }],
  ])('are not those of %s that is there', (_name, target) => {
    expect(idleOf(limiting(target))).toEqual([]);
  });

  it('are found among rules of every kind', () => {
    const target = one('team', 'none');
    const when = { timeZone: 'UTC', days: [1], startMinute: 0, endMinute: 60, holidays: [] };
    const policy: Policy = {
      ...limiting(target),
      bursts: [
        { id: 'burst', target, limit: 1, windowSeconds: 1, action: { kind: 'warn' }, counting: 'local' },
      ],
      hours: [{ id: 'hours', target, models: ['*'], ...when }],
      access: [{ target, entries: [{ models: ['opus'] }] }],
    };
    expect(idleOf(policy).map(([rule]) => rule)).toEqual(['rule-0', 'burst', 'hours', 'models of team:none']);
  });

  it('are none as long as nobody is known', () => {
    expect(idleOf(limiting(one('team', 'none')), [])).toEqual([]);
  });
});
