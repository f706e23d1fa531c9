import { describe, expect, it } from 'vitest';
import type { SubjectOf } from '../../../../shared/domain/alerts/alert.ts';
import { actionWords, nextMark } from '../../../../shared/domain/alerts/nextMark.ts';
import type { RungAction } from '../../../../shared/domain/policy/policy.ts';
import { makeBudget, makeCrossing, policyOf, warnAt } from '../../../support/policies.ts';

const ID = 'team:blue:month:usd';
const BREAKER = { emergencyPicoUsd: 1_000n, openPicoUsd: 1_500n, timeZone: 'UTC' };
const EMERGENCY: SubjectOf<'breaker'> = {
  ...{ rule: 'breaker', scopeKind: 'org', scopeId: '*', month: '2026-07', state: 'emergency' },
  ...{ day: '2026-07-14', timeZone: 'UTC', resetAt: '2026-07-15T00:00:00.000Z' },
  ...{ usedPicoUsd: 1_100n, limitPicoUsd: 1_000n },
};

describe('the next mark', () => {
  const policy = policyOf([makeBudget({ id: ID, ladder: [50, 80, 100].map(warnAt) })], { breaker: BREAKER });

  it.each([
    [49n, 50],
    [50n, 80],
    [79n, 80],
    [80n, 100],
    [99n, 100],
    [100n, undefined],
    [900n, undefined],
  ])('above %i of 100 is at %s percent', (used, percent) => {
    expect(nextMark(makeCrossing({ used }), policy)?.percent).toBe(percent);
  });

  it('is none of a budget that is gone, or of a ladder without rungs', () => {
    expect(nextMark(makeCrossing(), policyOf([]))).toBeUndefined();
    expect(nextMark(makeCrossing(), policyOf([makeBudget({ id: ID, ladder: [] })]))).toBeUndefined();
  });

  it('of an emergency is the amount from which nothing goes', () => {
    expect(nextMark(EMERGENCY, policy)).toEqual({ percent: 150, action: 'all requests are refused' });
    expect(nextMark({ ...EMERGENCY, usedPicoUsd: 1_499n }, policy)?.percent).toBe(150);
    expect(nextMark({ ...EMERGENCY, usedPicoUsd: 1_500n }, policy)).toBeUndefined();
    expect(nextMark({ ...EMERGENCY, state: 'open' }, policy)).toBeUndefined();
    expect(nextMark(EMERGENCY, policyOf([]))).toBeUndefined();
  });
});

describe('an action in words', () => {
  it.each<[RungAction, string]>([
    [{ kind: 'notify' }, 'people are told'],
    [{ kind: 'warn' }, 'requests are answered with a warning'],
    [{ kind: 'throttle', delayMs: 2_000 }, 'requests are slowed by 2 s'],
    [{ kind: 'throttle', delayMs: 1_500 }, 'requests are slowed by 1.5 s'],
    [{ kind: 'reject', status: 429 }, 'requests are refused'],
    [{ kind: 'restrict', graceHours: 0 }, 'requests are refused until an approver agrees'],
    [{ kind: 'restrict', graceHours: 24 }, 'requests are refused 24 h later unless an approver agrees'],
  ])('%j', (action, words) => {
    expect(actionWords(action)).toBe(words);
  });
});
