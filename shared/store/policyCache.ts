import type { PolicyStore, PolicyVersion } from './policyStore.ts';

/** The policy in force, as it was read at most a few seconds before `now`. */
export type PolicyCache = Readonly<{ read(now: Date): Promise<PolicyVersion | undefined> }>;

const FRESH_MS = 5_000;

export function openPolicyCache(policies: Pick<PolicyStore, 'current'>): PolicyCache {
  let known: { version: PolicyVersion | undefined; readAtMs: number } | undefined;
  return {
    async read(now) {
      const ageMs = known === undefined ? Number.POSITIVE_INFINITY : now.getTime() - known.readAtMs;
      if (known !== undefined && ageMs >= 0 && ageMs < FRESH_MS) return known.version;
      known = { version: await policies.current(), readAtMs: now.getTime() };
      return known.version;
    },
  };
}
