import { beforeAll, expect, it } from 'vitest';
import { evaluateBudgets } from '../../functions/evaluateBudgets.ts';
import { sweepAlerts } from '../../functions/sweepAlerts.ts';
import type { Alert } from '../../shared/domain/alerts/alert.ts';
import { NO_METRICS } from '../../shared/domain/metrics.ts';
import type { Period, Scope } from '../../shared/domain/total.ts';
import { logger } from '../../shared/runtime/handler.ts';
import { alertKey, outboxKey } from '../../shared/store/alertKeys.ts';
import { directoryKey, lineKey, totalKey } from '../../shared/store/keys.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { NO_CHANNELS } from '../support/fakeSender.ts';
import { applyBudgets, crossingOf, MARKS_ALONE, makeCrossing, teamMonth } from '../support/policies.ts';
import { costOf, DAY } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { ring } from './doorbells.ts';

const NOW = new Date('2026-07-14T12:00:00.000Z');
const JULY: Period = { kind: 'day', day: DAY };
const BLUE = teamScope('blue');
const BLUE_JULY = totalKey(BLUE, JULY);
/** A limit of which no float knows 80%. */
const LIMIT_PICO_USD = 10n ** 24n + 5n;
const EIGHTY_PERCENT = (LIMIT_PICO_USD / 100n) * 80n + 4n;

beforeAll(() => logger.setLogLevel('SILENT'));

function teamScope(id: string): Scope {
  return { kind: 'team', id };
}

