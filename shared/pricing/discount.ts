import { mapRates, ONE, type Rates, type RatesByTier, type RefuseRate, type RowRates } from './rates.ts';
import { divideRounded, type Rounding } from './rounding.ts';

/** What is taken off; `picoPercent` is the percentage times 10^12. */
export type Discount = Readonly<{ picoPercent: bigint; rounding?: Rounding }>;

/** Hundred percent, in the scale of a percentage that `parseUsd` has read. */
export const HUNDRED_PERCENT = 100n * ONE;

/**
 * Takes a share off every rate. A rate that would not be a whole number of pico-USD per token is rounded
 * as the discount says, once; where it does not say, it is refused, because nobody could check such totals.
 */
export function discountRates(row: RowRates, discount: Discount, refuse: RefuseRate): RowRates {
  const { picoPercent, rounding } = discount;
  const left = HUNDRED_PERCENT - picoPercent;
  const discounted = (rates: Rates, name: string) =>
    mapRates(rates, (rate, tokenClass) => {
      if (rounding !== undefined) return divideRounded(rate * left, HUNDRED_PERCENT, rounding);
      if ((rate * left) % HUNDRED_PERCENT === 0n) return (rate * left) / HUNDRED_PERCENT;
      throw refuse('discount_indivisible', tokenClass, `${name} price of ${tokenClass}`);
    });
  const discountedTiers = (tiers: RatesByTier, premium = '') =>
    new Map([...tiers].map(([tier, rates]) => [tier, discounted(rates, `${premium}${tier}`)]));
  const { fast, inferenceUs, 'fast+inferenceUs': both } = row.premiumRates;
  return {
    standardRates: discounted(row.standardRates, 'standard'),
    ratesByTier: discountedTiers(row.ratesByTier),
    premiumRates: {
      ...(fast && { fast: discountedTiers(fast, 'fast ') }),
      ...(inferenceUs && { inferenceUs: discountedTiers(inferenceUs, 'inferenceUs ') }),
      ...(both && { 'fast+inferenceUs': discountedTiers(both, 'fast inferenceUs ') }),
    },
  };
}
