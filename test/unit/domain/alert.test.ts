import { describe, expect, it } from 'vitest';
import { alertId, alertSeverity, makeAlert } from '../../../shared/domain/alert.ts';
import type { Crossing } from '../../../shared/domain/budget.ts';

const CROSSING: Crossing = {
  team: 'chess',
  month: '2026-11',
  threshold: 80,
  limitPicoUsd: 1_000n,
  spentPicoUsd: 800n,
};
const OTHER_FIGURES = { spentPicoUsd: 999n, limitPicoUsd: 900n };

describe('alertId', () => {
  it('names the team, the month and the threshold', () => {
    expect(alertId(CROSSING)).toBe('budget:team:chess:2026-11:80');
  });

  it('is the same however much was spent of whatever limit when it was found', () => {
    expect(alertId({ ...CROSSING, ...OTHER_FIGURES })).toBe(alertId(CROSSING));
  });

  it.each([{ team: 'rivers' }, { month: '2026-12' }, { threshold: 100 }])('is another for %o', (change) => {
    expect(alertId({ ...CROSSING, ...change })).not.toBe(alertId(CROSSING));
  });
});

describe('makeAlert', () => {
  it('is pending, with the crossing as it was found', () => {
    expect(makeAlert(CROSSING, '2026-11-22T10:00:00.000Z')).toStrictEqual({
      id: 'budget:team:chess:2026-11:80',
      state: 'pending',
      createdAt: '2026-11-22T10:00:00.000Z',
      crossing: CROSSING,
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
});
