import { describe, expect, it } from 'vitest';
import { budget, rung, USD } from '../../fixtures/deciding.ts';
import { amount, ask, onGatewayStage } from '../../support/gateways/gatewayStage.ts';

const stage = onGatewayStage();

/** Ten USD a day for each user; refuses at the end of it. */
const TEN_USD = budget({
  limit: { measure: 'usd', amount: 10_000_000_000_000n },
  ladder: [rung(100, { kind: 'reject', status: 429 })],
});
const FOUR_USD = amount(4_000_000);

describe('what is on the way', () => {
  it('counts for those who come later, in this process at once', async () => {
    await stage.ledger.apply({ budgets: [TEN_USD] });
    const gateway = await stage.open();
    const actions = [1, 2, 3].map(() => gateway.decide(ask({ estimate: FOUR_USD })).action);
    expect(actions).toEqual(['allow', 'allow', 'reject']);
    expect(gateway.state.inFlight).toBe(2);
  });

  it.each([
    ['settled with less', (id: string, g: Open) => g.settle(id, amount(1_000_000)), ['allow', 'reject']],
    ['settled with more', (id: string, g: Open) => g.settle(id, amount(7_000_000)), ['reject', 'reject']],
    ['cancelled', (id: string, g: Open) => g.cancel(id), ['allow', 'reject']],
  ] as const)('is put right when a request is %s', async (_, end, actions) => {
    await stage.ledger.apply({ budgets: [TEN_USD] });
    const gateway = await stage.open();
    gateway.decide(ask({ requestId: 'one', estimate: FOUR_USD }));
    gateway.decide(ask({ estimate: FOUR_USD }));
    end('one', gateway);
    expect(actions.map(() => gateway.decide(ask({ estimate: amount(5_000_000) })).action)).toEqual(actions);
  });

  it('counts once under one id, however often it is asked for', async () => {
    await stage.ledger.apply({ budgets: [TEN_USD] });
    const gateway = await stage.open();
    const again = ask({ estimate: FOUR_USD });
    const actions = [1, 2, 3, 4].map(() => gateway.decide(again).action);
    expect(actions).toEqual(['allow', 'allow', 'allow', 'allow']);
    expect(gateway.state.inFlight).toBe(1);
  });

  it('is settled or cancelled once; what is not known is counted and does no harm', async () => {
    await stage.ledger.apply({ budgets: [TEN_USD] });
    const gateway = await stage.open();
    gateway.decide(ask({ requestId: 'one', estimate: FOUR_USD }));
    gateway.cancel('one');
    gateway.cancel('one');
    gateway.settle('one', FOUR_USD);
    gateway.settle('never seen', FOUR_USD);
    expect(gateway.state.counters).toMatchObject({ cancelled: 1, settled: 0, unknownRequests: 3 });
    expect(gateway.decide(ask({ estimate: amount(10_000_000) })).action).toBe('allow');
  });

  it('blocks nobody for ever when it is never settled', async () => {
    await stage.ledger.apply({ budgets: [TEN_USD] });
    const gateway = await stage.open({ reservationTtlMs: 60_000, ledgerLagMs: 30_000 });
    gateway.decide(ask({ estimate: amount(10_000_000) }));
    const actions: string[] = [];
    for (const waitMs of [59_990, 20, 29_000, 4_000]) {
      await stage.pass(waitMs);
      actions.push(gateway.decide(ask({ estimate: amount(1_000_000) })).action);
    }
    // It ends after 60 s as if it had used what it reserved, which the ledger's figures show 30 s later.
    expect(actions).toEqual(['reject', 'reject', 'reject', 'allow']);
    expect(gateway.state.counters.expiredReservations).toBe(1);
  });

  it('counts after its end until the figures of the ledger must hold it', async () => {
    await stage.ledger.apply({ budgets: [TEN_USD] });
    const gateway = await stage.open({ ledgerLagMs: 30_000 });
    gateway.decide(ask({ requestId: 'one', estimate: FOUR_USD }));
    gateway.settle('one', amount(10_000_000));
    await stage.pass(29_000);
    expect(gateway.decide(ask()).action).toBe('reject');
    await stage.pass(4_000);
    expect(gateway.decide(ask()).action).toBe('allow');
  });

  it('goes on counting while the ledger is away, however long', async () => {
    await stage.ledger.apply({
      budgets: [TEN_USD],
      failure: { mode: 'open', maxAgeSeconds: 3_600 },
    });
    const gateway = await stage.open({ ledgerLagMs: 30_000 });
    gateway.decide(ask({ requestId: 'one', estimate: FOUR_USD }));
    gateway.settle('one', amount(10_000_000));
    stage.ledger.fault = 'down';
    await stage.pass(600_000);
    expect(gateway.decide(ask()).action).toBe('reject');
  });

  it('counts against the breaker, too', async () => {
    await stage.ledger.apply({
      breaker: { emergencyPicoUsd: USD, openPicoUsd: 2n * USD, timeZone: 'UTC' },
    });
    const gateway = await stage.open();
    const estimate = amount(600_000);
    expect(gateway.decide(ask({ estimate })).action).toBe('allow');
    expect(gateway.decide(ask({ estimate })).message).toBe(
      'Daily limit reached - only critical requests allowed',
    );
    expect(gateway.decide(ask({ estimate, priority: 'critical' })).action).toBe('warn');
    expect(gateway.decide(ask({ estimate: amount(900_000), priority: 'critical' })).message).toBe(
      'Emergency limit reached - all requests blocked',
    );
  });

  it('takes negative and missing estimates as nothing', async () => {
    await stage.ledger.apply({ budgets: [TEN_USD] });
    const gateway = await stage.open();
    gateway.decide(ask({ estimate: { picoUsd: -5n, tokens: {} } }));
    gateway.decide(ask());
    expect(gateway.decide(ask({ estimate: amount(10_000_000) })).action).toBe('allow');
  });
});

describe('a local burst rule', () => {
  const THREE = {
    id: 'burst',
    target: { kind: 'each', scope: 'user' },
    limit: 3,
    windowSeconds: 60,
    action: { kind: 'reject', status: 429 },
    counting: 'local',
  } as const;

  it('lets its limit through in any window, for each user', async () => {
    await stage.ledger.apply({ bursts: [THREE] });
    const gateway = await stage.open();
    const actions = [1, 2, 3, 4].map(() => gateway.decide(ask()).action);
    expect(actions).toEqual(['allow', 'allow', 'allow', 'reject']);
    expect(gateway.decide(ask({ user: 'bob' })).action).toBe('allow');
    await stage.pass(59_999);
    expect(gateway.decide(ask())).toMatchObject({
      action: 'reject',
      message: 'Rate limit exceeded: 3 requests per 60s',
      headers: { 'Retry-After': '1' },
    });
    await stage.pass(1);
    expect(gateway.decide(ask()).action).toBe('allow');
  });

  it('does not count a request that was cancelled', async () => {
    await stage.ledger.apply({ bursts: [THREE] });
    const gateway = await stage.open();
    for (const requestId of ['a', 'b', 'c']) gateway.decide(ask({ requestId }));
    gateway.cancel('b');
    expect([gateway.decide(ask()).action, gateway.decide(ask()).action]).toEqual(['allow', 'reject']);
  });
});

type Open = Awaited<ReturnType<typeof stage.open>>;
