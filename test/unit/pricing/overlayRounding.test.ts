import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { priceUsage } from '../../../shared/pricing/priceUsage.ts';
import { divideRounded, ROUNDINGS } from '../../../shared/pricing/rounding.ts';
import { discount, discounts } from './overlayLines.ts';
import { bookUnder, DISCOUNT, refusalOf } from './overlays.ts';
import { ON_A_DAY, total } from './totals.ts';

const MILLION_TOKENS = 1_000_000;

describe('divideRounded', () => {
  it.each([
    // An even quotient below a tie, an odd one, and their neighbours: 2.25, 2.5, 2.75; 3.25, 3.5, 3.75.
    [9n, 'halfEven', 2n],
    [10n, 'halfEven', 2n],
    [11n, 'halfEven', 3n],
    [13n, 'halfEven', 3n],
    [14n, 'halfEven', 4n],
    [15n, 'halfEven', 4n],
    [9n, 'up', 3n],
    [9n, 'down', 2n],
    [11n, 'up', 3n],
    [11n, 'down', 2n],
    [8n, 'halfEven', 2n],
    [8n, 'up', 2n],
    [8n, 'down', 2n],
    [0n, 'up', 0n],
  ] as const)('makes %d fourths, rounded %s, %d', (numerator, rounding, expected) => {
    expect(divideRounded(numerator, 4n, rounding)).toBe(expected);
  });

  it('is less than one away, `up` and `down` to their sides, `halfEven` by half at most', () => {
    const size = fc.bigInt({ min: 0n, max: 10n ** 20n });
    fc.assert(
      fc.property(size, size, fc.constantFrom(...ROUNDINGS), (numerator, less, rounding) => {
        const denominator = less + 1n;
        const off = divideRounded(numerator, denominator, rounding) * denominator - numerator;
        if (rounding === 'up') expect(off >= 0n && off < denominator).toBe(true);
        if (rounding === 'down') expect(off <= 0n && -off < denominator).toBe(true);
        if (rounding === 'halfEven') expect(off * 2n <= denominator && -off * 2n <= denominator).toBe(true);
      }),
    );
  });
});

describe('a discount with a rounding', () => {
  const HAIKU = { ...DISCOUNT, models: ['claude-haiku-5-5'], percent: '5' };

  it.each([
    // A batch in the USA, above 100,000 tokens: 0.625 x 1.1 / 2 = 0.34375 USD per million; 95 percent of
    // 343,750 pico-USD is 326,562.5.
    ['halfEven', '0.326562'],
    ['up', '0.326563'],
    ['down', '0.326562'],
  ])('rounds each rate once to the pico-USD: %s', (rounding, usd) => {
    const book = bookUnder({ discounts: [{ ...HAIKU, rounding }] });
    const tokens = { cacheWrite5m: MILLION_TOKENS };
    const changes = { serviceTier: 'batch', inferenceGeo: 'us', tokens };
    expect(total(book, 'claude-haiku-5-5', changes)).toBe(usd);
  });

  it('leaves what is whole without rounding as it is', () => {
    const book = bookUnder({ discounts: [{ ...HAIKU, rounding: 'up' }] });
    // 0.10 and, as a batch, 0.05 USD per million, less 5 percent.
    expect(total(book, 'claude-haiku-5-5', { tokens: { input: 100_000 } })).toBe('0.0095');
    expect(total(book, 'claude-haiku-5-5', { tokens: { input: 100_000 }, serviceTier: 'batch' })).toBe(
      '0.00475',
    );
  });

  it('takes the contract that would be refused without it, and says where', () => {
    const text = (rest: string) => discounts(discount('"claude-*"', `percent: "12.5"${rest}`));
    const refusal = refusalOf(text(''));
    expect(refusal.code).toBe('discount_indivisible');
    expect(refusal.message).toMatch(/^own\.yaml:5:\d+: claude-.*or the discount a rounding$/);
    const book = bookUnder(text(', rounding: halfEven'));
    expect(total(book, 'claude-opus-5')).toBe('4.375');
    expect(total(book, 'us.anthropic.claude-haiku-4-5-20251001-v1:0')).toBe('0.9625');
  });

  it('is refused where it is none, with the one that was meant', () => {
    const error = refusalOf(discounts(discount('claude-opus-5', 'percent: 5, rounding: halfeven')));
    expect(error.message).toMatch(/^own\.yaml:5:\d+: .*unknown rounding halfeven; did you mean halfEven\?$/);
  });

  it('is a part of the version of the book', () => {
    const versions = [{}, { rounding: 'halfEven' }, { rounding: 'up' }].map(
      (rest) => bookUnder({ discounts: [{ ...DISCOUNT, ...rest }] }).version,
    );
    expect(new Set(versions).size).toBe(3);
  });

  it('never makes a token dearer than the list, nor its price less than a pico-USD off', () => {
    const percent = fc
      .integer({ min: 1, max: 99_999 })
      .map((thousandths) => (thousandths / 1_000).toFixed(3));
    const list = bundledPriceBook();
    const ids = ['claude-opus-5', 'us.anthropic.claude-haiku-5-5', 'us.amazon.nova-pro-v1:0'];
    const tier = fc.constantFrom('standard', 'batch');
    fc.assert(
      fc.property(
        percent,
        fc.constantFrom(...ROUNDINGS),
        fc.constantFrom(...ids),
        tier,
        (off, rounding, id, serviceTier) => {
          const models = ['claude-*', 'amazon.*'];
          const book = bookUnder({ discounts: [{ ...DISCOUNT, models, percent: off, rounding }] });
          const tokens = { input: 1, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };
          const [before, after] = [list, book].map((each) =>
            priceUsage(each, { ...ON_A_DAY, modelId: id, serviceTier, tokens }),
          );
          if (before?.kind !== 'priced' || after?.kind !== 'priced') throw new Error('unpriced');
          expect(after.totalPicoUsd).toBeLessThanOrEqual(before.totalPicoUsd);
          // In thousandths of a percent, so that the comparison stays whole.
          const exact = before.totalPicoUsd * (100_000n - BigInt(off.replace('.', '')));
          const distance = after.totalPicoUsd * 100_000n - exact;
          expect(distance < 100_000n && distance > -100_000n).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
