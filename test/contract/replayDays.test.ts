import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Consumption } from '../../shared/domain/policy/consumption.ts';
import { EMPTY_POLICY, type Policy } from '../../shared/domain/policy/policy.ts';
import { Simulation } from '../../shared/domain/policy/simulation.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import { slicesOf } from '../../shared/store/replayDay.ts';
import { firstDayOf, replayDays } from '../../shared/store/replayDays.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { budget, rung, USD } from '../fixtures/deciding.ts';
import { closingOf } from '../support/closing.ts';
import { makeRecord, POSTING } from '../support/records.ts';
import { onBothStores, type Stage } from './bothStores.ts';

const usd = { measure: 'usd', amount: USD } as const;
const POLICY: Policy = {
  ...EMPTY_POLICY,
  budgets: [
    budget({ id: 'day' }),
    budget({
      id: 'month',
      target: { kind: 'each', scope: 'team' },
      period: { unit: 'month', timeZone: 'Europe/Berlin' },
      limit: usd,
      ladder: [rung(100, { kind: 'notify' })],
    }),
    budget({
      id: 'week',
      target: { kind: 'org' },
      period: { unit: 'week', timeZone: 'UTC' },
      limit: { measure: 'requests', amount: 1_000_000n },
    }),
  ],
};

async function openWith(records: readonly UsageRecord[], { openLedger }: Stage): Promise<Stores> {
  const { stores } = await openLedger();
  await postUsage(records, POSTING, { ...stores, pause: async () => {} });
  await closePeriods(closingOf(stores));
  return stores;
}

const day = (number: number) => `2026-07-${String(number).padStart(2, '0')}`;

/** What a simulation is fed with, in order. */
function recorder() {
  const fed: [kind: 'warmUp' | 'replay', consumption: Consumption][] = [];
  return {
    fed,
    warmUp: (consumption: Consumption) => void fed.push(['warmUp', consumption]),
    replay(consumption: Consumption) {
      fed.push(['replay', consumption]);
      return new Simulation(EMPTY_POLICY, new Map()).replay(consumption);
    },
  };
}

