import { describe, expect, it } from 'vitest';
import { bundledPriceBook, type PriceBook } from '../../../shared/pricing/priceBook.ts';
import { discount, discounts, priceLines } from './overlayLines.ts';
import { bookUnder, DISCOUNT, OWN_PRICE, refusalOf } from './overlays.ts';
import { total } from './totals.ts';

const SONNET = 'global.anthropic.claude-sonnet-5-5';
const HAIKU = 'claude-haiku-5-5';

describe('a discount', () => {
  const OPUS = 'claude-opus-5';

  it.each([
    // 10 percent off 5.00 from 2026-10-01 on and before 2027-10-01.
    ['2026-09-30T23:59:59.999Z', '5'],
    ['2026-10-01T00:00:00.000Z', '4.5'],
    ['2027-09-30T23:59:59.999Z', '4.5'],
    ['2027-10-01T00:00:00.000Z', '5'],
  ])('holds from its first to its last millisecond: at %s a million tokens cost %s', (startedAt, usd) => {
    expect(total(bookUnder({ discounts: [DISCOUNT] }), OPUS, { startedAt })).toBe(usd);
  });

  it.each([
    ['0', '5', '2.5'],
    ['0.5', '4.975', '2.4875'],
    ['12.5', '4.375', '2.1875'],
    ['99.9', '0.005', '0.0025'],
    ['100', '0', '0'],
  ])('of %s percent leaves %s of 5 and, for a batch, %s', (percent, standard, batch) => {
    const book = bookUnder({ discounts: [{ ...DISCOUNT, scope: 'global', percent }] });
    const modelId = 'global.anthropic.claude-opus-5';
    expect(total(book, modelId)).toBe(standard);
    expect(total(book, modelId, { serviceTier: 'batch' })).toBe(batch);
  });

  it.each([
    [['claude-opus-5'], undefined, ['4.5', '4.95', '5', '4']],
    [['claude-opus-5*'], undefined, ['4.5', '4.95', '5', '3.6']],
    [['claude-opus-4-8', 'claude-opus-5-5'], undefined, ['5', '5.5', '4.5', '3.6']],
    [['claude-opus-*'], 'api', ['4.5', '5.5', '4.5', '3.6']],
    [['claude-opus-*'], 'geo', ['5', '4.95', '5', '4']],
    [['*'], 'inRegion', ['5', '5.5', '5', '4']],
  ])('on %j through %s leaves %j', (models, scope, expected) => {
    const { from, ...rest } = DISCOUNT;
    const percent = models.includes('*') ? '8' : '10';
    const discount = { ...rest, from, models, percent, ...(scope === undefined ? {} : { scope }) };
    const book = bookUnder({ discounts: [discount] });
    const ids = ['claude-opus-5', 'us.anthropic.claude-opus-5', 'claude-opus-4-8', 'claude-opus-5-5'];
    expect(ids.map((id) => total(book, id))).toEqual(expected);
  });

  it('of 0 percent leaves no mark on the rows', () => {
    const rows = (book: PriceBook) => book.models.find(({ model }) => model === OPUS)?.schedules.get('api');
    const open = { models: [OPUS], percent: '0', source: 'contract' };
    expect(rows(bookUnder({ discounts: [open] }))).toEqual(rows(bundledPriceBook()));
  });

  it('without dates holds always', () => {
    const { from: _from, to: _to, ...always } = DISCOUNT;
    const book = bookUnder({ discounts: [always] });
    expect(total(book, OPUS, { startedAt: '2026-07-24T00:00:00.000Z' })).toBe('4.5');
    expect(total(book, OPUS, { startedAt: '2040-01-01T00:00:00.000Z' })).toBe('4.5');
  });

  it('may follow another, and holds in every prompt band', () => {
    const book = bookUnder({
      discounts: [
        { ...DISCOUNT, models: [HAIKU], percent: '20', from: '2026-11-01', to: '2027-01-01' },
        { ...DISCOUNT, models: ['claude-*'], percent: '10', from: '2026-10-01', to: '2026-11-01' },
      ],
    });
    const at = (startedAt: string, input: number) => total(book, HAIKU, { startedAt, tokens: { input } });
    expect(at('2026-10-31T23:59:59.999Z', 100_000)).toBe('0.009');
    expect(at('2026-11-01T00:00:00.000Z', 100_000)).toBe('0.008');
    expect(at('2026-11-01T00:00:00.000Z', 100_001)).toBe('0.0400004');
  });

  it('takes nothing off an own price', () => {
    const discount = { ...DISCOUNT, models: ['claude-sonnet-*'] };
    const book = bookUnder({ prices: [OWN_PRICE], discounts: [discount] });
    const days = ['2026-09-30', '2026-10-31', '2026-11-01', '2026-12-31', '2027-01-01', '2027-10-01'];
    expect(days.map((day) => total(book, SONNET, { startedAt: `${day}T23:59:59.999Z` }))).toEqual([
      '2',
      '1.8',
      '1.8',
      '1.8',
      '1.8',
      '2',
    ]);
    // What tells the two 1.8 apart is where they come from.
    const rows = book.models.find(({ model }) => model === 'claude-sonnet-5-5')?.schedules.get('global');
    expect(rows?.map(({ from, to, source, discount: off }) => [from, to, source, off?.source])).toEqual([
      ['2027-10-01', null, 'anthropic_page', undefined],
      ['2027-01-01', '2027-10-01', 'anthropic_page', 'contract'],
      ['2026-11-01', '2027-01-01', 'contract', undefined],
      ['2026-10-07', '2026-11-01', 'anthropic_page', 'contract'],
      ['2026-10-01', '2026-10-07', 'aws_price_list', 'contract'],
      ['2026-09-28', '2026-10-01', 'aws_price_list', undefined],
    ]);
  });
});

