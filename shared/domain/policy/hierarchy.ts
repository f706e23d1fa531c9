import { PICO_USD_PER_USD } from '../money.ts';

/** Percentages are times 10^12, like money, so that `12.5%` stays exact. */
const PICO_PER_PERCENT = 10n ** 12n;
const HUNDRED_PERCENT = 100n * PICO_PER_PERCENT;
const PICO_USD_PER_CENT = PICO_USD_PER_USD / 100n;

/** What a part of a budget is to get: a share of its parent, money, or both, which must then agree. */
export type Portion = Readonly<{ sharePicoPercent?: bigint; picoUsd?: bigint }>;

export type Allotment =
  | Readonly<{ kind: 'allotted'; picoUsd: bigint }>
  | Readonly<{ kind: 'contradiction'; statedPicoUsd: bigint; sharePicoUsd: bigint }>
  | Readonly<{ kind: 'unstated' }>;

/**
 * The money of a part. A share that is no whole number of cents is rounded down, so that shares of 100%
 * never come to more than the whole; stated money may be either of the two cents beside it.
 */
export function allot(parentPicoUsd: bigint, { sharePicoPercent, picoUsd }: Portion): Allotment {
  if (sharePicoPercent === undefined) {
    return picoUsd === undefined ? { kind: 'unstated' } : { kind: 'allotted', picoUsd };
  }
  const scaled = parentPicoUsd * sharePicoPercent;
  const sharePicoUsd = floorToCent(scaled / HUNDRED_PERCENT);
  if (picoUsd === undefined) return { kind: 'allotted', picoUsd: sharePicoUsd };
  const difference = picoUsd * HUNDRED_PERCENT - scaled;
  const isSameCent = (difference < 0n ? -difference : difference) < PICO_USD_PER_CENT * HUNDRED_PERCENT;
  return isSameCent
    ? { kind: 'allotted', picoUsd }
    : { kind: 'contradiction', statedPicoUsd: picoUsd, sharePicoUsd };
}

/** A twelfth of a year's budget, rounded down to the cent. */
export function monthOfYear(yearPicoUsd: bigint): bigint {
  return floorToCent(yearPicoUsd / 12n);
}

/** By how much parts, and what is held back, come to more than the whole; 0 when they fit. */
export function excessOver(
  wholePicoUsd: bigint,
  partsPicoUsd: readonly bigint[],
  reservePicoUsd: bigint,
): bigint {
  const sum = partsPicoUsd.reduce((total, part) => total + part, reservePicoUsd);
  return sum > wholePicoUsd ? sum - wholePicoUsd : 0n;
}

function floorToCent(picoUsd: bigint): bigint {
  return picoUsd - (picoUsd % PICO_USD_PER_CENT);
}