describe('slicesOf', () => {
  it.each<[number[], number, [number, number][]]>([
    [[0, 0, 0], 5, [[0, 3]]],
    [[2, 3, 0], 5, [[0, 3]]],
    [
      [2, 3, 1],
      5,
      [
        [0, 2],
        [2, 3],
      ],
    ],
    [
      [9, 1, 9],
      5,
      [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
    ],
    [[0, 9, 0, 0], 5, [[0, 4]]],
  ])('of %j with %i at once', (counts, maxHeld, slices) => {
    expect(slicesOf(counts, maxHeld)).toEqual(slices.map(([from, to]) => ({ from, to })));
  });
});

describe('firstDayOf', () => {
  it.each([
    // The month began in Berlin at 22:00 UTC of the last day of June.
    [POLICY, '2026-06-30'],
    [EMPTY_POLICY, '2026-07-15'],
    [{ ...POLICY, budgets: [budget({ period: { unit: 'week', timeZone: 'UTC' } })] }, '2026-07-13'],
    [
      { ...EMPTY_POLICY, breaker: { emergencyPicoUsd: 1n, openPicoUsd: 2n, timeZone: 'Europe/Berlin' } },
      '2026-07-14',
    ],
  ])('reaches back to the earliest period', (policy, first) => {
    expect(firstDayOf(policy, '2026-07-15')).toBe(first);
  });
});

onBothStores((stage) => {
  const numRuns = Math.min(stage.runs, 40);

  it('replays requests in the order of their start, however few are held at once', async () => {
    const minutes = fc.uniqueArray(fc.nat(2 * 1_440 - 1), { minLength: 1, maxLength: 25 });
    const check = async (starts: number[], maxHeld: number) => {
      const records = starts.map((minute, index) => {
        const startedAt = new Date(Date.parse('2026-07-13T00:00:00Z') + minute * 60_000).toISOString();
        return makeRecord({ requestId: `r-${index}`, day: startedAt.slice(0, 10), startedAt });
      });
      const stores = await openWith(records, stage);
      const { fed, ...simulation } = recorder();
      const range = { from: day(13), to: day(14) };
      const replayed = await replayDays({ policy: POLICY, range }, simulation, { ...stores, maxHeld });
      const expected = starts.toSorted((a, b) => a - b);
      const startMs = Date.parse('2026-07-13T00:00:00Z');
      expect(fed.map(([kind, { atMs }]) => [kind, (atMs - startMs) / 60_000])).toEqual(
        expected.map((minute) => ['replay', minute]),
      );
      expect(replayed.filter(({ from }) => from !== 'ledger')).toEqual([]);
      expect(replayed.reduce((sum, { requests }) => sum + requests, 0)).toBe(starts.length);
    };
    await fc.assert(fc.asyncProperty(minutes, fc.integer({ min: 1, max: 30 }), check), { numRuns });
  });

  it('begins with what was used before, to the last pico-USD, as if it had been replayed', async () => {
    const anyRecord = fc.record({
      number: fc.integer({ min: 1, max: 15 }),
      hour: fc.nat(23),
      user: fc.constantFrom('ann', 'bob'),
      team: fc.constantFrom('blue', 'green'),
      cost: fc.bigInt({ min: 0n, max: 10n ** 12n }),
    });
    const check = async (
      parts: { number: number; hour: number; user: string; team: string; cost: bigint }[],
    ) => {
      const records = parts.map(({ number, hour, user, team, cost }, index) => {
        const { costPicoUsd } = makeRecord();
        return makeRecord({
          ...{ requestId: `r-${index}`, day: day(number), user, team },
          startedAt: `${day(number)}T${String(hour).padStart(2, '0')}:00:00.000Z`,
          costPicoUsd: { ...costPicoUsd, output: cost },
        });
      });
      const stores = await openWith(records, stage);
      const remaining = async (from: number) => {
        const simulation = new Simulation(POLICY, new Map());
        const lefts: unknown[] = [];
        const replay = (consumption: Consumption) => {
          const decision = simulation.replay(consumption);
          if (consumption.atMs >= Date.parse(`${day(15)}T00:00:00Z`)) lefts.push(decision.remaining);
          return decision;
        };
        const warmUp = (consumption: Consumption) => simulation.warmUp(consumption);
        await replayDays(
          { policy: POLICY, range: { from: day(from), to: day(15) } },
          { replay, warmUp },
          stores,
        );
        return lefts;
      };
      expect(await remaining(15)).toEqual(await remaining(1));
    };
    await fc.assert(fc.asyncProperty(fc.array(anyRecord, { minLength: 1, maxLength: 20 }), check), {
      numRuns,
    });
  });

  it('says which days have no records any more', async () => {
    const records = [13, 14].map((number) => makeRecord({ requestId: `r-${number}`, day: day(number) }));
    const stores = await openWith(records, stage);
    const left = {
      ...stores.records,
      ofDay: (of: string) => stores.records.ofDay(of === day(13) ? day(1) : of),
    };
    const { fed, ...simulation } = recorder();
    const range = { from: day(1), to: day(31) };
    const replayed = await replayDays({ policy: POLICY, range }, simulation, { ...stores, records: left });
    expect(replayed).toEqual([
      { day: day(13), from: 'none', requests: 0 },
      { day: day(14), from: 'ledger', requests: 1 },
    ]);
    expect(fed).toHaveLength(1);
  });

  it('reads nothing before the first day where no period began earlier', async () => {
    const stores = await openWith(
      [12, 13].map((number) => makeRecord({ requestId: `r-${number}`, day: day(number) })),
      stage,
    );
    const { fed, ...simulation } = recorder();
    const ofDays = { ...EMPTY_POLICY, budgets: [budget()] };
    await replayDays({ policy: ofDays, range: { from: day(13), to: day(13) } }, simulation, stores);
    expect(fed.map(([kind]) => kind)).toEqual(['replay']);
  });

  it('has nothing to say of days without use', async () => {
    const stores = await openWith([], stage);
    const { fed, ...simulation } = recorder();
    const range = { from: day(1), to: day(31) };
    expect(await replayDays({ policy: POLICY, range }, simulation, stores)).toEqual([]);
    expect(fed).toEqual([]);
  });
});