describe('a discount that cannot be kept', () => {
  it.each([
    // 5 percent off 0.625 USD per million, 1.1 times that, half of it: 343,750 x 0.95 = 326,562.5 pico-USD.
    [
      'claude-haiku-5-5',
      '5',
      'claude-haiku-5-5, api, from 2026-10-07, above 100000: 5 percent off the inferenceUs batch price of cacheWrite5m',
    ],
    // 0.0001 percent off 0.25 USD per million: 250,000 x 0.999999 = 249,999.75 pico-USD.
    [
      'claude-fable-5-1',
      '0.0001',
      'claude-fable-5-1, api, from 2026-09-01, above 0: 0.0001 percent off the standard price of cacheRead',
    ],
    // 2 percent off 0.0825 USD per million, priority at 7/4 of that: 144,375 x 0.98 = 141,487.5 pico-USD.
    [
      'amazon.nova-2-lite-v1',
      '2',
      'amazon.nova-2-lite-v1, geo, from 2025-12-02, above 0: 2 percent off the priority price of cacheRead',
    ],
  ])('refuses a discount on %s of %s percent that a rate cannot bear exactly', (model, percent, message) => {
    const error = refusalOf(discounts(discount(model, `percent: ${percent}`)));
    expect(error.code).toBe('discount_indivisible');
    expect(error.message).toMatch(/^own\.yaml:5:\d+: /);
    expect(error.message).toContain(message);
    expect(error.message).toContain(
      'is no whole number of pico-USD per token; give this row a price of its own, or the discount a rounding',
    );
  });
  it('takes such a discount when the row has a price of its own', () => {
    const offer = discount(
      'claude-sonnet-5-5',
      'percent: 0.000125, scope: global, from: 2026-11-01, to: 2027-01-01',
    );
    expect(refusalOf(discounts(offer)).code).toBe('discount_indivisible');
    expect(bookUnder(`${discounts(offer)}prices:\n${priceLines()}`).version).toContain('+');
  });
  it.each([
    // The first discount is of claude-opus-*, before 2027-01-01; the second as the row says.
    ['"claude-*"', 'from: 2026-12-31', true],
    ['"claude-*"', 'from: 2027-01-01', false],
    ['claude-opus-5', 'to: 2026-11-02', true],
    ['claude-opus-5', 'to: 2026-11-01', false],
    ['claude-opus-5', 'scope: geo', true],
    ['claude-sonnet-5', 'scope: geo', false],
  ])('with a second discount on %s (%s) refuses: %s', (models, rest, isRefused) => {
    const first = discount('"claude-opus-*"', 'percent: 4, from: 2026-11-01, to: 2027-01-01');
    const text = discounts(first, discount(models, `percent: 8, ${rest}`));
    if (!isRefused) {
      expect(bookUnder(text).version).toContain('+');
      return;
    }
    const error = refusalOf(text);
    expect(error.code).toBe('discounts_overlap');
    expect(error.message).toMatch(
      /^own\.yaml:6:5: claude-opus-5(-5)?, (api|geo) has two discounts at once; the other is at own\.yaml:5:5$/,
    );
  });
  it('takes two discounts on one model through different scopes', () => {
    const text = discounts(
      discount('claude-opus-5', 'percent: 4, scope: geo'),
      discount('claude-opus-5', 'percent: 8, scope: api'),
    );
    expect(bookUnder(text).version).toContain('+');
  });
});
