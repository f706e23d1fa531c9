import { expect, it } from 'vitest';
import type { AlertPolicy } from '../../shared/domain/alerts/alertPolicy.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { CURRENT_POLICY_KEY } from '../../shared/store/budgetKeys.ts';
import { type ItemKey, lineKey } from '../../shared/store/keys.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { recordedEvent } from '../fixtures/bedrockShapes.ts';
import { openEvaluation } from '../support/evaluating.ts';
import { applyBudgets, makeBudget, teamMonth, withRules } from '../support/policies.ts';
import { costOf, DAY, makeRecord, POSTING } from '../support/records.ts';
import { onBothStores } from './bothStores.ts';
import { readLines } from './readLedger.ts';

const NOW = POSTING.now;
const USD = 1_000_000_000_000n;
const ID = `highSpend:user:ann:${DAY}`;
const ALERTS = withRules({ highSpendPicoUsd: 100n });

let requests = 0;

function costing(picoUsd: bigint, parts: Partial<UsageRecord> = {}): UsageRecord {
  requests += 1;
  return makeRecord({ requestId: `request-${requests}`, costPicoUsd: costOf({ input: picoUsd }), ...parts });
}

/** Posts records and gives the keys of all lines. */
async function post(stores: Stores, ...records: UsageRecord[]): Promise<ItemKey[]> {
  await postUsage(records, POSTING, { ...stores, pause: async () => {} });
  return (await readLines(stores.totals)).map(lineKey);
}

/** These stores, and how often lines of users were asked for. */
function counting(stores: Stores) {
  const reads = { days: 0, lines: 0 };
  const totals: Stores['totals'] = {
    ...stores.totals,
    userDays: (user, range) => {
      reads.days += 1;
      return stores.totals.userDays(user, range);
    },
    linesOfUserDay: (touched) => {
      reads.lines += 1;
      return stores.totals.linesOfUserDay(touched);
    },
  };
  return { reads, stores: { ...stores, totals } };
}

