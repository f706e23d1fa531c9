import { describe, expect, it } from 'vitest';
import { checkPolicy } from '../../../../shared/domain/policy/checkPolicy.ts';
import { allot, excessOver, monthOfYear } from '../../../../shared/domain/policy/hierarchy.ts';
import { type BudgetRule, EMPTY_POLICY, type Rung } from '../../../../shared/domain/policy/policy.ts';

const USD = 1_000_000_000_000n;
const CENT = 10_000_000_000n;
const PERCENT = 1_000_000_000_000n;
const WARN: Rung = { percent: 80, action: { kind: 'warn' }, notify: [], raisesMonitoring: false };

const SOUND: BudgetRule = {
  id: 'a',
  target: { kind: 'org' },
  period: { unit: 'month', timeZone: 'UTC' },
  limit: { measure: 'usd', amount: 5n * USD },
  filter: {},
  ladder: [WARN],
  isHard: false,
};

const problemsOf = (...budgets: BudgetRule[]) =>
  checkPolicy({ ...EMPTY_POLICY, budgets }).map(({ severity, index, part }) => [severity, index, ...part]);

describe('checkPolicy', () => {
  it('finds nothing in a sound policy', () => {
    expect(problemsOf(SOUND)).toEqual([]);
  });

  it.each<[string, Partial<BudgetRule>, (string | number)[]]>([
    ['a limit of nothing', { limit: { measure: 'usd', amount: 0n } }, ['month']],
    ['a limit below nothing', { limit: { measure: 'requests', amount: -1n } }, ['month']],
    ['a limit that is a slip', { limit: { measure: 'requests', amount: 1_000_000_000_001n } }, ['month']],
    ['no rung', { ladder: [] }, ['ladder']],
    ['a rung at 0%', { ladder: [{ ...WARN, percent: 0 }] }, ['ladder', 0, 'at']],
    ['a rung at 101%', { ladder: [{ ...WARN, percent: 101 }] }, ['ladder', 0, 'at']],
    ['a rung at half a percent', { ladder: [{ ...WARN, percent: 0.5 }] }, ['ladder', 0, 'at']],
    ['rungs that fall', { ladder: [WARN, { ...WARN, percent: 79 }] }, ['ladder', 1, 'at']],
    ['a zone that is none', { period: { unit: 'month', timeZone: 'Mars/Olympus' } }, ['timeZone']],
    ['a zone of half hours', { period: { unit: 'month', timeZone: 'Asia/Kolkata' } }, ['timeZone']],
    [
      'tokens in another zone than UTC',
      {
        period: { unit: 'month', timeZone: 'Europe/Berlin' },
        limit: { measure: 'tokens', amount: 5n, counted: ['input'] },
      },
      ['timeZone'],
    ],
  ])('finds %s', (_name, fields, part) => {
    expect(problemsOf({ ...SOUND, ...fields })).toEqual([['mistake', 0, ...part]]);
  });

  it.each<[string, Partial<BudgetRule>]>([
    ['the largest limit', { limit: { measure: 'requests', amount: 1_000_000_000_000n } }],
    ['rungs one apart', { ladder: [WARN, { ...WARN, percent: 81 }, { ...WARN, percent: 100 }] }],
    ['whole hours with summer time', { period: { unit: 'month', timeZone: 'America/New_York' } }],
  ])('takes %s', (_name, fields) => {
    expect(problemsOf({ ...SOUND, ...fields })).toEqual([]);
  });

  it('finds an id that two kinds of rules share', () => {
    const burst = {
      id: 'a',
      target: SOUND.target,
      limit: 1,
      windowSeconds: 1,
      action: { kind: 'warn' },
      counting: 'local',
    } as const;
    const problems = checkPolicy({ ...EMPTY_POLICY, budgets: [SOUND], bursts: [burst] });
    expect(problems.map(({ section, index, part }) => [section, index, part])).toEqual([
      ['bursts', 0, ['id']],
    ]);
  });

  const of = (unit: BudgetRule['period']['unit'], usd: bigint): BudgetRule => ({
    ...SOUND,
    id: unit,
    period: { unit, timeZone: 'UTC' },
    limit: { measure: 'usd', amount: usd * USD },
  });

  it.each([
    [
      'a day above its month',
      [of('day', 6n), of('month', 5n)],
      ["the day's 6 USD is never reached: the month's 5 USD binds"],
    ],
    ['a day of its month', [of('day', 5n), of('month', 5n)], []],
    ['a day below its month', [of('day', 4n), of('month', 5n)], []],
    [
      'a day above a month that is above its year',
      [of('day', 7n), of('year', 5n), of('month', 6n)],
      [
        "the day's 7 USD is never reached: the year's 5 USD binds",
        "the month's 6 USD is never reached: the year's 5 USD binds",
      ],
    ],
    ['two kinds of usage', [of('day', 6n), { ...of('month', 5n), filter: { operation: 'review' } }], []],
    [
      'two targets',
      [of('day', 6n), { ...of('month', 5n), target: { kind: 'tier', id: 'free' } as const }],
      [],
    ],
  ])('warns of what is never reached: %s', (_name, budgets, messages) => {
    const problems = checkPolicy({ ...EMPTY_POLICY, budgets });
    expect(problems.map(({ message }) => message)).toEqual(messages);
    expect(problems.every(({ severity }) => severity === 'warning')).toBe(true);
  });
});

