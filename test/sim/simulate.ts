import { seededRandom } from '../../infra/local/sample/random.ts';
import { FIRST_PRICES, makeCompany, priceBookOf } from './company.ts';
import { MUTATIONS, type MutationName } from './mutation.ts';
import { Run } from './run.ts';
import type { Tally } from './tally.ts';
import { START_MS, scaleOf } from './timeline.ts';
import type { Violation } from './violation.ts';
import { underVirtualTime } from './virtualTime.ts';
import { World } from './world.ts';

export type SimulationOptions = Readonly<{
  /** Decides what is logged. */
  seed: number;
  /** Decides what goes wrong; runs that differ in it alone must end with the same books. */
  faultSeed: number;
  events: number;
  faultRate: number;
  duplicateRate: number;
  revisionRate: number;
  /** How many of the parts of a run are gone through; all of them by default. */
  parts?: number | undefined;
  mutation?: MutationName | undefined;
}>;

/** What came of a simulation. `digests` are of the books at each rest. */
export type Outcome = Readonly<{
  violations: readonly Violation[];
  tally: Tally;
  lost: number;
  double: number;
  driftPicoUsd: bigint;
  requests: number;
  sightings: number;
  alerts: number;
  quarantined: number;
  corrections: number;
  sealedDays: number;
  sealedMonths: number;
  steps: number;
  digests: readonly string[];
}>;

/** Runs one company through its time and checks every promise each time that all has come to rest. */
export async function simulate(options: SimulationOptions): Promise<Outcome> {
  const scale = scaleOf(options.events);
  const company = makeCompany(seededRandom(`company ${options.seed}`), scale);
  const world = new World({
    startMs: START_MS,
    faultSeed: `faults ${options.seed} ${options.faultSeed}`,
    faultRate: options.faultRate,
    duplicateRate: options.duplicateRate,
    ...scale,
    priceBook: priceBookOf(FIRST_PRICES, '2026-07-01-00000001'),
    mutation: options.mutation === undefined ? undefined : MUTATIONS[options.mutation],
  });
  const run = new Run(world, company, { ...options, ...scale });
  return underVirtualTime(
    world.time,
    () => world.random.next(),
    () => run.all(),
  );
}
