import { describe, expect, it } from 'vitest';
import { formatUsd } from '../../../shared/domain/money.ts';
import { NO_TOKENS } from '../../../shared/domain/tokens.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { type PriceRequest, priceUsage } from '../../../shared/pricing/priceUsage.ts';
import { bookUnder, OWN_PRICE, refusalOf } from './overlays.ts';
import { total } from './totals.ts';

const BOOK = bundledPriceBook();
const OPUS = 'claude-opus-5-5';

function price(changes: Partial<PriceRequest>) {
  const request = { modelId: OPUS, startedAt: '2026-12-01T12:00:00.000Z', serviceTier: 'standard' };
  return priceUsage(BOOK, { ...request, tokens: NO_TOKENS, ...changes });
}

function usd(changes: Partial<PriceRequest>): string {
  const answer = price(changes);
  return answer.kind === 'priced' ? formatUsd(answer.totalPicoUsd) : answer.reason;
}

describe('web searches', () => {
  it.each([
    // 10 USD for a thousand is 0.01 USD each.
    [0, '0'],
    [1, '0.01'],
    [2, '0.02'],
    [1_000, '10'],
  ])('cost a fee: %d of them and no tokens are %s USD', (webSearches, expected) => {
    expect(usd({ webSearches })).toBe(expected);
  });

  it('are a part of their own, beside the tokens, that adds up to the total', () => {
    // 3 x 0.01 USD and 1,000 x 4 / 10^6 USD.
    const answer = price({ webSearches: 3, tokens: { ...NO_TOKENS, input: 1_000 } });
    expect(answer).toMatchObject({
      costPicoUsd: { webSearch: 30_000_000_000n, input: 4_000_000_000n, output: 0n },
      totalPicoUsd: 34_000_000_000n,
    });
  });

  it.each([
    ['a batch', { serviceTier: 'batch' }],
    ['fast mode', { isFast: true }],
    ['inference in the USA', { inferenceGeo: 'us' }],
  ])('cost the same in %s', (_, changes) => {
    expect(usd({ webSearches: 5, ...changes })).toBe('0.05');
  });

  it.each([
    'global.anthropic.claude-opus-5-5',
    'us.anthropic.claude-opus-5-5',
    'anthropic.claude-opus-5-5',
    'claude-3-haiku-20240307',
  ])('have no price through %s, where the provider does not sell them', (modelId) => {
    const tokens = { ...NO_TOKENS, input: 1 };
    expect(usd({ modelId, tokens, webSearches: 1 })).toBe('no_price_for_web_search');
    expect(usd({ modelId, tokens, webSearches: 0 })).not.toMatch(/no_price/);
  });
});

describe('fast mode', () => {
  const million = { ...NO_TOKENS, input: 1_000_000 };
  it.each([
    // Of Opus 5.5: 8 and 40 USD per million where the standard is 4 and 20; the cache by the same multiple.
    [OPUS, { input: 1_000_000 }, '8'],
    [OPUS, { output: 1_000_000 }, '40'],
    [OPUS, { cacheRead: 1_000_000 }, '0.4'],
    [OPUS, { cacheWrite5m: 1_000_000 }, '10'],
    [OPUS, { cacheWrite1h: 1_000_000 }, '16'],
    ['claude-opus-5', { input: 1_000_000 }, '10'],
    ['claude-opus-4-8', { output: 1_000_000 }, '50'],
  ])('of %s prices %o at %s', (modelId, tokens, expected) => {
    expect(usd({ modelId, tokens: { ...NO_TOKENS, ...tokens }, isFast: true })).toBe(expected);
  });

  it.each([
    // Six times 5, until it was removed: of Opus 4.6 it falls back to standard speed at the standard price.
    ['claude-opus-4-6', '2026-06-28T23:59:59.999Z', '30'],
    ['claude-opus-4-6', '2026-06-29T00:00:00.000Z', '5'],
    ['claude-opus-4-7', '2026-07-23T23:59:59.999Z', '30'],
    ['claude-opus-4-7', '2026-07-24T00:00:00.000Z', 'no_price_for_fast_mode'],
    // Above 200,000 tokens, six times 10, as long as that band was there.
    ['claude-opus-4-6', '2026-03-12T23:59:59.999Z', '60'],
    ['claude-opus-4-6', '2026-03-13T00:00:00.000Z', '30'],
  ])('of %s prices a million tokens at %s at %s', (modelId, startedAt, expected) => {
    expect(usd({ modelId, tokens: million, startedAt, isFast: true })).toBe(expected);
  });

  it.each([
    ['a model without it', { modelId: 'claude-sonnet-5-5' }],
    ['Bedrock', { modelId: 'us.anthropic.claude-opus-5-5' }],
    ['a batch', { serviceTier: 'batch' }],
  ])('has no price for %s', (_, changes) => {
    expect(usd({ tokens: million, isFast: true, ...changes })).toBe('no_price_for_fast_mode');
  });

  it('is not asked for by `isFast: false`', () => {
    expect(usd({ tokens: million, isFast: false })).toBe('4');
  });
});