describe('allot', () => {
  it.each([
    ['a share', 1000n * USD, { sharePicoPercent: 30n * PERCENT }, { kind: 'allotted', picoUsd: 300n * USD }],
    // A third of 100 USD is 33.333… USD, so 33.33.
    [
      'a share rounded down to the cent',
      100n * USD,
      { sharePicoPercent: 33_333_333_333_333n },
      { kind: 'allotted', picoUsd: 3333n * CENT },
    ],
    ['money', 100n * USD, { picoUsd: 7n }, { kind: 'allotted', picoUsd: 7n }],
    [
      'both, equal',
      500_000n * USD,
      { sharePicoPercent: 60n * PERCENT, picoUsd: 300_000n * USD },
      { kind: 'allotted', picoUsd: 300_000n * USD },
    ],
    [
      'the cent below a share between two',
      1n * USD,
      { sharePicoPercent: 33_500_000_000_000n, picoUsd: 33n * CENT },
      { kind: 'allotted', picoUsd: 33n * CENT },
    ],
    [
      'the cent above a share between two',
      1n * USD,
      { sharePicoPercent: 33_500_000_000_000n, picoUsd: 34n * CENT },
      { kind: 'allotted', picoUsd: 34n * CENT },
    ],
    [
      'a cent more',
      100n * USD,
      { sharePicoPercent: 30n * PERCENT, picoUsd: 3001n * CENT },
      { kind: 'contradiction', statedPicoUsd: 3001n * CENT, sharePicoUsd: 3000n * CENT },
    ],
    [
      'a cent less',
      100n * USD,
      { sharePicoPercent: 30n * PERCENT, picoUsd: 2999n * CENT },
      { kind: 'contradiction', statedPicoUsd: 2999n * CENT, sharePicoUsd: 3000n * CENT },
    ],
    ['nothing', 100n * USD, {}, { kind: 'unstated' }],
  ])('gives %s', (_name, parent, portion, allotment) => {
    expect(allot(parent, portion)).toEqual(allotment);
  });
});

describe('excessOver', () => {
  it.each([
    ['60, 39 and 0 held back', [60n, 39n], 0n, 0n],
    ['60, 40 and 0 held back', [60n, 40n], 0n, 0n],
    ['60, 41 and 0 held back', [60n, 41n], 0n, 1n],
    ['60, 30 and 10 held back', [60n, 30n], 10n, 0n],
    ['60, 31 and 10 held back', [60n, 31n], 10n, 1n],
  ])('of %s, out of 100', (_name, parts, reserve, excess) => {
    expect(excessOver(100n, parts, reserve)).toBe(excess);
  });
});

describe('monthOfYear', () => {
  it('is a twelfth, rounded down to the cent', () => {
    expect(monthOfYear(6_000_000n * USD)).toBe(500_000n * USD);
    // 100 USD / 12 is 8.333… USD.
    expect(monthOfYear(100n * USD)).toBe(833n * CENT);
  });
});
