import { describe, expect, it } from 'vitest';
import { bundledPriceBook, type PriceBook } from '../../../shared/pricing/priceBook.ts';
import { bookUnder, OWN_PRICE } from './overlays.ts';
import { total } from './totals.ts';

const SONNET = 'global.anthropic.claude-sonnet-5-5';
const HAIKU = 'claude-haiku-5-5';

describe('an own price', () => {
  const book = bookUnder({ prices: [OWN_PRICE] });

  it.each([
    // From 2026-11-01 on, before 2027-01-01, both in UTC; the book says 2.
    ['2026-10-31T23:59:59.999Z', '2'],
    ['2026-11-01T00:00:00.000Z', '1.8'],
    ['2026-11-01T00:00:00.001Z', '1.8'],
    ['2026-12-31T23:59:59.999Z', '1.8'],
    ['2027-01-01T00:00:00.000Z', '2'],
    ['2027-01-01T00:00:00.001Z', '2'],
    // And before the book's own change of the cache read on 2026-10-07, nothing moves.
    ['2026-09-28T00:00:00.000Z', '2'],
    ['2026-09-27T23:59:59.999Z', 'no_price_at_date'],
  ])('holds from its first to its last millisecond: at %s a million tokens cost %s', (startedAt, usd) => {
    expect(total(book, SONNET, { startedAt })).toBe(usd);
  });

  it.each([
    ['input', '1.8'],
    ['cacheRead', '0.09'],
    ['cacheWrite5m', '2.25'],
    ['cacheWrite1h', '3.6'],
    ['output', '9'],
  ])('prices a million tokens of %s at %s', (tokenClass, usd) => {
    expect(total(book, SONNET, { tokens: { [tokenClass]: 1_000_000 } })).toBe(usd);
  });

  it('is halved for a batch, as the list price is', () => {
    expect(total(book, SONNET, { serviceTier: 'batch' })).toBe('0.9');
    expect(total(book, SONNET, { serviceTier: 'default' })).toBe('1.8');
    expect(total(book, SONNET, { serviceTier: 'priority' })).toBe('unknown_tier');
  });

  it.each([
    ['us.anthropic.claude-sonnet-5-5', '2.2'],
    ['claude-sonnet-5-5', '2'],
    ['global.anthropic.claude-sonnet-5', '2'],
  ])('does not touch %s', (modelId, usd) => {
    expect(total(book, modelId)).toBe(usd);
  });

  it('follows another without a gap, in any order of the file', () => {
    const later = {
      ...OWN_PRICE,
      from: '2027-01-01',
      to: '2027-02-01',
      usdPerMillion: { ...OWN_PRICE.usdPerMillion, input: '1.6' },
    };
    const two = bookUnder({ prices: [later, OWN_PRICE] });
    expect(total(two, SONNET, { startedAt: '2026-12-31T23:59:59.999Z' })).toBe('1.8');
    expect(total(two, SONNET, { startedAt: '2027-01-01T00:00:00.000Z' })).toBe('1.6');
  });

  it('holds for ever without an end, and across a change of the book', () => {
    const { to: _, ...open } = { ...OWN_PRICE, from: '2026-10-01' };
    const forEver = bookUnder({ prices: [open] });
    const at = (day: string) =>
      total(forEver, SONNET, { startedAt: `${day}T00:00:00.000Z`, tokens: { cacheRead: 1_000_000 } });
    // The book's cache read falls from 0.2 to 0.1 on 2026-10-07.
    expect(['2026-09-30', '2026-10-01', '2026-10-07', '2036-01-01'].map(at)).toEqual([
      '0.2',
      '0.09',
      '0.09',
      '0.09',
    ]);
  });

  it('may start before the first price of the book', () => {
    const early = bookUnder({ prices: [{ ...OWN_PRICE, from: '2026-09-01' }] });
    expect(total(early, SONNET, { startedAt: '2026-09-01T00:00:00.000Z' })).toBe('1.8');
    expect(total(early, SONNET, { startedAt: '2026-08-31T23:59:59.999Z' })).toBe('no_price_at_date');
  });

  it('replaces its own prompt band and no other', () => {
    const usdPerMillion = {
      input: '0.08',
      cacheRead: '0.008',
      cacheWrite5m: '0.1',
      cacheWrite1h: '0.16',
      output: '0.4',
    };
    const low = bookUnder({ prices: [{ ...OWN_PRICE, model: HAIKU, scope: 'api', usdPerMillion }] });
    // 100,000 x 0.08 and, in the band of the book, 100,001 x 0.50.
    expect(total(low, HAIKU, { tokens: { input: 100_000 } })).toBe('0.008');
    expect(total(low, HAIKU, { tokens: { input: 100_001 } })).toBe('0.0500005');

    const price = { ...OWN_PRICE, model: HAIKU, scope: 'api', promptTokensAbove: '100000', usdPerMillion };
    const high = bookUnder({ prices: [price] });
    expect(total(high, HAIKU, { tokens: { input: 100_000 } })).toBe('0.01');
    expect(total(high, HAIKU, { tokens: { input: 100_001 } })).toBe('0.00800008');
  });

  it('may add a prompt band that the book does not have', () => {
    const usdPerMillion = {
      input: '4',
      cacheRead: '0.2',
      cacheWrite5m: '5',
      cacheWrite1h: '8',
      output: '20',
    };
    const banded = bookUnder({ prices: [{ ...OWN_PRICE, promptTokensAbove: '1000', usdPerMillion }] });
    expect(total(banded, SONNET, { tokens: { input: 1_000 } })).toBe('0.002');
    expect(total(banded, SONNET, { tokens: { input: 1_001 } })).toBe('0.004004');
  });

  it('may fill a scope that the book has no price for', () => {
    const modelId = 'us-gov.anthropic.claude-sonnet-5-5';
    expect(total(bundledPriceBook(), modelId)).toBe('no_price_for_scope');
    expect(total(bookUnder({ prices: [{ ...OWN_PRICE, scope: 'gov' }] }), modelId)).toBe('1.8');
  });
});

