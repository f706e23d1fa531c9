import { describe, expect, it } from 'vitest';
import { formatUsd, parseUsd } from '../../../shared/domain/money.ts';
import { NO_TOKENS, TOKEN_CLASSES, type Tokens } from '../../../shared/domain/tokens.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { type Price, type PriceRequest, priceUsage } from '../../../shared/pricing/priceUsage.ts';
import { TODAY, TODAYS_PRICES } from './todaysPrices.ts';

const BOOK = bundledPriceBook();
const SONNET_4_5 = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const MILLION = { ...NO_TOKENS, input: 1_000_000 };

function price(modelId: string, tokens: Partial<Tokens>, rest: Partial<PriceRequest> = {}): Price {
  const request = { modelId, startedAt: TODAY, serviceTier: 'standard', ...rest };
  return priceUsage(BOOK, { ...request, tokens: { ...NO_TOKENS, ...tokens } });
}

/** A value for each class, in the order of `TOKEN_CLASSES`, which is the order of the table. */
function byClass<T>(value: (index: number) => T): Record<string, T> {
  return Object.fromEntries(TOKEN_CLASSES.map((name, index) => [name, value(index)]));
}

/** The total in USD, or the reason why there is none. */
function total(...request: Parameters<typeof price>): string {
  const answer = price(...request);
  return answer.kind === 'priced' ? formatUsd(answer.totalPicoUsd) : answer.reason;
}

describe('the price of every model today', () => {
  it.each(TODAYS_PRICES)('prices %s by its own row', (modelId, model, scope, usdPerMillion) => {
    // A thousand tokens of a class cost a thousandth of its price per million; unknown classes get none.
    const usd = usdPerMillion.split(' ');
    const tokens = byClass((index) => (usd[index] === '-' ? 0 : 1_000));
    const costPicoUsd = byClass((index) => (parseUsd(usd[index] ?? '') ?? 0n) / 1_000n);
    const answer = price(modelId, tokens, { region: 'us-east-1' });
    expect(answer).toMatchObject({ kind: 'priced', model, scope, costPicoUsd, priceVersion: BOOK.version });
  });

  it('knows no model that the table above leaves out', () => {
    const inTable = TODAYS_PRICES.map(([, model]) => model);
    expect(BOOK.models.map(({ model }) => model).toSorted()).toEqual(inTable.toSorted());
  });

  it('agrees to the last digit with the cost Claude Code itself logged for a request', () => {
    // 2 x 0.10 + 9,179 x 0.01 + 13,356 x 0.20 + 4 x 0.50 USD per million = 2,765.19 micro-USD.
    const tokens = { input: 2, cacheRead: 9_179, cacheWrite1h: 13_356, output: 4 };
    expect(total('claude-haiku-5-5', tokens, { startedAt: '2026-10-08T08:15:18.137Z' })).toBe('0.00276519');
  });
});

describe('the day of a price', () => {
  const SONNET_5_5 = 'us.anthropic.claude-sonnet-5-5';
  const HAIKU_3_5 = 'us.anthropic.claude-3-5-haiku-20241022-v1:0';
  const SONNET_3_5 = 'anthropic.claude-3-5-sonnet-20241022-v2:0';
  it.each([
    // A million cache reads: 0.20 until the end of 6 October 2026, 0.10 after; 1.1 times that in `us.`.
    ['claude-sonnet-5-5', 'cacheRead', '2026-10-06T23:59:59.999Z', '0.2'],
    ['claude-sonnet-5-5', 'cacheRead', '2026-10-07T00:00:00.000Z', '0.1'],
    [SONNET_5_5, 'cacheRead', '2026-10-06T23:59:59.999Z', '0.22'],
    [SONNET_5_5, 'cacheRead', '2026-10-07T00:00:00.000Z', '0.11'],
    // Only the read fell: the same day's input stays at 2.00 x 1.1.
    [SONNET_5_5, 'input', '2026-10-06T23:59:59.999Z', '2.2'],
    [SONNET_5_5, 'input', '2026-10-07T00:00:00.000Z', '2.2'],
    // Opus 4.6 lost its long-context premium of 10 against 5 USD, with the 1.1 of `us.`: 11 against 5.5.
    ['us.anthropic.claude-opus-4-6-v1', 'input', '2026-03-12T23:59:59.999Z', '11'],
    ['us.anthropic.claude-opus-4-6-v1', 'input', '2026-03-13T00:00:00.000Z', '5.5'],
    [HAIKU_3_5, 'input', '2024-12-02T23:59:59.999Z', '1'],
    [HAIKU_3_5, 'input', '2024-12-03T00:00:00.000Z', '0.8'],
    // Some pages quote 30 for extended access from that day; the AWS Price List keeps 15.
    [SONNET_3_5, 'output', '2025-12-01T00:00:00.000Z', '15'],
    ['claude-3-5-sonnet-20241022', 'output', '2025-12-01T00:00:00.000Z', '15'],
    // A model has no price before its first day.
    ['claude-opus-5-5', 'input', '2026-09-21T23:59:59.999Z', 'no_price_at_date'],
    ['claude-opus-5-5', 'input', '2026-09-22T00:00:00.000Z', '4'],
  ])('prices a million tokens of %s (%s) at %s as %s', (modelId, tokenClass, startedAt, expected) => {
    expect(total(modelId, { [tokenClass]: 1_000_000 }, { startedAt })).toBe(expected);
  });
});