function after(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

/** Publishes into a list; the first `failures` attempts fail. */
function makePublisher(failures = 0) {
  const published: Alert[] = [];
  let left = failures;
  const publish = async (alert: Alert) => {
    left -= 1;
    if (left >= 0) throw new Error('the topic is down');
    published.push(alert);
  };
  return { published, publish };
}

let changes = 0;

/** Sets what a scope has spent; every call counts as a change, so the newest stands. */
async function spend(picoUsd: bigint, stores: Stores, [scope, period] = [BLUE, JULY]): Promise<void> {
  changes += 1;
  const metrics = { ...NO_METRICS, requests: 1, costPicoUsd: costOf({ input: 1n, output: picoUsd - 1n }) };
  await stores.totals.put({ scope, period, n: changes, metrics, byModel: new Map() });
}

onBothStores(({ openLedger }) => {
  const openWithBudget = async (failures = 0) => {
    const { stores } = await openLedger();
    const budgets = [teamMonth('blue', LIMIT_PICO_USD), teamMonth('red', 1n, [100])];
    await applyBudgets(stores.policies, budgets, { alerts: MARKS_ALONE });
    return { stores, dependencies: { ...stores, publisher: makePublisher(failures), now: NOW } };
  };

  it.each([
    ['nothing 1 pico-USD below 80%', EIGHTY_PERCENT - 1n, []],
    ['80% at exactly 80%', EIGHTY_PERCENT, [80]],
    ['80% 1 pico-USD above', EIGHTY_PERCENT + 1n, [80]],
    ['80% 1 pico-USD below the limit', LIMIT_PICO_USD - 1n, [80]],
    ['both at the limit', LIMIT_PICO_USD, [80, 100]],
    ['both far above', LIMIT_PICO_USD * 3n, [80, 100]],
  ])('alerts of %s', async (_name, spent, thresholds) => {
    const { stores, dependencies } = await openWithBudget();
    await spend(spent, stores);
    expect(await evaluateBudgets(ring([BLUE_JULY]), dependencies)).toEqual({ batchItemFailures: [] });
    const { published } = dependencies.publisher;
    expect(published.map(({ subject }) => subject)).toStrictEqual(
      thresholds.map((threshold) => makeCrossing({ threshold, limit: LIMIT_PICO_USD, used: spent })),
    );
    const kept = await stores.alerts.ofMonth('2026-07');
    expect(kept.map(({ state, publishedAt }) => [state, publishedAt])).toEqual(
      thresholds.map(() => ['published', NOW.toISOString()]),
    );
    expect(await stores.alerts.pending()).toEqual([]);
  });

  it('alerts once of a crossing that is rung for 50 times at once', async () => {
    const { stores, dependencies } = await openWithBudget();
    await spend(EIGHTY_PERCENT, stores);
    const event = ring([BLUE_JULY, BLUE_JULY]);
    await Promise.all(Array.from({ length: 50 }, () => evaluateBudgets(event, dependencies)));
    expect(dependencies.publisher.published).toHaveLength(1);
    expect(await stores.alerts.ofMonth('2026-07')).toHaveLength(1);
  });

  it('alerts of each threshold when it is crossed, and of none again when the cost falls and rises', async () => {
    const { stores, dependencies } = await openWithBudget();
    const seen: number[][] = [];
    for (const spent of [1n, EIGHTY_PERCENT, 1n, EIGHTY_PERCENT, LIMIT_PICO_USD, 1n, LIMIT_PICO_USD]) {
      await spend(spent, stores);
      await evaluateBudgets(ring([BLUE_JULY]), dependencies);
      seen.push(dependencies.publisher.published.map((alert) => crossingOf(alert).threshold));
    }
    expect(seen).toEqual([[], [80], [80], [80], [80, 100], [80, 100], [80, 100]]);
  });

  it('alerts anew in another month and for another team', async () => {
    const { stores, dependencies } = await openWithBudget();
    const august: Period = { kind: 'day', day: '2026-08-01' };
    const places: [Scope, Period][] = [
      [BLUE, JULY],
      [BLUE, august],
      [teamScope('red'), JULY],
    ];
    for (const place of places) await spend(EIGHTY_PERCENT, stores, place);
    await evaluateBudgets(ring(places.map(([scope, period]) => totalKey(scope, period))), dependencies);
    expect(dependencies.publisher.published.map(({ id }) => id).sort()).toEqual([
      'budget:team:blue:month:usd:blue:2026-07:80',
      'budget:team:blue:month:usd:blue:2026-08:80',
      'budget:team:red:month:usd:red:2026-07:100',
    ]);
  });

  it('does nothing for a team without a budget, and for a month without any total', async () => {
    const { stores, dependencies } = await openWithBudget();
    await spend(LIMIT_PICO_USD, stores, [teamScope('green'), JULY]);
    const keys = [totalKey(teamScope('green'), JULY), BLUE_JULY];
    expect(await evaluateBudgets(ring(keys), dependencies)).toEqual({ batchItemFailures: [] });
    expect(dependencies.publisher.published).toEqual([]);
  });

  it('leaves the doorbells of other items and other periods alone', async () => {
    const { stores, dependencies } = await openWithBudget();
    const month: Period = { kind: 'month', month: '2026-07' };
    const org: Scope = { kind: 'org' };
    await spend(LIMIT_PICO_USD, stores);
    await spend(LIMIT_PICO_USD, stores, [BLUE, month]);
    await spend(LIMIT_PICO_USD, stores, [org, JULY]);
    const dimensions = { project: '-', entrypoint: '-', operation: 'chat', serviceTier: 'standard' };
    const owner = { businessUnit: '-', department: '-', costCentre: '-' };
    const others = [
      totalKey(BLUE, month),
      totalKey(org, JULY),
      totalKey({ kind: 'model', id: 'blue' }, JULY),
      directoryKey('blue'),
      lineKey({ team: 'blue', day: DAY, user: 'ann', model: 'sonnet', ...dimensions, ...owner }),
      alertKey('2026-07', 'budget:team:blue:month:usd:blue:2026-07:80'),
      outboxKey('budget:team:blue:month:usd:blue:2026-07:80'),
    ];
    expect(await evaluateBudgets(ring(others), dependencies)).toEqual({ batchItemFailures: [] });
    expect(await stores.alerts.ofMonth('2026-07')).toEqual([]);
    expect(dependencies.publisher.published).toEqual([]);
  });

  it('keeps an alert whose publishing failed, and the sweeper publishes it once the claim is over', async () => {
    const { stores, dependencies } = await openWithBudget(1);
    const { publisher } = dependencies;
    await spend(EIGHTY_PERCENT, stores);
    const answer = await evaluateBudgets(ring([BLUE_JULY]), dependencies);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    const pending = await stores.alerts.pending();
    expect(pending).toMatchObject([{ id: 'budget:team:blue:month:usd:blue:2026-07:80', state: 'pending' }]);

    const sweep = (ms: number) => sweepAlerts({ ...stores, ...NO_CHANNELS, publisher, now: after(ms) });
    expect(await sweep(59_999)).toMatchObject({ published: 0, taken: 1 });
    expect(await sweep(60_000)).toMatchObject({ published: 0, taken: 1 });
    expect(publisher.published).toEqual([]);
    expect(await sweep(60_001)).toMatchObject({ published: 1, taken: 0 });
    expect(publisher.published).toStrictEqual(pending);
    expect(await sweep(600_000)).toMatchObject({ published: 0, taken: 0 });
  });

  it('gives back only the doorbells that failed, and one alert that cannot be published holds up no other', async () => {
    const { stores, dependencies } = await openWithBudget(1);
    await spend(LIMIT_PICO_USD, stores);
    await spend(1n, stores, [teamScope('red'), JULY]);
    const event = ring([BLUE_JULY, totalKey(teamScope('red'), JULY), BLUE_JULY]);
    const answer = await evaluateBudgets(event, dependencies);
    const { published } = dependencies.publisher;
    const failed = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    const [pending] = await stores.alerts.pending();
    expect(failed).toEqual(pending?.subject.scopeId === 'blue' ? ['1', '3'] : ['2']);
    expect(published).toHaveLength(2);
    expect(await evaluateBudgets(event, dependencies)).toEqual({ batchItemFailures: [] });
    expect(published).toHaveLength(2);
    expect((await stores.alerts.pending()).map(({ id }) => id)).toEqual([pending?.id]);
  });

  it('publishes once when two sweepers run at once', async () => {
    const { stores, dependencies } = await openWithBudget(1);
    const { publisher } = dependencies;
    await spend(EIGHTY_PERCENT, stores);
    await evaluateBudgets(ring([BLUE_JULY]), dependencies);
    await Promise.all(
      Array.from({ length: 5 }, () =>
        sweepAlerts({ ...stores, ...NO_CHANNELS, publisher, now: after(61_000) }),
      ),
    );
    expect(publisher.published).toHaveLength(1);
  });

  it('has nothing to sweep in an empty outbox', async () => {
    const { stores } = await openLedger();
    const publisher = makePublisher();
    expect(await sweepAlerts({ ...stores, ...NO_CHANNELS, publisher, now: NOW })).toEqual({
      ...{ published: 0, taken: 0, planned: 0 },
      deliveries: { delivered: 0, failed: 0, dropped: 0, held: 0, retried: 0, taken: 0, left: 0 },
    });
  });
});
