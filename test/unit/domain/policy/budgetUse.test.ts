import { describe, expect, it } from 'vitest';
import { NO_METRICS } from '../../../../shared/domain/metrics.ts';
import { periodAt } from '../../../../shared/domain/policy/budgetPeriod.ts';
import {
  daysTouched,
  isOfWholeDays,
  useWithin,
  wholeMonths,
} from '../../../../shared/domain/policy/budgetUse.ts';
import type { BudgetPeriod, Limit } from '../../../../shared/domain/policy/policy.ts';

function at(unit: BudgetPeriod['unit'], timeZone: string, instant: string) {
  return periodAt({ unit, timeZone }, Date.parse(instant));
}

describe('the UTC days of a period', () => {
  it.each<[BudgetPeriod['unit'], string, string, string, boolean]>([
    ['day', 'UTC', '2026-07-14', '2026-07-14', true],
    ['day', 'Europe/Berlin', '2026-07-13', '2026-07-14', false],
    ['day', 'Asia/Tokyo', '2026-07-13', '2026-07-14', false],
    ['week', 'UTC', '2026-07-13', '2026-07-19', true],
    ['month', 'America/New_York', '2026-07-01', '2026-08-01', false],
  ])('a %s of %s at noon of 14 July: %s to %s', (unit, timeZone, from, to, isWhole) => {
    const period = at(unit, timeZone, '2026-07-14T12:00:00Z');
    expect(daysTouched(period)).toEqual({ from, to });
    expect(isOfWholeDays(period)).toBe(isWhole);
  });
});

describe('wholeMonths', () => {
  it.each<[string, BudgetPeriod['unit'], string, string[], [string, string][]]>([
    ['a quarter in UTC', 'quarter', 'UTC', ['2026-07', '2026-08', '2026-09'], []],
    [
      'a quarter in Berlin, which begins two hours before UTC',
      'quarter',
      'Europe/Berlin',
      ['2026-07', '2026-08'],
      [
        ['2026-06-30', '2026-06-30'],
        ['2026-09-01', '2026-09-30'],
      ],
    ],
    [
      'a quarter in New York, which ends four hours after UTC',
      'quarter',
      'America/New_York',
      ['2026-08', '2026-09'],
      [
        ['2026-07-01', '2026-07-31'],
        ['2026-10-01', '2026-10-01'],
      ],
    ],
    ['a day', 'day', 'UTC', [], [['2026-07-14', '2026-07-14']]],
  ])('of %s', (_name, unit, timeZone, months, edges) => {
    const found = wholeMonths(at(unit, timeZone, '2026-07-14T12:00:00Z'));
    expect(found.months).toEqual(months);
    expect(found.edges.map(({ from, to }) => [from, to])).toEqual(edges);
  });

  it('has all twelve of a year', () => {
    expect(wholeMonths(at('year', 'UTC', '2026-07-14T12:00:00Z')).months).toHaveLength(12);
  });
});

describe('useWithin', () => {
  const metrics = {
    ...NO_METRICS,
    requests: 5,
    tokens: { input: 1, cacheRead: 10, cacheWrite5m: 100, cacheWrite1h: 1_000, output: 10_000 },
    costPicoUsd: { ...NO_METRICS.costPicoUsd, input: 3n, output: 4n },
    hours: [
      { hour: 21, requests: 2, costPicoUsd: 3n },
      { hour: 22, requests: 3, costPicoUsd: 4n },
    ],
  };
  const figures = [{ day: '2026-07-14', metrics, n: 7 }];

  it.each<[string, Limit, bigint]>([
    ['money', { measure: 'usd', amount: 1n }, 7n],
    ['requests', { measure: 'requests', amount: 1n }, 5n],
    [
      'tokens of the counted classes',
      { measure: 'tokens', amount: 1n, counted: ['input', 'output'] },
      10_001n,
    ],
    ['all tokens but none', { measure: 'tokens', amount: 1n, counted: [] }, 0n],
  ])('counts %s of whole days', (_name, limit, used) => {
    expect(useWithin(at('day', 'UTC', '2026-07-14T00:00:00Z'), limit, figures)).toEqual({ used, n: 7 });
  });

  // Berlin's 14 July ends at 22:00 UTC.
  it.each<[string, Limit, bigint]>([
    ['2026-07-14T21:59:59Z', { measure: 'usd', amount: 1n }, 3n],
    ['2026-07-14T22:00:00Z', { measure: 'usd', amount: 1n }, 4n],
    ['2026-07-14T22:00:00Z', { measure: 'requests', amount: 1n }, 3n],
  ])('cuts a day at the hour where the period ends: %s', (instant, limit, used) => {
    expect(useWithin(at('day', 'Europe/Berlin', instant), limit, figures).used).toBe(used);
  });

  it('takes figures without a day as a whole', () => {
    const whole = [{ metrics, n: 1 }, ...figures];
    expect(
      useWithin(at('year', 'UTC', '2026-07-14T00:00:00Z'), { measure: 'usd', amount: 1n }, whole),
    ).toEqual({ used: 14n, n: 8 });
  });
});
