import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Asking,
  type AskingContext,
  activeIncrease,
  approveIncrease,
  askForIncrease,
  denyIncrease,
  isKept,
  type KeptIncrease,
  stateOfIncrease,
  stepsBetween,
} from '../../../../shared/domain/policy/increase.ts';
import type { OverflowRule } from '../../../../shared/domain/policy/policy.ts';
import { budget, rung, USD } from '../../../fixtures/deciding.ts';

const NOW = Date.parse('2026-11-24T09:00:00Z');
const DAY = 86_400_000;
const OVERFLOW: OverflowRule = { autoPercent: 10, approvers: ['fay', 'eve'], maxDays: 14 };
/** 500 USD a month. */
const RULE = budget({
  id: 'team:blue:month:usd',
  target: { kind: 'one', scope: 'team', id: 'blue' },
  period: { unit: 'month', timeZone: 'UTC' },
  limit: { measure: 'usd', amount: 500n * USD },
});
const RESTRICTING = { ...RULE, ladder: [rung(95, { kind: 'restrict', graceHours: 24 })] };

const asking = (rest: Partial<Asking> = {}): Asking => ({
  id: 'one',
  budgetId: RULE.id,
  scopeId: 'blue',
  amount: 50n * USD,
  untilMs: NOW + DAY,
  reason: 'release week',
  by: 'ann',
  nowMs: NOW,
  ...rest,
});
const context = (rest: Partial<AskingContext> = {}): AskingContext => ({
  rule: RULE,
  overflow: OVERFLOW,
  others: [],
  isRestricted: false,
  ...rest,
});

function increaseOf(rest: Partial<Asking> = {}, rules: Partial<AskingContext> = {}): KeptIncrease {
  const asked = askForIncrease(asking(rest), context(rules));
  return asked.kind === 'refused' ? expect.fail(asked.why) : asked.increase;
}

