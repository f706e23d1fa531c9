import { combineHours, type Hours, NO_HOURS } from './hours.ts';
import { promptTokens, TOKEN_CLASSES, type TokenClass } from './tokens.ts';
import type { RequestStatus } from './usage.ts';

/**
 * What the cost of a request is made of: a part for each token class, and a part for each fee that is not
 * charged by the token. The parts add up to the cost. `webSearch` is the fee of the searches that the
 * provider ran; the tokens that their results take are in `input`.
 */
export const COST_CLASSES = [...TOKEN_CLASSES, 'webSearch'] as const;
export type CostClass = (typeof COST_CLASSES)[number];

/** Costs by cost class, in pico-USD. */
export type CostByClass = Readonly<Record<CostClass, bigint>>;

/**
 * The figures that every line and total carries; all of them add up, so a total is a plain sum.
 * `unpriced` counts requests without a price (their cost is 0 until they are priced), `estimated`
 * those in which a token class was guessed, and `estimatedPicoUsd` is what those cost, a part of the cost.
 * `thinkingTokens` are a part of the output tokens, where logs tell them. `hours` split requests and cost by
 * the UTC hour of the request's start; they add up to both.
 */
export type Metrics = Readonly<{
  requests: number;
  throttled: number;
  blocked: number;
  failed: number;
  unpriced: number;
  estimated: number;
  thinkingTokens: number;
  tokens: Readonly<Record<TokenClass, number>>;
  costPicoUsd: CostByClass;
  estimatedPicoUsd: bigint;
  hours: Hours;
}>;

export const NO_COST: CostByClass = {
  input: 0n,
  cacheRead: 0n,
  cacheWrite5m: 0n,
  cacheWrite1h: 0n,
  output: 0n,
  webSearch: 0n,
};

export const NO_METRICS: Metrics = {
  requests: 0,
  throttled: 0,
  blocked: 0,
  failed: 0,
  unpriced: 0,
  estimated: 0,
  thinkingTokens: 0,
  tokens: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 },
  costPicoUsd: NO_COST,
  estimatedPicoUsd: 0n,
  hours: NO_HOURS,
};

/** The counter that a request's status adds to, besides `requests`; none for a request that went well. */
export const STATUS_COUNTER = {
  ok: undefined,
  throttled: 'throttled',
  blocked: 'blocked',
  error: 'failed',
} as const satisfies Record<RequestStatus, keyof Metrics | undefined>;

export function addMetrics(a: Metrics, b: Metrics): Metrics {
  return combine(a, b, 1);
}

export function subtractMetrics(a: Metrics, b: Metrics): Metrics {
  return combine(a, b, -1);
}

/** Sum over all cost classes. */
export function totalCost(cost: CostByClass): bigint {
  let sum = 0n;
  for (const costClass of COST_CLASSES) sum += cost[costClass];
  return sum;
}

/** True when every figure is zero: two metrics are the same when their difference is nothing. */
export function isNothing({ tokens, costPicoUsd, estimatedPicoUsd, hours, ...counters }: Metrics): boolean {
  return (
    TOKEN_CLASSES.every((tokenClass) => tokens[tokenClass] === 0) &&
    COST_CLASSES.every((costClass) => costPicoUsd[costClass] === 0n) &&
    estimatedPicoUsd === 0n &&
    hours.length === 0 &&
    Object.values(counters).every((counter) => counter === 0)
  );
}

/**
 * Which share of what was sent was read from a cache: a ratio of sums, from 0 to 1, never an average of
 * ratios. `undefined` where nothing was sent.
 */
export function cacheHitRate({ tokens }: Pick<Metrics, 'tokens'>): number | undefined {
  const sent = promptTokens(tokens);
  return sent > 0 ? tokens.cacheRead / sent : undefined;
}

/**
 * The figures that a split of a total keeps: all but hours and the estimated part of the cost, so that a total is
 * one small item.
 */
export function splitFigures(metrics: Metrics): Metrics {
  return { ...metrics, estimatedPicoUsd: 0n, hours: NO_HOURS };
}

function combine(a: Metrics, b: Metrics, sign: 1 | -1): Metrics {
  const bigSign = BigInt(sign);
  const x = a.tokens;
  const y = b.tokens;
  const c = a.costPicoUsd;
  const d = b.costPicoUsd;
  return {
    requests: a.requests + sign * b.requests,
    throttled: a.throttled + sign * b.throttled,
    blocked: a.blocked + sign * b.blocked,
    failed: a.failed + sign * b.failed,
    unpriced: a.unpriced + sign * b.unpriced,
    estimated: a.estimated + sign * b.estimated,
    thinkingTokens: a.thinkingTokens + sign * b.thinkingTokens,
    tokens: {
      input: x.input + sign * y.input,
      cacheRead: x.cacheRead + sign * y.cacheRead,
      cacheWrite5m: x.cacheWrite5m + sign * y.cacheWrite5m,
      cacheWrite1h: x.cacheWrite1h + sign * y.cacheWrite1h,
      output: x.output + sign * y.output,
    },
    costPicoUsd: {
      input: c.input + bigSign * d.input,
      cacheRead: c.cacheRead + bigSign * d.cacheRead,
      cacheWrite5m: c.cacheWrite5m + bigSign * d.cacheWrite5m,
      cacheWrite1h: c.cacheWrite1h + bigSign * d.cacheWrite1h,
      output: c.output + bigSign * d.output,
      webSearch: c.webSearch + bigSign * d.webSearch,
    },
    estimatedPicoUsd: a.estimatedPicoUsd + bigSign * b.estimatedPicoUsd,
    hours: combineHours(a.hours, b.hours, sign),
  };
}
