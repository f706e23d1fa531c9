import { expect, it } from 'vitest';
import { type SimulationOptions, simulate } from './simulate.ts';
import { simulateTwice } from './twice.ts';

/** In all, over the files `seeds*.test.ts`, which run side by side. */
export const SHORT_SEEDS = 300;
const FILES = 4;
const SEEDS_PER_FILE = SHORT_SEEDS / FILES;
const SEEDS_PER_TEST = 15;

/** Every so many seeds the same events are run a second time under other faults. */
const TWICE_EVERY = 13;

/** Three kinds of company: as the promise is stated, a rough one, and one in which everything is tried twice. */
const KINDS = [
  { events: 30, faultRate: 0.05, duplicateRate: 0.1, revisionRate: 0.02 },
  { events: 20, faultRate: 0.2, duplicateRate: 0.2, revisionRate: 0.3 },
  { events: 20, faultRate: 0.02, duplicateRate: 0.6, revisionRate: 0.6 },
] as const;

/** Many short seeds end before all four parts of a run are over, so that there can be many of them. */
const PARTS = [1, 2, 1, 3, 1, 2, 1, 4] as const;

export function shortSeed(seed: number): SimulationOptions {
  const kind = KINDS[seed % KINDS.length] ?? KINDS[0];
  return { seed, faultSeed: 1, parts: PARTS[seed % PARTS.length] ?? PARTS[0], ...kind };
}

/** The tests of one file's share of the seeds; `share` counts from 0. */
export function testShortSeeds(share: number): void {
  const first = 1 + share * SEEDS_PER_FILE;
  for (let from = first; from < first + SEEDS_PER_FILE; from += SEEDS_PER_TEST) {
    it(`keeps every promise with seeds ${from} to ${from + SEEDS_PER_TEST - 1}`, async () => {
      for (let seed = from; seed < from + SEEDS_PER_TEST; seed += 1) {
        const options = shortSeed(seed);
        const { violations } = await (seed % TWICE_EVERY === 0 ? simulateTwice(options) : simulate(options));
        expect(violations, `npm run sim -- --seed ${seed}: ${JSON.stringify(options)}`).toEqual([]);
      }
    });
  }
}