describe('groups of regions', () => {
  const NOVA = {
    ...OWN_PRICE,
    model: 'amazon.nova-pro-v1',
    scope: 'geo',
    usdPerMillion: { input: '0.7', cacheRead: '0.1', cacheWrite5m: '0.7', output: '3' },
  };
  const prices = (book: PriceBook, base: string) =>
    ['us', 'eu', 'jp', 'ca'].map((prefix) => total(book, `${prefix}.${base}`));

  it('all have an own price that names none', () => {
    const book = bookUnder({ prices: [NOVA] });
    expect(prices(book, 'amazon.nova-pro-v1:0')).toEqual(['0.7', '0.7', '0.7', '0.7']);
    expect(total(book, 'amazon.nova-pro-v1:0', { region: 'us-east-1' })).toBe('0.8');
  });

  it('have an own price that names one, and the others the price of the book', () => {
    const book = bookUnder({ prices: [{ ...NOVA, regionGroup: 'eu' }] });
    expect(prices(book, 'amazon.nova-pro-v1:0')).toEqual(['0.8', '0.7', '0.84', 'no_price_for_scope']);
  });

  it('can be told apart where the book has one price for all, whose periods then hold in each', () => {
    const book = bookUnder({ prices: [{ ...OWN_PRICE, scope: 'geo', regionGroup: 'eu' }] });
    expect(prices(book, 'anthropic.claude-sonnet-5-5')).toEqual(['2.2', '1.8', '2.2', '2.2']);
    const startedAt = '2027-01-01T00:00:00.000Z';
    expect(total(book, 'eu.anthropic.claude-sonnet-5-5', { startedAt })).toBe('2.2');
  });
});
