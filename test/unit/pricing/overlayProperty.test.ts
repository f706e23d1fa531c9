import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COST_CLASSES } from '../../../shared/domain/metrics.ts';
import { parseUsd } from '../../../shared/domain/money.ts';
import { addDays } from '../../../shared/domain/period.ts';
import { TOKEN_CLASSES, type Tokens } from '../../../shared/domain/tokens.ts';
import { matchesModel } from '../../../shared/pricing/modelPattern.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { PriceBookError } from '../../../shared/pricing/priceBookError.ts';
import { type PriceRequest, priceUsage } from '../../../shared/pricing/priceUsage.ts';
import { readPriceOverlay } from '../../../shared/pricing/readPriceOverlay.ts';
import { bookUnder, type OverlaySections } from './overlays.ts';

const BOOK = bundledPriceBook();
const FIRST_DAY = '2026-01-01';
const DAYS = 500;

/** Sonnet 5 and its own rates in USD per million tokens, far from the book's but not absurdly so. */
const OWN_MODEL = 'claude-sonnet-5';
const OWN_USD = { input: '7', cacheRead: '0.7', cacheWrite5m: '8', cacheWrite1h: '12', output: '40' };

const day = fc.nat(DAYS).map((days) => addDays(FIRST_DAY, days));

const days = fc.uniqueArray(day, { minLength: 2, maxLength: 8 }).map((unsorted) => unsorted.toSorted());
/** Periods that follow each other, each from the end of the one before. */
const seamlessPeriods = days.map((sorted) =>
  sorted.slice(1).map((to, index) => ({ from: sorted[index] ?? to, to })),
);
/** Periods that follow each other with and without gaps, as sorted days taken in pairs. */
const periods = days.map((sorted) =>
  sorted.flatMap((from, index) => {
    const to = sorted[index + 1];
    return index % 2 === 0 && to !== undefined ? [{ from, to }] : [];
  }),
);

const scope = fc.constantFrom('api', 'global', 'geo', 'inRegion');
const ownPrices = fc.tuple(scope, seamlessPeriods).map(([ownScope, spans]) =>
  spans.map((span) => ({
    model: OWN_MODEL,
    scope: ownScope,
    usdPerMillion: OWN_USD,
    source: 'contract',
    ...span,
  })),
);

const pattern = fc.constantFrom('*', 'claude-*', 'claude-sonnet-*', 'claude-opus-5', 'amazon.*');
/** Percentages at which every rate of the bundled book stays whole, those of batches included. */
const percent = fc.nat(25).map((quarter) => quarter * 4);
const discounts = fc
  .tuple(periods, fc.array(fc.tuple(pattern, percent), { minLength: 4, maxLength: 4 }))
  .map(([spans, shares]) =>
    spans.map((span, index) => {
      const [models = '*', off = 0] = shares[index] ?? [];
      return { models: [models], percent: String(off), source: 'contract', ...span };
    }),
  );

const profiles = fc.constantFrom({}, { mine: `global.anthropic.${OWN_MODEL}` }, { mine: 'claude-opus-5' });
const overlay = fc.record({ prices: ownPrices, discounts, profiles });

const IDS = [
  ...BOOK.apiModels.keys(),
  ...[...BOOK.bedrockModels.keys()].flatMap((id) => [id, `global.${id}`, `eu.${id}`]),
  // Those that overlays speak of come up more often.
  ...Array.from({ length: 20 }, () => [
    OWN_MODEL,
    `global.anthropic.${OWN_MODEL}`,
    'claude-opus-5',
    'mine',
  ]).flat(),
];
const count = fc.oneof(fc.constant(0), fc.nat(1_000), fc.nat(150_000));
const tokens: fc.Arbitrary<Tokens> = fc.record({
  input: count,
  cacheRead: count,
  cacheWrite5m: count,
  cacheWrite1h: count,
  output: count,
});
/** Any instant, and often one at the edge of a day, where periods begin and end. */
const startedAt = fc
  .tuple(day, fc.oneof(fc.constantFrom(0, 86_399_999), fc.nat(86_399_999)))
  .map(([on, ms]) => new Date(Date.parse(`${on}T00:00:00.000Z`) + ms).toISOString());
const request: fc.Arbitrary<PriceRequest> = fc.record({
  modelId: fc.constantFrom(...IDS),
  region: fc.constantFrom('us-east-1', 'eu-west-1'),
  startedAt,
  serviceTier: fc.constantFrom('standard', 'batch', 'priority'),
  tokens,
});
const requests = fc.array(request, { minLength: 1, maxLength: 20 });

