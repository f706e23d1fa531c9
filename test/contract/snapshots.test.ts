import { expect, it } from 'vitest';
import { budgetSnapshot } from '../../functions/budgetSnapshot.ts';
import { DEFAULT_ALERT_POLICY } from '../../shared/domain/alerts/alertPolicy.ts';
import { EMPTY_POLICY } from '../../shared/domain/policy/policy.ts';
import type { SnapshotData } from '../../shared/domain/policy/snapshot.ts';
import { decodeDifference, decodeSnapshot } from '../../shared/domain/policy/snapshotCodec.ts';
import { applyDifference } from '../../shared/domain/policy/snapshotDifference.ts';
import { openPersonCache } from '../../shared/store/personCache.ts';
import { snapshotSince, takeSnapshot } from '../../shared/store/snapshotData.ts';
import type { KeptStanding } from '../../shared/store/standingStore.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { placed } from '../support/directory.ts';
import { httpEvent } from '../support/gatewayEvents.ts';
import { applyBudgets, makeBudget, teamMonth } from '../support/policies.ts';
import { onBothStores } from './bothStores.ts';

const NOW = new Date('2026-07-14T12:00:00.000Z');
const JULY_MS = Date.parse('2026-07-01T00:00:00Z');
const TODAY_MS = Date.parse('2026-07-14T00:00:00Z');
const BREAKER = { emergencyPicoUsd: 100n, openPicoUsd: 150n, timeZone: 'UTC' };

function after(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1_000);
}

const BLUE = { budgetId: 'team:blue:month:usd', scopeId: 'blue' };

/** A standing as `evaluateBudgets` writes it. */
function standing(used: bigint, parts: Partial<KeptStanding> = {}): KeptStanding {
  const of = { ...BLUE, periodStartMs: JULY_MS, policyNumber: 1, n: Number(used), asOfMs: 0 };
  return { ...of, used, alerted: [], ...parts };
}

function dependenciesOf(stores: Stores, now = NOW) {
  return { ...stores, persons: openPersonCache(stores.directory), now, roleClaim: 'role' };
}

