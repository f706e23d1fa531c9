import { z } from 'zod';
import { HOURS_PER_DAY, type Hours } from '../domain/hours.ts';
import { COST_CLASSES, type CostClass, type Metrics } from '../domain/metrics.ts';
import { TOKEN_CLASSES, type TokenClass } from '../domain/tokens.ts';

/** A whole number as the store gives it: a `number` when small, a `bigint` when large. */
export const storedBigint = z.union([z.number(), z.bigint()]).transform((value) => BigInt(value));
export const storedCount = z.union([z.number(), z.bigint()]).transform((value) => Number(value));

const tokenCount = storedCount.default(0);
const tokenCost = storedBigint.default(0n);

/** Attribute names of token counts and costs on a usage record, by class. */
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

const tokensAndCosts = z.object({
  inputTokens: tokenCount,
  cacheReadTokens: tokenCount,
  cacheWrite5mTokens: tokenCount,
  cacheWrite1hTokens: tokenCount,
  outputTokens: tokenCount,
  inputPicoUsd: tokenCost,
  cacheReadPicoUsd: tokenCost,
  cacheWrite5mPicoUsd: tokenCost,
  cacheWrite1hPicoUsd: tokenCost,
  outputPicoUsd: tokenCost,
  webSearchPicoUsd: tokenCost,
});

/** Token counts and costs as a record's attributes; zeros are left out, which keeps items small. */
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

export function readTokenAttributes(item: unknown): Pick<Metrics, 'tokens' | 'costPicoUsd'> {
  const stored = tokensAndCosts.parse(item);
  return {
    tokens: {
      input: stored.inputTokens,
      cacheRead: stored.cacheReadTokens,
      cacheWrite5m: stored.cacheWrite5mTokens,
      cacheWrite1h: stored.cacheWrite1hTokens,
      output: stored.outputTokens,
    },
    costPicoUsd: {
      input: stored.inputPicoUsd,
      cacheRead: stored.cacheReadPicoUsd,
      cacheWrite5m: stored.cacheWrite5mPicoUsd,
      cacheWrite1h: stored.cacheWrite1hPicoUsd,
      output: stored.outputPicoUsd,
      webSearch: stored.webSearchPicoUsd,
    },
  };
}

/**
 * The figures of lines and totals, in the order of compact lists. The letter is the attribute's name: all lines of a team-day are read at once,
 * and long names would be a third of them. Small letters count, capital ones are pico-USD.
 */
const COUNTS = [
  ['q', 'requests'],
  ['i', 'input'],
  ['o', 'output'],
  ['r', 'cacheRead'],
  ['s', 'cacheWrite5m'],
  ['l', 'cacheWrite1h'],
  ['t', 'throttled'],
  ['b', 'blocked'],
  ['f', 'failed'],
  ['u', 'unpriced'],
  ['e', 'estimated'],
  ['k', 'thinkingTokens'],
] as const;
const COSTS = [
  ['I', 'input'],
  ['O', 'output'],
  ['R', 'cacheRead'],
  ['S', 'cacheWrite5m'],
  ['L', 'cacheWrite1h'],
  ['W', 'webSearch'],
  ['E', 'estimatedPicoUsd'],
] as const;

type CountName = (typeof COUNTS)[number][1];
type CostName = (typeof COSTS)[number][1];
type Flat = Readonly<{ counts: Record<CountName, number>; costs: Record<CostName, bigint> }>;

/** Names of an hour's two attributes: `h` or `H` and a letter, `a` for the hour that begins at midnight. */
const HOURS = Array.from({ length: HOURS_PER_DAY }, (_, hour) => {
  const letter = String.fromCharCode('a'.charCodeAt(0) + hour);
  return { hour, requests: `h${letter}`, cost: `H${letter}` };
});

/** Metrics as attributes of a line or a total; zeros are left out. */
export function metricsAttributes(metrics: Metrics): Record<string, number | bigint> {
  const { counts, costs } = flatten(metrics);
  const attributes: Record<string, number | bigint> = {};
  for (const [letter, name] of COUNTS) if (counts[name] !== 0) attributes[letter] = counts[name];
  for (const [letter, name] of COSTS) if (costs[name] !== 0n) attributes[letter] = costs[name];
  for (const { hour, requests, costPicoUsd } of metrics.hours) {
    const names = HOURS[hour];
    if (names === undefined) throw new RangeError(`${hour} is no hour of a day`);
    if (requests !== 0) attributes[names.requests] = requests;
    if (costPicoUsd !== 0n) attributes[names.cost] = costPicoUsd;
  }
  return attributes;
}

const attributesSchema = z.custom<Readonly<Record<string, unknown>>>(
  (item) => typeof item === 'object' && item !== null,
  'expected an item',
);

