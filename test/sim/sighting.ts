import type { Random } from '../../infra/local/sample/random.ts';
import { type Company, MODELS } from './company.ts';

/** One time that a request was logged: what the line says of it. */
export type Sighting = Readonly<{
  format: 'tollbook' | 'bedrock';
  user: string | undefined;
  team: string | undefined;
  modelId: string;
  project: string | undefined;
  entrypoint: string | undefined;
  operation: string | undefined;
  status: 'ok' | 'throttled' | 'blocked' | 'error';
  /** Tokens in the order input, cacheRead, cacheWrite5m, cacheWrite1h, output; none when they were not counted. */
  tokens: readonly [number, number, number, number, number] | undefined;
}>;

/** One request as somebody of the company would make it. */
export function makeSighting(random: Random, { people, teams }: Company): Sighting {
  const person = random.pick(people);
  const format = random.chance(0.2) ? 'bedrock' : 'tollbook';
  const status = random.weighted([
    ['ok', 92],
    ['throttled', 3],
    ['error', 3],
    ['blocked', format === 'tollbook' ? 2 : 0],
  ] as const);
  return {
    format,
    user: random.chance(0.98) ? person.user : undefined,
    team: random.chance(0.1) ? random.pick(teams) : undefined,
    modelId: random.weighted(MODELS),
    project: random.chance(0.3) ? random.pick(['checkout', 'search']) : undefined,
    entrypoint: random.chance(0.2) ? 'cli' : undefined,
    operation: random.chance(0.3) ? 'review' : undefined,
    status,
    tokens: makeTokens(random, { format, status }),
  };
}

function makeTokens(
  random: Random,
  { format, status }: Pick<Sighting, 'format' | 'status'>,
): Sighting['tokens'] {
  const isCounted = random.chance(status === 'ok' ? 0.98 : 0.3);
  const hasCacheWrites = format === 'tollbook' && random.chance(0.3);
  if (!isCounted) return undefined;
  return [
    random.int(0, 4_000),
    random.chance(0.5) ? random.int(1, 50_000) : 0,
    hasCacheWrites ? random.int(1, 3_000) : 0,
    hasCacheWrites && random.chance(0.3) ? random.int(1, 900) : 0,
    random.int(0, 2_000),
  ];
}

/**
 * The same request seen otherwise: before it was finished, without its counts, as somebody else's, or just the
 * same once more. No two sightings with counts have as many tokens, so which of them is best is never
 * a question of taste.
 */
export function makeOther(random: Random, company: Company, known: readonly Sighting[]): Sighting {
  const first = known[0] ?? makeSighting(random, company);
  const { format } = first;
  switch (
    random.weighted([
      ['partial', 4],
      ['uncounted', 1],
      ['conflict', 3],
      ['same', 2],
    ] as const)
  ) {
    case 'same':
      return first;
    case 'uncounted':
      return { ...first, tokens: undefined };
    case 'partial':
      return distinct(
        { ...first, tokens: first.tokens && [first.tokens[0], 0, 0, 0, random.int(0, 50)] },
        known,
      );
    case 'conflict': {
      const other = makeSighting(random, company);
      return distinct({ ...other, format, ...(format === 'bedrock' ? withoutWrites(other) : {}) }, known);
    }
  }
}

function withoutWrites({ tokens, status }: Sighting): Pick<Sighting, 'tokens' | 'status'> {
  return {
    tokens: tokens && [tokens[0], tokens[1], 0, 0, tokens[4]],
    status: status === 'blocked' ? 'ok' : status,
  };
}

function distinct(sighting: Sighting, known: readonly Sighting[]): Sighting {
  const { tokens } = sighting;
  if (tokens === undefined) return { ...(known[0] ?? sighting), tokens };
  const sums = new Set(known.map((other) => (other.tokens === undefined ? -1 : sumTokens(other.tokens))));
  let output = tokens[4];
  while (sums.has(sumTokens(tokens) - tokens[4] + output)) output += 1;
  return { ...sighting, tokens: [tokens[0], tokens[1], tokens[2], tokens[3], output] };
}

export function sumTokens(tokens: readonly number[]): number {
  return tokens.reduce((sum, count) => sum + count, 0);
}
