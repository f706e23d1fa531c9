import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { noCounts, settingsOf } from '../../../gateway/options.ts';
import { SnapshotFeed } from '../../../gateway/snapshotFeed.ts';
import type { SnapshotData } from '../../../shared/domain/policy/snapshot.ts';
import {
  decodeSnapshot,
  encodeDifference,
  encodeSnapshot,
} from '../../../shared/domain/policy/snapshotCodec.ts';
import { differenceBetween } from '../../../shared/domain/policy/snapshotDifference.ts';
import { budget, DAY_START_MS, NOW_MS, rung, snapshotData, USD } from '../../fixtures/deciding.ts';
import { ask, onGatewayStage } from '../../support/gateways/gatewayStage.ts';

const stage = onGatewayStage();

const ONE_USD = budget({
  limit: { measure: 'usd', amount: USD },
  ladder: [rung(100, { kind: 'reject', status: 429 })],
});

function standing(used: bigint, n: number) {
  return {
    ...{ budgetId: 'b1', scopeId: 'ann', used, n, periodStartMs: DAY_START_MS },
    ...{ policyNumber: 1, asOfMs: Date.now(), alerted: [] },
  };
}

describe('a gateway’s snapshot', () => {
  it('is asked for every 1.5 s, give or take a fifth, and confirmed by its ETag', async () => {
    await stage.ledger.apply({ budgets: [ONE_USD] });
    const gateway = await stage.open();
    await stage.pass(60_000);
    const { snapshots, notModified, failures } = gateway.state.counters;
    expect(snapshots).toBe(1);
    expect(notModified).toBeGreaterThanOrEqual(60 / 1.8 - 1);
    expect(notModified).toBeLessThanOrEqual(60 / 1.2);
    expect(failures).toBe(0);
    expect(gateway.state.snapshotAgeMs).toBeLessThanOrEqual(1_800);
  });

  it('follows the ledger by differences', async () => {
    await stage.ledger.apply({ budgets: [ONE_USD] });
    const gateway = await stage.open();
    expect(gateway.decide(ask()).action).toBe('allow');
    await stage.ledger.stores.standings.put(standing(USD, 1), new Date());
    await stage.pass(1_900);
    expect(gateway.state.counters).toMatchObject({ snapshots: 1, differences: 1 });
    expect(gateway.decide(ask()).action).toBe('reject');
  });

  it.each(['cut', 'other schema', 'server error', 'down'] as const)(
    'stays the last good one when answers are: %s',
    async (fault) => {
      await stage.ledger.apply({ budgets: [ONE_USD] });
      await stage.ledger.stores.standings.put(standing(USD, 1), new Date());
      const gateway = await stage.open();
      stage.ledger.fault = fault;
      await stage.ledger.stores.standings.put(standing(0n, 2), new Date());
      await stage.pass(20_000);
      expect(gateway.decide(ask()).action).toBe('reject');
      expect(gateway.state.lastProblem).toMatch(/\w/);
      stage.ledger.fault = 'none';
      await stage.pass(60_000);
      expect(gateway.decide(ask()).action).toBe('allow');
      expect(gateway.state.lastProblem).toBeUndefined();
    },
  );

  it('is asked for less and less often while the ledger is down, never less than every 45 s', async () => {
    await stage.ledger.apply({ budgets: [ONE_USD] });
    const gateway = await stage.open();
    stage.ledger.fault = 'down';
    await stage.pass(600_000);
    const { failures } = gateway.state.counters;
    expect(failures).toBeGreaterThanOrEqual(600 / 45);
    expect(failures).toBeLessThanOrEqual(60);
  });

  it.each([
    ['open', 'allow', 'Budgets are not enforced while the figures of the ledger are'],
    ['closed', 'reject', 'Requests are refused while the figures of the ledger are'],
  ] as const)('that is too old fails %s, and each such decision is counted', async (mode, action, text) => {
    await stage.ledger.apply({ budgets: [ONE_USD], failure: { mode, maxAgeSeconds: 60 } });
    const gateway = await stage.open();
    stage.ledger.fault = 'down';
    await stage.pass(55_000);
    expect(gateway.decide(ask())).toMatchObject({ action: 'allow', isDegraded: false });
    await stage.pass(8_000);
    const decision = gateway.decide(ask());
    expect(decision).toMatchObject({ action, isDegraded: true });
    expect(decision.snapshotAgeMs).toBeGreaterThan(60_000);
    expect(decision.reasons.map(({ message }) => message).join()).toContain(text);
    expect(gateway.state.counters.degraded).toBe(1);
  });

  it.each([
    ['open', 'allow'],
    ['closed', 'reject'],
  ] as const)('that never came fails %s', async (withoutSnapshot, action) => {
    stage.ledger.fault = 'down';
    const gateway = await stage.open({ withoutSnapshot });
    expect(gateway.decide(ask())).toMatchObject({ action, isDegraded: true });
    expect((await stage.hard(gateway, ask())).action).toBe(action);
    expect(gateway.state.counters).toMatchObject({ blind: 2, degraded: 2 });
    expect(gateway.state.version).toBeUndefined();
  });

  it('is as old as its figures when a cache on the way gives an old one', async () => {
    await stage.ledger.apply({ budgets: [ONE_USD], failure: { mode: 'closed', maxAgeSeconds: 60 } });
    const fetchOld: typeof fetch = async (...call) => {
      const answer = await stage.ledger.fetch(...call);
      const headers = new Headers(answer.headers);
      headers.set('date', new Date(Date.now() + 90_000).toUTCString());
      return new Response(await answer.text(), { status: answer.status, headers });
    };
    const gateway = await stage.open({ fetch: fetchOld, now: () => Date.now() + 90_000 });
    expect(gateway.state.snapshotAgeMs).toBeGreaterThanOrEqual(89_000);
    expect(gateway.decide(ask())).toMatchObject({ action: 'reject', isDegraded: true });
  });
});

