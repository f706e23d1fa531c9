import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { json, OWN, output, VERSION } from './runPrices.ts';

describe('prices list', () => {
  it('shows the prices in force today, one row for a model and scope', async () => {
    expect(await output('list', '--model', 'claude-opus-5')).toBe(
      `Prices in force on 2026-11-23 (UTC), USD per million tokens, price book ${VERSION}
  MODEL          SCOPE     PROMPT ABOVE  INPUT  CACHE READ  WRITE 5M  WRITE 1H  OUTPUT  SINCE       SOURCE          NOTES
  claude-opus-5  api                         5         0.5      6.25        10      25  2026-07-24  anthropic_page
  claude-opus-5  global                      5         0.5      6.25        10      25  2026-07-24  genai_prices
  claude-opus-5  geo                       5.5        0.55     6.875        11    27.5  2026-07-24  genai_prices
  claude-opus-5  inRegion                  5.5        0.55     6.875        11    27.5  2026-07-24  genai_prices
`,
    );
  });

  it('shows prompt bands, classes without a price, and what was not verified', async () => {
    const haiku = await output('list', '--model', 'claude-haiku-5-5');
    expect(haiku).toMatch(/ api +0\.1 +0\.01 .*\n.* api +100,000 +0\.5 +0\.05 /);
    const nova = await output('list', '--model', 'amazon.nova-micro-v1');
    expect(nova).toMatch(/geo\/us +0\.035 +0\.00875 +0\.035 +- +0\.14 .*not verified\n/);
  });

  it.each([
    // Sonnet 5.5 came on 2026-09-28, and its cache read fell on 2026-10-07.
    ['2026-09-27', []],
    ['2026-09-28', ['0.2', '0.2', '0.22', '0.22']],
    ['2026-10-06', ['0.2', '0.2', '0.22', '0.22']],
    ['2026-10-07', ['0.1', '0.1', '0.11', '0.11']],
  ])('lists what held on %s', async (date, cacheReads) => {
    const text = await output('list', '--date', date, '--model', 'claude-sonnet-5-5', '--json');
    const prices = z
      .object({
        day: z.literal(date),
        prices: z.array(z.object({ usdPerMillion: z.object({ cacheRead: z.string() }) })),
      })
      .parse(json(text)).prices;
    expect(prices.map(({ usdPerMillion }) => usdPerMillion.cacheRead)).toEqual(cacheReads);
  });

  it('says so when no price was in force', async () => {
    expect(await output('list', '--date', '2020-01-01')).toMatch(
      /^Prices in force on 2020-01-01 .*\n {2}\(none\)\n$/,
    );
  });

  it('lists every model without a pattern, and those that a pattern starts', async () => {
    const models = async (...args: readonly string[]) => {
      const schema = z.object({ prices: z.array(z.object({ model: z.string() })) });
      const { prices } = schema.parse(json(await output('list', '--json', ...args)));
      return [...new Set(prices.map(({ model }) => model))];
    };
    expect(await models()).toEqual(bundledPriceBook().models.map(({ model }) => model));
    expect(await models('--model', 'claude-sonnet-5*')).toEqual(['claude-sonnet-5-5', 'claude-sonnet-5']);
  });

  it('lists own prices and discounts, with where they come from', async () => {
    const sonnet = json(await output('list', '--prices', OWN, '--model', 'claude-sonnet-5-5', '--json'));
    expect(sonnet).toMatchObject({
      priceBook: expect.stringMatching(/\+[0-9a-f]{8}$/),
      prices: expect.arrayContaining([
        {
          model: 'claude-sonnet-5-5',
          scope: 'global',
          promptTokensAbove: 0,
          from: '2026-11-01',
          to: '2027-01-01',
          usdPerMillion: {
            input: '1.8',
            cacheRead: '0.09',
            cacheWrite5m: '2.25',
            cacheWrite1h: '3.6',
            output: '9',
          },
          source: 'contract',
          checked: '2026-10-01',
          isVerified: true,
        },
      ]),
    });
    const opus = await output('list', '--prices', OWN, '--model', 'claude-opus-5');
    expect(opus).toMatch(
      /api +4\.5 +0\.45 +5\.625 +9 +22\.5 +2026-10-01 +anthropic_page +10 percent off \(contract\)\n/,
    );
    const opusJson = await output('list', '--prices', OWN, '--model', 'claude-opus-5', '--json');
    expect(json(opusJson)).toMatchObject({
      prices: [{ discount: { percent: '10', source: 'contract' } }, {}, {}, {}],
    });
  });
});

describe('prices show', () => {
  it('shows all periods of a model with source, day of the check and notes', async () => {
    const text = await output('show', 'claude-sonnet-5-5');
    const [title, ids, tiers, head, ...rows] = text.trimEnd().split('\n');
    expect([title, ids, tiers]).toEqual([
      `claude-sonnet-5-5 (anthropic), USD per million tokens, price book ${VERSION}`,
      'Ids: anthropic.claude-sonnet-5-5, claude-sonnet-5-5',
      'Service tiers: standard, batch',
    ]);
    expect(head).toMatch(/SCOPE +FROM +TO +PROMPT ABOVE +INPUT .* SOURCE +CHECKED +VERIFIED +NOTES/);
    expect(rows).toHaveLength(8);
    expect(rows[0]).toMatch(
      /api +2026-09-28 +2026-10-07 +2 +0\.2 +2\.5 +4 +10 +anthropic_page +2026-10-24 +yes +US inference x 1\.1, web search 0\.01$/,
    );
    expect(rows[3]).toMatch(/global +2026-10-07 {2,}2 +0\.1 .* no +that Bedrock followed/);
  });

  it.each(['global.anthropic.claude-sonnet-5-5', 'anthropic.claude-sonnet-5-5', 'our-model'])(
    'knows a model by its id %s',
    async (id) => {
      const text = await output('show', id, '--prices', OWN, '--json');
      expect(json(text)).toMatchObject({ model: 'claude-sonnet-5-5', vendor: 'anthropic' });
    },
  );

  it('shows an own price in the place of the period that it cuts out', async () => {
    const schema = z.object({
      prices: z.array(
        z.object({ scope: z.string(), from: z.string(), to: z.string().nullable(), source: z.string() }),
      ),
    });
    const { prices } = schema.parse(
      json(await output('show', 'claude-sonnet-5-5', '--prices', OWN, '--json')),
    );
    const global = prices.filter(({ scope }) => scope === 'global');
    expect(global.map(({ from, to, source }) => [from, to, source])).toEqual([
      ['2026-09-28', '2026-10-07', 'aws_price_list'],
      ['2026-10-07', '2026-11-01', 'anthropic_page'],
      ['2026-11-01', '2027-01-01', 'contract'],
      ['2027-01-01', null, 'anthropic_page'],
    ]);
  });
});