describe('asking for an increase', () => {
  it.each([
    // 10% of 500 USD is 50 USD, to the last pico.
    [50n * USD - 1n, 'granted'],
    [50n * USD, 'granted'],
    [50n * USD + 1n, 'requested'],
  ])('of %i pico-USD of 500 USD is %s', (amount, kind) => {
    expect(askForIncrease(asking({ amount }), context())).toMatchObject({ kind });
  });

  it.each([
    ['in this month', { nowMs: NOW - 2 * DAY, untilMs: NOW - DAY }, 'requested'],
    ['that reach into this month', { nowMs: NOW - 30 * DAY, untilMs: NOW - 20 * DAY }, 'requested'],
    // The month begins at midnight of 1 November.
    [
      'that end as the month begins',
      { nowMs: NOW - 30 * DAY, untilMs: Date.parse('2026-11-01T00:00:00Z') },
      'granted',
    ],
  ])('counts automatic ones %s', (_name, span, kind) => {
    const others = [increaseOf({ id: 'earlier', amount: 30n * USD, ...span })];
    expect(askForIncrease(asking({ amount: 20n * USD }), context({ others })).kind).toBe('granted');
    expect(askForIncrease(asking({ amount: 20n * USD + 1n }), context({ others })).kind).toBe(kind);
  });

  it('does not count what approvers granted or denied', () => {
    const approved = increaseOf({ id: 'a', amount: 400n * USD });
    const automatic = increaseOf({ id: 'b' });
    const denied = denyIncrease(automatic, { by: 'fay', atMs: NOW }, OVERFLOW);
    if (denied.kind !== 'voted') expect.fail('must be denied');
    expect(askForIncrease(asking(), context({ others: [approved, denied.increase] })).kind).toBe('granted');
    expect(askForIncrease(asking(), context({ others: [automatic] })).kind).toBe('requested');
  });

  it('waits for approvers while the scope is restricted, because only they can end that', () => {
    expect(askForIncrease(asking(), context({ isRestricted: true })).kind).toBe('requested');
    expect(askForIncrease(asking({ amount: 0n }), context({ rule: RESTRICTING })).kind).toBe('requested');
  });

  it.each<[string, Partial<Asking>, Partial<AskingContext>, string]>([
    ['a negative amount', { amount: -1n }, {}, 'cannot be negative'],
    ['nothing', { amount: 0n }, {}, 'must be more than nothing'],
    ['an end in the past', { untilMs: NOW }, {}, 'lies in the past'],
    ['a day too long', { untilMs: NOW + 14 * DAY + 1 }, {}, '14 days at most'],
    ['no reason', { reason: '  ' }, {}, 'say why'],
    ['a novel', { reason: 'x'.repeat(501) }, {}, '500 characters at most'],
    [
      'approvers that are not there',
      { amount: 51n * USD },
      { overflow: { ...OVERFLOW, approvers: [] } },
      'the 10% of the limit that need nobody, and the policy names no approvers',
    ],
    [
      'one’s own approval',
      { amount: 51n * USD, by: 'fay' },
      { overflow: { ...OVERFLOW, approvers: ['fay'] } },
      'fay is the only approver, and nobody approves his own',
    ],
  ])('is refused for %s', (_name, rest, rules, why) => {
    expect(askForIncrease(asking(rest), context(rules))).toEqual({
      kind: 'refused',
      why: expect.stringContaining(why),
    });
  });

  it.each([
    ['the last moment', { untilMs: NOW + 14 * DAY }],
    ['the next moment', { untilMs: NOW + 1 }],
    ['a long reason', { reason: 'x'.repeat(500) }],
  ])('may end at %s', (_name, rest) => {
    expect(askForIncrease(asking(rest), context()).kind).toBe('granted');
  });

  it('is bounded in number', () => {
    const others = (count: number) => Array.from({ length: count }, () => increaseOf({ amount: 51n * USD }));
    expect(askForIncrease(asking(), context({ others: others(199) })).kind).toBe('granted');
    expect(askForIncrease(asking(), context({ others: others(200) })).kind).toBe('refused');
  });

  it('never lets more through by itself than the percentage, in whatever portions', () => {
    const portions = fc.array(fc.bigInt({ min: 1n, max: 30n * USD }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(portions, (amounts) => {
        const others: KeptIncrease[] = [];
        for (const [index, amount] of amounts.entries()) {
          const asked = askForIncrease(asking({ id: String(index), amount }), context({ others }));
          if (asked.kind !== 'refused') others.push(asked.increase);
        }
        const automatic = others.filter(({ grantedAtMs }) => grantedAtMs !== undefined);
        const sum = automatic.reduce((total, { amount }) => total + amount, 0n);
        expect(sum).toBeLessThanOrEqual(50n * USD);
        expect(others).toHaveLength(amounts.length);
      }),
    );
  });
});

describe('approvers', () => {
  const asked = increaseOf({ amount: 51n * USD });
  const fay = { by: 'fay', atMs: NOW + 1_000 };
  const eve = { by: 'eve', atMs: NOW + 2_000 };

  it('must all agree, and the last one grants from that moment on', () => {
    const first = approveIncrease(asked, fay, OVERFLOW);
    if (first.kind !== 'voted') expect.fail('must count');
    expect(stateOfIncrease(first.increase, NOW + 1_500)).toBe('requested');
    expect(activeIncrease(first.increase, NOW + 1_500)).toBeUndefined();
    const second = approveIncrease(first.increase, eve, OVERFLOW);
    if (second.kind !== 'voted') expect.fail('must count');
    expect(activeIncrease(second.increase, NOW + 2_000)).toEqual({
      id: 'one',
      budgetId: RULE.id,
      scopeId: 'blue',
      amount: 51n * USD,
      fromMs: NOW + 2_000,
      untilMs: NOW + DAY,
      liftsRestriction: true,
    });
    expect(stepsBetween(asked, second.increase)).toEqual([
      { kind: 'approved', ...fay },
      { kind: 'approved', ...eve },
      { kind: 'granted', ...eve },
    ]);
  });

  it('are counted once, however often they agree', () => {
    const first = approveIncrease(asked, fay, OVERFLOW);
    if (first.kind !== 'voted') expect.fail('must count');
    expect(approveIncrease(first.increase, { ...fay, atMs: NOW + 9 }, OVERFLOW)).toEqual({
      kind: 'unchanged',
      increase: first.increase,
    });
  });

  it('end an increase by one denial, before it is granted and after', () => {
    for (const increase of [asked, increaseOf()]) {
      const denied = denyIncrease(increase, fay, OVERFLOW);
      if (denied.kind !== 'voted') expect.fail('must end it');
      expect(stateOfIncrease(denied.increase, NOW + 1_000)).toBe('denied');
      expect(activeIncrease(denied.increase, NOW + 1_000)).toBeUndefined();
      expect(denyIncrease(denied.increase, eve, OVERFLOW).kind).toBe('unchanged');
      expect(approveIncrease(denied.increase, eve, OVERFLOW)).toEqual({
        kind: 'refused',
        why: 'it is denied',
      });
    }
  });

  it.each([
    ['a stranger', asked, 'mallory', 'only approvers of the policy decide, and mallory is none'],
    ['who asked', increaseOf({ by: 'fay' }), 'fay', 'nobody decides about his own, and fay asked for it'],
  ])('are not %s', (_name, increase, by, why) => {
    expect(approveIncrease(increase, { by, atMs: NOW }, OVERFLOW)).toEqual({ kind: 'forbidden', why });
    expect(denyIncrease(increase, { by, atMs: NOW }, OVERFLOW)).toEqual({ kind: 'forbidden', why });
  });

  it('need not agree to what they asked for themselves: all others do', () => {
    const own = increaseOf({ amount: 51n * USD, by: 'fay' });
    const voted = approveIncrease(own, eve, OVERFLOW);
    expect(voted).toMatchObject({ kind: 'voted', increase: { grantedAtMs: NOW + 2_000 } });
  });

  it.each([
    [NOW + DAY - 1, 'voted'],
    [NOW + DAY, 'refused'],
  ])('come too late at the end of the increase', (atMs, kind) => {
    expect(approveIncrease(asked, { by: 'fay', atMs }, OVERFLOW).kind).toBe(kind);
    expect(denyIncrease(asked, { by: 'fay', atMs }, OVERFLOW).kind).toBe(kind);
  });
});

describe('an increase', () => {
  it.each([
    [NOW + DAY - 1, 'granted'],
    [NOW + DAY, 'expired'],
    [NOW + DAY + 1, 'expired'],
  ])('ends by itself', (atMs, state) => {
    expect(stateOfIncrease(increaseOf(), atMs)).toBe(state);
    expect(activeIncrease(increaseOf(), atMs) !== undefined).toBe(state === 'granted');
  });

  it('that went through by itself lifts no restriction, and the audit names the policy', () => {
    const increase = increaseOf();
    expect(activeIncrease(increase, NOW)).toMatchObject({ liftsRestriction: false, fromMs: NOW });
    expect(stepsBetween(undefined, increase)).toEqual([
      { kind: 'requested', by: 'ann', atMs: NOW },
      { kind: 'granted', by: 'policy', atMs: NOW },
    ]);
  });

  it.each([
    [366 * DAY - 1, true],
    [366 * DAY, false],
  ])('is forgotten %i ms after its end', (afterMs, kept) => {
    expect(isKept(increaseOf(), NOW + DAY + afterMs)).toBe(kept);
  });
});
