import { z } from 'zod';
import { COST_CLASSES, type CostClass, type Metrics } from '../domain/metrics.ts';
import { TOKEN_CLASSES, type TokenClass } from '../domain/tokens.ts';

/** A whole number as the store gives it: a `number` when small, a `bigint` when large. */
export const storedBigint = z.union([z.number(), z.bigint()]).transform((value) => BigInt(value));
export const storedCount = z.union([z.number(), z.bigint()]).transform((value) => Number(value));

const count = storedCount.default(0);
const cost = storedBigint.default(0n);

/** Attribute names of token counts and costs, by class. */
export const TOKEN_ATTRIBUTE: Readonly<Record<TokenClass, string>> = {
  input: 'inputTokens',
  cacheRead: 'cacheReadTokens',
  cacheWrite5m: 'cacheWrite5mTokens',
  cacheWrite1h: 'cacheWrite1hTokens',
  output: 'outputTokens',
};
export const COST_ATTRIBUTE: Readonly<Record<CostClass, string>> = {
  input: 'inputPicoUsd',
  cacheRead: 'cacheReadPicoUsd',
  cacheWrite5m: 'cacheWrite5mPicoUsd',
  cacheWrite1h: 'cacheWrite1hPicoUsd',
  output: 'outputPicoUsd',
  webSearch: 'webSearchPicoUsd',
};

const COUNTERS = ['requests', 'throttled', 'blocked', 'failed', 'unpriced', 'estimated'] as const;

const tokensAndCosts = z.object({
  inputTokens: count,
  cacheReadTokens: count,
  cacheWrite5mTokens: count,
  cacheWrite1hTokens: count,
  outputTokens: count,
  inputPicoUsd: cost,
  cacheReadPicoUsd: cost,
  cacheWrite5mPicoUsd: cost,
  cacheWrite1hPicoUsd: cost,
  outputPicoUsd: cost,
  webSearchPicoUsd: cost,
});

const metricsItem = tokensAndCosts.extend({
  requests: count,
  throttled: count,
  blocked: count,
  failed: count,
  unpriced: count,
  estimated: count,
});

/** Token counts and costs as an item's attributes; zeros are left out, which keeps items small. */
export function tokenAttributes({ tokens, costPicoUsd }: Pick<Metrics, 'tokens' | 'costPicoUsd'>) {
  const attributes: Record<string, number | bigint> = {};
  for (const tokenClass of TOKEN_CLASSES) {
    if (tokens[tokenClass] !== 0) attributes[TOKEN_ATTRIBUTE[tokenClass]] = tokens[tokenClass];
  }
  for (const costClass of COST_CLASSES) {
    if (costPicoUsd[costClass] !== 0n) attributes[COST_ATTRIBUTE[costClass]] = costPicoUsd[costClass];
  }
  return attributes;
}

export function metricsAttributes(metrics: Metrics): Record<string, number | bigint> {
  const attributes = tokenAttributes(metrics);
  for (const counter of COUNTERS) {
    if (metrics[counter] !== 0) attributes[counter] = metrics[counter];
  }
  return attributes;
}

export function readTokenAttributes(item: unknown): Pick<Metrics, 'tokens' | 'costPicoUsd'> {
  return splitAttributes(tokensAndCosts.parse(item));
}

export function readMetrics(item: unknown): Metrics {
  const { requests, throttled, blocked, failed, unpriced, estimated, ...rest } = metricsItem.parse(item);
  return { requests, throttled, blocked, failed, unpriced, estimated, ...splitAttributes(rest) };
}

function splitAttributes(item: z.infer<typeof tokensAndCosts>): Pick<Metrics, 'tokens' | 'costPicoUsd'> {
  return {
    tokens: {
      input: item.inputTokens,
      cacheRead: item.cacheReadTokens,
      cacheWrite5m: item.cacheWrite5mTokens,
      cacheWrite1h: item.cacheWrite1hTokens,
      output: item.outputTokens,
    },
    costPicoUsd: {
      input: item.inputPicoUsd,
      cacheRead: item.cacheReadPicoUsd,
      cacheWrite5m: item.cacheWrite5mPicoUsd,
      cacheWrite1h: item.cacheWrite1hPicoUsd,
      output: item.outputPicoUsd,
      webSearch: item.webSearchPicoUsd,
    },
  };
}

/**
 * Metrics as one list of numbers (counters, tokens, costs), for splits inside a total's single item. The
 * fee of web searches comes last and only where there is one: few models have it, and items that were
 * written before it existed do not.
 */
export function compactMetrics(metrics: Metrics): (number | bigint)[] {
  const { webSearch } = metrics.costPicoUsd;
  return [
    ...COUNTERS.map((counter) => metrics[counter]),
    ...TOKEN_CLASSES.map((tokenClass) => metrics.tokens[tokenClass]),
    ...TOKEN_CLASSES.map((tokenClass) => metrics.costPicoUsd[tokenClass]),
    ...(webSearch === 0n ? [] : [webSearch]),
  ];
}

const n = storedCount;
const usd = storedBigint;
const compact = z.tuple([n, n, n, n, n, n, n, n, n, n, n, usd, usd, usd, usd, usd, usd.optional()]);

export function readCompactMetrics(list: unknown): Metrics {
  const [requests, throttled, blocked, failed, unpriced, estimated, ...byClass] = compact.parse(list);
  const [input, cacheRead, cacheWrite5m, cacheWrite1h, output, ...cost] = byClass;
  return {
    requests,
    throttled,
    blocked,
    failed,
    unpriced,
    estimated,
    tokens: { input, cacheRead, cacheWrite5m, cacheWrite1h, output },
    costPicoUsd: {
      input: cost[0],
      cacheRead: cost[1],
      cacheWrite5m: cost[2],
      cacheWrite1h: cost[3],
      output: cost[4],
      webSearch: cost[5] ?? 0n,
    },
  };
}
