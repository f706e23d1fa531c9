import { describe, expect, it } from 'vitest';
import { decide } from '../../../../shared/domain/policy/decide.ts';
import type { DecisionAction } from '../../../../shared/domain/policy/decision.ts';
import type { BudgetRule, Policy, RungAction, Target } from '../../../../shared/domain/policy/policy.ts';
import type { Suggest } from '../../../../shared/domain/policy/suggestion.ts';
import { budget, NOW_MS, request, rung, snapshot, USD } from '../../../fixtures/deciding.ts';

const user = (id: string): Target => ({ kind: 'one', scope: 'user', id });
const each = (scope: 'user' | 'team'): Target => ({ kind: 'each', scope });

/** A budget that is always full and does this. */
function full(id: string, action: RungAction, rest: Partial<BudgetRule> = {}): BudgetRule {
  return budget({ id, limit: { measure: 'requests', amount: 0n }, ladder: [rung(100, action)], ...rest });
}

function ask(policy: Partial<Policy>, asked = request()) {
  return decide(snapshot(policy), asked, { nowMs: NOW_MS });
}

describe('all rules together', () => {
  const month = { period: { unit: 'month', timeZone: 'UTC' } } as const;
  const warn = full('warn', { kind: 'warn' });
  const notify = full('notify', { kind: 'notify' }, { filter: { modelFamily: 'opus' } });
  const slow = full('slow', { kind: 'throttle', delayMs: 100 }, { target: each('team') });
  const slower = full('slower', { kind: 'throttle', delayMs: 300 }, { target: { kind: 'org' } });
  const wait = full('wait', { kind: 'reject', status: 429 }, { target: { kind: 'org' } });
  const waitLonger = full('waitLonger', { kind: 'reject', status: 429 }, month);
  const never = full('never', { kind: 'reject', status: 403 }, { target: each('team') });

  it.each<[string, BudgetRule[], DecisionAction, number, number, string[]]>([
    ['nothing', [], 'allow', 200, 0, []],
    ['a word to others is none to the caller', [notify], 'allow', 200, 0, ['notify']],
    ['a warning', [notify, warn], 'warn', 200, 0, ['warn', 'notify']],
    ['the longest delay', [warn, slow, slower], 'throttle', 200, 300, ['slower', 'slow', 'warn']],
    ['a refusal before a delay', [slow, wait], 'reject', 429, 0, ['wait', 'slow']],
    ['of waits the longest', [wait, waitLonger], 'reject', 429, 0, ['waitLonger', 'wait']],
    ['403 before any wait', [waitLonger, wait, never], 'reject', 403, 0, ['never', 'waitLonger', 'wait']],
  ])('%s wins', (_, budgets, action, status, delayMs, rules) => {
    const decision = ask({ budgets });
    expect(decision).toMatchObject({ action, status, delayMs });
    expect(decision.reasons.map(({ rule }) => rule)).toEqual(rules);
  });

  it('asks to come back when the last wait is over, and not at all when waiting does not help', () => {
    // From the 24th at 09:00 to the first of December: six days and 15 hours.
    expect(ask({ budgets: [wait, waitLonger] }).headers).toEqual({ 'Retry-After': '572400' });
    expect(ask({ budgets: [wait, waitLonger] }).resetAt).toBe('2026-12-01T00:00:00.000Z');
    expect(ask({ budgets: [wait, never] }).headers).toEqual({});
  });

  it("sends the stricter rule's header of two of one name", () => {
    expect(ask({ budgets: [warn, slow] }).headers).toEqual({ 'X-Budget-Warning': 'throttled' });
  });

  it('tells the tightest of what is left', () => {
    const usd = (id: string, amount: bigint, target: Target) =>
      budget({ id, target, limit: { measure: 'usd', amount } });
    const budgets = [usd('a', 5n * USD, each('user')), usd('b', 3n * USD, each('team')), budget()];
    expect(ask({ budgets }).remaining).toEqual({ usd: 3n * USD, tokens: 1_000_000n });
  });
});

