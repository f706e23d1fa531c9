import { describe, expect, it } from 'vitest';
import { NO_TOKENS } from '../../../shared/domain/tokens.ts';
import { identifyModel } from '../../../shared/pricing/modelIdentity.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { applyOverlay } from '../../../shared/pricing/priceOverlay.ts';
import { priceUsage } from '../../../shared/pricing/priceUsage.ts';
import { readPriceOverlay } from '../../../shared/pricing/readPriceOverlay.ts';
import { bookUnder, DISCOUNT, OWN_PRICE, overlayText } from './overlays.ts';
import { ON_A_DAY, total } from './totals.ts';

const SONNET = 'global.anthropic.claude-sonnet-5-5';

describe('a profile', () => {
  const ARN = 'arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/a1b2c3';
  const book = bookUnder({
    prices: [OWN_PRICE],
    profiles: {
      [ARN]: SONNET,
      'our-model': 'claude-opus-5',
      'arn:aws:bedrock:us-west-2:1:x/n': 'amazon.nova-pro-v1:0',
    },
  });

  it('prices its id as what it stands for, own prices included', () => {
    expect(identifyModel(book, ARN, 'eu-west-1')).toMatchObject({
      isKnown: true,
      model: 'claude-sonnet-5-5',
      scope: 'global',
    });
    expect(total(book, ARN, { region: 'eu-west-1' })).toBe('1.8');
    expect(total(book, 'our-model')).toBe('5');
  });

  it('is in the region of its ARN, not in the one that was logged', () => {
    expect(total(book, 'arn:aws:bedrock:us-west-2:1:x/n', { region: 'eu-west-1' })).toBe('0.8');
  });

  it('is remembered, so that it is worked out once', () => {
    expect(identifyModel(book, ARN)).toBe(identifyModel(book, ARN));
  });

  it.each([`${ARN}d`, ARN.slice(0, -1), 'OUR-MODEL', 'us.our-model'])('does not make %s known', (modelId) => {
    expect(total(book, modelId)).toBe('unknown_model');
  });
});

describe('the book under an overlay', () => {
  const version = (sections: Parameters<typeof bookUnder>[0]) => bookUnder(sections).version;

  it('has a version of the book and eight hex digits, which every record carries', () => {
    const book = bookUnder({ prices: [OWN_PRICE] });
    expect(book.version).toMatch(/^2026-\d\d-\d\d-[0-9a-f]{8}\+[0-9a-f]{8}$/);
    expect(book.version.split('+')[0]).toBe(bundledPriceBook().version);
    const price = priceUsage(book, { ...ON_A_DAY, modelId: SONNET, tokens: NO_TOKENS });
    expect(price.priceVersion).toBe(book.version);
  });

  it('has the same version when layout, order, titles or zeros differ', () => {
    const both = { prices: [OWN_PRICE, { ...OWN_PRICE, scope: 'geo' }], discounts: [DISCOUNT] };
    const same = [
      { ...both, prices: both.prices.toReversed() },
      { ...both, discounts: [{ ...DISCOUNT, percent: '10.00' }] },
      { ...both, sources: { contract: { title: 'The same, checked again', checked: '2026-11-20' } } },
      `# A comment\n\n${overlayText(both)}`,
    ];
    for (const other of same) expect(version(other)).toBe(version(both));
  });

  it.each([
    ['a price', { prices: [{ ...OWN_PRICE, usdPerMillion: { ...OWN_PRICE.usdPerMillion, input: '1.7' } }] }],
    ['a period', { prices: [{ ...OWN_PRICE, to: '2027-01-02' }] }],
    ['a scope', { prices: [{ ...OWN_PRICE, scope: 'geo' }] }],
    ['a band', { prices: [{ ...OWN_PRICE, promptTokensAbove: '5' }] }],
    ['a percentage', { discounts: [{ ...DISCOUNT, percent: '20' }] }],
    ['the scope of a discount', { discounts: [{ ...DISCOUNT, scope: 'geo' }] }],
    ['the period of a discount', { discounts: [{ ...DISCOUNT, to: '2027-10-02' }] }],
    ['a model of a discount', { discounts: [{ ...DISCOUNT, models: ['claude-opus-5-5'] }] }],
    ['a profile', { profiles: { mine: 'claude-opus-5' } }],
    ['everything', { prices: [], discounts: [] }],
  ])('has another version when %s differs', (_, changes) => {
    const sections = { prices: [OWN_PRICE], discounts: [DISCOUNT] };
    expect(version({ ...sections, ...changes })).not.toBe(version(sections));
  });

  it('leaves the book that it was made of as it was', () => {
    const before = bundledPriceBook();
    const snapshot = [before.version, total(before, SONNET), before.sources.size, before.profiles.size];
    bookUnder({ prices: [OWN_PRICE], discounts: [DISCOUNT], profiles: { mine: 'claude-opus-5' } });
    expect([before.version, total(before, SONNET), before.sources.size, before.profiles.size]).toEqual(
      snapshot,
    );
    expect(total(before, 'mine')).toBe('unknown_model');
  });

  it('shares the models that the overlay does not touch', () => {
    const book = bookUnder({ prices: [OWN_PRICE] });
    const changed = book.models.filter((model) => !bundledPriceBook().models.includes(model));
    expect(changed.map(({ model }) => model)).toEqual(['claude-sonnet-5-5']);
  });

  it('can be laid under another overlay', () => {
    const first = bookUnder({ profiles: { mine: 'claude-opus-5' } });
    const sections = {
      sources: { offer: { title: 'A second offer', checked: '2026-11-01' } },
      discounts: [{ ...DISCOUNT, source: 'offer' }],
      profiles: { ours: 'mine' },
    };
    const second = readPriceOverlay(overlayText(sections), 'second.yaml');
    const book = applyOverlay(first, second);
    expect([total(book, 'mine'), total(book, 'ours')]).toEqual(['4.5', '4.5']);
  });
});
