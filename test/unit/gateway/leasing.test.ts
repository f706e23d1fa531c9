import { describe, expect, it } from 'vitest';
import { LeaseSlot } from '../../../gateway/leaseSlot.ts';
import { budget, rung } from '../../fixtures/deciding.ts';
import { amount, ask, onGatewayStage } from '../../support/gateways/gatewayStage.ts';

const stage = onGatewayStage();

/** A hundred thousand tokens a day for the team. */
const HARD = budget({
  id: 'hard',
  target: { kind: 'one', scope: 'team', id: 'payments' },
  limit: { measure: 'tokens', amount: 100_000n, counted: ['input'] },
  ladder: [rung(100, { kind: 'reject', status: 429 })],
  isHard: true,
});
const always = { leaseFromPercent: 0 };
const request = (input: number, requestId?: string) =>
  ask({ team: 'payments', estimate: amount(0, input), ...(requestId === undefined ? {} : { requestId }) });

/** What all gateways hold or told, by the ledger's row. */
async function atLedger() {
  const place = { budgetId: 'hard', scopeId: 'payments', period: '2026-11-24' };
  const found = await stage.ledger.stores.leases.find(place);
  return [...(found?.row.leases.values() ?? [])].map(({ amount: granted, spent }) => [granted, spent]);
}

describe('a hard budget far from its limit', () => {
  it('asks the ledger for nothing', async () => {
    await stage.ledger.apply({ budgets: [HARD] });
    const gateway = await stage.open();
    for (let index = 0; index < 7; index += 1) gateway.decide(request(10_000));
    await stage.pass(5_000);
    expect(stage.ledger.count('/leases')).toBe(0);
    expect(gateway.state.leases).toBe(0);
  });

  it('is leased from 80% on, and the ledger is told what was spent before', async () => {
    await stage.ledger.apply({ budgets: [HARD] });
    const gateway = await stage.open();
    for (let index = 0; index < 7; index += 1) gateway.decide(request(10_000));
    expect((await stage.hard(gateway, request(10_000))).action).toBe('allow');
    // 70,000 told; of the 30,000 that are free a quarter is less than the 10,000 that are needed, and as
    // these are used up at once, as much again is fetched ahead of need.
    expect(await atLedger()).toEqual([[90_000n, 70_000n]]);
  });
});

