import { describe, expect, it } from 'vitest';
import { increaseSubject } from '../../../../shared/domain/alerts/increaseSubject.ts';
import type { KeptIncrease } from '../../../../shared/domain/policy/increase.ts';
import type { Target } from '../../../../shared/domain/policy/policy.ts';
import { makeBudget } from '../../../support/policies.ts';

const NOW_MS = Date.parse('2026-11-24T09:00:00.000Z');
const ASKED: KeptIncrease = {
  ...{ id: 'abc', budgetId: 'org:month:usd', scopeId: '*', measure: 'usd', amount: 5n, reason: 'release' },
  ...{ untilMs: NOW_MS + 1, asked: { by: 'ann', atMs: NOW_MS }, isAutomatic: false, approvals: [] },
};
const vote = (by: string) => ({ by, atMs: NOW_MS });
const APPROVED: KeptIncrease = { ...ASKED, approvals: [vote('fay')] };
const GRANTED: KeptIncrease = { ...ASKED, approvals: [vote('fay'), vote('eve')], grantedAtMs: NOW_MS };
const AUTOMATIC: KeptIncrease = { ...ASKED, isAutomatic: true, grantedAtMs: NOW_MS };

describe('what is told of an increase', () => {
  it.each<[string, KeptIncrease | undefined, KeptIncrease, [string, string] | undefined]>([
    ['a request', undefined, ASKED, ['requested', 'ann']],
    ['a request that goes through by itself', undefined, AUTOMATIC, ['granted', 'policy']],
    ['an approval that does not suffice', ASKED, APPROVED, undefined],
    ['the one that does', APPROVED, GRANTED, ['granted', 'eve']],
    ['a denial', ASKED, { ...ASKED, denied: vote('fay') }, ['denied', 'fay']],
    ['a denial of what was granted', GRANTED, { ...GRANTED, denied: vote('fay') }, ['denied', 'fay']],
    ['nothing new', GRANTED, GRANTED, undefined],
  ])('of %s', (_name, before, after, told) => {
    const subject = increaseSubject({ before, after }, makeBudget(), NOW_MS);
    expect(subject && [subject.state, subject.by]).toEqual(told);
  });

  it.each<[Target, string]>([
    [{ kind: 'org' }, 'org'],
    [{ kind: 'one', scope: 'team', id: 'blue' }, 'team'],
    [{ kind: 'each', scope: 'project' }, 'project'],
    [{ kind: 'tier', id: 'free' }, 'user'],
    [{ kind: 'role', id: 'senior' }, 'user'],
  ])('a budget of %j is of a scope of kind %s', (target, kind) => {
    const subject = increaseSubject({ before: undefined, after: ASKED }, makeBudget({ target }), NOW_MS);
    expect(subject?.scopeKind).toBe(kind);
  });

  it('is kept under the month in which the present period begins', () => {
    const rule = makeBudget({ period: { unit: 'quarter', timeZone: 'UTC' } });
    expect(increaseSubject({ before: undefined, after: ASKED }, rule, NOW_MS)).toMatchObject({
      month: '2026-10',
      periodKey: '2026-Q4',
      until: '2026-11-24T09:00:00.001Z',
    });
  });
});
