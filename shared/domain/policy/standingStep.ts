import { passedRungs } from '../budget.ts';
import type { Rung } from './policy.ts';

/**
 * A standing is written only when it reaches another step of its limit, so that those who are far from it
 * cause hardly any writes. The width of a step is how far a standing may lag behind: 5% of the limit below
 * half of it, 2% up to 80%, 0.5% up to 120%, 20% up to twice the limit, from there its double; and each rung
 * of the ladder is a step of its own. Where a rung that raises monitoring is reached, steps up to twice the limit are
 * five times finer, so that gateways hear of such a scope sooner.
 */

/** From this fill on, in hundredths of a percent, steps are this wide. */
const WIDTHS = [
  { from: 12_000n, width: 2_000n },
  { from: 8_000n, width: 50n },
  { from: 5_000n, width: 200n },
  { from: 0n, width: 500n },
] as const;

const HUNDREDTHS = 10_000n;
const TWICE = 2n * HUNDREDTHS;
const FINER = 5n;

/** A name of the step that this use is on; nothing used is on the step of an absent standing. */
export function standingStep(
  used: bigint,
  { limit, ladder }: Readonly<{ limit: bigint; ladder: readonly Rung[] }>,
): string {
  if (used <= 0n) return NO_STEP;
  if (limit <= 0n) return 'full';
  const fill = (used * HUNDREDTHS) / limit;
  const rungs = passedRungs(ladder, used, limit);
  const start = startOf(fill, isMonitoredClosely(rungs) ? FINER : 1n);
  return start === 0n && rungs.length === 0 ? NO_STEP : `${start} ${rungs.length}`;
}

/** Whether a scope that has reached these rungs is looked at more often than others. */
export function isMonitoredClosely(reached: readonly Rung[]): boolean {
  return reached.some(({ raisesMonitoring }) => raisesMonitoring);
}

export const NO_STEP = 'none';

function startOf(fill: bigint, finer: bigint): bigint {
  if (fill >= TWICE) {
    let start = TWICE;
    while (start * 2n <= fill) start *= 2n;
    return start;
  }
  const { from, width } = WIDTHS.find((range) => range.from <= fill) ?? WIDTHS[3];
  return fill - ((fill - from) % (width / finer));
}
