import { describe, expect, it } from 'vitest';
import type { Consumption, KnownPersons } from '../../../../shared/domain/policy/consumption.ts';
import type { Increase } from '../../../../shared/domain/policy/decision.ts';
import { EMPTY_POLICY, type Policy } from '../../../../shared/domain/policy/policy.ts';
import { Simulation } from '../../../../shared/domain/policy/simulation.ts';
import { budget, rung, USD } from '../../../fixtures/deciding.ts';
import { requestAt, workingDay } from '../../../fixtures/simulating.ts';

const DAY = '2026-11-24';
const at = (time: string, day = DAY) => Date.parse(`${day}T${time}:00Z`);
const policy = (...budgets: Policy['budgets']): Policy => ({ ...EMPTY_POLICY, budgets });
const tokens = (amount: bigint) =>
  ({ measure: 'tokens', amount, counted: ['input', 'output', 'cacheWrite5m', 'cacheWrite1h'] }) as const;

function simulate(rules: Policy, requests: readonly Consumption[], known: KnownPersons = new Map()) {
  const simulation = new Simulation(rules, known);
  return { actions: requests.map((each) => simulation.replay(each).action), ...simulation.result() };
}

describe('a day of 900,000 tokens under a limit of 500,000', () => {
  const rules = policy(budget({ limit: tokens(500_000n) }));

  it('is warned, slowed and refused from the early afternoon on', () => {
    const { users, rules: byRule, requests, picoUsd } = simulate(rules, workingDay(DAY));
    // 25,000 tokens each: the 16th comes to 400,000 (80%), the 18th to 450,000 (90%), the 20th to 500,000.
    expect(users).toEqual([
      {
        user: 'ann',
        requests: 36,
        picoUsd: 3_600_000_000_000n,
        affected: {
          warn: { requests: 2, picoUsd: 200_000_000_000n, firstAtMs: at('13:00'), rule: 'b1' },
          throttle: { requests: 2, picoUsd: 200_000_000_000n, firstAtMs: at('13:30'), rule: 'b1' },
          reject: { requests: 16, picoUsd: 1_600_000_000_000n, firstAtMs: at('14:00'), rule: 'b1' },
        },
        days: [{ day: DAY, warn: at('13:00'), throttle: at('13:30'), reject: at('14:00') }],
      },
    ]);
    expect({ requests, picoUsd }).toEqual({ requests: 36, picoUsd: 3_600_000_000_000n });
    expect(byRule).toEqual([{ rule: 'b1', users: 1, warn: 2, throttle: 2, reject: 16 }]);
  });

  it('begins anew on the next day, and both days are told', () => {
    const { users } = simulate(rules, [...workingDay(DAY), ...workingDay('2026-11-25')]);
    expect(users[0]?.affected.reject).toMatchObject({ requests: 32, firstAtMs: at('14:00') });
    expect(users[0]?.days.map(({ day, reject }) => ({ day, reject }))).toEqual([
      { day: DAY, reject: at('14:00') },
      { day: '2026-11-25', reject: at('14:00', '2026-11-25') },
    ]);
  });

  it.each([
    // 20 requests fill the limit exactly; the next one does not go.
    [16, { warn: undefined, reject: undefined }],
    [17, { warn: 1, reject: undefined }],
    [20, { warn: 2, reject: undefined }],
    [21, { warn: 2, reject: 1 }],
  ])('of %i requests', (count, expected) => {
    const { users } = simulate(rules, workingDay(DAY, count));
    const { warn, reject } = users[0]?.affected ?? {};
    expect({ warn: warn?.requests, reject: reject?.requests }).toEqual(expected);
  });

  it('shows that a million still slows the same day, and leaves others alone', () => {
    const bob = workingDay(DAY, 10, { user: 'bob' });
    const requests = [...workingDay(DAY), ...bob].sort((a, b) => a.atMs - b.atMs);
    const { users } = simulate(policy(budget({ limit: tokens(1_000_000n) })), requests);
    // 900,000 of 1,000,000: the 33rd passes 80%, and nothing passes 90%.
    expect(users.map(({ user, affected }) => [user, affected.warn?.requests, affected.throttle])).toEqual([
      ['ann', 4, undefined],
      ['bob', undefined, undefined],
    ]);
  });
});

