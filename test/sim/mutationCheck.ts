import { MUTATIONS, type MutationName } from './mutation.ts';
import { simulate } from './simulate.ts';
import type { Invariant } from './violation.ts';

/** How a mutation came to light: the promise it broke first, in the first run that showed it. */
export type Detection = Readonly<{
  mutation: MutationName;
  seed: number;
  invariant: Invariant;
  detail: string;
}>;

/** Many faults, repeats and revisions, so that what a guard is for happens in few runs. */
const ROUGH = { events: 60, faultRate: 0.2, duplicateRate: 0.3, revisionRate: 0.3, faultSeed: 1, parts: 3 };
const MAX_SEEDS = 60;

export const MUTATION_NAMES = Object.keys(MUTATIONS).filter(isMutation);

function isMutation(name: string): name is MutationName {
  return name in MUTATIONS;
}

/**
 * Runs seeds under a mutation until the simulation fails, and does not fail with the same seed and no mutation:
 * a simulation that always fails would notice nothing. Nothing if there is no such seed.
 */
export async function detect(mutation: MutationName): Promise<Detection | undefined> {
  for (let seed = 1; seed <= MAX_SEEDS; seed += 1) {
    const { violations } = await simulate({ ...ROUGH, seed, mutation });
    const [first] = violations;
    if (first === undefined) continue;
    const { violations: withoutMutation } = await simulate({ ...ROUGH, seed });
    if (withoutMutation.length === 0) return { mutation, seed, ...first };
  }
  return undefined;
}
