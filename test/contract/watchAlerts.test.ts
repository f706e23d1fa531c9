import { expect, it } from 'vitest';
import type { AlertRules } from '../../shared/domain/alerts/alertPolicy.ts';
import { NO_METRICS } from '../../shared/domain/metrics.ts';
import type { Scope } from '../../shared/domain/total.ts';
import { totalKey } from '../../shared/store/keys.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { sweepRules } from '../../shared/store/sweepRules.ts';
import { tellDrifts } from '../../shared/store/tellDrifts.ts';
import { watchRecords } from '../../shared/store/watchRecords.ts';
import { noteSender } from '../../shared/store/watchSenders.ts';
import { openEvaluation, spend } from '../support/evaluating.ts';
import { applyBudgets, withRules } from '../support/policies.ts';
import { costOf, makeRecord, POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';

const DAY = '2026-07-14';
const ORG: Scope = { kind: 'org' };
const BLUE: Scope = { kind: 'team', id: 'blue' };
const at = (time: string) => new Date(`${DAY}T${time}.000Z`);

onBothStores(({ openLedger }) => {
  const open = async (rules: Partial<AlertRules>) => {
    const { stores } = await openLedger();
    await applyBudgets(stores.policies, [], { alerts: withRules(rules) });
    const policy = (await stores.policies.current())?.policy;
    if (policy === undefined) throw new Error('no policy was applied');
    return { stores, policy, evaluation: openEvaluation(stores) };
  };

  const burnOf = (scope: 'org' | 'team') => ({
    burns: [{ scope, amountPicoUsd: 100n, windowMinutes: 5 }],
  });

  it.each([
    // What was there at the first look is of no known time.
    ['nothing of what was spent before anybody looked', [['10:00:00', 500n]], []],
    [
      'nothing of 99 within five minutes',
      [
        ['10:00:00', 500n],
        ['10:04:00', 599n],
      ],
      [],
    ],
    [
      '100 within five minutes',
      [
        ['10:00:00', 500n],
        ['10:04:00', 600n],
      ],
      ['burn:org:2026-07-14T10'],
    ],
    [
      'nothing of 100 in six minutes',
      [
        ['10:00:00', 500n],
        ['10:01:00', 550n],
        ['10:06:00', 600n],
      ],
      [],
    ],
    [
      'nothing of a correction that takes away',
      [
        ['10:00:00', 500n],
        ['10:01:00', 300n],
        ['10:02:00', 399n],
      ],
      [],
    ],
    [
      'once in an hour, and again in the next',
      [
        ['10:00:00', 500n],
        ['10:01:00', 700n],
        ['10:02:00', 900n],
        ['11:00:00', 900n],
        ['11:02:00', 1_100n],
      ],
      ['burn:org:2026-07-14T10', 'burn:org:2026-07-14T11'],
    ],
  ] as const)('tells of a burn: %s', async (_name, looks, ids) => {
    const { stores, evaluation } = await open(burnOf('org'));
    for (const [time, used] of looks) {
      await evaluation.at(at(time), await spend(used, stores, { scope: ORG, day: DAY }));
    }
    expect(evaluation.ids()).toEqual(ids);
  });

  it('tells a burn of each team by itself, and none of logs of another day', async () => {
    const { stores, evaluation } = await open(burnOf('team'));
    for (const [time, used] of [
      ['10:00:00', 1n],
      ['10:02:00', 101n],
    ] as const) {
      await evaluation.at(at(time), await spend(used, stores, { scope: BLUE, day: DAY }));
      await evaluation.at(at(time), await spend(used, stores, { scope: BLUE, day: '2026-07-13' }));
      await evaluation.at(at(time), await spend(used, stores, { scope: ORG, day: DAY }));
    }
    expect(evaluation.published.map(({ subject }) => subject)).toMatchObject([
      { rule: 'burn', scopeKind: 'team', scopeId: 'blue', usedPicoUsd: 100n, limitPicoUsd: 100n },
    ]);
  });

  it('reads and keeps nothing where no rule asks for it', async () => {
    const { stores, evaluation } = await open({});
    await evaluation.at(at('10:00:00'), await spend(500n, stores, { scope: ORG, day: DAY }));
    expect(await stores.readings.find({ scope: ORG, measure: 'cost' })).toEqual({ readings: [], n: 0 });
  });

  it('makes one alert of a burn that 100 find at once', async () => {
    const { stores, evaluation } = await open(burnOf('org'));
    await evaluation.at(at('10:00:00'), await spend(1n, stores, { scope: ORG, day: DAY }));
    const key = await spend(900n, stores, { scope: ORG, day: DAY });
    await Promise.all(Array.from({ length: 100 }, () => evaluation.at(at('10:01:00'), key)));
    expect(evaluation.ids()).toEqual(['burn:org:2026-07-14T10']);
  });

  const refuse = async (count: number, stores: Stores, time: string) => {
    const records = Array.from({ length: count }, (_, index) =>
      makeRecord({
        ...{ requestId: `${time} ${index}`, day: DAY, startedAt: at(time).toISOString() },
        status: 'throttled',
      }),
    );
    const posting = { ...POSTING, now: at(time) };
    await postUsage(records, posting, { ...stores, pause: async () => {} });
  };
  const LINE = { pk: `TEAM#blue#${DAY}`, sk: 'LINE#ann#sonnet#-#-#chat' };

  it.each([
    ['nothing of 20 refusals', 20, []],
    ['21 of them', 21, ['throttled:user:ann:2026-07-14T10']],
  ])('tells of a user who was refused more than 20 times in an hour: %s', async (_name, count, ids) => {
    const { stores, evaluation } = await open({ throttledPerHour: 20 });
    await refuse(count, stores, '10:10:00');
    await evaluation.at(at('10:11:00'), LINE);
    expect(evaluation.ids()).toEqual(ids);
  });

  it('counts the refusals of each hour for itself', async () => {
    const { stores, evaluation } = await open({ throttledPerHour: 20 });
    await refuse(15, stores, '10:50:00');
    await evaluation.at(at('10:51:00'), LINE);
    await refuse(15, stores, '11:10:00');
    await evaluation.at(at('11:11:00'), LINE);
    expect(evaluation.ids()).toEqual([]);
    await refuse(6, stores, '11:12:00');
    await evaluation.at(at('11:13:00'), LINE);
    expect(evaluation.published.map(({ subject }) => subject)).toMatchObject([
      { rule: 'throttled', hour: '2026-07-14T11', requests: 21, limit: 20 },
    ]);
  });

  it('tells once a month of a model without a price', async () => {
    const { stores, evaluation } = await open({ unpricedModel: true });
    const month = async (unpriced: number, n: number) => {
      const period = { kind: 'month', month: '2026-07' } as const;
      const byModel = new Map([
        ['saga', { ...NO_METRICS, requests: 9, unpriced }],
        ['sonnet', { ...NO_METRICS, requests: 5 }],
      ]);
      await stores.totals.put({ scope: ORG, period, n, metrics: NO_METRICS, byModel });
      return totalKey(ORG, period);
    };
    await evaluation.at(at('10:00:00'), await month(0, 1));
    expect(evaluation.ids()).toEqual([]);
    await evaluation.at(at('10:01:00'), await month(3, 2));
    await evaluation.at(at('10:02:00'), await month(9, 3));
    expect(evaluation.published.map(({ subject }) => subject)).toMatchObject([
      { rule: 'unpricedModel', model: 'saga', requests: 3, month: '2026-07' },
    ]);
  });

  it('tells of a log group that is silent at its usual time, and that it sends again', async () => {
    const { stores, policy } = await open({ silenceMinutes: 30, resolved: true });
    const note = (time: string) => noteSender('/gw', policy, { ...stores, now: new Date(time) });
    const sweep = (time: string) => sweepRules({ ...stores, now: new Date(time) });
    for (const day of ['2026-07-11', '2026-07-12', '2026-07-14']) await note(`${day}T10:05:00.000Z`);
    expect(await sweep('2026-07-14T10:34:59.000Z')).toEqual([]);
    expect(await sweep('2026-07-14T10:35:00.000Z')).toMatchObject([
      {
        id: 'silence:/gw:2026-07-14T10:05:00.000Z',
        subject: { logGroup: '/gw', silentMinutes: 30 },
      },
    ]);
    expect(await sweep('2026-07-14T10:40:00.000Z')).toEqual([]);
    await note('2026-07-14T10:50:00.000Z');
    expect(await sweep('2026-07-14T10:51:00.000Z')).toMatchObject([
      { subject: { rule: 'resumed', resumedAt: '2026-07-14T10:50:00.000Z' } },
    ]);
    expect(await sweep('2026-07-14T10:52:00.000Z')).toEqual([]);
  });

  it('tells nothing of a log group that has never sent at this time', async () => {
    const { stores, policy } = await open({ silenceMinutes: 30 });
    await noteSender('/gw', policy, { ...stores, now: at('10:05:00') });
    expect(await sweepRules({ ...stores, now: at('12:00:00') })).toEqual([]);
  });

  it('notes a log group once a minute, and not at all without the rule', async () => {
    const { stores, policy } = await open({ silenceMinutes: 30 });
    for (const time of ['10:00:00', '10:00:59', '10:01:00']) {
      await noteSender('/gw', policy, { ...stores, now: at(time) });
    }
    expect(await stores.logSenders.find('/gw')).toMatchObject({ n: 2 });
    const silent = await open({});
    await noteSender('/gw', silent.policy, { ...silent.stores, now: at('10:00:00') });
    expect(await silent.stores.logSenders.all()).toEqual([]);
  });

  it('tells of a dear request once, also when its batch comes again, and of none of the day before', async () => {
    const { stores, policy } = await open({ expensiveRequestPicoUsd: 100n });
    const record = (requestId: string, cost: bigint, startedAt: string) =>
      makeRecord({ requestId, day: DAY, startedAt, costPicoUsd: costOf({ output: cost }) });
    const records = [
      record('cheap', 99n, '2026-07-14T09:00:00.000Z'),
      record('dear', 100n, '2026-07-14T09:00:00.000Z'),
      record('old', 500n, '2026-07-13T09:59:59.999Z'),
    ];
    const dependencies = { ...stores, now: at('10:00:00') };
    const first = await watchRecords(records, policy, dependencies);
    expect(first.map(({ id }) => id)).toEqual(['expensiveRequest:bedrock:dear']);
    expect(await watchRecords(records, policy, dependencies)).toEqual([]);
    expect(await stores.alerts.pending()).toHaveLength(1);
  });

  it('tells of drift once for each day, without sign, and not where the rule is off', async () => {
    const { stores, policy } = await open({ drift: true });
    const drifts = [
      { day: '2026-07-12', scope: 'team:blue', driftPicoUsd: -7n },
      { day: '2026-07-12', scope: 'org', driftPicoUsd: 5n },
      { day: '2026-07-13', scope: 'org', driftPicoUsd: 1n },
    ];
    const dependencies = { ...stores, now: at('10:00:00') };
    const alerts = await tellDrifts({ drifts }, policy, dependencies);
    expect(alerts.map(({ subject }) => subject)).toMatchObject([
      { rule: 'drift', day: '2026-07-12', scopes: 2, driftPicoUsd: 12n },
      { rule: 'drift', day: '2026-07-13', scopes: 1, driftPicoUsd: 1n },
    ]);
    expect(await tellDrifts({ drifts }, policy, dependencies)).toEqual([]);
    const off = await open({});
    expect(await tellDrifts({ drifts }, off.policy, { ...off.stores, now: at('10:00:00') })).toEqual([]);
  });
});
