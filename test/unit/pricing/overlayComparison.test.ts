import { describe, expect, it } from 'vitest';
import { priceLines, prices, rates } from './overlayLines.ts';
import { bookUnder, OWN_PRICE, refusalOf } from './overlays.ts';

describe('own prices beside each other', () => {
  const OWN = '2026-11-01';
  it.each([
    // from and to of the second price; the first holds from 2026-11-01 and before 2027-01-01.
    ['2026-12-31', '2027-02-01', true],
    ['2027-01-01', '2027-02-01', false],
    ['2026-10-01', '2026-11-02', true],
    ['2026-10-01', '2026-11-01', false],
    [OWN, '2027-01-01', true],
    ['2026-11-10', '2026-11-20', true],
    ['2026-10-01', '2027-02-01', true],
  ])('with a second price from %s to %s refuses: %s', (from, to, isRefused) => {
    const text = prices(priceLines(), priceLines({ from, to }));
    if (!isRefused) {
      expect(bookUnder(text).version).toContain('+');
      return;
    }
    const error = refusalOf(text);
    expect(error.code).toBe('periods_overlap');
    // Named is the one that starts later, wherever it stands.
    const [later, earlier] = from < OWN ? ['7:11', '11:5'] : ['13:11', '5:5'];
    const [laterFrom, earlierFrom] = from < OWN ? [OWN, from] : [from, OWN];
    expect(error.message).toBe(
      `own.yaml:${later}: claude-sonnet-5-5, global, from ${laterFrom}, above 0: ` +
        `starts within the period from ${earlierFrom}, given at own.yaml:${earlier}`,
    );
  });
  it.each([
    ['another scope', { scope: 'geo' }],
    ['another band', { promptTokensAbove: '200000' }],
    ['another model', { model: 'claude-sonnet-5' }],
  ])('takes the same period for %s', (_, changes) => {
    expect(bookUnder(prices(priceLines(), priceLines(changes))).version).toContain('+');
  });
  it('refuses a price for a group of regions beside one for all of them', () => {
    const geo = { scope: 'geo' };
    const error = refusalOf(prices(priceLines(geo), priceLines({ ...geo, regionGroup: 'eu' })));
    expect(error.message).toContain('claude-sonnet-5-5, geo/eu, from 2026-11-01, above 0: starts within');
  });
});

describe('an own price beside the price of the book', () => {
  it.each([
    // The book says 2; 100 times that is 200, a hundredth is 0.02.
    ['input', '199.999998', false],
    ['input', '200', true],
    ['input', '200.000002', true],
    ['input', '0.020002', false],
    ['input', '0.02', true],
    ['input', '0.019998', true],
    ['input', '0', true],
    ['input', '2', false],
    ['output', '1000', true],
    ['cacheRead', '0.001', true],
  ])('with %s at %s refuses it as absurd: %s', (tokenClass, usd, isRefused) => {
    const text = prices(rates({ [tokenClass]: usd }));
    if (!isRefused) {
      expect(bookUnder(text).version).toContain('+');
      return;
    }
    const error = refusalOf(text);
    expect(error.code).toBe('price_absurd');
    expect(error.message).toMatch(/^own\.yaml:9:\d+: claude-sonnet-5-5, global, from 2026-11-01, above 0: /);
    expect(error.message).toContain(`${tokenClass} ${usd} is absurd; the price book has `);
  });
  it.each([
    // Which row of the book a price is compared with: its scope, its band, its time.
    [
      'the cache read before it fell',
      {
        from: '2026-10-01',
        to: '2026-10-07',
        usdPerMillion: '{ input: 2, cacheRead: 20, cacheWrite5m: 2.5, cacheWrite1h: 4, output: 10 }',
      },
      'the price book has 0.2',
    ],
    [
      'the cache read after it fell',
      {
        from: '2026-10-07',
        usdPerMillion: '{ input: 2, cacheRead: 20, cacheWrite5m: 2.5, cacheWrite1h: 4, output: 10 }',
      },
      'the price book has 0.1',
    ],
    [
      'the first price when there was none yet',
      {
        from: '2026-01-01',
        usdPerMillion: '{ input: 2, cacheRead: 20, cacheWrite5m: 2.5, cacheWrite1h: 4, output: 10 }',
      },
      'the price book has 0.2',
    ],
    [
      'its own scope',
      {
        scope: 'geo',
        usdPerMillion: '{ input: 220, cacheRead: 0.1, cacheWrite5m: 2.5, cacheWrite1h: 4, output: 10 }',
      },
      'the price book has 2.2',
    ],
    [
      'another scope when the book has not its own',
      {
        scope: 'gov',
        usdPerMillion: '{ input: 200, cacheRead: 0.1, cacheWrite5m: 2.5, cacheWrite1h: 4, output: 10 }',
      },
      'the price book has 2',
    ],
    [
      'its own band',
      {
        model: 'claude-haiku-5-5',
        promptTokensAbove: '100000',
        usdPerMillion: '{ input: 50, cacheRead: 0.1, cacheWrite5m: 2.5, cacheWrite1h: 4, output: 10 }',
      },
      'the price book has 0.5',
    ],
    [
      'the lowest band',
      {
        model: 'claude-haiku-5-5',
        usdPerMillion: '{ input: 10, cacheRead: 0.1, cacheWrite5m: 2.5, cacheWrite1h: 4, output: 10 }',
      },
      'the price book has 0.1',
    ],
    [
      'its own group of regions',
      {
        model: 'amazon.nova-pro-v1',
        scope: 'geo',
        regionGroup: 'eu',
        usdPerMillion: '{ input: 105, output: 4 }',
      },
      'the price book has 1.05',
    ],
  ])('compares with %s', (_, changes, message) => {
    const error = refusalOf(prices(priceLines(changes)));
    expect(error.code).toBe('price_absurd');
    expect(error.message).toMatch(new RegExp(`${message.replace('.', '\\.')}$`));
  });
  it('takes a price of nothing only where the book has one', () => {
    const titan = { ...OWN_PRICE, model: 'amazon.titan-embed-text-v1', scope: 'inRegion' };
    const withOutput = (output: string) => ({
      prices: [{ ...titan, usdPerMillion: { input: '0.09', output } }],
    });
    expect(bookUnder(withOutput('0')).version).toContain('+');
    expect(refusalOf(withOutput('0.000002')).code).toBe('price_absurd');
  });
});
