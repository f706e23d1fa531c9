import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changesOfPosting, lineIdentity } from '../../shared/domain/dailyLine.ts';
import { totalCost } from '../../shared/domain/metrics.ts';
import { compareSightings } from '../../shared/domain/revision.ts';
import { metricsOfRecord, type UsageRecord, usageOfRecord } from '../../shared/domain/usageRecord.ts';
import { type PostCounts, postUsage } from '../../shared/store/postUsage.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { POSTING } from '../support/records.ts';
import { anySightings, SHARED_IDS } from './anySighting.ts';
import { onBothStores } from './bothStores.ts';
import { figuresOf, readLines, readRecords, sumMetrics } from './readLedger.ts';

const MAX_SIGHTINGS = 16;

type Deliveries = Readonly<{ sightings: readonly UsageRecord[]; batches: readonly UsageRecord[][] }>;

/** Sightings in some order, repeated here and there, and cut into batches. */
const anyDeliveries = anySightings(MAX_SIGHTINGS / 2)
  .chain((sightings) =>
    fc.record(
      {
        sightings: fc.constant(sightings),
        order: fc.shuffledSubarray([...sightings, ...sightings], { minLength: sightings.length }),
        cuts: fc.array(fc.nat(2 * MAX_SIGHTINGS), { maxLength: 5 }),
      },
      { noNullPrototype: true },
    ),
  )
  .map(({ sightings, order, cuts }) => {
    const missing = sightings.filter((sighting) => !order.includes(sighting));
    return { sightings, batches: cutAt([...order, ...missing], cuts) };
  });

function cutAt<T>(items: readonly T[], cuts: readonly number[]): T[][] {
  const bounds = [0, ...cuts.toSorted((a, b) => a - b), items.length];
  return bounds.slice(1).map((end, index) => items.slice(bounds[index], end));
}

/** What the ledger has to hold, by the rules of the domain alone: the best sighting of every request. */
function expectedRecords(sightings: readonly UsageRecord[]): UsageRecord[] {
  const best = new Map<string, UsageRecord>();
  for (const sighting of sightings) {
    const id = identityOf(sighting);
    const known = best.get(id);
    const isBetter =
      known === undefined || compareSightings(usageOfRecord(known), usageOfRecord(sighting)) === 'better';
    if (isBetter) best.set(id, sighting);
  }
  return [...best.values()];
}

async function expectLedger(stores: Stores, sightings: readonly UsageRecord[]): Promise<void> {
  const expected = expectedRecords(sightings);
  const recorded = await readRecords(stores.records, sightings);
  expect(sortedBy(recorded, identityOf)).toStrictEqual(
    sortedBy(
      expected.map(({ rev: _rev, ...record }) => record),
      identityOf,
    ),
  );
  const lines = await readLines(stores.totals);
  expect(sortedBy(figuresOf(lines), lineIdentity)).toStrictEqual(
    sortedBy(
      changesOfPosting(expected).map(({ key, metrics }) => ({ ...key, ...metrics })),
      lineIdentity,
    ),
  );
  expect(sumMetrics(lines)).toStrictEqual(sumMetrics(expected.map(metricsOfRecord)));
}

/** Ids that are unique in the world name one call in any log, the others one of their source. */
function identityOf({ day, source, requestId }: Pick<UsageRecord, 'day' | 'source' | 'requestId'>): string {
  return SHARED_IDS.includes(requestId) ? `${day}#${requestId}` : `${day}#${source}#${requestId}`;
}

function sortedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Every sighting that came is counted once, and the effects add up to what the ledger holds. */
function expectCounts(counts: readonly PostCounts[], { batches, sightings }: Deliveries): void {
  const add = (field: 'posted' | 'duplicates' | 'revised' | 'unpriced') =>
    counts.reduce((sum, part) => sum + part[field], 0);
  const held = sumMetrics(expectedRecords(sightings).map(metricsOfRecord));
  expect(add('posted') + add('duplicates') + add('revised')).toBe(batches.flat().length);
  expect(add('posted')).toBe(held.requests);
  expect(add('unpriced')).toBe(held.unpriced);
  expect(counts.reduce((sum, part) => sum + part.costPicoUsd, 0n)).toBe(totalCost(held.costPicoUsd));
}

onBothStores(({ openLedger, runs }) => {
  it('ends in the same ledger however the same sightings are shuffled, repeated and cut', async () => {
    const check = async ({ sightings, batches }: Deliveries) => {
      const { stores } = await openLedger();
      const counts: PostCounts[] = [];
      for (const batch of batches) {
        counts.push(await postUsage(batch, POSTING, { ...stores, pause: async () => {} }));
      }
      await expectLedger(stores, sightings);
      expectCounts(counts, { batches, sightings });
    };
    await fc.assert(fc.asyncProperty(anyDeliveries, check), { numRuns: runs });
  });

  it('ends in the same ledger when overlapping batches are posted at once by several processes', async () => {
    const check = async ({ sightings, batches }: Deliveries) => {
      const ledger = await openLedger();
      const counts = await Promise.all(
        [...batches, ...batches].map((batch) =>
          postUsage(batch, POSTING, { ...ledger.joinLedger(), pause: async () => {} }),
        ),
      );
      await expectLedger(ledger.stores, sightings);
      expectCounts(counts, { batches: [...batches, ...batches], sightings });
    };
    await fc.assert(fc.asyncProperty(anyDeliveries, check), { numRuns: runs });
  });
});