describe('prompt bands', () => {
  it.each([
    // 3.00 USD per million up to 200,000 prompt tokens, 6.00 above.
    ['claude-sonnet-4-5', { input: 199_999 }, '0.599997'],
    ['claude-sonnet-4-5', { input: 200_000 }, '0.6'],
    ['claude-sonnet-4-5', { input: 200_001 }, '1.200006'],
    // 0.10 USD per million up to 100,000 prompt tokens, 0.50 above.
    ['claude-haiku-5-5', { input: 99_999 }, '0.0099999'],
    ['claude-haiku-5-5', { input: 100_000 }, '0.01'],
    ['claude-haiku-5-5', { input: 100_001 }, '0.0500005'],
    // The geographic premium holds for the band too: 100,001 x 0.55.
    ['us.anthropic.claude-haiku-5-5', { input: 100_001 }, '0.05500055'],
    // Output is no part of the prompt: 200,000 x 3 + 64,000 x 15.
    ['claude-sonnet-4-5', { input: 200_000, output: 64_000 }, '1.56'],
    // Cached tokens are, and then every class pays the band, geographic premium included:
    // 100,000 x 6.60 + 50,000 x 0.66 + 50,001 x 8.25 + 1,000 x 24.75
    // = 0.66 + 0.033 + 0.41250825 + 0.02475.
    [
      `us.${SONNET_4_5}`,
      { input: 100_000, cacheRead: 50_000, cacheWrite5m: 50_001, output: 1_000 },
      '1.13025825',
    ],
    // One hour-long write alone can cross the threshold: 200,001 x 12.00.
    ['claude-sonnet-4-5', { cacheWrite1h: 200_001 }, '2.400012'],
  ])('prices %s with %o as %s', (modelId, tokens, expected) => {
    expect(total(modelId, tokens)).toBe(expected);
  });
});

describe('endpoints', () => {
  it.each([
    // A million input tokens above the 200,000 of the band: 6.00 x 1, 1.1, 1.1, 1.2 and 1.
    [`global.${SONNET_4_5}`, 'us-east-1', '6'],
    [`us.${SONNET_4_5}`, 'us-east-1', '6.6'],
    [SONNET_4_5, 'us-east-1', '6.6'],
    [`us-gov.${SONNET_4_5}`, 'us-gov-west-1', '7.2'],
    [SONNET_4_5, 'us-gov-west-1', '7.2'],
    ['claude-sonnet-4-5-20250929', undefined, '6'],
    // Opus 4.1 and everything before it has one price.
    ['global.anthropic.claude-opus-4-1-20250805-v1:0', 'us-east-1', '15'],
    ['us.anthropic.claude-opus-4-1-20250805-v1:0', 'us-east-1', '15'],
    ['anthropic.claude-opus-4-1-20250805-v1:0', 'us-east-1', '15'],
    ['claude-opus-4-1', undefined, '15'],
    // What GovCloud asks for Opus is not known.
    ['us-gov.anthropic.claude-opus-4-5-20251101-v1:0', 'us-gov-west-1', 'no_price_for_scope'],
    // Nova in its own region costs what the profile of that geography costs.
    ['amazon.nova-pro-v1:0', 'us-west-2', '0.8'],
    ['amazon.nova-pro-v1:0', 'eu-central-1', '1.05'],
    ['amazon.nova-pro-v1:0', 'ap-northeast-1', '0.84'],
    ['amazon.nova-pro-v1:0', 'sa-east-1', 'no_price_for_scope'],
    ['amazon.nova-pro-v1:0', undefined, 'no_price_for_scope'],
    ['jp.amazon.nova-pro-v1:0', undefined, '0.84'],
    ['global.amazon.nova-2-lite-v1:0', 'eu-west-1', '0.3'],
    ['amazon.nova-2-lite-v1:0', 'eu-west-1', '0.33'],
  ])('prices a million input tokens of %s in %s as %s', (modelId, region, expected) => {
    expect(total(modelId, MILLION, region === undefined ? {} : { region })).toBe(expected);
  });
});

