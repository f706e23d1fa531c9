import { describe, expect, it } from 'vitest';
import {
  advanceLease,
  committed,
  EMPTY_LEASES,
  hardCap,
  isLive,
  type LeaseOperation,
  type LeaseRow,
  ledgerLagMs,
} from '../../../../shared/domain/policy/lease.ts';
import { budget, rung } from '../../../fixtures/deciding.ts';

const NOW = 1_800_000_000_000;
const RULES = { lagMs: 300_000, leaseMs: 60_000, maxLeases: 3 };

function operation(rest: Partial<LeaseOperation> = {}): LeaseOperation {
  return {
    ...{ lease: 'lease-aa', spent: 0n, held: 0n, needs: 0n, wants: 0n, isFirst: false, isLast: false },
    ...rest,
  };
}

const take = (needs: bigint, rest: Partial<LeaseOperation> = {}) =>
  operation({ needs, wants: needs, isFirst: true, ...rest });

function at(nowMs: number, used: bigint, cap: bigint) {
  return { nowMs, room: { used, cap }, rules: RULES };
}

const row = (leases: LeaseRow['leases'], settled: LeaseRow['settled'] = new Map()): LeaseRow => ({
  ...{ leases, settled },
  ended: new Map(),
});
const lease = (amount: bigint, spent = 0n, expiresAtMs = NOW + 60_000) => ({ amount, spent, expiresAtMs });

describe('taking a slice', () => {
  it.each([
    // free = cap - used; a quarter of it, at least what is needed or wanted, at most all of it.
    ['a quarter of what is free', 900n, 10n, 10n, 25n],
    ['what is needed where a quarter is less', 900n, 26n, 26n, 26n],
    ['what all who wait want together', 900n, 10n, 60n, 60n],
    ['all that is free where more is wanted', 900n, 10n, 200n, 100n],
    ['the whole rest when just that is needed', 900n, 100n, 100n, 100n],
    ['nothing when one more is needed than is free', 900n, 101n, 101n, 0n],
    ['nothing of a budget that is used up', 1_000n, 1n, 1n, 0n],
    ['nothing of a budget that is overdrawn', 1_100n, 1n, 1n, 0n],
    ['nothing when nothing is needed', 0n, 0n, 0n, 0n],
  ])('gives %s', (_, used, needs, wants, granted) => {
    const { answer } = advanceLease(EMPTY_LEASES, take(needs, { wants }), at(NOW, used, 1_000n));
    expect(answer).toMatchObject({ kind: 'held', granted, expiresInMs: 60_000 });
  });

  it.each([
    ['spent', 'the ledger shows too little', 950n, []],
    ['taken', 'others hold the rest', 900n, [['lease-bb', lease(60n)]]],
  ] as const)('says %s when %s', (refusal, _, used, leases) => {
    const { answer } = advanceLease(row(new Map(leases)), take(51n), at(NOW, used, 1_000n));
    expect(answer).toEqual({ kind: 'held', granted: 0n, expiresInMs: 60_000, refusal });
  });

  it('gives the same slice again when the answer was lost', () => {
    const first = advanceLease(EMPTY_LEASES, take(10n), at(NOW, 0n, 1_000n));
    const again = advanceLease(first.row, take(10n), at(NOW + 10, 0n, 1_000n));
    expect(again.answer).toEqual(first.answer);
    expect(committed(again.row)).toBe(250n);
  });

  it('counts what the gateway spent before it had a lease', () => {
    const call = take(10n, { spent: 40n, held: 40n });
    const { row: after, answer } = advanceLease(EMPTY_LEASES, call, at(NOW, 900n, 1_000n));
    // 1,000 - 900 used - 40 just told = 60 free, of which a quarter is 15.
    expect(answer).toMatchObject({ granted: 55n });
    expect(committed(after)).toBe(55n);
  });

  it('turns away a gateway more than a row holds, without forgetting what it has to tell', () => {
    const full = row(new Map(['bb', 'cc', 'dd'].map((id) => [`lease-${id}`, lease(1n)])));
    const { row: after, answer } = advanceLease(full, take(1n, { spent: 5n, held: 5n }), at(NOW, 0n, 1_000n));
    expect(answer).toEqual({ kind: 'held', granted: 0n, expiresInMs: 0, refusal: 'taken' });
    expect(committed(after)).toBe(3n);
  });
});

