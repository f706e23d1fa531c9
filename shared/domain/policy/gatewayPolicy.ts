import type { Policy } from './policy.ts';

/** What of a policy requests are decided by: all but who hears of what. */
export function gatewayPolicy(policy: Policy): Policy {
  if (policy.alerts === undefined) return policy;
  const { alerts: _, ...rules } = policy;
  return rules;
}
