import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countsModel, makeCrossing, passedRungs, percentUsed } from '../../../shared/domain/budget.ts';
import type { BudgetPeriod } from '../../../shared/domain/policy/policy.ts';
import { makeBudget, warnAt } from '../../support/policies.ts';

const LADDER = [warnAt(80), warnAt(100)];

function passed(used: bigint, limit: bigint, ladder = LADDER): number[] {
  return passedRungs(ladder, used, limit).map(({ percent }) => percent);
}

describe('passedRungs', () => {
  // A limit of 1,000 USD is 10^15 pico-USD; 80% of it are 8 x 10^14.
  it.each([
    ['nothing', 0n, []],
    ['1 pico-USD less than 80%', 8n * 10n ** 14n - 1n, []],
    ['exactly 80%', 8n * 10n ** 14n, [80]],
    ['1 pico-USD more than 80%', 8n * 10n ** 14n + 1n, [80]],
    ['1 pico-USD less than the limit', 10n ** 15n - 1n, [80]],
    ['exactly the limit', 10n ** 15n, [80, 100]],
    ['1 pico-USD more than the limit', 10n ** 15n + 1n, [80, 100]],
    ['ten times the limit', 10n ** 16n, [80, 100]],
    ['a correction below zero', -1n, []],
  ])('after using %s', (_what, used, percents) => {
    expect(passed(used, 10n ** 15n)).toEqual(percents);
  });

  // 80% of 101 pico-USD are 80.8: 80 are less, 81 are more.
  it.each([
    [80n, []],
    [81n, [80]],
    [100n, [80]],
    [101n, [80, 100]],
  ])('is exact where the share is no whole pico-USD: %i of 101', (used, percents) => {
    expect(passed(used, 101n)).toEqual(percents);
  });

  it('takes the rungs of the ladder, past 100 too', () => {
    const ladder = [warnAt(50), warnAt(90), warnAt(120)];
    expect(passed(6n, 10n, ladder)).toEqual([50]);
    expect(passed(119n, 100n, ladder)).toEqual([50, 90]);
    expect(passed(120n, 100n, ladder)).toEqual([50, 90, 120]);
    expect(passed(10n ** 18n, 1n, [])).toEqual([]);
  });

  it('never loses a rung by using more', () => {
    const amounts = fc.bigInt({ min: 0n, max: 10n ** 18n });
    const limits = fc.bigInt({ min: 1n, max: 10n ** 18n });
    fc.assert(
      fc.property(limits, amounts, amounts, (limit, used, more) => {
        expect(passed(used + more, limit)).toEqual(expect.arrayContaining(passed(used, limit)));
      }),
    );
  });
});

describe('makeCrossing', () => {
  it('says whose budget it is, the period, and what was used of how much', () => {
    const rule = makeBudget({
      id: 'ada-opus',
      target: { kind: 'one', scope: 'user', id: 'ada' },
      limit: { measure: 'requests', amount: 50n },
      filter: { modelFamily: 'opus' },
    });
    const aim = { kind: 'user', id: 'ada', scope: 'user:ada' } as const;
    const state = { rule, aim, atMs: Date.parse('2026-11-24T10:00:00Z') };
    expect(makeCrossing(state, warnAt(80), { limit: 60n, used: 48n, cause: 'use' })).toStrictEqual({
      budgetId: 'ada-opus',
      scopeKind: 'user',
      scopeId: 'ada',
      period: { unit: 'month', timeZone: 'UTC' },
      periodKey: '2026-11',
      month: '2026-11',
      resetAt: '2026-12-01T00:00:00.000Z',
      measure: 'requests',
      filter: { modelFamily: 'opus' },
      threshold: 80,
      action: 'warn',
      notify: [],
      limit: 60n,
      used: 48n,
      cause: 'use',
    });
  });

  it.each<[BudgetPeriod['unit'], string, string, string, string]>([
    ['day', 'Europe/Berlin', '2026-10-31T23:30:00Z', '2026-11-01', '2026-11'],
    ['week', 'UTC', '2026-12-01T00:00:00Z', '2026-W49', '2026-11'],
    ['month', 'Europe/Berlin', '2026-10-31T23:30:00Z', '2026-11', '2026-11'],
    ['quarter', 'UTC', '2026-12-31T23:59:59Z', '2026-Q4', '2026-10'],
    ['year', 'America/New_York', '2027-01-01T04:59:59Z', '2026', '2026-01'],
  ])('files a %s of %s at %s as %s under %s', (unit, timeZone, at, periodKey, month) => {
    const rule = makeBudget({ period: { unit, timeZone } });
    const aim = { kind: 'org', id: '*', scope: 'org' } as const;
    const figures = { limit: 1n, used: 1n, cause: 'use' } as const;
    const crossing = makeCrossing({ rule, aim, atMs: Date.parse(at) }, warnAt(100), figures);
    expect([crossing.periodKey, crossing.month]).toEqual([periodKey, month]);
  });
});

describe('percentUsed', () => {
  it.each([
    [0n, 1_000n, 0n],
    [799n, 1_000n, 79n],
    [800n, 1_000n, 80n],
    [999n, 1_000n, 99n],
    [10n ** 30n - 1n, 10n ** 30n, 99n],
    [1_000n, 1_000n, 100n],
    [2_509n, 1_000n, 250n],
    [5n, 0n, 0n],
  ])('%i of %i is %i%', (used, limit, percent) => {
    expect(percentUsed(used, limit)).toBe(percent);
  });

  it('says 80 and 100 exactly when those rungs are reached', () => {
    const limits = fc.bigInt({ min: 1n, max: 10n ** 6n });
    fc.assert(
      fc.property(limits, fc.bigInt({ min: 0n, max: 2n * 10n ** 6n }), (limit, used) => {
        const percent = percentUsed(used, limit);
        expect(passed(used, limit)).toEqual([80, 100].filter((rung) => percent >= BigInt(rung)));
      }),
    );
  });
});

describe('countsModel', () => {
  it.each([
    [undefined, 'claude-opus-4-6', true],
    ['opus', 'claude-opus-4-6', true],
    ['opus', 'claude-sonnet-4-5', false],
    ['opus', 'somebody-opus', false],
    ['nova-pro', 'amazon.nova-pro-v1:0', true],
  ])('of a filter for %s: %s counts: %s', (modelFamily, model, counts) => {
    expect(countsModel(modelFamily === undefined ? {} : { modelFamily }, model)).toBe(counts);
  });
});
