import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  makeSnapshot,
  type PeriodStanding,
  type SnapshotData,
} from '../../../../shared/domain/policy/snapshot.ts';
import {
  decodeDifference,
  decodeSnapshot,
  encodeDifference,
  encodeSnapshot,
} from '../../../../shared/domain/policy/snapshotCodec.ts';
import { applyDifference, differenceBetween } from '../../../../shared/domain/policy/snapshotDifference.ts';
import { snapshotDataArbitrary } from '../../../fixtures/anyPolicy.ts';
import { ANN, budget, DAY_START_MS, NOW_MS, snapshotData, USD } from '../../../fixtures/deciding.ts';

const FULL: SnapshotData = {
  ...snapshotData({ budgets: [budget()] }, [{ used: 12n * USD, restrictedSinceMs: NOW_MS }]),
  increases: new Map([
    [
      'i1',
      {
        id: 'i1',
        budgetId: 'b1',
        scopeId: 'ann',
        amount: 5n,
        fromMs: 0,
        untilMs: NOW_MS,
        liftsRestriction: false,
      },
    ],
  ]),
  spentByDay: new Map([[DAY_START_MS, 900n * USD]]),
};

describe('a snapshot', () => {
  it('answers what it holds, and nothing of what it does not', () => {
    const snapshot = makeSnapshot(FULL);
    expect(snapshot.person('ann')).toEqual(ANN);
    expect(snapshot.person('constructor')).toBeUndefined();
    expect(snapshot.standing('b1', 'ann', DAY_START_MS)).toMatchObject({
      used: 12n * USD,
      restrictedSinceMs: NOW_MS,
    });
    expect(snapshot.standing('b1', 'ann', DAY_START_MS + 1)).toEqual({ used: 0n });
    expect(snapshot.standing('b1', 'bob', DAY_START_MS)).toEqual({ used: 0n });
    expect(snapshot.increases('b1', 'ann').map(({ id }) => id)).toEqual(['i1']);
    expect(snapshot.increases('b1', 'bob')).toEqual([]);
    expect(snapshot.spentOnDay(DAY_START_MS)).toBe(900n * USD);
    expect(snapshot.spentOnDay(0)).toBe(0n);
    expect(snapshot.recentRequests('burst', 'ann', NOW_MS)).toEqual({ count: 0 });
  });

  it('adds what is reserved for requests in flight', () => {
    const live = { recentRequests: () => ({ count: 3 }), reserved: () => 7n };
    const snapshot = makeSnapshot(FULL, live);
    expect(snapshot.standing('b1', 'ann', DAY_START_MS).used).toBe(12n * USD + 7n);
    expect(snapshot.standing('b1', 'bob', DAY_START_MS)).toEqual({ used: 7n });
    expect(snapshot.recentRequests('burst', 'ann', NOW_MS).count).toBe(3);
  });
});

