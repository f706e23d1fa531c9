import { describe, expect, it } from 'vitest';
import { decide } from '../../../../shared/domain/policy/decide.ts';
import type { DecisionRequest } from '../../../../shared/domain/policy/decision.ts';
import type {
  BurstRule,
  HoursRule,
  ModelAccessList,
  Policy,
} from '../../../../shared/domain/policy/policy.ts';
import { makeSnapshot } from '../../../../shared/domain/policy/snapshot.ts';
import {
  budget,
  DAY_START_MS,
  NOW_MS,
  request,
  rung,
  snapshot,
  snapshotData,
  USD,
} from '../../../fixtures/deciding.ts';

function ask(policy: Partial<Policy>, asked: Partial<DecisionRequest> = {}, nowMs = NOW_MS) {
  const data = { ...snapshotData(policy), takenAtMs: nowMs };
  return decide(makeSnapshot(data), request(asked), { nowMs });
}

describe('burst rules', () => {
  const rule: BurstRule = {
    id: 'burst',
    target: { kind: 'each', scope: 'user' },
    limit: 10,
    windowSeconds: 60,
    action: { kind: 'reject', status: 429 },
    counting: 'local',
  };
  const with_ = (count: number, freesAtMs?: number, rest: Partial<BurstRule> = {}) =>
    decide(
      snapshot({ bursts: [{ ...rule, ...rest }] }, [], {
        recentRequests: (id, scope) =>
          id === 'burst' && scope === 'ann'
            ? { count, ...(freesAtMs === undefined ? {} : { freesAtMs }) }
            : { count: 0 },
      }),
      request(),
      { nowMs: NOW_MS },
    );

  it.each([
    [8, 'allow', 'Request approved'],
    [9, 'allow', 'Request approved'],
    [10, 'reject', 'Rate limit exceeded: 10 requests per 60s'],
    [11, 'reject', 'Rate limit exceeded: 10 requests per 60s'],
  ])('after %d of 10 requests: %s', (count, action, message) => {
    expect(with_(count)).toMatchObject({ action, message });
  });

  it.each([
    ['the window has room', NOW_MS + 4_001, '5'],
    ['the window has room at once', NOW_MS + 1, '1'],
    ['a whole window is over, if nothing is known', undefined, '60'],
  ])('asks to come back when %s', (_, freesAtMs, seconds) => {
    expect(with_(10, freesAtMs).headers).toEqual({ 'Retry-After': seconds });
  });

  it('slows without asking to come back', () => {
    const slowed = with_(10, undefined, {
      action: { kind: 'throttle', delayMs: 500 },
      message: 'Slow down.',
    });
    expect(slowed).toMatchObject({ action: 'throttle', delayMs: 500, message: 'Slow down.', headers: {} });
  });
});