describe('service tiers', () => {
  const NOVA_PRO = { region: 'us-east-1' };
  it.each([
    ['claude-opus-5', 'standard', '5'],
    ['claude-opus-5', 'default', '5'],
    ['claude-opus-5', 'batch', '2.5'],
    ['claude-opus-5', 'priority', 'unknown_tier'],
    ['claude-opus-5', 'flex', 'unknown_tier'],
    ['claude-opus-5', 'reserved', 'unknown_tier'],
    ['claude-opus-5', '', 'unknown_tier'],
    ['amazon.nova-pro-v1:0', 'batch', '0.4'],
    ['amazon.nova-pro-v1:0', 'priority', '1.4'], // 0.80 x 7/4
    ['amazon.nova-pro-v1:0', 'flex', '0.4'],
    ['amazon.nova-pro-v1:0', 'reserved', 'unknown_tier'],
    ['amazon.nova-micro-v1:0', 'priority', 'unknown_tier'],
  ])('prices a million input tokens of %s on %s as %s', (modelId, serviceTier, expected) => {
    expect(total(modelId, MILLION, { ...NOVA_PRO, serviceTier })).toBe(expected);
  });

  it('halves every class of a batch request exactly', () => {
    // One token each of 2.50, 0.25, 3.125, 5.00 and 12.50 USD per million.
    const one = { input: 1, cacheRead: 1, cacheWrite5m: 1, cacheWrite1h: 1, output: 1 };
    expect(price('claude-opus-5', one, { serviceTier: 'batch' })).toMatchObject({
      costPicoUsd: {
        input: 2_500_000n,
        cacheRead: 250_000n,
        cacheWrite5m: 3_125_000n,
        cacheWrite1h: 5_000_000n,
        output: 12_500_000n,
      },
      totalPicoUsd: 23_375_000n,
    });
  });
});

describe('cache writes', () => {
  it('charges an hour-long cache write more than one of five minutes', () => {
    // Twice the input price against 1.25 times.
    expect(total('claude-opus-5', { cacheWrite5m: 1_000 })).toBe('0.00625');
    expect(total('claude-opus-5', { cacheWrite1h: 1_000 })).toBe('0.01');
  });
});

describe('what has no price', () => {
  it.each([
    ['claude-opus-6', { input: 1 }],
    ['anthropic.claude-sonnet-4-5', { input: 1 }],
    ['arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/a1b2', { output: 1 }],
    ['claude-opus-6', {}],
  ])('never prices the unknown model %s, whatever its tokens', (modelId, tokens) => {
    expect(total(modelId, tokens)).toBe('unknown_model');
  });

  it('leaves a request unpriced when one of its classes has no known price', () => {
    const profile = 'us.amazon.nova-pro-v1:0';
    expect(total(profile, { input: 1_000, cacheWrite1h: 1 })).toBe('no_price_for_class');
    expect(total(profile, { input: 1_000 })).toBe('0.0008');
  });

  it.each([
    ['claude-opus-5-5', { startedAt: '2020-01-01T00:00:00.000Z' }],
    ['claude-opus-5-5', { serviceTier: 'reserved' }],
    ['us-gov.anthropic.claude-opus-5-5', {}],
  ])('charges nothing for no tokens of the known model %s', (modelId, rest) => {
    expect(total(modelId, {}, rest)).toBe('0');
  });

  it('says which model, endpoint and price book a missing price is of', () => {
    expect(price(`us.${SONNET_4_5}`, { input: 1 }, { serviceTier: 'flex' })).toEqual({
      kind: 'unpriced',
      model: 'claude-sonnet-4-5',
      scope: 'geo',
      reason: 'unknown_tier',
      priceVersion: BOOK.version,
    });
  });
});