describe('inference in the USA', () => {
  const million = { ...NO_TOKENS, input: 1_000_000 };
  it.each([
    // 1.1 times the price from Opus 4.6 on; older models cost the same everywhere.
    ['claude-fable-5-1', '11'],
    ['claude-opus-5-5', '4.4'],
    ['claude-opus-4-6', '5.5'],
    ['claude-sonnet-4-6', '3.3'],
    ['claude-haiku-5-5', '0.55'],
    ['claude-opus-4-5', '5'],
    ['claude-haiku-4-5', '1'],
    ['claude-sonnet-4-5', '6'],
  ])('prices a million tokens of %s at %s', (modelId, expected) => {
    expect(usd({ modelId, tokens: million, inferenceGeo: 'us' })).toBe(expected);
  });

  it.each([
    [{ serviceTier: 'batch' }, '2.2'],
    [{ isFast: true }, '8.8'],
    [{ inferenceGeo: 'global' }, '4'],
    [{ inferenceGeo: 'not_available' }, '4'],
    [{ inferenceGeo: 'moon' }, 'unknown_inference_geo'],
    // What a Bedrock endpoint costs is said by its id alone.
    [{ modelId: 'us.anthropic.claude-opus-5-5' }, '4.4'],
    [{ modelId: 'global.anthropic.claude-opus-5-5' }, '4'],
  ])('with %o is %s', (changes, expected) => {
    expect(usd({ tokens: million, inferenceGeo: 'us', ...changes })).toBe(expected);
  });
});

describe('an own price', () => {
  const ownApi = { ...OWN_PRICE, scope: 'api' };
  it('keeps the premium and the fee of the book on top', () => {
    const book = bookUnder({ prices: [ownApi] });
    const id = 'claude-sonnet-5-5';
    // 1.8 x 1.1.
    expect(total(book, id, { inferenceGeo: 'us' })).toBe('1.98');
    expect(total(book, id, { webSearches: 1, tokens: {} })).toBe('0.01');
  });

  it('may state a fee of its own, also on Bedrock', () => {
    const usdPerThousand = { webSearch: '8' };
    const book = bookUnder({
      prices: [
        { ...ownApi, usdPerThousand },
        { ...OWN_PRICE, usdPerThousand },
      ],
    });
    expect(total(book, 'claude-sonnet-5-5', { webSearches: 1, tokens: {} })).toBe('0.008');
    const bedrock = 'global.anthropic.claude-sonnet-5-5';
    expect(total(book, bedrock, { webSearches: 1, tokens: {} })).toBe('0.008');
  });

  it.each([
    ['1000', 'price_absurd'],
    ['0.1', 'price_absurd'],
    ['0.0000000001', 'price_too_fine'],
    ['-1', 'file_malformed'],
  ])('is refused with a fee of %s for a thousand', (webSearch, code) => {
    expect(refusalOf({ prices: [{ ...ownApi, usdPerThousand: { webSearch } }] }).code).toBe(code);
  });

  it('may waive the fee', () => {
    const book = bookUnder({ prices: [{ ...ownApi, usdPerThousand: { webSearch: '0' } }] });
    expect(total(book, 'claude-sonnet-5-5', { webSearches: 7, tokens: {} })).toBe('0');
  });
});

describe("a gateway's own cache", () => {
  it.each([OPUS, 'claude-unheard-of', 'us-gov.anthropic.claude-opus-5-5'])(
    'makes a request of %s free',
    (modelId) => {
      const tokens = { ...NO_TOKENS, input: 1_000, output: 10 };
      expect(usd({ modelId, tokens, webSearches: 1, isCacheHit: true })).toBe('0');
      expect(usd({ modelId, tokens, webSearches: 1, isCacheHit: false })).not.toBe('0');
    },
  );
});
