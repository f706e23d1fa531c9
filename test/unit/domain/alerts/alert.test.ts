import { describe, expect, it } from 'vitest';
import { alertId, alertSeverity, makeAlert } from '../../../../shared/domain/alerts/alert.ts';
import { makeCrossing } from '../../../support/policies.ts';

const CROSSING = makeCrossing({ limit: 1_000n, used: 800n });

describe('alertId', () => {
  it('names the budget, whose it is, the period and the threshold', () => {
    expect(alertId(CROSSING)).toBe('budget:team:blue:month:usd:blue:2026-07:80');
  });

  it('is the same however much was spent of whatever limit when it was found', () => {
    expect(alertId({ ...CROSSING, ...{ used: 999n, limit: 900n, cause: 'policy' } })).toBe(alertId(CROSSING));
  });

  it.each([{ budgetId: 'rivers' }, { scopeId: 'red' }, { periodKey: '2026-12' }, { threshold: 100 }])(
    'is another for %o',
    (change) => {
      expect(alertId({ ...CROSSING, ...change })).not.toBe(alertId(CROSSING));
    },
  );
});

describe('makeAlert', () => {
  it('is pending, with the crossing as it was found', () => {
    expect(makeAlert(CROSSING, '2026-11-22T10:00:00.000Z')).toStrictEqual({
      id: 'budget:team:blue:month:usd:blue:2026-07:80',
      state: 'pending',
      createdAt: '2026-11-22T10:00:00.000Z',
      subject: CROSSING,
    });
  });
});

describe('alertSeverity', () => {
  it.each([
    [50, 'warning'],
    [80, 'warning'],
    [99, 'warning'],
    [100, 'critical'],
    [101, 'critical'],
    [120, 'critical'],
  ])('of %i%% is %s', (threshold, severity) => {
    expect(alertSeverity(makeAlert({ ...CROSSING, threshold }, ''))).toBe(severity);
  });

  it.each([
    ['notify', 'warning'],
    ['throttle', 'warning'],
    ['reject', 'critical'],
    ['restrict', 'critical'],
  ] as const)('of a rung that does %s is %s before all is used', (action, severity) => {
    expect(alertSeverity(makeAlert({ ...CROSSING, threshold: 90, action }, ''))).toBe(severity);
  });
});
