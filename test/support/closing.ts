import { DEFAULT_SEAL_RULES } from '../../shared/domain/seal.ts';
import type { CloseDependencies } from '../../shared/store/closePeriods.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { POSTING } from './records.ts';

/** What closing periods needs, at the time at which test records are posted or at another. */
export function closingOf({ totals, seals }: Stores, now = POSTING.now): CloseDependencies {
  return { totals, seals, now, rules: DEFAULT_SEAL_RULES };
}