describe('standings of a simulation', () => {
  it('do not count what was refused, so that a smaller request may still go', () => {
    const rules = policy(
      budget({
        limit: { measure: 'usd', amount: USD },
        ladder: [rung(100, { kind: 'reject', status: 429 })],
      }),
    );
    const costs = [9n, 2n, 1n, 1n];
    const requests = costs.map((dimes, index) => requestAt(`10:0${index}`, { picoUsd: (dimes * USD) / 10n }));
    expect(simulate(rules, requests).actions).toEqual(['allow', 'reject', 'allow', 'reject']);
  });

  it('begin with what was used before the days that are replayed', () => {
    const rules = policy(
      budget({ period: { unit: 'month', timeZone: 'UTC' }, limit: { measure: 'requests', amount: 10n } }),
    );
    const simulation = new Simulation(rules, new Map());
    simulation.warmUp(requestAt('00:00', { atMs: at('10:00', '2026-10-31'), requests: 100 }));
    simulation.warmUp(requestAt('00:00', { atMs: at('10:00', '2026-11-01'), requests: 9 }));
    expect(simulation.replay(requestAt('10:00')).action).toBe('throttle');
    expect(simulation.replay(requestAt('10:01')).action).toBe('reject');
    expect(simulation.result().requests).toBe(2);
  });

  it('follow the clocks of the budget’s zone', () => {
    const period = { unit: 'day', timeZone: 'Europe/Berlin' } as const;
    const rules = policy(
      budget({
        period,
        limit: { measure: 'requests', amount: 1n },
        ladder: [rung(100, { kind: 'reject', status: 429 })],
      }),
    );
    // Midnight in Berlin is 23:00 in UTC.
    const requests = ['22:58', '22:59', '23:00', '23:01'].map((time) => requestAt(time));
    expect(simulate(rules, requests).actions).toEqual(['allow', 'reject', 'allow', 'reject']);
  });

  it('take what comes late from an earlier period as over', () => {
    const rules = policy(budget({ limit: { measure: 'requests', amount: 2n } }));
    const simulation = new Simulation(rules, new Map());
    simulation.warmUp(requestAt('09:00', { requests: 2 }));
    simulation.warmUp(requestAt('00:00', { atMs: at('10:00', '2026-11-23') }));
    expect(simulation.replay(requestAt('10:00')).action).toBe('reject');
  });

  it('count a team over all of its people, and only what the filter names', () => {
    const team = { kind: 'one', scope: 'team', id: 'payments' } as const;
    const refuse = [rung(100, { kind: 'reject', status: 403 })];
    const rules = policy(
      budget({
        target: team,
        limit: { measure: 'requests', amount: 2n },
        filter: { modelFamily: 'opus' },
        ladder: refuse,
      }),
    );
    const opus = { model: 'claude-opus-4-5' };
    const requests = [
      requestAt('10:00', opus),
      requestAt('10:01'),
      requestAt('10:02', { user: 'bob', ...opus }),
      requestAt('10:03', { user: 'bob', ...opus }),
      requestAt('10:04', { user: 'eve', team: 'search', ...opus }),
      requestAt('10:05', { user: 'bob' }),
    ];
    expect(simulate(rules, requests).actions).toEqual([
      'allow',
      'allow',
      'allow',
      'reject',
      'allow',
      'allow',
    ]);
  });

  it('refuse after the hours of grace, not before', () => {
    const ladder = [rung(50, { kind: 'restrict', graceHours: 2 })];
    const rules = policy(budget({ limit: { measure: 'requests', amount: 4n }, ladder }));
    const requests = ['09:00', '10:00', '10:30', '11:59', '12:00', '13:00'].map((time) => requestAt(time));
    // The second request comes to half of the limit at 10:00.
    expect(simulate(rules, requests).actions).toEqual(['allow', 'allow', 'warn', 'warn', 'reject', 'reject']);
  });

  it('hold bursts by an exact window, in which refused requests do not count', () => {
    const rules: Policy = {
      ...EMPTY_POLICY,
      bursts: [
        {
          id: 'burst',
          target: { kind: 'each', scope: 'user' },
          limit: 2,
          windowSeconds: 60,
          action: { kind: 'reject', status: 429 },
          counting: 'local',
        },
      ],
    };
    const requests = ['10:00:00', '10:00:30', '10:00:59', '10:01:00', '10:01:29', '10:01:30'];
    expect(
      simulate(
        rules,
        requests.map((time) => requestAt(time)),
      ).actions,
    ).toEqual(['allow', 'allow', 'reject', 'allow', 'reject', 'allow']);
  });

  it('open the breaker by the day’s cost of all', () => {
    const rules: Policy = {
      ...EMPTY_POLICY,
      breaker: { emergencyPicoUsd: USD, openPicoUsd: 2n * USD, timeZone: 'UTC' },
    };
    const costly = { picoUsd: USD };
    const requests = [
      requestAt('10:00', costly),
      requestAt('10:01', costly),
      requestAt('10:02', { ...costly, priority: 'critical', user: 'bob' }),
      requestAt('10:03', { ...costly, priority: 'critical' }),
      requestAt('00:00', { ...costly, atMs: at('00:00', '2026-11-25') }),
    ];
    expect(simulate(rules, requests).actions).toEqual(['allow', 'reject', 'warn', 'reject', 'allow']);
  });

  it('know tiers and roles from the directory, and a department from the record first', () => {
    const refuse = [rung(100, { kind: 'reject', status: 403 })];
    const limit = { measure: 'requests', amount: 1n } as const;
    const rules = policy(
      budget({ id: 'free', target: { kind: 'tier', id: 'free' }, limit, ladder: refuse }),
      budget({ id: 'law', target: { kind: 'one', scope: 'department', id: 'law' }, limit, ladder: refuse }),
    );
    const known: KnownPersons = new Map([
      ['ann', { user: 'ann', tier: 'free' }],
      ['bob', { user: 'bob', tier: 'premium', department: 'law' }],
    ]);
    const requests = [
      requestAt('10:00'),
      requestAt('10:01'),
      requestAt('10:02', { user: 'bob' }),
      requestAt('10:03', { user: 'bob' }),
      requestAt('10:04', { user: 'bob', department: 'sales' }),
      requestAt('10:05', { user: 'eve' }),
    ];
    const { actions, rules: byRule } = simulate(rules, requests, known);
    expect(actions).toEqual(['allow', 'reject', 'allow', 'reject', 'allow', 'allow']);
    expect(byRule.map(({ rule }) => rule).sort()).toEqual(['free', 'law']);
  });
});

