import { describe, expect, it } from 'vitest';
import { readPriceOverlay } from '../../../shared/pricing/readPriceOverlay.ts';
import { refusalOf } from './overlays.ts';

const SOUND = `currency: USD
sources:
  contract: { title: "Private offer 2026-114", checked: 2026-10-01 }
discounts:  # percent off the list price
  - { models: ["claude-opus-*", claude-sonnet-5], percent: 12.50, from: 2026-10-01, to: 2027-10-01, source: contract }
  - models: [amazon.nova-lite-v1]
    percent: "4"
    scope: geo
    source: contract
prices:
  - model: claude-sonnet-5-5
    scope: global
    from: 2026-11-01
    to: 2027-01-01
    usdPerMillion: { input: "1.80", cacheRead: .09, cacheWrite5m: 2.25, cacheWrite1h: 3.6, output: 9 }
    source: contract
  - model: amazon.nova-pro-v1
    scope: geo
    regionGroup: eu
    from: 2026-11-01
    promptTokensAbove: 200000
    usdPerMillion: { input: 1, output: "4" }
    source: contract
profiles:
  our-model: global.anthropic.claude-sonnet-5-5
`.replace('.09', '0.09');

/** The sound text with one part replaced. */
function textWith(part: string, replacement: string): string {
  expect(SOUND.split(part)).toHaveLength(2);
  return SOUND.replace(part, replacement);
}

