import { describe, expect, it } from 'vitest';
import { increaseThroughTime, type KeptIncrease } from '../../../../shared/domain/policy/increase.ts';
import { countActive, pastIncreases } from '../../../../shared/domain/policy/pastIncreases.ts';
import { budget } from '../../../fixtures/deciding.ts';

function kept(parts: Partial<KeptIncrease> = {}): KeptIncrease {
  return {
    ...{ id: 'i', budgetId: 'b1', scopeId: 'ann', measure: 'tokens', amount: 7n, untilMs: 200, reason: 'x' },
    ...{ asked: { by: 'ann', atMs: 50 }, isAutomatic: true, approvals: [], grantedAtMs: 100 },
    ...parts,
  };
}

const { grantedAtMs: _, ...WAITING } = kept();
const SPAN = { id: 'i', budgetId: 'b1', scopeId: 'ann', amount: 7n, fromMs: 100 };

describe('increaseThroughTime', () => {
  it.each<[string, KeptIncrease, object | undefined]>([
    ['from its grant to its end', kept(), { ...SPAN, untilMs: 200, liftsRestriction: false }],
    [
      'an approval lifts restrictions',
      kept({ isAutomatic: false }),
      { ...SPAN, untilMs: 200, liftsRestriction: true },
    ],
    [
      'until it was denied',
      kept({ denied: { by: 'fay', atMs: 150 } }),
      { ...SPAN, untilMs: 150, liftsRestriction: false },
    ],
    [
      'to its end though it was denied later',
      kept({ denied: { by: 'fay', atMs: 250 } }),
      { ...SPAN, untilMs: 200, liftsRestriction: false },
    ],
    ['never when it was denied as soon as granted', kept({ denied: { by: 'fay', atMs: 100 } }), undefined],
    ['never without a grant', WAITING, undefined],
  ])('counts %s', (_name, increase, expected) => {
    expect(increaseThroughTime(increase)).toEqual(expected);
  });
});

describe('pastIncreases', () => {
  it.each([
    ['of a budget of the policy', {}, 1],
    ['of a budget that it has not', { budgetId: 'b2' }, 0],
    ['of another measure under the same id', { measure: 'usd' }, 0],
  ] as const)('gives those %s', (_name, parts, count) => {
    expect(pastIncreases([kept(parts)], { budgets: [budget()] })).toHaveLength(count);
  });
});

describe('countActive', () => {
  it.each([
    [0, 100, 0],
    [0, 101, 1],
    [199, 300, 1],
    [200, 300, 0],
  ])('from %i to %i: %i', (startMs, endMs, count) => {
    const increases = [{ ...SPAN, untilMs: 200, liftsRestriction: false }];
    expect(countActive(increases, startMs, endMs)).toBe(count);
  });
});
