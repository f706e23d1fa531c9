import { POLICY_PARTITION, policyVersionKey } from '../budgetKeys.ts';
import {
  digestOfPolicy,
  MAX_POLICY_BYTES,
  noteOf,
  outcomeBefore,
  type PolicyStore,
  packBody,
  tooLarge,
} from '../policyStore.ts';
import type { World } from './world.ts';

export function memoryPolicyStore({ policies }: World): PolicyStore {
  const latest = () => policies.values(POLICY_PARTITION).at(-1);
  return {
    async current() {
      return latest();
    },
    async currentNumber() {
      return latest()?.number ?? 0;
    },
    async find(number) {
      return policies.get(policyVersionKey(number));
    },
    async apply(change) {
      const packed = packBody(change);
      if (packed.length > MAX_POLICY_BYTES) return tooLarge(packed);
      const digest = digestOfPolicy(change.policy);
      const before = latest();
      const early = outcomeBefore(before, change, digest);
      if (early !== undefined) return early;
      const number = change.replaces + 1;
      const { policy, text } = change;
      policies.put(policyVersionKey(number), { number, ...noteOf(change, digest, before), policy, text });
      return { kind: 'applied', number };
    },
    async versions() {
      return policies.values(POLICY_PARTITION).map(({ policy: _, text: __, ...note }) => note);
    },
  };
}