onBothStores(({ openLedger }) => {
  const openCompany = async () => {
    const { stores } = await openLedger();
    await applyBudgets(stores.policies, [teamMonth('blue', 100n), makeBudget()], { breaker: BREAKER });
    await stores.directory.putUser(placed('ann', { team: 'blue', tier: 'free', roles: ['lead'] }));
    await stores.standings.put(standing(40n), NOW);
    return stores;
  };
  const news = async (before: SnapshotData, stores: Stores, now: Date) => {
    const found = await snapshotSince(before.version, dependenciesOf(stores, now));
    return found.kind === 'difference' ? applyDifference(before, found.difference) : found;
  };

  it('holds the policy, the people, where budgets stand, and what the day costs', async () => {
    const stores = await openCompany();
    const day = { budgetId: 'breaker:emergency', scopeId: '*', periodStartMs: TODAY_MS };
    await stores.standings.put(standing(70n, day), NOW);
    await stores.standings.put(standing(75n, { ...day, budgetId: 'breaker:open' }), NOW);
    await stores.standings.put(standing(9n, { scopeId: 'red', restrictedSinceMs: 7 }), NOW);
    const data = await takeSnapshot(dependenciesOf(stores));
    expect(data).toMatchObject({
      version: expect.stringMatching(/^1\.1784030400000\.[0-9a-f]{16}\.[0-9a-f]{8}$/),
      takenAtMs: NOW.getTime(),
      policy: { budgets: [teamMonth('blue', 100n), makeBudget()] },
    });
    expect([...data.persons.values()]).toEqual([
      { user: 'ann', team: 'blue', tier: 'free', roles: ['lead'] },
    ]);
    expect(data.standings).toEqual(
      new Map([
        [
          BLUE.budgetId,
          new Map([
            ['blue', { used: 40n, periodStartMs: JULY_MS }],
            ['red', { used: 9n, periodStartMs: JULY_MS, restrictedSinceMs: 7 }],
          ]),
        ],
      ]),
    );
    expect(data.spentByDay).toEqual(new Map([[TODAY_MS, 75n]]));
  });

  it('leaves out standings of other periods and of budgets that are gone', async () => {
    const stores = await openCompany();
    await stores.standings.put(standing(9n, { scopeId: 'june', periodStartMs: JULY_MS - 1 }), NOW);
    await stores.standings.put(standing(9n, { budgetId: 'gone' }), NOW);
    const { standings } = await takeSnapshot(dependenciesOf(stores));
    expect([...standings.keys()]).toEqual([BLUE.budgetId]);
    expect([...(standings.get(BLUE.budgetId)?.keys() ?? [])]).toEqual(['blue']);
  });

  it('limits nothing without a policy', async () => {
    const { stores } = await openLedger();
    const data = await takeSnapshot(dependenciesOf(stores));
    expect(data.policy).toStrictEqual(EMPTY_POLICY);
    expect(data.version).toMatch(/^0\./);
  });

  it('differs by what was written since, and applied it is the whole of that time', async () => {
    const stores = await openCompany();
    const before = await takeSnapshot(dependenciesOf(stores));
    await stores.standings.put(standing(90n), after(60));
    await stores.standings.put(standing(5n, { budgetId: 'org:month:usd', scopeId: '*' }), after(61));
    const applied = await news(before, stores, after(62));
    const whole = await takeSnapshot(dependenciesOf(stores, after(62)));
    expect(applied).toEqual({ kind: 'applied', data: whole });
  });

  it('is the same while nothing is written, but for what was written just before it', async () => {
    const stores = await openCompany();
    const soon = await takeSnapshot(dependenciesOf(stores, after(15)));
    expect((await news(soon, stores, after(16))).kind).toBe('applied');
    const later = await takeSnapshot(dependenciesOf(stores, after(16)));
    expect((await news(later, stores, after(17))).kind).toBe('same');
    // Five minutes later a new version keeps short what has to be looked through.
    expect((await news(later, stores, after(315))).kind).toBe('same');
    expect((await news(later, stores, after(316))).kind).toBe('applied');
  });

  it('leaves out who hears of what, and is the same when only that changed', async () => {
    const stores = await openCompany();
    const before = await takeSnapshot(dependenciesOf(stores, after(16)));
    const alerts = { ...DEFAULT_ALERT_POLICY, viewUrl: 'https://tollbook.example.com' };
    const budgets = [teamMonth('blue', 100n), makeBudget()];
    expect(await applyBudgets(stores.policies, budgets, { breaker: BREAKER, alerts })).toBe(2);
    expect((await news(before, stores, after(17))).kind).toBe('same');
    const anew = await takeSnapshot(dependenciesOf(stores, after(16)));
    expect(anew).toEqual(before);
    expect(anew.policy).not.toHaveProperty('alerts');
    await applyBudgets(stores.policies, [teamMonth('blue', 7n)], { breaker: BREAKER, alerts });
    expect((await news(before, stores, after(17))).kind).toBe('whole');
  });

  it('sees a change that a clock ahead of time wrote', async () => {
    const stores = await openCompany();
    const before = await takeSnapshot(dependenciesOf(stores, after(60)));
    await stores.standings.put(standing(90n), after(75));
    expect((await news(before, stores, after(61))).kind).toBe('applied');
  });

  it.each<[string, (stores: Stores) => Promise<unknown>]>([
    ['another policy', ({ policies }) => applyBudgets(policies, [teamMonth('blue', 7n)])],
    ['another person', ({ directory }) => directory.putUser(placed('bob', { team: 'blue' }))],
    ['a person of another team', ({ directory }) => directory.putUser(placed('ann', { team: 'red' }))],
  ])('is told as a whole after %s', async (_name, change) => {
    const stores = await openCompany();
    const before = await takeSnapshot(dependenciesOf(stores, after(60)));
    await change(stores);
    expect((await news(before, stores, after(61))).kind).toBe('whole');
  });

  it.each([
    ['an hour ago', 3_600, 'applied'],
    ['more than an hour ago', 3_601, 'whole'],
    ['in the future', -1, 'whole'],
  ])('is told to one who asked %s as %s', async (_name, seconds, kind) => {
    const stores = await openCompany();
    const before = await takeSnapshot(dependenciesOf(stores, after(0)));
    expect((await news(before, stores, after(seconds))).kind).toBe(kind);
  });

  it('tells of increases that were granted and of those that are over', async () => {
    const stores = await openCompany();
    const before = await takeSnapshot(dependenciesOf(stores, after(60)));
    const asked = { by: 'ann', atMs: NOW.getTime() };
    const untilMs = after(120).getTime();
    const increase = {
      ...{ id: 'more', ...BLUE, measure: 'usd' as const, amount: 9n, reason: 'release', asked },
      ...{ isAutomatic: false, approvals: [], grantedAtMs: NOW.getTime(), untilMs },
    };
    const place = { ...BLUE, n: 0, increases: [] };
    await stores.increases.put(place, { before: undefined, after: increase }, after(60));
    const granted = await news(before, stores, after(61));
    if (granted.kind !== 'applied') throw new Error(granted.kind);
    expect([...granted.data.increases.values()]).toEqual([
      { id: 'more', ...BLUE, amount: 9n, fromMs: NOW.getTime(), untilMs, liftsRestriction: true },
    ]);
    const over = await news(granted.data, stores, after(120));
    if (over.kind !== 'applied') throw new Error(over.kind);
    expect(over.data.increases.size).toBe(0);
  });
});

