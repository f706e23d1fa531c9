import { describe, expect, it } from 'vitest';
import { NO_TOKENS } from '../../../shared/domain/tokens.ts';
import { loadPriceBook } from '../../../shared/pricing/loadPriceBook.ts';
import { bundledPriceBook, compilePriceBook } from '../../../shared/pricing/priceBook.ts';
import { PriceBookError } from '../../../shared/pricing/priceBookError.ts';
import { readPriceBookFile } from '../../../shared/pricing/priceBookFile.ts';
import { priceUsage } from '../../../shared/pricing/priceUsage.ts';

const ROW = {
  scope: 'api',
  from: '2026-01-01',
  to: null,
  promptTokensAbove: 0,
  usdPerMillion: { input: '1', output: '2' },
  source: 'page',
  isVerified: true,
};
const MODEL = {
  model: 'm-1',
  vendor: 'anthropic',
  bedrockIds: ['anthropic.m-1'],
  apiIds: ['m-1'],
  serviceTiers: ['standard', 'batch'],
  rows: [ROW],
};

/** A sound price book with other models in it. */
function bookOf(...models: readonly object[]) {
  const sources = { page: { title: 'A page', checked: '2026-01-01' } };
  return { version: '2026-01-01-0123abcd', sources, models };
}

/** A sound price book whose only model has other rows. */
function rowsOf(...rows: readonly object[]) {
  return bookOf({ ...MODEL, rows: rows.map((row) => ({ ...ROW, ...row })) });
}

function refusal(json: unknown): PriceBookError {
  try {
    loadPriceBook(json);
  } catch (error) {
    if (error instanceof PriceBookError) return error;
    throw error;
  }
  throw new Error('the price book was taken');
}

const FROM_HEARSAY = { times: '2', source: 'hearsay', isVerified: true };
const premiumOf = (times: string) => ({ premiums: { fast: { times, source: 'page', isVerified: true } } });
const feeOf = (changes: object) => ({
  fees: { webSearch: { usdPerThousand: '10', source: 'page', isVerified: true, ...changes } },
});
const pricesOf = (input: string) => ({ usdPerMillion: { input, output: '2' } });
/** Two periods, of which the second has another input price than 1. */
const neighbours = (input: string) => [{ to: '2026-02-01' }, { from: '2026-02-01', ...pricesOf(input) }];