describe('readPriceOverlay', () => {
  it('reads decimals as they were written, quoted or not', () => {
    const { sources, discounts, prices, profiles } = readPriceOverlay(SOUND, 'own.yaml');
    expect(Object.fromEntries(sources)).toEqual({
      contract: { title: 'Private offer 2026-114', checked: '2026-10-01' },
    });
    expect(discounts).toEqual([
      {
        models: ['claude-opus-*', 'claude-sonnet-5'],
        picoPercent: 12_500_000_000_000n,
        from: '2026-10-01',
        to: '2027-10-01',
        source: 'contract',
      },
      {
        models: ['amazon.nova-lite-v1'],
        picoPercent: 4_000_000_000_000n,
        scope: 'geo',
        from: '0000-01-01',
        to: null,
        source: 'contract',
      },
    ]);
    expect(prices).toEqual([
      {
        model: 'claude-sonnet-5-5',
        scope: 'global',
        from: '2026-11-01',
        to: '2027-01-01',
        promptTokensAbove: 0,
        usdPerMillion: {
          input: '1.8',
          cacheRead: '0.09',
          cacheWrite5m: '2.25',
          cacheWrite1h: '3.6',
          output: '9',
        },
        source: 'contract',
      },
      {
        model: 'amazon.nova-pro-v1',
        scope: 'geo',
        regionGroup: 'eu',
        from: '2026-11-01',
        to: null,
        promptTokensAbove: 200_000,
        usdPerMillion: { input: '1', output: '4' },
        source: 'contract',
      },
    ]);
    expect([...profiles]).toEqual([['our-model', 'global.anthropic.claude-sonnet-5-5']]);
  });

  it('keeps digits that a float would lose', () => {
    const text = textWith('12.50', '0.100000000001');
    expect(readPriceOverlay(text, 'own.yaml').discounts[0]?.picoPercent).toBe(100_000_000_001n);
  });

  it.each([
    ['nothing but the currency', 'currency: USD'],
    ['sections without an entry', 'currency: USD\nsources:\ndiscounts:\nprices:\nprofiles:\n'],
    ['Windows line ends', 'currency: USD\r\nprices: []\r\n'],
  ])('takes a file with %s', (_, text) => {
    expect(readPriceOverlay(text, 'own.yaml')).toMatchObject({ discounts: [], prices: [] });
  });

  it.each([
    ['0', 0n],
    ['100', 100_000_000_000_000n],
    ['99.999999999999', 99_999_999_999_999n],
  ])('takes a discount of %s percent', (percent, picoPercent) => {
    const text = textWith('12.50', percent);
    expect(readPriceOverlay(text, 'own.yaml').discounts[0]?.picoPercent).toBe(picoPercent);
  });

  it.each([
    // part of the sound text, what stands there instead, place, message
    ['12.50', '100.000000000001', '5:60', '"100.000000000001" is no percentage from 0 to 100'],
    ['12.50', '101', '5:60', '"101" is no percentage from 0 to 100'],
    ['12.50', '-0.5', '5:60', '"-0.5" is no percentage from 0 to 100'],
    ['12.50', '-0', '5:60', '"-0" is no percentage from 0 to 100'],
    ['12.50', '12.5%', '5:60', '"12.5%" is no percentage from 0 to 100'],
    ['12.50', '1e1', '5:60', '"1e1" is no percentage from 0 to 100'],
    ['"1.80"', '"-1.8"', '15:29', 'price "-1.8" is no decimal from 0 upwards'],
    ['"1.80"', '-0', '15:29', 'price "-0" is no decimal from 0 upwards'],
    ['"1.80"', '1,8', '15:31', 'unknown key 8'],
    ['"1.80"', '"1,8"', '15:29', 'price "1,8" is no decimal from 0 upwards'],
    ['"1.80"', '$1.80', '15:29', 'price "$1.80" is no decimal from 0 upwards'],
    ['"1.80"', '.8', '15:29', 'price ".8" is no decimal from 0 upwards'],
    ['"1.80"', '0x10', '15:29', 'price "0x10" is no decimal from 0 upwards'],
    ['"1.80"', 'null', '15:29', 'price "null" is no decimal from 0 upwards'],
    ['"1.80"', '', '15:29', 'price "" is no decimal from 0 upwards'],
    ['scope: global', 'scope: globl', '12:12', 'unknown scope globl; did you mean global?'],
    ['scope: geo\n    source', 'scope: moon\n    source', '8:12', 'unknown scope moon'],
    ['regionGroup: eu', 'regionGroup: us-east', '19:18', 'unknown group of regions us-east'],
    ['scope: geo\n    regionGroup', 'scope: global\n    regionGroup', '19:18', 'only geo and inRegion have'],
    [
      'promptTokensAbove',
      'promptTokenAbove',
      '21:5',
      'unknown key promptTokenAbove; did you mean promptTokensAbove?',
    ],
    [
      '    source: contract\n  - model: amazon',
      '    sauce: contract\n  - model: amazon',
      '16:5',
      'unknown key sauce; did you mean source?',
    ],
    [
      'cacheWrite5m: 2.25',
      'cacheWrite10m: 2.25',
      '15:54',
      'unknown key cacheWrite10m; did you mean cacheWrite5m?',
    ],
    ['profiles:', 'profile:', '24:1', 'unknown key profile; did you mean profiles?'],
    ['checked:', 'read:', '3:48', 'unknown key read'],
    ['checked: 2026-10-01', 'checked: 2026-02-29', '3:57', 'give a day that exists, as YYYY-MM-DD'],
    [
      'from: 2026-11-01\n    to',
      'from: 1 November\n    to',
      '13:11',
      'give a day that exists, as YYYY-MM-DD',
    ],
    ['to: 2027-01-01', 'to: 2026-11-01', '14:9', '2026-11-01 is not after 2026-11-01'],
    ['to: 2027-01-01', 'to: 2026-10-31', '14:9', '2026-10-31 is not after 2026-11-01'],
    ['to: 2027-10-01', 'to: 2026-10-01', '5:89', '2026-10-01 is not after 2026-10-01'],
    ['claude-opus-*', 'claude-*-5', '5:16', 'a pattern may have one * only, at its end'],
    ['claude-opus-*', 'claude-**', '5:16', 'a pattern may have one * only, at its end'],
    ['200000', 'many', '21:24', '"many" is no number of tokens'],
    ['200000', '200_000', '21:24', '"200_000" is no number of tokens'],
    ['200000', '-1', '21:24', '"-1" is no number of tokens'],
    ['200000', '100000001', '21:24', '"100000001" is no number of tokens'],
    ['currency: USD', 'currency: EUR', '1:11', 'prices are kept in USD; write currency: USD'],
    ['currency: USD\n', '', '1:1', 'prices are kept in USD; write currency: USD'],
    ['our-model:', '"our#model":', '25:3', 'profiles: the id holds a # or a control character'],
    ['our-model:', '"":', '25:3', 'profiles: the id is empty'],
    ['contract: {', '"con#tract": {', '3:3', 'sources: the id holds a # or a control character'],
  ])('refuses %j as %j at %s', (part, replacement, place, message) => {
    const error = refusalOf(textWith(part, replacement));
    expect(error.code).toBe('file_malformed');
    expect(error.message.slice(0, `own.yaml:${place}: `.length)).toBe(`own.yaml:${place}: `);
    expect(error.message).toContain(message);
  });

  it.each([
    ['a missing key', 'currency: USD\nprices:\n  - model: m\n', '3:5', 'prices.0.scope'],
    ['a list for a section', 'currency: USD\nprofiles: [a]\n', '2:11', 'profiles'],
    ['a text for a list', 'currency: USD\nprices: none\n', '2:9', 'prices'],
    [
      'no models',
      'currency: USD\ndiscounts: [{ models: [], percent: 1, source: s }]\n',
      '2:23',
      'discounts.0.models',
    ],
    ['a list', '- currency: USD\n', '1:1', ''],
    ['a bare text', 'currency USD\n', '1:1', ''],
    ['nothing', '', '1:1', 'currency'],
    ['only a comment', '# none yet\n', '1:1', 'currency'],
    ['a key twice', 'currency: USD\nprices: []\nprices: []\n', '3:1', 'Map keys must be unique'],
    ['an open quote', 'currency: "USD\n', '2:1', 'Missing closing "quote'],
    ['a tab for indentation', 'currency: USD\nsources:\n\tcontract: x\n', '3:1', 'Tabs are not allowed'],
    ['two documents', 'currency: USD\n---\ncurrency: USD\n', '2:1', 'a second document starts here'],
    ['a tag', 'currency: !!int 5\n', '1:11', 'Unresolved tag'],
    ['an alias', 'currency: &usd USD\nsources: *usd\n', '2:10', 'aliases are not read'],
    ['an alias of nothing', 'currency: *usd\n', '1:11', 'aliases are not read'],
    ['a list for a key', 'currency: USD\n? [a]\n: b\n', '2:3', 'a key must be a text'],
  ])('refuses %s, and says where', (_, text, place, message) => {
    const error = refusalOf(text);
    expect(error.code).toBe('file_malformed');
    expect(error.message.slice(0, `own.yaml:${place}: `.length)).toBe(`own.yaml:${place}: `);
    expect(error.message).toContain(message);
  });

  it.each([
    [256, true],
    [257, false],
  ])('takes a profile id of %i bytes: %s', (length, isTaken) => {
    const text = textWith('our-model', 'p'.repeat(length));
    const attempt = () => readPriceOverlay(text, 'own.yaml');
    if (isTaken) expect(attempt().profiles.size).toBe(1);
    else expect(attempt).toThrow(/^own\.yaml:25:3: /);
  });

  it.each([
    [1_048_576, true],
    [1_048_577, false],
  ])('takes a file of %i characters: %s', (length, isTaken) => {
    const text = SOUND.padEnd(length, ' ');
    const attempt = () => readPriceOverlay(text, 'own.yaml');
    if (isTaken) expect(attempt().prices).toHaveLength(2);
    else expect(attempt).toThrow('own.yaml: is longer than 1048576 characters');
  });
});
