import type { Metrics } from '../../shared/domain/metrics.ts';

const COUNTERS = ['requests', 'throttled', 'blocked', 'failed', 'unpriced', 'estimated'] as const;
const TOKENS = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output'] as const;
const COSTS = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output', 'webSearch'] as const;

/**
 * What each place of a list of figures is: counts, tokens, and costs in pico-USD. The last is used where the
 * figures are those of one hour, which has requests and a cost and nothing else.
 */
export const FIGURE_NAMES: readonly string[] = [
  ...COUNTERS,
  ...TOKENS.map((name) => `${name} tokens`),
  ...COSTS.map((name) => `${name} pico-USD`),
  'hour pico-USD',
];

/** The figures of a line or a total as plain whole numbers, so that adding them up is all there is to do. */
export type Figures = readonly bigint[];

export const NO_FIGURES: Figures = FIGURE_NAMES.map(() => 0n);
export const FIRST_TOKEN = COUNTERS.length;
export const FIRST_COST = COUNTERS.length + TOKENS.length;

type Counted = Pick<Metrics, (typeof COUNTERS)[number] | 'tokens' | 'costPicoUsd'>;

/** What is known of a line, a total or a record; `hours` as `Metrics` has them. */
export type HourlyMetrics = Counted & Pick<Metrics, 'hours'>;
type SignedMetrics = Readonly<{ metrics: HourlyMetrics; sign?: 1n | -1n }>;

export function figuresOf({ tokens, costPicoUsd, ...counters }: Counted): Figures {
  return [
    ...COUNTERS.map((name) => BigInt(counters[name])),
    ...TOKENS.map((name) => BigInt(tokens[name])),
    ...COSTS.map((name) => costPicoUsd[name]),
    0n,
  ];
}

/** Where the figures of an hour of a line or total are kept: beside those of its day. */
export function hourName(name: string, hour: number): string {
  return `${name}@@${String(hour).padStart(2, '0')}`;
}

export function hourFigures(requests: bigint, costPicoUsd: bigint): Figures {
  return FIGURE_NAMES.map((_name, index) => {
    if (index === 0) return requests;
    return index === FIGURE_NAMES.length - 1 ? costPicoUsd : 0n;
  });
}

export function addFigures(a: Figures, b: Figures): Figures {
  return a.map((figure, index) => figure + (b[index] ?? 0n));
}

export function isNothing(figures: Figures): boolean {
  return figures.every((figure) => figure === 0n);
}

export function costOf(figures: Figures): bigint {
  return figures.slice(FIRST_COST).reduce((sum, cost) => sum + cost, 0n);
}

/** Adds what a line, a total or a correction says (or takes it off) under its name, and under those of its hours. */
export function addMetrics(sums: Sums, name: string, { metrics, sign = 1n }: SignedMetrics): void {
  const signed = (figures: Figures) => (sign === 1n ? figures : figures.map((figure) => -figure));
  sums.add(name, signed(figuresOf(metrics)));
  for (const { hour, requests, costPicoUsd } of metrics.hours) {
    sums.add(hourName(name, hour), signed(hourFigures(BigInt(requests), costPicoUsd)));
  }
}

/** Sums by name. Adding in place is what makes a million records affordable. */
export class Sums {
  readonly #sums = new Map<string, bigint[]>();

  add(name: string, figures: Figures): void {
    const sum = this.#sums.get(name);
    if (sum === undefined) {
      this.#sums.set(name, [...figures]);
      return;
    }
    for (const [index, figure] of figures.entries()) {
      if (figure !== 0n) sum[index] = (sum[index] ?? 0n) + figure;
    }
  }

  of(name: string): Figures {
    return this.#sums.get(name) ?? NO_FIGURES;
  }

  /** Every name with its sum, in text order; names with nothing left are as good as absent. */
  entries(): (readonly [name: string, figures: Figures])[] {
    return [...this.#sums].filter(([, figures]) => !isNothing(figures)).sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