onBothStores(({ openLedger }) => {
  const ask = async (event: unknown, seconds: number, stores: Stores) => {
    const {
      statusCode,
      headers,
      body = '',
    } = await budgetSnapshot(event, dependenciesOf(stores, after(seconds)));
    return { statusCode, etag: String(headers?.etag ?? ''), body };
  };

  it('answers whole, difference or 304, with the version as its entity tag', async () => {
    const { stores } = await openLedger();
    await applyBudgets(stores.policies, [teamMonth('blue', 100n)]);
    const whole = await ask(httpEvent(), 0, stores);
    const data = decodeSnapshot(whole.body);
    if (data.kind === 'refused') throw new Error(data.problem);
    const since = data.value.version;
    expect([whole.statusCode, whole.etag]).toEqual([200, `"${since}"`]);

    const headers = { 'If-None-Match': `W/"${since}"` };
    expect(await ask(httpEvent({ query: { since }, headers }), 1, stores)).toEqual({
      statusCode: 304,
      etag: `"${since}"`,
      body: '',
    });
    expect((await ask(httpEvent({ headers }), 1, stores)).statusCode).toBe(304);
    // Without the tag an answer has a body.
    expect(decodeSnapshot((await ask(httpEvent({ query: { since } }), 1, stores)).body).kind).toBe('read');

    await stores.standings.put(standing(50n), after(2));
    const difference = await ask(httpEvent({ query: { since }, headers }), 3, stores);
    expect(difference.statusCode).toBe(200);
    const read = decodeDifference(difference.body);
    if (read.kind === 'refused') throw new Error(read.problem);
    expect(read.value.from).toBe(since);
    expect(difference.etag).toBe(`"${read.value.to}"`);
    expect(decodeSnapshot((await ask(httpEvent({ headers }), 3, stores)).body).kind).toBe('read');
  });

  it.each([
    ['nobody', ''],
    ['a person', 'user'],
    ['a role that only sounds like it', 'gatewayed'],
  ])('refuses %s', async (_name, role) => {
    const { stores } = await openLedger();
    expect((await ask(httpEvent({ role }), 0, stores)).statusCode).toBe(403);
  });

  it('refuses a version that none can be', async () => {
    const { stores } = await openLedger();
    const { statusCode } = await ask(httpEvent({ query: { since: 'x'.repeat(257) } }), 0, stores);
    expect(statusCode).toBe(400);
  });
});