describe('loadPriceBook', () => {
  it.each([
    ['one open period', rowsOf({})],
    ['periods that follow each other', rowsOf({ to: '2026-02-01' }, { from: '2026-02-01' })],
    ['periods in any order of rows', rowsOf({ from: '2026-02-01' }, { to: '2026-02-01' })],
    ['a period of one day', rowsOf({ to: '2026-01-02' })],
    ['the same period in two scopes', rowsOf({}, { scope: 'geo' })],
    ['the same period in two bands', rowsOf({}, { promptTokensAbove: 200_000 })],
    ['the same period in two groups of regions', rowsOf({ regionGroup: 'us' }, { regionGroup: 'eu' })],
    ['a price of zero', rowsOf({ usdPerMillion: { input: '0' } })],
    ['a price 99 times its neighbour', rowsOf(...neighbours('99'))],
    ['a price a little over a hundredth of its neighbour', rowsOf(...neighbours('0.010002'))],
    ['a premium and a fee', rowsOf({ ...premiumOf('1.1'), ...feeOf({}) })],
    ['a price of six decimals', rowsOf({ usdPerMillion: { input: '0.000002' } })],
  ])('takes %s', (_, json) => {
    expect(loadPriceBook(json).models).toHaveLength(1);
  });

  it.each([
    ['overlapping periods', 'periods_overlap', rowsOf({ to: '2026-02-02' }, { from: '2026-02-01' })],
    ['a period after an open one', 'periods_overlap', rowsOf({}, { from: '2026-02-01' })],
    ['one period twice', 'periods_overlap', rowsOf({}, {})],
    ['a gap of a day', 'periods_gap', rowsOf({ to: '2026-01-31' }, { from: '2026-02-01' })],
    ['a period that ends on its first day', 'period_empty', rowsOf({ to: '2026-01-01' })],
    ['a period that ends before it starts', 'period_empty', rowsOf({ to: '2025-12-31' })],
    ['a negative price', 'price_malformed', rowsOf({ usdPerMillion: { output: '-1' } })],
    ['a negative zero', 'price_malformed', rowsOf({ usdPerMillion: { output: '-0' } })],
    ['a price that is no decimal', 'price_malformed', rowsOf({ usdPerMillion: { output: '1e3' } })],
    ['an empty price', 'price_malformed', rowsOf({ usdPerMillion: { output: '' } })],
    ['a price of seven decimals', 'price_too_fine', rowsOf({ usdPerMillion: { output: '0.0000002' } })],
    // One pico-USD per token cannot be halved for a batch.
    [
      'a price that a tier cannot divide',
      'price_indivisible',
      rowsOf({ usdPerMillion: { input: '0.000001' } }),
    ],
    ['a source that the file does not list', 'source_unknown', rowsOf({ source: 'hearsay' })],
    [
      'a source of a premium that it does not list',
      'source_unknown',
      rowsOf({ premiums: { fast: FROM_HEARSAY } }),
    ],
    ['a source of a fee that it does not list', 'source_unknown', rowsOf(feeOf({ source: 'hearsay' }))],
    ['a negative fee', 'price_malformed', rowsOf(feeOf({ usdPerThousand: '-10' }))],
    ['a fee finer than a pico-USD', 'price_too_fine', rowsOf(feeOf({ usdPerThousand: '0.0000000001' }))],
    ['a premium of nothing', 'price_malformed', rowsOf(premiumOf('0'))],
    ['a negative premium', 'price_malformed', rowsOf(premiumOf('-1.1'))],
    ['a premium that makes a rate no whole pico-USD', 'price_indivisible', rowsOf(premiumOf('1.0000001'))],
    ['a price 100 times its neighbour', 'price_absurd', rowsOf(...neighbours('100'))],
    ['a price that is a hundredth of its neighbour', 'price_absurd', rowsOf(...neighbours('0.01'))],
    ['a price of zero beside one that is not', 'price_absurd', rowsOf(...neighbours('0'))],
    [
      'a price 100 times that of another scope',
      'price_absurd',
      rowsOf({}, { scope: 'geo', ...pricesOf('100') }),
    ],
    [
      'a price 100 times that of another band',
      'price_absurd',
      rowsOf({}, { promptTokensAbove: 9, ...pricesOf('100') }),
    ],
  ])('refuses %s, and says where', (_, code, json) => {
    const error = refusal(json);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^m-1, row [12] \((?:api|geo), from 202[56]-\d\d-\d\d, above [09]\): /);
  });

  it('refuses a price that seven quarters of do not make whole pico-USD, but only where priority exists', () => {
    // 8,750 pico-USD x 7/4 = 15,312.5.
    const rows = [{ ...ROW, usdPerMillion: { cacheRead: '0.00875' } }];
    expect(loadPriceBook(bookOf({ ...MODEL, rows })).models).toHaveLength(1);
    const withPriority = bookOf({ ...MODEL, rows, serviceTiers: ['standard', 'priority'] });
    expect(refusal(withPriority)).toMatchObject({
      code: 'price_indivisible',
      message: expect.stringContaining('priority price of cacheRead'),
    });
  });

  it('names the row of the file, not the order in which it checks', () => {
    const json = rowsOf({ from: '2026-03-01' }, { to: '2026-02-01' });
    expect(refusal(json).message).toBe(
      'm-1, row 1 (api, from 2026-03-01, above 0): leaves a gap after 2026-02-01',
    );
  });

  it.each([
    ['a Bedrock id', { model: 'm-2', bedrockIds: ['anthropic.m-1'], apiIds: [] }],
    ['an API id', { model: 'm-2', bedrockIds: [], apiIds: ['m-1'] }],
    ['a name', { model: 'm-1', bedrockIds: [], apiIds: [] }],
  ])('refuses %s that two models claim', (_, other) => {
    const error = refusal(bookOf(MODEL, { ...MODEL, ...other }));
    expect(error.code).toBe('id_duplicate');
    expect(error.message).toContain(`${other.model}: `);
  });

  it.each([
    ['nothing', null],
    ['a price that is a JSON number', rowsOf({ usdPerMillion: { input: 1 } })],
    ['a token class that does not exist', rowsOf({ usdPerMillion: { thinking: '1' } })],
    ['a scope that does not exist', rowsOf({ scope: 'moon' })],
    ['a day that does not exist', rowsOf({ from: '2026-02-29' })],
    ['a misspelt field', rowsOf({ until: '2026-02-01' })],
    ['a tier without a price per token', bookOf({ ...MODEL, serviceTiers: ['reserved'] })],
    ['a version without its hash', { ...bookOf(MODEL), version: '2026-01-01' }],
  ])('refuses a file with %s', (_, json) => {
    expect(refusal(json).code).toBe('file_malformed');
  });

  it('says where in the file a field is wrong', () => {
    expect(refusal(rowsOf({}, { isVerified: 'yes' })).message).toMatch(/^models\.0\.rows\.1\.isVerified: /);
  });

  const BAND = { promptTokensAbove: 10, usdPerMillion: { input: '4' } };
  it.each([
    // 11 tokens at 1 and, within the band's dates, at 4 USD per million.
    [
      'starts after the price below it and ends before',
      [{}, { ...BAND, from: '2026-02-01', to: '2026-03-01' }],
      '11 44 44 11',
    ],
    ['is older than the price below it', [{ to: '2026-02-01' }, { from: '2026-02-01' }, BAND], '44 44 44 44'],
    ['stands first in the file', [BAND, {}], '44 44 44 44'],
    ['lies below another band', [BAND, { promptTokensAbove: 11 }, {}], '44 44 44 44'],
  ])('finds the band of a prompt when it %s', (_, rows, microUsd) => {
    const book = loadPriceBook(rowsOf(...rows));
    const totals = ['2026-01-31', '2026-02-01', '2026-02-28', '2026-03-01'].map((day) => {
      const tokens = { ...NO_TOKENS, input: 11 };
      const request = { modelId: 'm-1', startedAt: `${day}T12:00:00.000Z`, serviceTier: 'standard', tokens };
      const price = priceUsage(book, request);
      return price.kind === 'priced' ? price.totalPicoUsd / 1_000_000n : price.reason;
    });
    expect(totals.join(' ')).toBe(microUsd);
  });
});

describe('compilePriceBook', () => {
  it('compiles a model when it is first asked for, and once', () => {
    const broken = {
      ...MODEL,
      model: 'm-2',
      bedrockIds: [],
      apiIds: ['m-2'],
      rows: [{ ...ROW, ...pricesOf('-1') }],
    };
    const json = bookOf(MODEL, broken);
    const book = compilePriceBook(readPriceBookFile(json));
    const [sound, unsound] = book.models;
    expect(sound?.schedules).toBe(sound?.schedules);
    expect(() => unsound?.schedules).toThrow(PriceBookError);
    // And so a file is checked whole before it ships.
    expect(refusal(json).code).toBe('price_malformed');
  });
});

describe('bundledPriceBook', () => {
  it('is compiled once', () => {
    expect(bundledPriceBook()).toBe(bundledPriceBook());
  });
});
