import type { CostClass } from '../domain/metrics.ts';
import { parseUsd } from '../domain/money.ts';
import { TOKEN_CLASSES, type TokenClass } from '../domain/tokens.ts';
import type { PricedTier } from './endpoints.ts';
import type { Premium, Premiums } from './premiums.ts';
import type { PriceBookError, PriceBookErrorCode } from './priceBookError.ts';

/** Pico-USD per token by class; `null` where no price is known. */
export type Rates = Readonly<Record<TokenClass, bigint | null>>;

/** Rates by every name that a service tier has in logs. */
export type RatesByTier = ReadonlyMap<string, Rates>;

/** What a request may pay premiums for. */
export type PremiumKey = Premium | 'fast+inferenceUs';

/** A row's rates: those of the standard tier, all of them by tier, and those with premiums by tier. */
export type RowRates = Readonly<{
  standardRates: Rates;
  ratesByTier: RatesByTier;
  premiumRates: Readonly<Partial<Record<PremiumKey, RatesByTier>>>;
}>;

/** Prices as files state them: decimals, USD per million tokens. A class without a price is left out. */
export type UsdPerMillion = Readonly<{ [name in TokenClass]?: string | undefined }>;

/** Builds the error for one part of one row; only the caller knows where the row stands. */
export type RefuseRate = (code: PriceBookErrorCode, part: CostClass | Premium, why: string) => PriceBookError;

/** A multiple or a share of a rate, exact. */
type Fraction = Readonly<{ numerator: bigint; denominator: bigint }>;

/** As AWS and Anthropic list them. */
const TIER_MULTIPLES: Readonly<Record<PricedTier, Fraction>> = {
  standard: { numerator: 1n, denominator: 1n },
  batch: { numerator: 1n, denominator: 2n },
  priority: { numerator: 7n, denominator: 4n },
  flex: { numerator: 1n, denominator: 2n },
};

/** Names of a tier in logs: Bedrock calls `default` what Anthropic calls `standard`. */
const TIER_NAMES: Readonly<Record<PricedTier, readonly string[]>> = {
  standard: ['standard', 'default'],
  batch: ['batch'],
  priority: ['priority'],
  flex: ['flex'],
};

/** USD per million tokens is pico-USD per token times this: 10^12 / 10^6. */
export const PICO_USD_PER_MILLION_TOKENS = 1_000_000n;

/** One, in the scale of a decimal that `parseUsd` has read. */
export const ONE = 10n ** 12n;

/** Multiplies a row's prices out for every tier and premium of its model; throws what `refuse` builds. */
export function compileRates(
  prices: UsdPerMillion,
  { serviceTiers, premiums }: Readonly<{ serviceTiers: readonly PricedTier[]; premiums: Premiums }>,
  refuse: RefuseRate,
): RowRates {
  const standardRates = ratesOf((tokenClass) => {
    const text = prices[tokenClass];
    return text === undefined ? null : picoUsdPerToken(text, tokenClass, refuse);
  });
  const ratesByTier = new Map<string, Rates>();
  for (const tier of serviceTiers) {
    const rates = scaledRates(standardRates, TIER_MULTIPLES[tier], (tokenClass) =>
      refuse('price_indivisible', tokenClass, `${tier} price of ${tokenClass} is no whole pico-USD`),
    );
    for (const name of TIER_NAMES[tier]) ratesByTier.set(name, rates);
  }
  const { fast, inferenceUs } = premiums;
  const times = (base: RatesByTier, premium: Premium, factor: string) =>
    scaledTiers(base, timesOf(factor, premium, refuse), (tokenClass, tier) =>
      refuse(
        'price_indivisible',
        tokenClass,
        `${premium} ${tier} price of ${tokenClass} is no whole pico-USD`,
      ),
    );
  const fastRates = fast && times(standardTierOf(ratesByTier), 'fast', fast.times);
  const usRates = inferenceUs && times(ratesByTier, 'inferenceUs', inferenceUs.times);
  const bothRates = fastRates && inferenceUs && times(fastRates, 'inferenceUs', inferenceUs.times);
  return {
    standardRates,
    ratesByTier,
    premiumRates: {
      ...(fastRates && { fast: fastRates }),
      ...(usRates && { inferenceUs: usRates }),
      ...(bothRates && { 'fast+inferenceUs': bothRates }),
    },
  };
}

export function isSameRates(a: Rates, b: Rates): boolean {
  return TOKEN_CLASSES.every((tokenClass) => a[tokenClass] === b[tokenClass]);
}

/** Pico-USD of one, from a decimal of USD for `units` of it; throws what `refuse` builds. */
export function picoUsdPerUnit(text: string, units: bigint, part: CostClass, refuse: RefuseRate): bigint {
  const picoUsd = parseUsd(text);
  if (picoUsd === undefined || text.startsWith('-')) {
    throw refuse('price_malformed', part, `price ${JSON.stringify(text)} is no decimal from 0 upwards`);
  }
  if (picoUsd % units !== 0n) {
    const decimals = 13 - units.toString().length;
    throw refuse('price_too_fine', part, `price ${text} has more than ${decimals} decimals`);
  }
  return picoUsd / units;
}

function picoUsdPerToken(text: string, tokenClass: TokenClass, refuse: RefuseRate): bigint {
  return picoUsdPerUnit(text, PICO_USD_PER_MILLION_TOKENS, tokenClass, refuse);
}

/** Fast mode exists for the standard tier only. */
function standardTierOf(ratesByTier: RatesByTier): RatesByTier {
  return new Map([...ratesByTier].filter(([name]) => TIER_NAMES.standard.includes(name)));
}

function timesOf(text: string, premium: Premium, refuse: RefuseRate): Fraction {
  const numerator = parseUsd(text);
  if (numerator !== undefined && numerator > 0n) return { numerator, denominator: ONE };
  throw refuse('price_malformed', premium, `${premium}: ${JSON.stringify(text)} times is no decimal above 0`);
}

function scaledTiers(
  tiers: RatesByTier,
  by: Fraction,
  refuse: (tokenClass: TokenClass, tier: string) => PriceBookError,
): RatesByTier {
  return new Map(
    [...tiers].map(([tier, rates]) => [
      tier,
      scaledRates(rates, by, (tokenClass) => refuse(tokenClass, tier)),
    ]),
  );
}

function scaledRates(
  rates: Rates,
  { numerator, denominator }: Fraction,
  refuse: (tokenClass: TokenClass) => PriceBookError,
): Rates {
  return mapRates(rates, (rate, tokenClass) => {
    const scaled = rate * numerator;
    if (scaled % denominator !== 0n) throw refuse(tokenClass);
    return scaled / denominator;
  });
}

/** Makes another rate of every known one. */
export function mapRates(rates: Rates, change: (rate: bigint, tokenClass: TokenClass) => bigint): Rates {
  return ratesOf((tokenClass) => {
    const rate = rates[tokenClass];
    return rate === null ? null : change(rate, tokenClass);
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
