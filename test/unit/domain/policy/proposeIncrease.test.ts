import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OverflowRule } from '../../../../shared/domain/policy/policy.ts';
import { approveProposal, tenthOf } from '../../../../shared/domain/policy/proposeIncrease.ts';
import { budget } from '../../../fixtures/deciding.ts';

const NOW_MS = Date.parse('2026-07-14T12:00:00Z');
const DAY_MS = 86_400_000;
const rule = budget({ id: 'b1' });
const proposal = {
  id: 'p1',
  budgetId: 'b1',
  scopeId: 'ann',
  amount: 10n,
  untilMs: NOW_MS + DAY_MS,
  reason: 'x',
};

function approve(parts: Partial<typeof proposal> = {}, overflow: Partial<OverflowRule> = {}) {
  const rules = { autoPercent: 100, approvers: ['fay'], maxDays: 3, ...overflow };
  return approveProposal(
    { ...proposal, ...parts },
    { by: 'fay', atMs: NOW_MS },
    { rule, overflow: rules, others: [] },
  );
}

describe('a tenth of a limit', () => {
  it.each([
    [1n, 1n],
    [9n, 1n],
    [10n, 1n],
    [11n, 2n],
    [500n, 50n],
  ])('of %s is %s', (limit, tenth) => {
    expect(tenthOf(limit)).toBe(tenth);
  });

  it('is never less than a tenth, and never a whole unit more', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 30n), (limit) => {
        const over = tenthOf(limit) * 10n - limit;
        expect(over >= 0n && over < 10n).toBe(true);
      }),
    );
  });
});

describe('a proposal that an approver agrees to', () => {
  it('is granted by him alone where he is the only one, and never by itself', () => {
    expect(approve()).toEqual({
      kind: 'voted',
      increase: {
        ...{ ...proposal, measure: 'tokens', asked: { by: 'tollbook', atMs: NOW_MS }, isAutomatic: false },
        ...{ approvals: [{ by: 'fay', atMs: NOW_MS }], grantedAtMs: NOW_MS },
      },
    });
  });

  it('waits where the policy has others', () => {
    const voted = approve({}, { approvers: ['fay', 'eve'] });
    expect(voted).toMatchObject({ kind: 'voted', increase: { approvals: [{ by: 'fay' }] } });
    expect(voted).not.toHaveProperty('increase.grantedAtMs');
  });

  it('is forbidden to who is no approver', () => {
    expect(approve({}, { approvers: ['eve'] })).toMatchObject({ kind: 'forbidden' });
    expect(approve({}, { approvers: [] })).toMatchObject({ kind: 'forbidden' });
  });

  it.each([
    [3 * DAY_MS - 1, 3 * DAY_MS - 1],
    [3 * DAY_MS, 3 * DAY_MS],
    [3 * DAY_MS + 1, 3 * DAY_MS],
  ])('for %i ms lasts %i where three days are the most', (wanted, lasts) => {
    expect(approve({ untilMs: NOW_MS + wanted })).toMatchObject({ increase: { untilMs: NOW_MS + lasts } });
  });

  it.each([
    [NOW_MS - 1, 'refused'],
    [NOW_MS, 'refused'],
    [NOW_MS + 1, 'voted'],
  ])('until %i is %s', (untilMs, kind) => {
    expect(approve({ untilMs })).toMatchObject({ kind });
  });
});
