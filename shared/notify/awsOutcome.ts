import type { SendOutcome } from '../domain/alerts/delivery.ts';

/** A service of AWS that does not answer within this time is tried again later. */
export const AWS_TIMEOUT_MS = 5_000;

/**
 * What an error of an AWS service means for a delivery: those that somebody must mend are in `mends`, by name;
 * all others pass. Messages are not repeated, as they hold addresses and ARNs.
 */
export function awsOutcome(
  service: string,
  error: unknown,
  mends: ReadonlyMap<string, string>,
): Exclude<SendOutcome, { kind: 'sent' }> {
  const name = error instanceof Error ? error.name.slice(0, 60) : 'unknown error';
  const mend = mends.get(name);
  if (mend === undefined) return { kind: 'retry', error: `${service}: ${name}` };
  return { kind: 'refused', error: `${service}: ${name}: ${mend}` };
}