describe('model access', () => {
  const open = (models: string[]) => [{ models }];
  const seed: ModelAccessList[] = [
    {
      target: { kind: 'one', scope: 'department', id: 'engineering' },
      entries: [{ models: ['opus'], users: ['senior_dev_1', 'senior_dev_2'] }, { models: ['sonnet'] }],
    },
    { target: { kind: 'org' }, entries: open(['haiku']) },
  ];
  const ofUser: ModelAccessList = {
    target: { kind: 'one', scope: 'user', id: 'ann' },
    entries: open(['opus']),
  };
  const ofRole = (id: string, models: string[]): ModelAccessList => ({
    target: { kind: 'role', id },
    entries: open(models),
  });
  const byRole: ModelAccessList = {
    target: { kind: 'each', scope: 'team' },
    entries: [{ models: ['opus'], roles: ['senior'] }],
  };

  it.each<[string, ModelAccessList[], string, string]>([
    ['nobody listed anything', [], 'claude-opus-4-5', 'allow'],
    ['opus is for others', seed, 'claude-opus-4-5', 'reject'],
    ['sonnet is for all', seed, 'claude-sonnet-4-5', 'allow'],
    ['the wider list does not help', seed, 'claude-haiku-4-5', 'reject'],
    ['the list of the user decides', [...seed, ofUser], 'claude-opus-4-5', 'allow'],
    ['and it refuses the rest', [...seed, ofUser], 'claude-sonnet-4-5', 'reject'],
    [
      'any of two roles is enough',
      [ofRole('on-call', ['sonnet']), ofRole('senior', ['opus'])],
      'claude-opus-4-5',
      'allow',
    ],
    ['a list for some roles', [byRole], 'claude-opus-4-5', 'allow'],
    ['all with a star', [{ target: { kind: 'org' }, entries: open(['*']) }], 'own-model', 'allow'],
  ])('%s', (_, access, model, action) => {
    expect(ask({ access }, { model })).toMatchObject({ action, status: action === 'allow' ? 200 : 403 });
  });

  it.each([
    ['senior_dev_1', 'claude-opus-4-5', 'allow'],
    ['senior_dev_2', 'claude-opus-4-5', 'allow'],
    ['junior_dev_1', 'claude-opus-4-5', 'reject'],
    ['junior_dev_1', 'claude-sonnet-4-5', 'allow'],
  ])('lets %s with %s: %s', (user, model, action) => {
    const persons = new Map([[user, { user, department: 'engineering' }]]);
    const snap = makeSnapshot({ ...snapshotData({ access: seed }), persons });
    expect(decide(snap, request({ user, model }), { nowMs: NOW_MS }).action).toBe(action);
  });

  it('says which list refuses', () => {
    expect(ask({ access: seed }).reasons).toEqual([
      {
        kind: 'model',
        action: 'reject',
        rule: 'access:department:engineering',
        scope: 'department:engineering',
        message: 'Model claude-opus-4-5 is not on the list of models for department engineering.',
      },
    ]);
  });
});

describe('business hours', () => {
  const rule: HoursRule = {
    id: 'office',
    target: { kind: 'org' },
    models: ['opus'],
    timeZone: 'Europe/Berlin',
    days: [1, 2, 3, 4, 5],
    startMinute: 480,
    endMinute: 1_080,
    holidays: ['2026-12-25'],
  };
  const night: Partial<HoursRule> = { startMinute: 1_320, endMinute: 360 };
  const at = (time: string, rest: Partial<HoursRule> = {}, model = 'claude-opus-4-5') =>
    ask({ hours: [{ ...rule, ...rest }] }, { model }, Date.parse(time));

  it.each<[string, string, string, string | undefined, Partial<HoursRule>?]>([
    ['a millisecond before', '2026-11-24T06:59:59.999Z', 'reject', '2026-11-24T07:00:00.000Z'],
    ['at the start', '2026-11-24T07:00:00.000Z', 'allow', undefined],
    ['a millisecond before the end', '2026-11-24T16:59:59.999Z', 'allow', undefined],
    ['at the end', '2026-11-24T17:00:00.000Z', 'reject', '2026-11-25T07:00:00.000Z'],
    ['an hour less a minute after the end', '2026-11-24T17:59:00.000Z', 'reject', '2026-11-25T07:00:00.000Z'],
    ['on Saturday', '2026-11-28T12:00:00.000Z', 'reject', '2026-11-30T07:00:00.000Z'],
    ['on a holiday before a weekend', '2026-12-25T12:00:00.000Z', 'reject', '2026-12-28T07:00:00.000Z'],
    ['in summer time', '2026-07-01T06:00:00.000Z', 'allow', undefined],
    ['at night, before midnight', '2026-11-24T21:00:00.000Z', 'allow', undefined, night],
    ['at night, after midnight', '2026-11-25T04:59:59.999Z', 'allow', undefined, night],
    ['at night, over', '2026-11-25T05:00:00.000Z', 'reject', '2026-11-25T21:00:00.000Z', night],
    ['on Saturday morning, of Friday night', '2026-11-28T04:00:00.000Z', 'allow', undefined, night],
    ['never open', '2026-11-24T12:00:00.000Z', 'reject', undefined, { days: [] }],
  ])('%s', (_, time, action, resetAt, rest) => {
    const decision = at(time, rest);
    expect([decision.action, decision.resetAt]).toEqual([action, resetAt]);
    if (action === 'reject') expect(decision.message).toBe('Opus model restricted to business hours');
  });

  it('keeps to the models that it names', () => {
    expect(at('2026-11-28T12:00:00Z', {}, 'claude-sonnet-4-5').action).toBe('allow');
  });
});

