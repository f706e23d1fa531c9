import { describe, expect, it } from 'vitest';
import { decide } from '../../../../shared/domain/policy/decide.ts';
import type { Increase } from '../../../../shared/domain/policy/decision.ts';
import { makeSnapshot } from '../../../../shared/domain/policy/snapshot.ts';
import { budget, NOW_MS, request, rung, snapshotData, USD } from '../../../fixtures/deciding.ts';

const HOUR_MS = 3_600_000;

describe('restriction with grace', () => {
  const rule = budget({
    limit: { measure: 'usd', amount: 100n * USD },
    ladder: [rung(80, { kind: 'warn' }), rung(95, { kind: 'restrict', graceHours: 24 })],
  });
  const lift: Increase = {
    id: 'i1',
    budgetId: 'b1',
    scopeId: 'ann',
    amount: 100n * USD,
    fromMs: NOW_MS - HOUR_MS,
    untilMs: NOW_MS + HOUR_MS,
    liftsRestriction: true,
  };

  function restricted(sinceMs: number | undefined, used: bigint, increases: readonly Increase[] = []) {
    const since = sinceMs === undefined ? {} : { restrictedSinceMs: sinceMs };
    const data = snapshotData({ budgets: [rule] }, [{ used, ...since }]);
    const made = makeSnapshot({ ...data, increases: new Map(increases.map((one) => [one.id, one])) });
    return decide(made, request(), { nowMs: NOW_MS });
  }

  it.each([
    ['one unit before the rung', undefined, 95n * USD - 1n, 'warn', 'budget'],
    ['at the rung, not yet noticed', undefined, 95n * USD, 'warn', 'restriction'],
    ['a millisecond before the grace ends', NOW_MS - 24 * HOUR_MS + 1, 95n * USD, 'warn', 'restriction'],
    ['when the grace ends', NOW_MS - 24 * HOUR_MS, 95n * USD, 'reject', 'restriction'],
    ['though a correction lowered what was used', NOW_MS - 24 * HOUR_MS, 1n, 'reject', 'restriction'],
  ])('%s', (_, sinceMs, used, action, kind) => {
    const decision = restricted(sinceMs, used);
    expect(decision).toMatchObject({ action, status: action === 'reject' ? 403 : 200 });
    expect(decision.reasons[0]?.kind).toBe(kind);
  });

  it.each([
    [50n * USD, undefined],
    [90n * USD - 1n, undefined],
    [90n * USD, true],
    [95n * USD, true],
  ])('tells of %i used whether the scope is monitored closely: %s', (used, isMonitoredClosely) => {
    const ladder = [rung(50, { kind: 'warn' }), { ...rung(90, { kind: 'notify' }), raisesMonitoring: true }];
    const data = snapshotData({ budgets: [{ ...rule, ladder }] }, [{ used }]);
    const [reason] = decide(makeSnapshot(data), request(), { nowMs: NOW_MS }).reasons;
    expect(reason).toMatchObject({ action: 'warn' });
    expect(reason?.isMonitoredClosely).toBe(isMonitoredClosely);
  });

  it.each<[string, Partial<Increase>, string]>([
    ['an approval lifts it', {}, 'allow'],
    ['an approval that only raises the limit does not', { liftsRestriction: false }, 'reject'],
    ['an approval that is over does not', { untilMs: NOW_MS }, 'reject'],
    ['an approval that is still to come does not', { fromMs: NOW_MS + 1 }, 'reject'],
    ['an approval of an earlier restriction does not', { fromMs: NOW_MS - 26 * HOUR_MS }, 'reject'],
    ['an approval of another budget does not', { budgetId: 'b2' }, 'reject'],
  ])('%s', (_, rest, action) => {
    expect(restricted(NOW_MS - 25 * HOUR_MS, 96n * USD, [{ ...lift, ...rest }]).action).toBe(action);
  });

  it('tells when the grace ends, and then what to do', () => {
    expect(restricted(NOW_MS - HOUR_MS, 96n * USD).message).toBe(
      "You've used 96% of your daily budget. Requests are refused from 2026-11-25T08:00:00.000Z on unless an approver agrees.",
    );
    const refused = restricted(NOW_MS - 24 * HOUR_MS, 96n * USD);
    expect(refused.message).toBe(
      'The daily budget of user ann is restricted: requests are refused until an approver agrees.',
    );
    expect(refused.headers).toEqual({});
  });

  it('raises limits while an increase lasts', () => {
    expect(restricted(undefined, 100n * USD, [lift]).remaining).toEqual({ usd: 100n * USD });
    expect(restricted(undefined, 160n * USD, [lift]).reasons[0]).toMatchObject({
      limit: 200n * USD,
      percent: 80,
    });
  });
});
