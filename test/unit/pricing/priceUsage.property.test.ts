import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COST_CLASSES } from '../../../shared/domain/metrics.ts';
import { promptTokens, TOKEN_CLASSES, type Tokens } from '../../../shared/domain/tokens.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { type Price, priceUsage } from '../../../shared/pricing/priceUsage.ts';

const BOOK = bundledPriceBook();
const MODEL_IDS = [...BOOK.apiModels.keys(), ...[...BOOK.bedrockModels.keys()].map((id) => `us.${id}`)];

const count = fc.oneof(fc.nat(1_000), fc.nat(300_000), fc.nat(100_000_000));
const tokensOf = (tokens: typeof count): fc.Arbitrary<Tokens> =>
  fc.record({ input: tokens, cacheRead: tokens, cacheWrite5m: tokens, cacheWrite1h: tokens, output: tokens });
const startedAt = fc
  .date({ min: new Date('2024-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const request = fc.record({
  modelId: fc.constantFrom(...MODEL_IDS, 'claude-unheard-of'),
  startedAt,
  serviceTier: fc.constantFrom('standard', 'default', 'batch', 'priority', 'reserved'),
  tokens: tokensOf(count),
  webSearches: fc.nat(1_000),
  isFast: fc.boolean(),
  inferenceGeo: fc.constantFrom('us', 'global', 'not_available', 'moon'),
  isCacheHit: fc.boolean(),
});

function sum(a: Tokens, b: Tokens): Tokens {
  return {
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite5m: a.cacheWrite5m + b.cacheWrite5m,
    cacheWrite1h: a.cacheWrite1h + b.cacheWrite1h,
    output: a.output + b.output,
  };
}

function costs(price: Price): readonly bigint[] {
  return price.kind === 'priced' ? COST_CLASSES.map((name) => price.costPicoUsd[name]) : [];
}

describe('priceUsage, whatever the request', () => {
  it('gives classes that add up to the total and are never negative', () => {
    fc.assert(
      fc.property(request, (usage) => {
        const price = priceUsage(BOOK, usage);
        if (price.kind === 'unpriced') return;
        expect(costs(price).reduce((total, cost) => total + cost, 0n)).toBe(price.totalPicoUsd);
        expect(costs(price).every((cost) => cost >= 0n)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('prices two requests of one band as it prices them in one', () => {
    // Four classes of up to 12,000 tokens, twice, stay below the lowest threshold of 100,000.
    const small = tokensOf(fc.nat(12_000));
    fc.assert(
      fc.property(request, small, small, (usage, first, second) => {
        expect(promptTokens(sum(first, second))).toBeLessThanOrEqual(100_000);
        const [one, two, both] = [first, second, sum(first, second)].map((tokens, index) =>
          priceUsage(BOOK, { ...usage, tokens, webSearches: usage.webSearches * (index === 2 ? 2 : 1) }),
        );
        if (one?.kind !== 'priced' || two?.kind !== 'priced' || both?.kind !== 'priced') return;
        expect(both.totalPicoUsd).toBe(one.totalPicoUsd + two.totalPicoUsd);
      }),
      { numRuns: 500 },
    );
  });

  it('halves the price of a batch to the last digit', () => {
    fc.assert(
      fc.property(request, (usage) => {
        const tokensOnly = { ...usage, webSearches: 0, isFast: false };
        const standard = priceUsage(BOOK, { ...tokensOnly, serviceTier: 'standard' });
        const batch = priceUsage(BOOK, { ...tokensOnly, serviceTier: 'batch' });
        expect(batch.kind).toBe(standard.kind);
        expect(costs(batch).map((cost) => cost * 2n)).toEqual(costs(standard));
      }),
    );
  });
});

describe('premiums and fees, whatever the request', () => {
  it('never make a request cheaper, and a fee adds its own part alone', () => {
    fc.assert(
      fc.property(request, (usage) => {
        const plain = priceUsage(BOOK, { ...usage, webSearches: 0, isFast: false, inferenceGeo: 'global' });
        const [withPremiums, searched] = [
          priceUsage(BOOK, { ...usage, webSearches: 0 }),
          priceUsage(BOOK, { ...usage, isFast: false, inferenceGeo: 'global' }),
        ];
        if (plain.kind !== 'priced') return;
        if (withPremiums.kind === 'priced') {
          expect(withPremiums.totalPicoUsd).toBeGreaterThanOrEqual(plain.totalPicoUsd);
        }
        if (searched.kind === 'priced') {
          const { webSearch } = searched.costPicoUsd;
          expect(searched.totalPicoUsd).toBe(plain.totalPicoUsd + webSearch);
          expect(webSearch).toBe(usage.isCacheHit ? 0n : BigInt(usage.webSearches) * 10n ** 10n);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the order of a generation', () => {
  // Dearest first. Sonnet is the lower price, Opus the higher, Haiku the lowest, on every single day.
  const GENERATIONS = [
    ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5-5'],
    ['claude-opus-5', 'claude-sonnet-5'],
    ['claude-opus-4-6', 'claude-sonnet-4-6'],
    ['claude-opus-4-5', 'claude-sonnet-4-5', 'claude-haiku-4-5'],
    ['claude-opus-4', 'claude-sonnet-4'],
    ['claude-3-5-sonnet', 'claude-3-5-haiku'],
    ['claude-3-opus', 'claude-3-sonnet', 'claude-3-haiku'],
  ].flatMap((models) => models.slice(1).map((cheaper, index) => [models[index] ?? '', cheaper] as const));

  it.each(GENERATIONS)('never lets %s cost less than %s', (dearer, cheaper) => {
    let compared = 0;
    fc.assert(
      fc.property(
        startedAt,
        fc.constantFrom(...TOKEN_CLASSES),
        fc.integer({ min: 1, max: 100_000 }),
        (at, name, n) => {
          const tokens: Tokens = {
            input: 0,
            cacheRead: 0,
            cacheWrite5m: 0,
            cacheWrite1h: 0,
            output: 0,
            [name]: n,
          };
          const usage = { startedAt: at, serviceTier: 'standard', tokens };
          const high = priceUsage(BOOK, { ...usage, modelId: dearer });
          const low = priceUsage(BOOK, { ...usage, modelId: cheaper });
          if (high.kind !== 'priced' || low.kind !== 'priced') return;
          compared += 1;
          expect(high.totalPicoUsd).toBeGreaterThanOrEqual(low.totalPicoUsd);
          // A cache read may cost the same for both, as Sonnet 5.5 did until 7 October 2026; input never does.
          if (name === 'input') expect(high.totalPicoUsd).toBeGreaterThan(low.totalPicoUsd);
        },
      ),
      { numRuns: 300 },
    );
    expect(compared).toBeGreaterThan(0);
  });
});
