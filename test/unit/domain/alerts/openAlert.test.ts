import { describe, expect, it } from 'vitest';
import { ALERT_RULES } from '../../../../shared/domain/alerts/alert.ts';
import { isOpenAlert } from '../../../../shared/domain/alerts/openAlert.ts';
import { ALERT_TIME, alertOf, sampleAlert, sampleSubject } from '../../../support/alerts.ts';

const NOW = new Date(ALERT_TIME);

describe('an alert that asks somebody to act', () => {
  it('is of any rule but mere notices', () => {
    const open = ALERT_RULES.filter((rule) => isOpenAlert(sampleAlert(rule), NOW));
    expect(open).toEqual([
      ...['budget', 'projection', 'breaker', 'highSpend', 'expensiveRequest', 'burn', 'throttled'],
      ...['unpricedModel', 'silence', 'drift', 'increase'],
    ]);
  });

  it('asks no more once somebody deals with it', () => {
    const acknowledged = { by: 'dana', at: ALERT_TIME };
    expect(isOpenAlert({ ...sampleAlert('drift'), acknowledged }, NOW)).toBe(false);
  });

  it.each([
    ['budget', -1, true],
    ['budget', 0, false],
    ['budget', 1, false],
    ['increase', -1, true],
    ['increase', 0, false],
  ] as const)('of %s, %i ms after its end, asks: %s', (rule, offMs, isOpen) => {
    const end = rule === 'budget' ? '2026-12-01T00:00:00.000Z' : '2026-11-30T17:00:00.000Z';
    const alert = alertOf(sampleSubject(rule));
    expect(isOpenAlert(alert, new Date(Date.parse(end) + offMs))).toBe(isOpen);
  });
});