describe('what counts beside the ledger', () => {
  const held = advanceLease(EMPTY_LEASES, take(100n), at(NOW, 0n, 400n)).row;

  it.each([
    ['while the lease lives', 59_999, 100n],
    ['when it is over, for its requests may be on the way', 60_000, 100n],
    ['just before one lag after its end', 359_999, 100n],
    ['no more one lag after its end', 360_000, 0n],
  ])('is a lease %s', (_, afterMs, amount) => {
    const other = advanceLease(held, take(0n, { lease: 'lease-bb' }), at(NOW + afterMs, 0n, 0n));
    expect(committed(other.row)).toBe(amount);
  });

  it('is what was told to be spent, for a lag and the span in which it was told', () => {
    const told = advanceLease(
      held,
      operation({ held: 100n, spent: 100n, isLast: true }),
      at(NOW, 0n, 0n),
    ).row;
    const look = (afterMs: number) =>
      committed(advanceLease(told, take(0n, { lease: 'lease-bb' }), at(NOW + afterMs, 0n, 0n)).row);
    expect(look(300_000)).toBe(100n);
    expect(look(359_999)).toBe(100n);
    expect(look(360_000)).toBe(0n);
  });

  it('is told once, however often it arrives', () => {
    const call = operation({ held: 100n, spent: 30n });
    const once = advanceLease(held, call, at(NOW + 1, 0n, 0n)).row;
    const twice = advanceLease(once, call, at(NOW + 2, 0n, 0n)).row;
    const older = advanceLease(twice, operation({ held: 100n, spent: 10n }), at(NOW + 3, 0n, 0n)).row;
    expect([committed(once), committed(twice), committed(older)]).toEqual([100n, 100n, 100n]);
    expect(older.leases.get('lease-aa')).toMatchObject({ amount: 100n, spent: 30n });
  });

  it('is all that was spent where that is more than was granted', () => {
    const { row: after, answer } = advanceLease(
      held,
      operation({ held: 100n, spent: 130n }),
      at(NOW, 0n, 400n),
    );
    expect(committed(after)).toBe(130n);
    expect(answer).toMatchObject({ kind: 'held', granted: 130n });
  });
});

describe('the end of a lease', () => {
  const held = advanceLease(EMPTY_LEASES, take(100n), at(NOW, 0n, 100n)).row;

  it('frees at once what was not spent', () => {
    const { row: after, answer } = advanceLease(
      held,
      operation({ held: 100n, spent: 20n, isLast: true }),
      at(NOW + 1, 0n, 100n),
    );
    expect(answer).toEqual({ kind: 'returned' });
    expect(committed(after)).toBe(20n);
  });

  it('is put off by every word of the gateway', () => {
    const { row: after } = advanceLease(held, operation({ held: 100n }), at(NOW + 40_000, 0n, 100n));
    expect(after.leases.get('lease-aa')?.expiresAtMs).toBe(NOW + 100_000);
  });

  it('is unknown to the ledger one lag later, and the gateway is told so', () => {
    const { answer } = advanceLease(held, operation({ held: 100n }), at(NOW + 360_000, 0n, 100n));
    expect(answer).toEqual({ kind: 'forgotten' });
  });

  it('lets others have what a dead gateway held', () => {
    const other = take(100n, { lease: 'lease-bb' });
    expect(advanceLease(held, other, at(NOW + 359_999, 0n, 100n)).answer).toMatchObject({ refusal: 'taken' });
    expect(advanceLease(held, other, at(NOW + 360_000, 0n, 100n)).answer).toMatchObject({ granted: 100n });
  });
});