describe('what was granted at the time', () => {
  const HOUR_MS = 3_600_000;
  const refuse = [rung(100, { kind: 'reject', status: 429 })];
  const rules = policy(budget({ limit: { measure: 'requests', amount: 2n }, ladder: refuse }));
  const granted = (parts: Partial<Increase> = {}): Increase => ({
    ...{ id: 'i', budgetId: 'b1', scopeId: 'ann', amount: 1n, liftsRestriction: false },
    ...{ fromMs: at('10:02'), untilMs: at('10:04') },
    ...parts,
  });
  const day = ['10:00', '10:01', '10:02', '10:03', '10:04', '10:05'].map((time) => requestAt(time));

  it.each<[string, Increase[], string[]]>([
    ['nothing', [], ['allow', 'allow', 'reject', 'reject', 'reject', 'reject']],
    ['one more', [granted()], ['allow', 'allow', 'allow', 'reject', 'reject', 'reject']],
    [
      'three more, while they last',
      [granted({ amount: 3n })],
      ['allow', 'allow', 'allow', 'allow', 'reject', 'reject'],
    ],
    [
      'two more together',
      [granted(), granted({ id: 'j', fromMs: at('10:00') })],
      ['allow', 'allow', 'allow', 'allow', 'reject', 'reject'],
    ],
    [
      'for another person',
      [granted({ scopeId: 'bob' })],
      ['allow', 'allow', 'reject', 'reject', 'reject', 'reject'],
    ],
  ])('%s raises the limit from its grant to its end', (_name, increases, actions) => {
    const simulation = new Simulation(rules, new Map(), increases);
    expect(day.map((each) => simulation.replay(each).action)).toEqual(actions);
  });

  it('keeps a restriction away that it left no reason for, and one that an approval lifted', () => {
    const ladder = [rung(100, { kind: 'restrict', graceHours: 0 })];
    const restricting = policy(budget({ limit: { measure: 'requests', amount: 2n }, ladder }));
    const actionsWith = (increases: Increase[]) => {
      const simulation = new Simulation(restricting, new Map(), increases);
      return day.slice(0, 4).map((each) => simulation.replay(each).action);
    };
    const whole = { fromMs: at('09:00'), untilMs: at('10:00') + HOUR_MS };
    expect(actionsWith([])).toEqual(['allow', 'allow', 'reject', 'reject']);
    expect(actionsWith([granted({ ...whole, amount: 9n })])).toEqual(['allow', 'allow', 'allow', 'allow']);
    const approved = granted({ amount: 9n, liftsRestriction: true, untilMs: whole.untilMs });
    expect(actionsWith([approved])).toEqual(['allow', 'allow', 'allow', 'allow']);
    expect(actionsWith([{ ...approved, liftsRestriction: false }])).toEqual([
      'allow',
      'allow',
      'reject',
      'reject',
    ]);
  });
});
