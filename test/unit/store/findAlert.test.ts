import { describe, expect, it } from 'vitest';
import { makeAlert } from '../../../shared/domain/alerts/alert.ts';
import { findAlert, monthsOfAlerts } from '../../../shared/store/findAlert.ts';
import { memoryStores } from '../../../shared/store/memory/memoryStores.ts';
import { makeCrossing } from '../../support/policies.ts';

const NOW = new Date('2026-03-31T23:30:00.000Z');

describe('an alert whose month is not known', () => {
  it('is looked for in this month, the twelve before, and the next', () => {
    expect(monthsOfAlerts(NOW)).toEqual([
      ...['2026-03', '2026-02', '2026-01', '2025-12', '2025-11', '2025-10', '2025-09'],
      ...['2025-08', '2025-07', '2025-06', '2025-05', '2025-04', '2025-03', '2026-04'],
    ]);
  });

  it.each([
    ['2025-02', false],
    ['2025-03', true],
    ['2026-04', true],
    ['2026-05', false],
  ])('of %s is found: %s', async (month, isFound) => {
    const { alerts } = memoryStores();
    const alert = makeAlert(makeCrossing({ month, periodKey: month }), NOW.toISOString());
    await alerts.create(alert);
    expect(await findAlert(alert.id, { alerts, now: NOW })).toEqual(isFound ? alert : undefined);
  });
});