describe('a lease that is remembered', () => {
  const give = (lease: string, isRemembered: boolean, from: LeaseRow = EMPTY_LEASES) => {
    const held = advanceLease(from, take(10n, { lease }), at(NOW, 0n, 10_000n)).row;
    const last = operation({ lease, held: 2_500n, spent: 10n, isLast: true, isRemembered });
    return advanceLease(held, last, at(NOW, 0n, 10_000n)).row;
  };
  const askAgain = (from: LeaseRow, lease: string, nowMs: number) =>
    advanceLease(from, take(10n, { lease }), at(nowMs, 0n, 10_000n));

  // Afterwards a quarter of the 9,990 that are free is granted beside the 10 that were told.
  it.each([
    ['just before a minute is over', NOW + 59_999, 'returned', 10n],
    ['when a minute is over', NOW + 60_000, 'held', 2_507n],
    ['later', NOW + 60_001, 'held', 2_507n],
  ])('is not taken a second time: %s', (_, nowMs, kind, sum) => {
    const { row: after, answer } = askAgain(give('request1', true), 'request1', nowMs);
    expect([answer.kind, committed(after)]).toEqual([kind, sum]);
  });

  it('is one that was to be remembered', () => {
    const { answer } = askAgain(give('request1', false), 'request1', NOW);
    expect(answer.kind).toBe('held');
  });

  it('is one of the last hundred', () => {
    let row = EMPTY_LEASES;
    for (let index = 0; index < 101; index += 1) row = give(`request${index}`, true, row);
    const kinds = ['request0', 'request1', 'request100'].map(
      (lease) => askAgain(row, lease, NOW).answer.kind,
    );
    expect([row.ended.size, ...kinds]).toEqual([100, 'held', 'returned', 'returned']);
  });
});

describe('where a hard budget ends', () => {
  const limit = { measure: 'usd', amount: 1_000n } as const;
  const increase = { id: 'i', budgetId: 'b1', scopeId: 'ann', liftsRestriction: false };

  it.each([
    ['at the whole limit where its ladder does not refuse', [rung(80, { kind: 'warn' })], 1_000n],
    ['where its ladder refuses', [rung(95, { kind: 'reject', status: 429 })], 950n],
    [
      'where it first refuses',
      [rung(95, { kind: 'reject', status: 429 }), rung(99, { kind: 'reject', status: 403 })],
      950n,
    ],
    ['above its limit where it refuses later', [rung(120, { kind: 'reject', status: 429 })], 1_200n],
  ] as const)('is %s', (_, ladder, cap) => {
    expect(hardCap(budget({ limit, ladder }), [], NOW)).toBe(cap);
  });

  it.each([
    ['before it begins', NOW - 1, 1_000n],
    ['from its beginning on', NOW, 1_100n],
    ['to just before its end', NOW + 9, 1_100n],
    ['not at its end', NOW + 10, 1_000n],
  ])('counts an increase %s', (_, atMs, cap) => {
    const granted = { ...increase, amount: 100n, fromMs: NOW, untilMs: NOW + 10 };
    expect(hardCap(budget({ limit }), [granted], atMs)).toBe(cap);
  });
});

describe('how late the figures of the ledger are', () => {
  it.each([
    ['the organisation', { kind: 'org' }, true, 300_000],
    ['a team', { kind: 'one', scope: 'team', id: 't' }, true, 300_000],
    ['each user', { kind: 'each', scope: 'user' }, true, 300_000],
    ['users of a tier', { kind: 'tier', id: 'free' }, true, 300_000],
    ['a business unit', { kind: 'one', scope: 'businessUnit', id: 'u' }, false, 7_200_000],
    ['each project', { kind: 'each', scope: 'project' }, false, 7_200_000],
  ] as const)('is known for %s', (_, target, live, lagMs) => {
    expect([isLive(budget({ target })), ledgerLagMs(budget({ target }))]).toEqual([live, lagMs]);
  });
});