describe('a hard budget near its limit', () => {
  it('is refused at once without a slice, which is then fetched in the background', async () => {
    await stage.ledger.apply({ budgets: [HARD] });
    const gateway = await stage.open(always);
    expect(gateway.decide(request(1_000))).toMatchObject({
      action: 'reject',
      status: 429,
      message:
        'What is left of the budget of team:payments is reserved for requests on the way. Try again soon.',
      headers: { 'Retry-After': '1' },
    });
    await stage.pass(10);
    expect(gateway.decide(request(1_000)).action).toBe('allow');
    expect(gateway.state.counters.leaseRefusals).toBe(1);
  });

  it('is waited for by decideHard, in one call for many requests and one for what may follow', async () => {
    await stage.ledger.apply({ budgets: [HARD] });
    const gateway = await stage.open(always);
    const decisions = await Promise.all([1, 2, 3, 4].map(() => stage.hard(gateway, request(25_000))));
    expect(decisions.map(({ action }) => action)).toEqual(['allow', 'allow', 'allow', 'allow']);
    expect(stage.ledger.count('/leases')).toBe(2);
  });

  it('is refilled ahead of need', async () => {
    await stage.ledger.apply({ budgets: [HARD] });
    const gateway = await stage.open(always);
    await stage.hard(gateway, request(1_000));
    for (let index = 0; index < 18; index += 1) gateway.decide(request(1_000));
    await stage.pass(10);
    // The first slice of 25,000 has 6,000 left, less than a quarter: 18,750 of the other 75,000 came.
    expect(await atLedger()).toEqual([[43_750n, 0n]]);
    expect(gateway.decide(request(20_000)).action).toBe('allow');
  });

  it('gives two gateways together what there is and no more', async () => {
    await stage.ledger.apply({ budgets: [HARD] });
    const gateways = [await stage.open(always), await stage.open(always)];
    let served = 0;
    for (let round = 0; round < 100; round += 1) {
      for (const gateway of gateways) {
        const { action } = await stage.hard(gateway, request(1_500));
        if (action !== 'reject') served += 1;
      }
    }
    // 66 fit; what one gateway holds and cannot use alone may be less than one request for each.
    expect(served).toBeLessThanOrEqual(66);
    expect(served).toBeGreaterThanOrEqual(64);
  });

  it('says so when the ledger shows it as used up', async () => {
    await stage.ledger.apply({ budgets: [{ ...HARD, limit: { ...HARD.limit, amount: 1_000n } }] });
    const gateway = await stage.open();
    const decision = await stage.hard(gateway, request(1_000));
    expect(decision.action).toBe('allow');
    expect(await stage.hard(gateway, request(1))).toMatchObject({ action: 'reject', status: 429 });
  });

  it('tells what was used, and gives back the rest when nobody asks any more', async () => {
    await stage.ledger.apply({ budgets: [HARD] });
    const gateway = await stage.open(always);
    await stage.hard(gateway, request(10_000, 'one'));
    gateway.settle('one', amount(0, 4_000));
    await stage.pass(32_000);
    expect(await atLedger()).toEqual([]);
    expect(gateway.state.leases).toBe(0);
    const second = await stage.open(always);
    expect((await stage.hard(second, request(96_000))).action).toBe('allow');
  });

  it('gives back its lease when it is closed', async () => {
    await stage.ledger.apply({ budgets: [HARD] });
    const gateway = await stage.open(always);
    await stage.hard(gateway, request(10_000, 'one'));
    gateway.cancel('one');
    await gateway.close();
    expect(await atLedger()).toEqual([]);
  });

  it('keeps its lease alive while a request runs for long', async () => {
    await stage.ledger.apply({ budgets: [HARD] });
    const gateway = await stage.open({ ...always, reservationTtlMs: 3_600_000 });
    await stage.hard(gateway, request(100_000));
    await stage.pass(1_200_000);
    const other = await stage.open(always);
    expect((await stage.hard(other, request(1))).action).toBe('reject');
  });

  it('is free again after a gateway died with all of it', async () => {
    await stage.ledger.apply({ budgets: [HARD] });
    const dead = await stage.open(always);
    await stage.hard(dead, request(100_000));
    stage.ledger.leaseFault = 'down';
    await dead.close();
    stage.ledger.leaseFault = 'none';
    const gateway = await stage.open(always);
    // Its lease lived for 60 s, and its requests may have been on the way for another 300 s.
    await stage.pass(355_000);
    expect((await stage.hard(gateway, request(1_000))).action).toBe('reject');
    await stage.pass(5_000);
    expect((await stage.hard(gateway, request(1_000))).action).toBe('allow');
  });

  it.each([
    ['open', 'allow', true],
    ['closed', 'reject', false],
  ] as const)('fails %s when the ledger cannot be asked for a slice', async (mode, action, isDegraded) => {
    await stage.ledger.apply({ budgets: [HARD], failure: { mode, maxAgeSeconds: 60 } });
    const gateway = await stage.open(always);
    stage.ledger.leaseFault = 'down';
    expect(await stage.hard(gateway, request(1_000))).toMatchObject({ action, isDegraded });
    stage.ledger.leaseFault = 'none';
    await stage.pass(5_000);
    expect(await stage.hard(gateway, request(1_000))).toMatchObject({ action: 'allow', isDegraded: false });
    expect(gateway.state.counters.degraded).toBe(isDegraded ? 1 : 0);
  });

  it('needs something to be left also for a request of unknown size', async () => {
    await stage.ledger.apply({ budgets: [HARD] });
    const gateway = await stage.open(always);
    await stage.hard(gateway, request(100_000));
    expect((await stage.hard(gateway, ask({ team: 'payments' }))).action).toBe('reject');
  });
});