/** The price that a reader of the file works out: own price, else discount, else the price of the book. */
function expectedTotal(sections: Sections, usage: PriceRequest): bigint | undefined {
  const listed = priceUsage(BOOK, usage);
  const on = usage.startedAt.slice(0, 10);
  const holds = ({ from, to }: { from: string; to: string }) => from <= on && on < to;
  const hasOwn = sections.prices.some((price) => price.scope === listed.scope && holds(price));
  if (hasOwn && listed.model === OWN_MODEL && usage.serviceTier !== 'priority') {
    const half = usage.serviceTier === 'batch' ? 2n : 1n;
    return TOKEN_CLASSES.reduce((sum, name) => {
      const picoUsd = BigInt(usage.tokens[name]) * (parseUsd(OWN_USD[name]) ?? 0n);
      return sum + picoUsd / 1_000_000n / half;
    }, 0n);
  }
  if (listed.kind === 'unpriced') return undefined;
  const off = sections.discounts.find(
    (discount) => discount.models.some((name) => matchesModel(name, listed.model)) && holds(discount),
  );
  return (listed.totalPicoUsd * (100n - BigInt(off?.percent ?? '0'))) / 100n;
}

type Sections = Readonly<{
  prices: readonly { scope: string; from: string; to: string }[];
  discounts: readonly { models: readonly string[]; percent: string; from: string; to: string }[];
}>;

function totals(sections: OverlaySections, usages: readonly PriceRequest[]) {
  const book = bookUnder(sections);
  return usages.map((usage) => {
    const price = priceUsage(book, usage);
    return price.kind === 'priced' ? price.totalPicoUsd : undefined;
  });
}

describe('any valid overlay', () => {
  it('prices by its own prices, then its discounts, then the book', () => {
    let changed = 0;
    fc.assert(
      fc.property(fc.record({ prices: ownPrices, discounts }), requests, (sections, usages) => {
        const expected = usages.map((usage) => expectedTotal(sections, usage));
        expect(totals(sections, usages)).toEqual(expected);
        const listed = totals({}, usages);
        changed += expected.filter((total, index) => total !== listed[index]).length;
      }),
      { numRuns: 300 },
    );
    expect(changed).toBeGreaterThan(50);
  });

  it('gives classes that add up to the total and are never negative', () => {
    fc.assert(
      fc.property(overlay, requests, (sections, usages) => {
        const book = bookUnder(sections);
        for (const usage of usages) {
          const price = priceUsage(book, usage);
          if (price.kind === 'unpriced') continue;
          const costs = COST_CLASSES.map((name) => price.costPicoUsd[name]);
          expect(costs.reduce((sum, cost) => sum + cost, 0n)).toBe(price.totalPicoUsd);
          expect(costs.every((cost) => cost >= 0n)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing with a discount of 0', () => {
    fc.assert(
      fc.property(discounts, requests, (given, usages) => {
        const none = given.map((discount) => ({ ...discount, percent: '0' }));
        expect(totals({ discounts: none }, usages)).toEqual(totals({}, usages));
      }),
    );
  });

  it('never makes a request dearer by a higher discount', () => {
    fc.assert(
      fc.property(overlay, fc.nat(25), requests, (sections, more, usages) => {
        const higher = sections.discounts.map((discount) => {
          const raised = Math.min(100, Number(discount.percent) + more * 4);
          return { ...discount, percent: String(raised) };
        });
        const before = totals(sections, usages);
        const after = totals({ ...sections, discounts: higher }, usages);
        for (const [index, total] of before.entries()) {
          expect(after[index] === undefined).toBe(total === undefined);
          if (total !== undefined) expect(after[index]).toBeLessThanOrEqual(total);
        }
      }),
    );
  });
});

describe('any text', () => {
  it('is read as an overlay or refused with its place, and nothing else', () => {
    const line = fc.constantFrom(
      'currency: USD',
      'prices:',
      'discounts:',
      'profiles: {}',
      '  - model: claude-opus-5',
      '    from: 2026-11-01',
      '  - { models: ["*"], percent: 5 }',
      '  x: &a [*a]',
      '? {',
      '"',
      '--- !!map',
    );
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(line).map((lines) => lines.join('\n')),
    );
    fc.assert(
      fc.property(text, (given) => {
        try {
          expect(readPriceOverlay(given, 'own.yaml').prices).toBeInstanceOf(Array);
        } catch (error) {
          if (!(error instanceof PriceBookError)) throw error;
          expect(error.message).toMatch(/^own\.yaml:\d+:\d+: ./s);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
