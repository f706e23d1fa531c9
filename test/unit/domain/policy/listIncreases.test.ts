import { describe, expect, it } from 'vitest';
import type { KeptIncrease } from '../../../../shared/domain/policy/increase.ts';
import { listIncreases } from '../../../../shared/domain/policy/listIncreases.ts';

const NOW_MS = Date.parse('2026-11-24T09:00:00Z');
const HOUR_MS = 3_600_000;
const DAYS_31_MS = 2_678_400_000;

function increase(id: string, parts: Partial<KeptIncrease> = {}): KeptIncrease {
  return {
    ...{ id, budgetId: 'b', scopeId: 'chess', measure: 'usd', amount: 1n, reason: 'x' },
    ...{ untilMs: NOW_MS + HOUR_MS, asked: { by: 'ada', atMs: NOW_MS - HOUR_MS } },
    ...{ isAutomatic: false, approvals: [] },
    ...parts,
  };
}

const REQUESTED = increase('requested');
const GRANTED = increase('granted', { grantedAtMs: NOW_MS - 1 });
const DENIED = increase('denied', { denied: { by: 'fay', atMs: NOW_MS - 1 } });
const EXPIRED = increase('expired', { untilMs: NOW_MS });
const ALL = [REQUESTED, GRANTED, DENIED, EXPIRED];
const ids = (listed: readonly KeptIncrease[]) => listed.map(({ id }) => id);

describe('listIncreases', () => {
  it.each([
    [undefined, ['denied', 'expired', 'granted', 'requested']],
    ['requested', ['requested']],
    ['granted', ['granted']],
    ['denied', ['denied']],
    ['expired', ['expired']],
  ] as const)('of state %s', (state, expected) => {
    expect(ids(listIncreases(ALL, { state, nowMs: NOW_MS }))).toEqual(expected);
  });

  it('begins with what was asked for last', () => {
    const at = (id: string, atMs: number) => increase(id, { asked: { by: 'ada', atMs } });
    expect(ids(listIncreases([at('a', 1), at('b', 3), at('c', 2)], { nowMs: NOW_MS }))).toEqual([
      'b',
      'c',
      'a',
    ]);
  });

  it.each([
    ['who asked', { user: 'ada', isApprover: false }, 4],
    ['an approver', { user: 'fay', isApprover: true }, 4],
    ['anybody else, also whom it is for', { user: 'chess', isApprover: false }, 0],
  ])('shows %s so many', (_name, viewer, count) => {
    expect(listIncreases(ALL, { viewer, nowMs: NOW_MS })).toHaveLength(count);
  });

  it.each([
    [DAYS_31_MS - 1, 1],
    [DAYS_31_MS, 0],
    [DAYS_31_MS + 1, 0],
  ])('shows an approver what was over %i ms ago: %i', (agoMs, count) => {
    const viewer = { user: 'fay', isApprover: true };
    const expired = increase('expired', { untilMs: NOW_MS - agoMs });
    const denied = increase('denied', {
      untilMs: NOW_MS + HOUR_MS,
      denied: { by: 'eve', atMs: NOW_MS - agoMs },
    });
    expect(listIncreases([expired], { viewer, nowMs: NOW_MS })).toHaveLength(count);
    expect(listIncreases([denied], { viewer, nowMs: NOW_MS })).toHaveLength(count);
    const asker = { user: 'ada', isApprover: false };
    expect(listIncreases([expired, denied], { viewer: asker, nowMs: NOW_MS })).toHaveLength(2);
  });
});