/** Most attributes are absent, and many lines are read at once: what is not there is not parsed. */
export function readMetrics(item: unknown): Metrics {
  const stored = attributesSchema.parse(item);
  const readCount = (name: string) => (stored[name] === undefined ? 0 : storedCount.parse(stored[name]));
  const readCost = (name: string) => (stored[name] === undefined ? 0n : storedBigint.parse(stored[name]));
  const counts = COUNTS.map(([letter]) => readCount(letter));
  const costs = COSTS.map(([letter]) => readCost(letter));
  const hours = [];
  for (const names of HOURS) {
    if (stored[names.requests] === undefined && stored[names.cost] === undefined) continue;
    const requests = readCount(names.requests);
    const costPicoUsd = readCost(names.cost);
    if (requests !== 0 || costPicoUsd !== 0n) hours.push({ hour: names.hour, requests, costPicoUsd });
  }
  return inflate({ counts, costs, hours });
}

/**
 * Metrics as one list, for what lies inside a single item: a number whose bits say which figures are there, in the
 * order of the tables, then those figures, then hours where there are any. Most figures of most are zero.
 */
export function compactMetrics(metrics: Metrics): unknown[] {
  const { counts, costs } = flatten(metrics);
  const values = [...COUNTS.map(([, name]) => counts[name]), ...COSTS.map(([, name]) => costs[name])];
  const there = values.map((value) => value !== 0 && value !== 0n);
  const hours = metrics.hours.map(({ hour, requests, costPicoUsd }) => [hour, requests, costPicoUsd]);
  return [
    there.reduce((mask, isThere, place) => mask + (isThere ? 2 ** place : 0), 0),
    ...values.filter((_, place) => there[place]),
    ...(hours.length === 0 ? [] : [hours]),
  ];
}

const compactHours = z.array(z.tuple([storedCount, storedCount, storedBigint])).max(HOURS_PER_DAY);
const compactSchema = z.tuple([storedCount]).rest(z.unknown());

export function readCompactMetrics(list: unknown): Metrics {
  const [mask, ...values] = compactSchema.parse(list);
  const rest = values.values();
  const isThere = (place: number) => Math.floor(mask / 2 ** place) % 2 === 1;
  const counts = COUNTS.map((_, place) => (isThere(place) ? storedCount.parse(rest.next().value) : 0));
  const costs = COSTS.map((_, place) =>
    isThere(COUNTS.length + place) ? storedBigint.parse(rest.next().value) : 0n,
  );
  const hours = compactHours.parse(rest.next().value ?? []);
  if (mask >= 2 ** (COUNTS.length + COSTS.length) || rest.next().done !== true) {
    throw new TypeError('A list of figures holds more than it says.');
  }
  return inflate({
    counts,
    costs,
    hours: hours.map(([hour, requests, costPicoUsd]) => ({ hour, requests, costPicoUsd })),
  });
}

function flatten({ tokens, costPicoUsd, estimatedPicoUsd, hours: _hours, ...counters }: Metrics): Flat {
  return { counts: { ...counters, ...tokens }, costs: { ...costPicoUsd, estimatedPicoUsd } };
}

type Lists = Readonly<{ counts: readonly number[]; costs: readonly bigint[]; hours: Hours }>;

const COUNT_PLACE = new Map(COUNTS.map(([, name], place) => [name, place]));
const COST_PLACE = new Map(COSTS.map(([, name], place) => [name, place]));

/** The lists are in the order of the tables. */
function inflate({ counts, costs, hours }: Lists): Metrics {
  const count = (name: CountName) => counts[COUNT_PLACE.get(name) ?? -1] ?? 0;
  const cost = (name: CostName) => costs[COST_PLACE.get(name) ?? -1] ?? 0n;
  return {
    requests: count('requests'),
    throttled: count('throttled'),
    blocked: count('blocked'),
    failed: count('failed'),
    unpriced: count('unpriced'),
    estimated: count('estimated'),
    thinkingTokens: count('thinkingTokens'),
    tokens: {
      input: count('input'),
      cacheRead: count('cacheRead'),
      cacheWrite5m: count('cacheWrite5m'),
      cacheWrite1h: count('cacheWrite1h'),
      output: count('output'),
    },
    costPicoUsd: {
      input: cost('input'),
      cacheRead: cost('cacheRead'),
      cacheWrite5m: cost('cacheWrite5m'),
      cacheWrite1h: cost('cacheWrite1h'),
      output: cost('output'),
      webSearch: cost('webSearch'),
    },
    estimatedPicoUsd: cost('estimatedPicoUsd'),
    hours,
  };
}