describe('a clock that jumps', () => {
  it.each([
    ['back by a day', -86_400_000],
    ['ahead by a day', 86_400_000],
  ])('%s changes no decision', async (_, jumpMs) => {
    await stage.ledger.apply({ budgets: [ONE_USD] });
    await stage.ledger.stores.standings.put(standing(USD, 1), new Date());
    let skewMs = 0;
    const gateway = await stage.open({ now: () => Date.now() + skewMs });
    expect(gateway.decide(ask()).action).toBe('reject');
    skewMs = jumpMs;
    expect(gateway.decide(ask())).toMatchObject({ action: 'reject', isDegraded: false });
    await stage.pass(10_000);
    expect(gateway.decide(ask())).toMatchObject({ action: 'reject', isDegraded: false });
    expect(gateway.state.counters.clockJumps).toBeGreaterThan(0);
  });
});

describe('what a gateway holds after differences, faults and whole snapshots', () => {
  const change = fc.record({
    scope: fc.constantFrom('ann', 'bob', 'cid'),
    used: fc.bigInt({ min: 0n, max: 10n ** 20n }),
    isDropped: fc.boolean(),
    answer: fc.constantFrom('whole', 'difference', 'difference', 'cut', 'wrong base', 'lost'),
  });

  it('is exactly the ledger’s snapshot', async () => {
    vi.useRealTimers();
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 30 }), async (changes) => {
        let held: SnapshotData | undefined;
        let before = snapshotData({ budgets: [ONE_USD] });
        let text = encodeSnapshot(before);
        const feed = feedOf(
          () => text,
          (data) => {
            held = data;
          },
        );
        await feed.refresh();
        for (const [index, { answer, ...rest }] of changes.entries()) {
          const after = changed(before, index, rest);
          text = answerText(before, after, answer);
          await feed.refresh();
          if (answer !== 'whole' && answer !== 'difference') {
            text = encodeSnapshot(after);
            await feed.refresh();
          }
          before = after;
          expect(held).toEqual(whole(after));
        }
      }),
      { numRuns: 100 },
    );
  });
});

function feedOf(text: () => string, onData: (data: SnapshotData) => void): SnapshotFeed {
  const fetchText = async () => {
    if (text() === '') throw new TypeError('fetch failed');
    return new Response(text());
  };
  return new SnapshotFeed({
    settings: settingsOf({ ledgerUrl: 'http://ledger', token: 't', fetch: fetchText }),
    ...{ counters: noCounts(), end: new AbortController().signal },
    onSnapshot: ({ data }) => onData(data),
    onLedgerTime: () => {},
  });
}

type Rest = Readonly<{ scope: string; used: bigint; isDropped: boolean }>;

function changed(before: SnapshotData, index: number, { scope, used, isDropped }: Rest): SnapshotData {
  const scopes = new Map(before.standings.get('b1'));
  if (isDropped) scopes.delete(scope);
  else scopes.set(scope, { used, periodStartMs: DAY_START_MS });
  const standings = scopes.size === 0 ? new Map() : new Map([['b1', scopes]]);
  return { ...before, version: `v${index + 2}`, takenAtMs: NOW_MS + index + 1, standings };
}

function answerText(before: SnapshotData, after: SnapshotData, answer: string): string {
  const difference = differenceBetween(before, after);
  switch (answer) {
    case 'whole':
      return encodeSnapshot(after);
    case 'difference':
      return encodeDifference(difference);
    case 'cut':
      return encodeDifference(difference).slice(0, -7);
    case 'wrong base':
      return encodeDifference({ ...difference, from: 'another' });
    default:
      return '';
  }
}

/** As it comes out of its own text: what JSON does not tell apart is the same. */
function whole(data: SnapshotData): unknown {
  const decoded = decodeSnapshot(encodeSnapshot(data));
  return decoded.kind === 'read' ? decoded.value : decoded;
}
