import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../../shared/domain/policy/decide.ts';
import { ACTIONS, type Decision } from '../../../../shared/domain/policy/decision.ts';
import { EMPTY_POLICY } from '../../../../shared/domain/policy/policy.ts';
import { makeSnapshot, type SnapshotData } from '../../../../shared/domain/policy/snapshot.ts';
import { requestArbitrary, snapshotDataArbitrary } from '../../../fixtures/anyPolicy.ts';
import { NOW_MS } from '../../../fixtures/deciding.ts';

const RUNS = { numRuns: 1_000 };
const live = { recentRequests: () => ({ count: 2 }) };
const decideOn = (data: SnapshotData, request: Parameters<typeof decide>[1]) =>
  decide(makeSnapshot(data, live), request, { nowMs: NOW_MS, suggest: () => undefined });

/** Milder decisions first. */
function strictness({ action, delayMs, status }: Decision): number {
  return ACTIONS.indexOf(action) * 1e6 + delayMs + (status === 403 ? 1 : 0);
}

describe('decisions by any policy', () => {
  it('are consistent and never thrown', () => {
    fc.assert(
      fc.property(snapshotDataArbitrary, requestArbitrary, (data, request) => {
        const decision = decideOn(data, request);
        const strictest = Math.max(0, ...decision.reasons.map(({ action }) => ACTIONS.indexOf(action)));
        expect(decision.action).toBe(ACTIONS[strictest]);
        expect(decision.reasons[0]?.action ?? 'allow').toBe(decision.action);
        expect(decision.status === 200).toBe(decision.action !== 'reject');
        if (decision.action !== 'throttle') expect(decision.delayMs).toBe(0);
        expect('Retry-After' in decision.headers).toBe(decision.status === 429);
        for (const [name, value] of Object.entries(decision.headers)) {
          expect(`${name}: ${value}`).toMatch(/^[A-Za-z-]+: [\x20-\x7e]*$/);
        }
      }),
      RUNS,
    );
  });

  it('are the same when asked again', () => {
    fc.assert(
      fc.property(snapshotDataArbitrary, requestArbitrary, (data, request) => {
        const snapshot = makeSnapshot(data, live);
        const first = decide(snapshot, request, { nowMs: NOW_MS });
        expect(decide(snapshot, request, { nowMs: NOW_MS })).toEqual(first);
      }),
      { numRuns: 200 },
    );
  });

  it('are never milder when more was used', () => {
    const more = fc.bigInt({ min: 0n, max: 300n });
    fc.assert(
      fc.property(snapshotDataArbitrary, requestArbitrary, more, (data, request, extra) => {
        const standings = new Map(
          [...data.standings].map(([budget, scopes]) => [
            budget,
            new Map([...scopes].map(([scope, was]) => [scope, { ...was, used: was.used + extra }])),
          ]),
        );
        const after = decideOn({ ...data, standings }, request);
        expect(strictness(after)).toBeGreaterThanOrEqual(strictness(decideOn(data, request)));
      }),
      RUNS,
    );
  });

  it('are never milder when limits are lower', () => {
    fc.assert(
      fc.property(snapshotDataArbitrary, requestArbitrary, fc.bigInt(0n, 99n), (data, request, percent) => {
        const budgets = data.policy.budgets.map((rule) => ({
          ...rule,
          limit: { ...rule.limit, amount: (rule.limit.amount * percent) / 100n },
        }));
        const after = decideOn({ ...data, policy: { ...data.policy, budgets } }, request);
        expect(strictness(after)).toBeGreaterThanOrEqual(strictness(decideOn(data, request)));
      }),
      RUNS,
    );
  });

  it('by an empty policy let everything go', () => {
    fc.assert(
      fc.property(snapshotDataArbitrary, requestArbitrary, (data, request) => {
        const decision = decideOn({ ...data, policy: EMPTY_POLICY, takenAtMs: NOW_MS }, request);
        expect(decision).toEqual({
          action: 'allow',
          delayMs: 0,
          status: 200,
          message: 'Request approved',
          headers: {},
          reasons: [],
          remaining: {},
          isDegraded: false,
          snapshotAgeMs: 0,
        });
      }),
      { numRuns: 100 },
    );
  });
});
