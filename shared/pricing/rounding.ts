/** How a rate that is no whole number of pico-USD becomes one. `halfEven` gives a tie to the even neighbour. */
export const ROUNDINGS = ['halfEven', 'up', 'down'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

/** Divides and rounds to a whole number. Neither is negative, and the denominator is not 0. */
export function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  switch (rounding) {
    case 'up':
      return remainder === 0n ? quotient : quotient + 1n;
    case 'down':
      return quotient;
    case 'halfEven': {
      const twice = remainder * 2n;
      const isUp = twice > denominator || (twice === denominator && quotient % 2n === 1n);
      return isUp ? quotient + 1n : quotient;
    }
    default:
      return rounding satisfies never;
  }
}
