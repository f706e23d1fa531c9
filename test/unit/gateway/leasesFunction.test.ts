import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { leases } from '../../../functions/leases.ts';
import { decodeAnswers } from '../../../shared/domain/policy/leaseWire.ts';
import { EMPTY_POLICY } from '../../../shared/domain/policy/policy.ts';
import { memoryStores } from '../../../shared/store/memory/memoryStores.ts';
import { openPolicyCache } from '../../../shared/store/policyCache.ts';
import type { Stores } from '../../../shared/store/stores.ts';
import { budget, DAY_START_MS, NOW_MS } from '../../fixtures/deciding.ts';

const DAY_MS = 86_400_000;
const limit = { measure: 'requests', amount: 1_000n } as const;
const target = { kind: 'one', scope: 'team', id: 'payments' } as const;
const POLICY = {
  ...EMPTY_POLICY,
  budgets: [budget({ id: 'hard', target, limit, isHard: true }), budget({ id: 'soft', target, limit })],
  bursts: [
    {
      id: 'shared',
      target: { kind: 'each', scope: 'user' },
      limit: 2,
      windowSeconds: 60,
      action: { kind: 'reject', status: 429 },
      counting: 'shared',
    },
    {
      id: 'local',
      target: { kind: 'org' },
      limit: 2,
      windowSeconds: 60,
      action: { kind: 'warn' },
      counting: 'local',
    },
  ],
} as const;

let stores: Stores;
beforeEach(async () => {
  stores = memoryStores();
  const change = { policy: POLICY, text: '', by: 'test', at: new Date(NOW_MS), replaces: 0 };
  await stores.policies.apply(change);
});

const take = {
  ...{ kind: 'lease', budget: 'hard', scope: 'payments', periodStartMs: DAY_START_MS, lease: 'lease-of-one' },
  ...{ spent: '0', held: '0', needs: '10', wants: '10', isFirst: true, isLast: false },
};
const count = { kind: 'burst', burst: 'shared', scope: 'ann', request: 'request1' };

async function call(body: unknown, { role = 'gateway', nowMs = NOW_MS } = {}) {
  const event = { body: JSON.stringify(body), requestContext: { authorizer: { jwt: { claims: { role } } } } };
  const answer = await leases(event, {
    ...{ stores, policies: openPolicyCache(stores.policies), roleClaim: 'role' },
    ...{ now: () => new Date(nowMs), pause: async () => {} },
  });
  return { status: answer.statusCode, body: JSON.parse(answer.body ?? '') };
}

const answersTo = async (operations: readonly object[], options?: { nowMs: number }) =>
  (await call({ operations }, options)).body.answers;

describe('POST /leases', () => {
  it('answers gateways only', async () => {
    expect((await call({ operations: [take] }, { role: 'employee' })).status).toBe(403);
  });

  it('answers many operations in their order', async () => {
    expect(await answersTo([count, take, { ...count, request: 'request2' }])).toEqual([
      { kind: 'counted', count: 0 },
      { kind: 'held', granted: '250', expiresInMs: 60_000 },
      expect.objectContaining({ kind: 'counted' }),
    ]);
  });

  it.each([
    ['no operation', { operations: [] }],
    ['101 operations', { operations: Array.from({ length: 101 }, () => count) }],
    ['an unknown kind', { operations: [{ ...take, kind: 'gift' }] }],
    ['an unknown key', { operations: [{ ...take, limit: '1' }] }],
    ['a negative amount', { operations: [{ ...take, spent: '-1' }] }],
    ['an amount that is a number', { operations: [{ ...take, spent: 1 }] }],
    ['an amount with a fraction', { operations: [{ ...take, spent: '1.5' }] }],
    ['needs above wants', { operations: [{ ...take, needs: '11' }] }],
    ['a separator in an id', { operations: [{ ...take, scope: 'a#b' }] }],
    ['a short id', { operations: [{ ...count, request: '1234567' }] }],
    ['no object', 7],
  ])('refuses %s', async (_, body) => {
    expect((await call(body)).status).toBe(400);
  });

  it.each([
    ['a budget that there is not', { ...take, budget: 'other' }],
    ['a budget that is not hard', { ...take, budget: 'soft' }],
    ['a scope that the budget does not limit', { ...take, scope: 'search' }],
    ['a period that is over', { ...take, periodStartMs: DAY_START_MS - DAY_MS }],
    ['no start of a period', { ...take, periodStartMs: DAY_START_MS + 1 }],
    ['a burst rule that there is not', { ...count, burst: 'other' }],
    ['a burst rule that is local', { ...count, burst: 'local', scope: '*' }],
  ])('knows nothing of %s', async (_, operation) => {
    expect(await answersTo([operation])).toEqual([{ kind: 'unknown' }]);
  });

  it.each([
    ['a minute before it begins by the ledger’s clock', DAY_START_MS - 60_000, 'held'],
    ['more than a minute before', DAY_START_MS - 60_001, 'unknown'],
    ['a minute after its end, but for a millisecond', DAY_START_MS + DAY_MS + 59_999, 'held'],
    ['a minute after its end', DAY_START_MS + DAY_MS + 60_000, 'unknown'],
  ])('takes a period from a gateway %s', async (_, nowMs, kind) => {
    expect(await answersTo([take], { nowMs })).toEqual([expect.objectContaining({ kind })]);
  });
});

describe('answers as a gateway reads them', () => {
  it.each([
    ['of another length', '{"answers":[]}'],
    ['of no known kind', '{"answers":[{"kind":"gift"}]}'],
    ['with a negative grant', '{"answers":[{"kind":"held","granted":"-1","expiresInMs":1}]}'],
    ['cut off', '{"answers":[{"kind":"returned"}'],
  ])('are refused when %s', (_, text) => {
    expect(decodeAnswers(text, 1)).toBeUndefined();
  });

  it('never throw, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.nat(3), (text, expected) => {
        expect(decodeAnswers(text, expected) ?? []).toBeInstanceOf(Array);
      }),
    );
  });
});