describe('a slot of a lease', () => {
  const held = { kind: 'held', granted: 0n, expiresInMs: 60_000 } as const;
  const place = { budgetId: 'hard', scopeId: 'payments', periodStartMs: 0 };

  it('asks for all who wait together, and after a refusal for the largest of those who came since', () => {
    const slot = new LeaseSlot(place, 0n, 0);
    for (const size of [30n, 10n, 20n]) slot.want(size, 0);
    const first = slot.operationAt(0, false);
    expect(first).toMatchObject({ needs: 10n, wants: 60n });
    if (first === undefined) return;
    slot.sent(first);
    slot.answered({ ...held, refusal: 'taken' }, first, 0);
    for (const size of [30n, 10n, 20n]) slot.want(size, 500);
    expect(slot.operationAt(999, false)).toBeUndefined();
    expect(slot.operationAt(1_000, false)).toMatchObject({ needs: 10n, wants: 30n });
  });

  it('lets nobody draw from what it is giving back', () => {
    const slot = new LeaseSlot(place, 0n, 0);
    slot.want(10n, 0);
    const first = slot.operationAt(0, false);
    if (first === undefined) throw new Error('nothing was asked for');
    slot.sent(first);
    slot.answered({ ...held, granted: 10n }, first, 0);
    expect(slot.hasRoom(10n, 30_000)).toBe(true);
    const last = slot.operationAt(30_000, false);
    if (last === undefined) throw new Error('nothing was given back');
    slot.sent(last);
    expect([last, slot.hasRoom(1n, 30_000)]).toEqual([expect.objectContaining({ isLast: true }), false]);
  });
});

describe('the stated bound', () => {
  it('is what requests used beyond their estimates, for a hard budget', async () => {
    await stage.ledger.apply({ budgets: [HARD] });
    const gateway = await stage.open(always);
    for (const [requestId, used] of [
      ['a', 1_200],
      ['b', 900],
      ['c', 1_050],
    ] as const) {
      await stage.hard(gateway, request(1_000, requestId));
      gateway.settle(requestId, amount(0, used));
    }
    expect(gateway.state.overshootBound('hard')).toEqual({ kind: 'overruns', overrun: 250n });
  });

  it('is a delay and a step for any other, and nothing for one that is not known', async () => {
    await stage.ledger.apply({ budgets: [{ ...HARD, isHard: false }] });
    const gateway = await stage.open({ ledgerLagMs: 30_000 });
    const bound = gateway.state.overshootBound('hard');
    expect(bound).toMatchObject({ kind: 'delay', step: 500n });
    expect(bound.kind === 'delay' && bound.delayMs).toBeGreaterThanOrEqual(31_500);
    expect(gateway.state.overshootBound('other')).toEqual({ kind: 'unknownBudget' });
  });
});

describe('a burst rule that all gateways share', () => {
  const SHARED = {
    id: 'shared',
    target: { kind: 'each', scope: 'user' },
    limit: 3,
    windowSeconds: 60,
    action: { kind: 'reject', status: 429 },
    counting: 'shared',
  } as const;

  it('lets exactly its limit through, whichever gateway is asked', async () => {
    await stage.ledger.apply({ bursts: [SHARED] });
    const gateways = [await stage.open(), await stage.open(), await stage.open()];
    const decisions = await Promise.all([...gateways, ...gateways].map((one) => stage.hard(one, ask())));
    expect(decisions.filter(({ action }) => action === 'allow')).toHaveLength(3);
    await stage.pass(60_000);
    expect((await stage.hard(gateways[0], ask())).action).toBe('allow');
  });

  it('is not asked about for a request that is refused anyway', async () => {
    await stage.ledger.apply({ bursts: [SHARED], withoutBudget: 'deny' });
    const gateway = await stage.open();
    expect((await stage.hard(gateway, ask())).status).toBe(403);
    expect(stage.ledger.count('/leases')).toBe(0);
  });

  it('is counted here alone by decide, which says so in its counters', async () => {
    await stage.ledger.apply({ bursts: [SHARED] });
    const gateway = await stage.open();
    const actions = [1, 2, 3, 4].map(() => gateway.decide(ask()).action);
    expect(actions).toEqual(['allow', 'allow', 'allow', 'reject']);
    expect(gateway.state.counters.sharedCountedLocally).toBe(3);
  });

  it.each([
    ['open', 'allow'],
    ['closed', 'reject'],
  ] as const)('fails %s when the ledger does not answer', async (mode, action) => {
    await stage.ledger.apply({ bursts: [SHARED], failure: { mode, maxAgeSeconds: 60 } });
    const gateway = await stage.open();
    stage.ledger.leaseFault = 'down';
    expect(await stage.hard(gateway, ask())).toMatchObject({ action, isDegraded: true });
    expect(gateway.state.counters.degraded).toBe(1);
  });
});
