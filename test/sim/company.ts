import type { Random } from '../../infra/local/sample/random.ts';
import { compilePriceBook, type PriceBook } from '../../shared/pricing/priceBook.ts';
import { readPriceBookFile } from '../../shared/pricing/priceBookFile.ts';

/** A person of the simulated company. One without a team is not in the directory. */
export type Person = Readonly<{ user: string; team: string | undefined }>;

export type Company = Readonly<{ people: readonly Person[]; teams: readonly string[] }>;

/** What a token costs, in pico-USD by class; a model's name is not always the id it is logged by. */
export type SimPrice = Readonly<{ model: string; rates: readonly [bigint, bigint, bigint, bigint, bigint] }>;

/** Prices by logged model id. An id that is missing has no price, and its own text is then its name. */
export type SimPrices = Readonly<Record<string, SimPrice>>;

export const MODELS = [
  ['vendor.sim-large-v1', 93],
  ['vendor.sim-small-v1', 5],
  ['vendor.sim-new-v1', 2],
] as const;

const large: SimPrice = {
  model: 'sim-large',
  rates: [3_000_000n, 300_000n, 3_750_000n, 6_000_000n, 15_000_000n],
};

/** The prices at first: of the small model one is wrong, and the new model is not there yet. */
export const FIRST_PRICES: SimPrices = {
  'vendor.sim-large-v1': large,
  'vendor.sim-small-v1': { model: 'sim-small', rates: [250_000n, 30_000n, 310_000n, 500_000n, 1_250_000n] },
};

/** The prices after the change, half-way through. */
export const SECOND_PRICES: SimPrices = {
  'vendor.sim-large-v1': large,
  'vendor.sim-small-v1': { model: 'sim-small', rates: [250_000n, 25_000n, 310_000n, 500_000n, 1_250_000n] },
  'vendor.sim-new-v1': {
    model: 'sim-new',
    rates: [1_000_001n, 100_000n, 1_250_000n, 2_000_000n, 5_000_003n],
  },
};

const TOKEN_CLASSES = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output'] as const;
const PICO_USD_PER_MICRO = 1_000_000n;

/** The product's own price book with these prices. A pico-USD for a token is a micro-USD for a million. */
export function priceBookOf(prices: SimPrices, version: string): PriceBook {
  return compilePriceBook(
    readPriceBookFile({
      version,
      sources: { simulation: { title: 'Simulated prices', checked: '2026-01-01' } },
      models: Object.entries(prices).map(([id, { model, rates }]) => ({
        model,
        vendor: 'vendor',
        bedrockIds: [id],
        apiIds: [],
        serviceTiers: ['standard'],
        rows: [
          {
            scope: 'inRegion',
            from: '2020-01-01',
            to: null,
            promptTokensAbove: 0,
            usdPerMillion: Object.fromEntries(
              TOKEN_CLASSES.map((name, index) => [name, usdText(rates[index] ?? 0n)]),
            ),
            source: 'simulation',
            isVerified: true,
          },
        ],
      })),
    }),
  );
}

function usdText(picoUsd: bigint): string {
  const fraction = (picoUsd % PICO_USD_PER_MICRO).toString().padStart(6, '0');
  return `${picoUsd / PICO_USD_PER_MICRO}.${fraction}`;
}

/** A few teams, each with a few people, and one person whom the directory does not know. */
export function makeCompany(
  random: Random,
  size: Readonly<{ teams: number; maxPeoplePerTeam: number }>,
): Company {
  const teams = Array.from({ length: size.teams }, (_, index) => `team-${index}`);
  const people = teams.flatMap((team) =>
    Array.from({ length: random.int(2, size.maxPeoplePerTeam) }, (_, index): Person => {
      return { user: `user-${index}@${team}.example`, team };
    }),
  );
  return { teams, people: [...people, { user: 'guest@example.com', team: undefined }] };
}