onBothStores(({ openLedger }) => {
  const open = async (alerts: AlertPolicy = ALERTS) => {
    const ledger = await openLedger();
    await applyBudgets(ledger.stores.policies, [], { alerts });
    return { ...ledger, ...openEvaluation(ledger.stores) };
  };

  it.each([
    [99n, []],
    [100n, [ID]],
    [101n, [ID]],
  ])("tells of a user's day of %i of 100, over all teams and models", async (spent, ids) => {
    const { stores, at, ids: published } = await open();
    const keys = await post(
      stores,
      costing(40n),
      costing(30n, { team: 'red' }),
      costing(spent - 70n, { model: 'opus' }),
      costing(90n, { user: 'bob' }),
      costing(90n, { day: '2026-07-13' }),
    );
    await at(NOW, ...keys);
    expect(published()).toEqual(ids);
  });

  it('says whose day it was, what it cost, and what of', async () => {
    const { stores, at, published } = await open();
    await stores.directory.putUser({ user: 'ann', placements: [{ team: 'blue', lead: 'lea' }] });
    const spent = [costing(30n), costing(70n, { model: 'opus' }), costing(20n, { day: '2026-07-13' })];
    await at(NOW, ...(await post(stores, ...spent, costing(30n, { day: '2026-07-11' }))));
    expect(published).toStrictEqual([
      {
        id: ID,
        state: 'pending',
        createdAt: NOW.toISOString(),
        subject: {
          rule: 'highSpend',
          scopeKind: 'user',
          scopeId: 'ann',
          month: '2026-07',
          day: DAY,
          resetAt: '2026-07-15T00:00:00.000Z',
          usedPicoUsd: 100n,
          limitPicoUsd: 100n,
        },
        facts: {
          todayPicoUsd: 100n,
          normalDayPicoUsd: 25n,
          drivers: [
            { dimension: 'model', id: 'opus', costPicoUsd: 70n },
            { dimension: 'model', id: 'sonnet', costPicoUsd: 30n },
          ],
          owner: 'lea',
        },
      },
    ]);
  });

  it('tells once a day, whatever comes, and again on another', async () => {
    const { stores, at, ids, asked } = await open();
    for (const more of [100n, 50n, 500n]) await at(NOW, ...(await post(stores, costing(more))));
    expect(ids()).toEqual([ID]);
    expect(asked).toEqual({ known: 1, created: 1 });
    await at(NOW, ...(await post(stores, costing(100n, { day: '2026-07-15' }))));
    expect(ids()).toEqual([ID, 'highSpend:user:ann:2026-07-15']);
  });

  it('is found once by a hundred evaluators at once', async () => {
    const { stores, at, ids } = await open();
    const keys = await post(stores, costing(100n));
    await Promise.all(Array.from({ length: 100 }, () => at(NOW, ...keys)));
    expect(ids()).toEqual([ID]);
    expect(await stores.alerts.ofMonth('2026-07')).toHaveLength(1);
  });

  it('asks nothing about alerts of a day that is below, and reads only the lines of its user', async () => {
    const ledger = await openLedger();
    await applyBudgets(ledger.stores.policies, [teamMonth('blue', 1n)], { alerts: ALERTS });
    await post(ledger.stores, costing(99n, { user: 'bob' }), costing(9n), costing(9n, { team: 'red' }));
    const { reads, stores } = counting(ledger.stores);
    const { at, asked } = openEvaluation(stores);
    const lines = (await readLines(ledger.stores.totals)).filter(({ user }) => user === 'ann');
    await at(NOW, ...lines.map(lineKey));
    expect(reads).toEqual({ days: 1, lines: 2 });
    expect(asked).toEqual({ known: 0, created: 0 });
  });

  it('reads nothing of users where no rule is about them', async () => {
    const ledger = await openLedger();
    await applyBudgets(ledger.stores.policies, [makeBudget()], { alerts: withRules({}) });
    const keys = await post(ledger.stores, costing(100n * USD));
    const { reads, stores } = counting(ledger.stores);
    const { at, published } = openEvaluation(stores);
    await at(NOW, ...keys);
    expect(reads).toEqual({ days: 0, lines: 0 });
    expect(published).toEqual([]);
  });

  it.each([
    ['2026-07-17T23:59:59.999Z', [ID]],
    ['2026-07-18T00:00:00.000Z', []],
  ])('looks at a day of the 14th at %s', async (now, ids) => {
    const { stores, at, ids: published } = await open();
    await at(new Date(now), ...(await post(stores, costing(100n))));
    expect(published()).toEqual(ids);
  });

  it('tells nothing of requests of nobody in particular', async () => {
    const { stores, at, published } = await open();
    await at(NOW, ...(await post(stores, costing(100n, { user: 'unattributed' }))));
    expect(published).toEqual([]);
  });

  it.each([
    [50n * USD - 1n, []],
    [50n * USD, [ID]],
  ])('looks for 50 USD without any policy: %i pico-USD', async (spent, ids) => {
    const { stores } = await openLedger();
    const { at, ids: published } = openEvaluation(stores);
    await at(NOW, ...(await post(stores, costing(spent))));
    expect(published()).toEqual(ids);
  });

  it('finds every hour what no doorbell told, of today and yesterday', async () => {
    const { stores, event, ids } = await open();
    for (const day of ['2026-07-12', '2026-07-13', DAY]) await post(stores, costing(100n, { day }));
    for (let hour = 0; hour < 2; hour += 1) await event(recordedEvent('schedule'), NOW);
    expect(ids()).toEqual(['highSpend:user:ann:2026-07-13', ID]);
  });

  it('tells once of who is beyond when the amount is lowered', async () => {
    const { stores, at, ids } = await open(withRules({ highSpendPicoUsd: 1_000n }));
    await at(NOW, ...(await post(stores, costing(100n))));
    expect(ids()).toEqual([]);
    for (const amount of [100n, 50n]) {
      await applyBudgets(stores.policies, [], { alerts: withRules({ highSpendPicoUsd: amount }) });
      await at(NOW, CURRENT_POLICY_KEY);
    }
    expect(ids()).toEqual([ID]);
  });
});