describe('a snapshot in JSON', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(snapshotDataArbitrary, (data) => {
        expect(decodeSnapshot(encodeSnapshot(data))).toEqual({ kind: 'read', value: withoutEmpty(data) });
      }),
      { numRuns: 300 },
    );
  });

  it('is refused wherever it is cut', () => {
    const text = encodeSnapshot(FULL);
    for (let length = 0; length < text.length; length += 1) {
      expect(decodeSnapshot(text.slice(0, length)).kind).toBe('refused');
    }
  });

  it.each<[string, (wire: Record<string, unknown>) => unknown, string]>([
    [
      'of another version',
      (wire) => ({ ...wire, schema: 'tollbook.snapshot.v2' }),
      'is of schema "tollbook.snapshot.v2" and not tollbook.snapshot.v1',
    ],
    ['of no schema', ({ schema: _, ...wire }) => wire, 'is not of schema tollbook.snapshot.v1'],
    ['that is a list', () => [], 'is not of schema tollbook.snapshot.v1'],
    ['with a row of a name that is not there', (wire) => ({ ...wire, names: [] }), 'refers to name 0 of 0'],
    [
      'with a number for an amount',
      (wire) => ({ ...wire, spentByDay: [[0, 1.5]] }),
      'spentByDay.0.1: Invalid input: expected string, received number',
    ],
    [
      'with a fraction for an amount',
      (wire) => ({ ...wire, spentByDay: [[0, '1.5']] }),
      'spentByDay.0.1: is no whole number in text',
    ],
    ['with a key of its own', (wire) => ({ ...wire, extra: 1 }), ': Unrecognized key: "extra"'],
    [
      'without persons',
      ({ persons: _, ...wire }) => wire,
      'persons: Invalid input: expected array, received undefined',
    ],
  ])('is refused %s', (_, change, problem) => {
    const wire = JSON.parse(encodeSnapshot(FULL));
    expect(decodeSnapshot(JSON.stringify(change(wire)))).toEqual({ kind: 'refused', problem });
  });

  it('is refused with a zone that does not exist', () => {
    const text = encodeSnapshot(FULL).replace('"timeZone":"UTC"', '"timeZone":"Mars/Base"');
    const problem = 'policy.budgets.0.period.timeZone: is no time zone that this machine knows';
    expect(decodeSnapshot(text)).toEqual({ kind: 'refused', problem });
  });

  it('never makes anything throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(decodeSnapshot(text).kind).toBe('refused');
        expect(decodeDifference(text).kind).toBe('refused');
      }),
    );
  });

  it('holds 10,000 people with two budgets each in less than 2 MB', () => {
    const users = Array.from({ length: 10_000 }, (_, index) => `firstname.lastname-${index}@example.com`);
    const standingsOf = () =>
      new Map(users.map((user, index) => [user, standing(123_456_789_012_345n + BigInt(index))]));
    const data: SnapshotData = {
      ...FULL,
      persons: new Map(
        users.map((user, index) => [
          user,
          { ...ANN, user, team: `team-${index % 500}`, costCentre: `cc-${index % 50}`, roles: ['developer'] },
        ]),
      ),
      standings: new Map([
        ['user-day', standingsOf()],
        ['user-month', standingsOf()],
      ]),
    };
    const text = encodeSnapshot(data);
    expect(Buffer.byteLength(text)).toBeLessThan(2_000_000);
    expect(decodeSnapshot(text)).toEqual({ kind: 'read', value: data });
  });
});

describe('a difference', () => {
  it('makes the next snapshot of the former, also when sent as JSON', () => {
    fc.assert(
      fc.property(snapshotDataArbitrary, snapshotDataArbitrary, (before, after) => {
        const sent = decodeDifference(encodeDifference(differenceBetween(before, after)));
        if (sent.kind !== 'read') throw new Error(sent.problem);
        const applied = applyDifference(before, sent.value);
        expect(applied).toEqual({ kind: 'applied', data: withoutEmpty(after) });
      }),
      { numRuns: 300 },
    );
  });

  it('fits the version that it starts from only', () => {
    const difference = differenceBetween({ ...FULL, version: 'v7' }, FULL);
    expect(applyDifference(FULL, difference)).toEqual({ kind: 'otherVersion', has: 'v1', needs: 'v7' });
  });

  it('says only what changed, and leaves the former snapshot as it was', () => {
    const before = snapshotData({ budgets: [budget()] }, [{ used: 1n }, { used: 5n, scope: 'bob' }]);
    const after = {
      ...snapshotData({ budgets: [budget()] }, [{ used: 2n }, { used: 5n, scope: 'bob' }]),
      version: 'v2',
    };
    const difference = differenceBetween(before, after);
    expect(difference).toEqual({
      from: 'v1',
      to: 'v2',
      takenAtMs: NOW_MS,
      persons: [],
      leftPersons: [],
      standings: [{ budgetId: 'b1', scopeId: 'ann', standing: standing(2n) }],
      endedStandings: [],
      increases: [],
      endedIncreases: [],
      spentByDay: new Map(),
    });
    applyDifference(before, difference);
    expect(before.standings.get('b1')?.get('ann')?.used).toBe(1n);
  });
});

function standing(used: bigint): PeriodStanding {
  return { periodStartMs: DAY_START_MS, used };
}

/** Budgets without any standing are not sent. */
function withoutEmpty(data: SnapshotData): SnapshotData {
  return { ...data, standings: new Map([...data.standings].filter(([, scopes]) => scopes.size > 0)) };
}