describe('which budgets concern a person', () => {
  const warns = (id: string, target: Target, rest: Partial<BudgetRule> = {}) =>
    full(id, { kind: 'warn' }, { target, ...rest });
  const everybody = warns('each', each('user'));
  const senior = warns('senior', { kind: 'role', id: 'senior' });
  const onCall = warns('onCall', { kind: 'role', id: 'on-call' });
  const free = warns('free', { kind: 'tier', id: 'free' });
  const ann = warns('ann', user('ann'));
  const week = { period: { unit: 'week', timeZone: 'UTC' } } as const;

  it.each<[string, BudgetRule[], string[]]>([
    ['each alone', [everybody], ['each']],
    ['a role replaces each', [everybody, senior], ['senior']],
    ['two roles both count', [everybody, senior, onCall], ['onCall', 'senior']],
    ['a tier replaces roles', [free, senior, everybody], ['free']],
    ['the user replaces all', [everybody, senior, free, ann], ['ann']],
    ['not of another period', [warns('weekly', each('user'), week), ann], ['ann', 'weekly']],
    [
      'not of another filter',
      [warns('opus', each('user'), { filter: { modelFamily: 'opus' } }), ann],
      ['ann', 'opus'],
    ],
    [
      'not of another measure',
      [warns('usd', each('user'), { limit: { measure: 'usd', amount: 0n } }), ann],
      ['ann', 'usd'],
    ],
    [
      'a named team replaces each team',
      [warns('teams', each('team')), warns('payments', { kind: 'one', scope: 'team', id: 'payments' })],
      ['payments'],
    ],
    ['a user replaces no team', [warns('teams', each('team')), ann], ['ann', 'teams']],
    ['the organisation', [warns('org', { kind: 'org' })], ['org']],
    ['other people and tiers', [warns('bob', user('bob')), warns('paid', { kind: 'tier', id: 'paid' })], []],
    ['other models', [warns('haiku', each('user'), { filter: { modelFamily: 'haiku' } })], []],
    ['other operations', [warns('review', each('user'), { filter: { operation: 'review' } })], []],
    ['other entrypoints', [warns('cli', each('user'), { filter: { entrypoint: 'cli' } })], []],
  ])('%s', (_, budgets, rules) => {
    expect(
      ask({ budgets })
        .reasons.map(({ rule }) => rule)
        .toSorted(),
    ).toEqual(rules);
  });

  it('believes what the request states, and knows nothing of strangers', () => {
    const budgets = [
      warns('chess', { kind: 'one', scope: 'team', id: 'chess' }),
      warns('site', { kind: 'one', scope: 'project', id: 'site' }),
    ];
    // One snapshot for all, because what was found for a person is remembered in it.
    const held = snapshot({ budgets });
    const of = (asked: Parameters<typeof request>[0]) =>
      decide(held, request(asked), { nowMs: NOW_MS })
        .reasons.map(({ scope }) => scope)
        .toSorted();
    expect(of({})).toEqual([]);
    expect(of({ team: 'chess', project: 'site' })).toEqual(['project:site', 'team:chess']);
    expect(of({ team: 'chess' })).toEqual(['team:chess']);
    expect(of({ project: 'site' })).toEqual(['project:site']);
    expect(of({})).toEqual([]);
    expect(of({ user: 'stranger', team: 'chess' })).toEqual(['team:chess']);
  });

  it('without any: as the policy says', () => {
    const budgets = [budget({ filter: { modelFamily: 'haiku' } })];
    expect(ask({ budgets, withoutBudget: 'allow' }).action).toBe('allow');
    expect(ask({ budgets, withoutBudget: 'deny' })).toMatchObject({ action: 'reject', status: 403 });
    expect(ask({ budgets, withoutBudget: 'deny' }, request({ model: 'claude-haiku-4-5' })).action).toBe(
      'allow',
    );
  });
});

describe('old figures', () => {
  const refusing = full('full', { kind: 'reject', status: 429 });
  const at = (mode: 'open' | 'closed', ageMs: number, rest: Partial<Policy> = {}) =>
    decide(snapshot({ budgets: [refusing], failure: { mode, maxAgeSeconds: 60 }, ...rest }), request(), {
      nowMs: NOW_MS + ageMs,
    });

  it.each([
    ['open', 60_000, 'reject', false],
    ['open', 60_001, 'warn', true],
    ['closed', 60_000, 'reject', false],
    ['closed', 60_001, 'reject', true],
  ] as const)('fail-%s after %d ms: %s', (mode, ageMs, action, isDegraded) => {
    expect(at(mode, ageMs)).toMatchObject({ action, isDegraded, snapshotAgeMs: ageMs });
  });

  it('fail-closed refuses what would go, for a moment', () => {
    expect(at('closed', 95_000, { budgets: [] })).toMatchObject({
      status: 429,
      message: 'Requests are refused while the figures of the ledger are 95 s old.',
      headers: { 'Retry-After': '5' },
    });
  });

  it('fail-open keeps to rules that need no figures', () => {
    const access = [{ target: { kind: 'org' }, entries: [] }] as const;
    expect(at('open', 95_000, { access })).toMatchObject({ action: 'reject', status: 403, isDegraded: true });
  });

  it('is never older than now', () => {
    expect(at('closed', -5_000)).toMatchObject({ isDegraded: false, snapshotAgeMs: 0 });
  });
});

describe('a suggested model', () => {
  const opusOnly = full('opus', { kind: 'reject', status: 429 }, { filter: { modelFamily: 'opus' } });
  const cheaper: Suggest = (_, { isAllowed }) =>
    ['claude-opus-4-1', 'claude-haiku-4-5'].find((model) => isAllowed(model));
  const suggestedFor = (policy: Partial<Policy>, suggest = cheaper) =>
    decide(snapshot(policy), request(), { nowMs: NOW_MS, suggest }).suggestedModel;
  const never: Suggest = () => {
    throw new Error('was asked');
  };

  it('is one that would be allowed', () => {
    expect(suggestedFor({ budgets: [opusOnly] })).toBe('claude-haiku-4-5');
    expect(suggestedFor({ budgets: [full('all', { kind: 'throttle', delayMs: 5 })] })).toBeUndefined();
  });

  it('counts what the other model is said to cost', () => {
    const limit = { measure: 'usd', amount: 10n } as const;
    const suggest: Suggest = (_, { isAllowed, remaining }) =>
      [11n, 10n].find((picoUsd) => isAllowed('m', { picoUsd, tokens: {} })) === remaining.usd
        ? 'm'
        : undefined;
    const asked = request({ estimate: { picoUsd: 50n, tokens: {} } });
    const budgets = [budget({ limit, ladder: [rung(100, { kind: 'reject', status: 429 })] })];
    expect(decide(snapshot({ budgets }), asked, { nowMs: NOW_MS, suggest }).suggestedModel).toBe('m');
  });

  it('is not asked for when nothing holds the request, or nothing that a model changes', () => {
    expect(suggestedFor({ budgets: [full('warn', { kind: 'warn' })] }, never)).toBeUndefined();
    expect(suggestedFor({ withoutBudget: 'deny' }, never)).toBeUndefined();
  });
});
