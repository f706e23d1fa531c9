import { describe, expect, it } from 'vitest';
import { discount, discounts, priceLines, prices, profiles, rates, SOURCES } from './overlayLines.ts';
import { refusalOf } from './overlays.ts';

describe('applyOverlay', () => {
  it.each([
    [
      'an unknown model',
      prices(priceLines({ model: 'claude-sonet-5-5' })),
      'model_unknown',
      '5:12',
      'unknown model claude-sonet-5-5; did you mean claude-sonnet-5-5?',
    ],
    [
      'the id of a model',
      prices(priceLines({ model: 'us.anthropic.claude-sonnet-5-5' })),
      'model_unknown',
      '5:12',
      'did you mean claude-sonnet-5-5?',
    ],
    [
      'a model like no other',
      prices(priceLines({ model: 'gpt-9' })),
      'model_unknown',
      '5:12',
      'unknown model gpt-9',
    ],
    ['a pattern in a price', prices(priceLines({ model: 'claude-*' })), 'model_unknown', '5:12', 'claude-*'],
    [
      'a pattern without a model',
      discounts(discount('"claude-*", "claud-*"', 'percent: 4')),
      'model_unknown',
      '5:28',
      'no model of the price book matches claud-*',
    ],
    [
      'a misspelt model of a discount',
      discounts(discount('claude-opus-55', 'percent: 4')),
      'model_unknown',
      '5:16',
      'unknown model claude-opus-55; did you mean claude-opus-5-5?',
    ],
    [
      'an unknown source of a price',
      prices(priceLines({ source: 'contrct' })),
      'source_unknown',
      '10:13',
      'there is no source contrct; did you mean contract?',
    ],
    [
      'an unknown source of a discount',
      discounts('  - { models: ["*"], percent: 4, source: offer }'),
      'source_unknown',
      '5:42',
      'there is no source offer',
    ],
    [
      'a source with a name of the book',
      `${SOURCES}  litellm: { title: Ours, checked: 2026-10-01 }\n`,
      'source_duplicate',
      '4:3',
      'the price book has a source litellm already',
    ],
    [
      'a scope that no id leads to',
      prices(priceLines({ model: 'amazon.nova-2-lite-v1', scope: 'api' })),
      'scope_unreachable',
      '6:12',
      "amazon.nova-2-lite-v1 has no id on the vendor's own API",
    ],
    [
      'Bedrock for a model that it lacks',
      prices(priceLines({ model: 'claude-mythos-5' })),
      'scope_unreachable',
      '6:12',
      'claude-mythos-5 has no id on Bedrock',
    ],
    [
      'a price of seven decimals',
      prices(rates({ input: '1.9999999' })),
      'price_too_fine',
      '9:29',
      'price 1.9999999 has more than 6 decimals',
    ],
    [
      'a price that a batch cannot halve',
      prices(rates({ output: '9.999999' })),
      'price_indivisible',
      '9:92',
      'batch price of output is no whole pico-USD',
    ],
    [
      'a gap between two own prices',
      prices(priceLines(), priceLines({ from: '2027-01-02', to: '2027-02-01' })),
      'periods_gap',
      '13:11',
      'leaves a gap after 2027-01-01, the first day on which the price before it no longer holds',
    ],
    [
      'own prices that overlap',
      prices(priceLines(), priceLines({ from: '2026-12-31', to: '2027-02-01' })),
      'periods_overlap',
      '13:11',
      'starts within the period from 2026-11-01, given at own.yaml:5:5',
    ],
    [
      'a price 100 times the one of the book',
      prices(rates({ input: '200' })),
      'price_absurd',
      '9:29',
      'input 200 is absurd; the price book has 2',
    ],
    [
      'a negative price',
      prices(rates({ input: '-1' })),
      'file_malformed',
      '9:29',
      'is no decimal from 0 upwards',
    ],
    [
      'a fee that is no price',
      prices(priceLines({ usdPerThousand: '{ webSearch: free }' })),
      'file_malformed',
      '11:34',
      'price "free" is no decimal from 0 upwards',
    ],
    [
      'a class left out that the book prices',
      prices(rates({ cacheWrite1h: '' })),
      'price_missing',
      '9:20',
      'no price of cacheWrite1h; the price book has 4',
    ],
    [
      'a target that the book does not know',
      profiles('mine: global.anthropic.claude-sonnet-55'),
      'profile_unknown',
      '5:9',
      'the price book does not know global.anthropic.claude-sonnet-55; did you mean global.anthropic.claude-sonnet-5-5?',
    ],
    [
      'a target with the prefix of another place',
      profiles('mine: global.claude-opus-4-6'),
      'profile_unknown',
      '5:9',
      'did you mean global.anthropic.claude-opus-4-6-v1?',
    ],
    [
      'a target without its version',
      profiles('mine: amazon.nova-pro-v1'),
      'profile_unknown',
      '5:9',
      'did you mean amazon.nova-pro-v1:0?',
    ],
    [
      'a target like nothing',
      profiles('mine: x'),
      'profile_unknown',
      '5:9',
      'the price book does not know x',
    ],
    [
      'a target that is another profile',
      profiles('mine: ours\n  ours: claude-opus-5'),
      'profile_unknown',
      '5:9',
      'the price book does not know ours',
    ],
    [
      'a target that is itself',
      profiles('mine: mine'),
      'profile_unknown',
      '5:9',
      'the price book does not know mine',
    ],
    [
      'a profile that hides a model',
      profiles('claude-opus-5: claude-haiku-5-5'),
      'id_duplicate',
      '5:3',
      'the price book knows claude-opus-5 already',
    ],
    [
      'a profile that hides a prefixed id',
      profiles('us.anthropic.claude-opus-5: claude-haiku-5-5'),
      'id_duplicate',
      '5:3',
      'knows us.anthropic.claude-opus-5 already',
    ],
  ])('refuses %s', (_, text, code, place, message) => {
    const error = refusalOf(text);
    expect({ code: error.code, place: error.message.slice(0, `own.yaml:${place}: `.length) }).toEqual({
      code,
      place: `own.yaml:${place}: `,
    });
    expect(error.message).toContain(message);
  });
  it('suggests nothing where nothing is near', () => {
    expect(refusalOf(prices(priceLines({ model: 'gpt-9' }))).message).toMatch(/unknown model gpt-9$/);
    expect(refusalOf(profiles('mine: x')).message).toMatch(/does not know x$/);
    expect(refusalOf(prices(priceLines({ model: 'm'.repeat(128) }))).message).toMatch(/m$/);
  });
});
