import { parseUsd } from '../domain/money.ts';
import { TOKEN_CLASSES, type TokenClass } from '../domain/tokens.ts';
import type { PriceBookError, PriceBookErrorCode } from './priceBookError.ts';
import type { PricedTier } from './priceBookFile.ts';

/** Pico-USD per token by class; `null` where no price is known. */
export type Rates = Readonly<Record<TokenClass, bigint | null>>;

/** A row's rates: those of the standard tier, and all of them by every name that a tier has in logs. */
export type RowRates = Readonly<{ standardRates: Rates; ratesByTier: ReadonlyMap<string, Rates> }>;

/** Prices as files state them: decimals, USD per million tokens. A class without a price is left out. */
export type UsdPerMillion = Readonly<{ [name in TokenClass]?: string | undefined }>;

/** Builds the error for one class of one row; only the caller knows where the row stands. */
export type RefuseRate = (code: PriceBookErrorCode, tokenClass: TokenClass, why: string) => PriceBookError;

/** Numerator and denominator by tier, as AWS and Anthropic list them; exact, so no float is needed. */
const TIER_MULTIPLIERS = {
  standard: [1n, 1n],
  batch: [1n, 2n],
  priority: [7n, 4n],
  flex: [1n, 2n],
} as const satisfies Record<PricedTier, readonly [bigint, bigint]>;

/** Names of a tier in logs: Bedrock calls `default` what Anthropic calls `standard`. */
const TIER_NAMES: Readonly<Record<PricedTier, readonly string[]>> = {
  standard: ['standard', 'default'],
  batch: ['batch'],
  priority: ['priority'],
  flex: ['flex'],
};

/** USD per million tokens is pico-USD per token times this: 10^12 / 10^6. */
export const PICO_USD_PER_MILLION_TOKENS = 1_000_000n;

/** Hundred percent, in the scale of a percentage that `parseUsd` has read. */
export const HUNDRED_PERCENT = 100n * 10n ** 12n;

/** Multiplies a row's prices out for every tier of its model; throws what `refuse` builds. */
export function compileRates(
  prices: UsdPerMillion,
  serviceTiers: readonly PricedTier[],
  refuse: RefuseRate,
): RowRates {
  const standardRates = ratesOf((tokenClass) => {
    const text = prices[tokenClass];
    return text === undefined ? null : picoUsdPerToken(text, tokenClass, refuse);
  });
  const ratesByTier = new Map<string, Rates>();
  for (const tier of serviceTiers) {
    const [numerator, denominator] = TIER_MULTIPLIERS[tier];
    const rates = scaledRates(standardRates, { numerator, denominator }, (tokenClass) =>
      refuse('price_indivisible', tokenClass, `${tier} price of ${tokenClass} is no whole pico-USD`),
    );
    for (const name of TIER_NAMES[tier]) ratesByTier.set(name, rates);
  }
  return { standardRates, ratesByTier };
}

/**
 * Takes a share off every rate. `picoPercent` is the percentage times 10^12. A rate that would not be a
 * whole number of pico-USD per token is refused: a rounded price would make totals that nobody can check.
 */
export function discountRates(row: RowRates, picoPercent: bigint, refuse: RefuseRate): RowRates {
  const share = { numerator: HUNDRED_PERCENT - picoPercent, denominator: HUNDRED_PERCENT };
  const discount = (rates: Rates, tier: string) =>
    scaledRates(rates, share, (tokenClass) =>
      refuse('discount_indivisible', tokenClass, `${tier} price of ${tokenClass}`),
    );
  return {
    standardRates: discount(row.standardRates, 'standard'),
    ratesByTier: new Map([...row.ratesByTier].map(([tier, rates]) => [tier, discount(rates, tier)])),
  };
}

export function isSameRates(a: Rates, b: Rates): boolean {
  return TOKEN_CLASSES.every((tokenClass) => a[tokenClass] === b[tokenClass]);
}

function scaledRates(
  rates: Rates,
  { numerator, denominator }: Readonly<{ numerator: bigint; denominator: bigint }>,
  refuse: (tokenClass: TokenClass) => PriceBookError,
): Rates {
  return ratesOf((tokenClass) => {
    const rate = rates[tokenClass];
    if (rate === null) return null;
    const scaled = rate * numerator;
    if (scaled % denominator !== 0n) throw refuse(tokenClass);
    return scaled / denominator;
  });
}

function ratesOf(rate: (tokenClass: TokenClass) => bigint | null): Rates {
  return {
    input: rate('input'),
    cacheRead: rate('cacheRead'),
    cacheWrite5m: rate('cacheWrite5m'),
    cacheWrite1h: rate('cacheWrite1h'),
    output: rate('output'),
  };
}

function picoUsdPerToken(text: string, tokenClass: TokenClass, refuse: RefuseRate): bigint {
  const picoUsd = parseUsd(text);
  if (picoUsd === undefined || text.startsWith('-')) {
    throw refuse('price_malformed', tokenClass, `price ${JSON.stringify(text)} is no decimal from 0 upwards`);
  }
  if (picoUsd % PICO_USD_PER_MILLION_TOKENS !== 0n) {
    throw refuse('price_too_fine', tokenClass, `price ${text} has more than 6 decimals`);
  }
  return picoUsd / PICO_USD_PER_MILLION_TOKENS;
}
