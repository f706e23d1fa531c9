import { type Outcome, type SimulationOptions, simulate } from './simulate.ts';
import type { Violation } from './violation.ts';

/**
 * Runs the same events a second time under other faults. Whatever went wrong and in whichever order things happened,
 * the books must be the same at each rest: records but for their posting times, lines, totals, quarantine.
 */
export async function simulateTwice(options: SimulationOptions): Promise<Outcome> {
  const first = await simulate(options);
  if (first.violations.length > 0) return first;
  const second = await simulate({ ...options, faultSeed: options.faultSeed + 1 });
  return { ...first, violations: [...second.violations, ...compareBooks(first, second)] };
}

function compareBooks(first: Outcome, second: Outcome): Violation[] {
  return first.digests.flatMap((digest, rest): Violation[] =>
    digest === second.digests[rest]
      ? []
      : [
          {
            invariant: '3 same books',
            detail: `rest ${rest + 1} differs under other faults`,
            step: second.steps,
          },
        ],
  );
}