describe('the breaker', () => {
  const breaker = { emergencyPicoUsd: 1_000n * USD, openPicoUsd: 1_500n * USD, timeZone: 'UTC' };
  const EMERGENCY = 'Daily limit reached - only critical requests allowed';
  const OPEN = 'Emergency limit reached - all requests blocked';

  it.each([
    [1_000n * USD - 1n, 0n, 'normal', 'allow', 'Request approved'],
    [1_000n * USD, 0n, 'normal', 'reject', EMERGENCY],
    [1_000n * USD, 0n, 'critical', 'warn', EMERGENCY],
    [990n * USD, 10n * USD, 'normal', 'allow', 'Request approved'],
    [990n * USD, 10n * USD + 1n, 'normal', 'reject', EMERGENCY],
    [1_500n * USD - 1n, 0n, 'critical', 'warn', EMERGENCY],
    [1_500n * USD, 0n, 'critical', 'reject', OPEN],
    [990n * USD, 600n * USD, 'critical', 'reject', OPEN],
  ] as const)('%d spent, %d asked, %s: %s', (spent, picoUsd, priority, action, message) => {
    const data = { ...snapshotData({ breaker }), spentByDay: new Map([[DAY_START_MS, spent]]) };
    const asked = request({ priority, estimate: { picoUsd, tokens: {} } });
    const decision = decide(makeSnapshot(data), asked, { nowMs: NOW_MS });
    expect(decision).toMatchObject({ action, message });
    if (action === 'reject') expect(decision.headers).toEqual({ 'Retry-After': '54000' });
  });

  it('is closed again on the next day', () => {
    const yesterday = new Map([[Date.parse('2026-11-23T00:00Z'), 2_000n * USD]]);
    const data = { ...snapshotData({ breaker }), spentByDay: yesterday };
    expect(decide(makeSnapshot(data), request(), { nowMs: NOW_MS }).action).toBe('allow');
  });

  it('lets budgets hold for critical requests', () => {
    const snap = snapshot({ breaker, budgets: [budget()] }, [{ used: 1_000_000n }]);
    expect(decide(snap, request({ priority: 'critical' }), { nowMs: NOW_MS }).status).toBe(429);
  });
});

describe('scrutiny', () => {
  const scrutiny = [{ models: ['opus'], percentOfThreshold: 50 }];
  it.each([
    ['claude-opus-4-5', 399_999n, 'allow'],
    ['claude-opus-4-5', 400_000n, 'warn'],
    ['claude-opus-4-5', 450_000n, 'throttle'],
    ['claude-opus-4-5', 999_999n, 'throttle'],
    ['claude-opus-4-5', 1_000_000n, 'reject'],
    ['claude-sonnet-4-5', 400_000n, 'allow'],
  ])('%s at %d: %s', (model, used, action) => {
    const ladder = [
      rung(80, { kind: 'warn' }),
      rung(90, { kind: 'throttle', delayMs: 5 }),
      rung(100, { kind: 'reject', status: 429 }),
    ];
    const snap = snapshot({ scrutiny, budgets: [budget({ ladder })] }, [{ used }]);
    expect(decide(snap, request({ model }), { nowMs: NOW_MS }).action).toBe(action);
  });
});
