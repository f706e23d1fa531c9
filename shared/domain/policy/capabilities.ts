import type { Tokens } from '../tokens.ts';

/**
 * What models can do, for choosing among them. Prices are not here: the price book has them. Names are those
 * of `modelName`, so that every spelling of a model finds its row. A model without a row is never suggested;
 * `claude-sonnet-4-5` has none because it retires on 2026-11-30.
 */
export type ModelCapability = Readonly<{
  model: string;
  vendor: 'anthropic' | 'amazon';
  /** Id on Bedrock without its endpoint prefix. */
  bedrockId: string;
  /** Prompt and answer together. */
  contextTokens: number;
  maxOutputTokens: number;
  /** The vendor's own order: 1 for simple work, 2 for everyday work, 3 for hard work, 4 above that. */
  strength: 1 | 2 | 3 | 4;
  canSee: boolean;
  canUseTools: boolean;
  /** True when it counts about 30% more tokens in the same text than the models before it; see `tokensWith`. */
  countsMore: boolean;
  /** `legacy`: still answers, but its vendor advises a newer one. */
  standing: 'current' | 'legacy';
  source: CapabilitySource;
  /** False when a figure was read at a third party only, or the standing was not read at all. */
  isVerified: boolean;
}>;

/** Where the figures were read, and when that was looked at. */
export const CAPABILITY_SOURCES = {
  anthropicModels: {
    title: "Claude documentation: models overview and each model's own page (stored copies)",
    checked: '2026-11-24',
  },
  amazonModels: {
    title: 'Amazon Bedrock model cards and the request schema of the Nova user guide (stored copies)',
    checked: '2026-11-24',
  },
  litellm: {
    title: 'BerriAI/litellm, model_prices_and_context_window.json (stored copy)',
    checked: '2026-11-24',
  },
} as const;

export type CapabilitySource = keyof typeof CAPABILITY_SOURCES;

type Row = Pick<ModelCapability, 'model' | 'strength' | 'contextTokens' | 'maxOutputTokens' | 'standing'> &
  Readonly<{ bedrockId?: string; isVerified?: boolean; countsMore?: boolean }>;

/** All of these read images and use tools: the overviews say so of every model that was current then. */
function claude(row: Row): ModelCapability {
  return {
    bedrockId: `anthropic.${row.model}`,
    isVerified: true,
    countsMore: true,
    ...row,
    vendor: 'anthropic',
    canSee: true,
    canUseTools: true,
    source: 'anthropicModels',
  };
}

/** All Nova models use tools; whether one sees, the row says. */
function nova(row: Row & Pick<ModelCapability, 'bedrockId' | 'canSee' | 'source'>): ModelCapability {
  return { isVerified: false, ...row, vendor: 'amazon', canUseTools: true, countsMore: false };
}

const MILLION = 1_000_000;
const LONG = { contextTokens: MILLION, maxOutputTokens: 128_000 };
const SHORT = { contextTokens: 200_000, maxOutputTokens: 64_000 };

/** Models before Opus 4.7. */
const OLDER = { countsMore: false, standing: 'legacy' } as const;
/** The first generation of Nova answers with 5,000 tokens at most: its request schema says so. */
const NOVA_1 = { contextTokens: 300_000, maxOutputTokens: 5_000, standing: 'current' } as const;

export const CAPABILITIES: readonly ModelCapability[] = [
  claude({ model: 'claude-fable-5-1', strength: 4, ...LONG, standing: 'current' }),
  claude({ model: 'claude-fable-5', strength: 4, ...LONG, standing: 'legacy' }),
  claude({ model: 'claude-opus-5-5', strength: 3, ...LONG, standing: 'current' }),
  claude({ model: 'claude-opus-5', strength: 3, ...LONG, standing: 'legacy' }),
  claude({ model: 'claude-opus-4-8', strength: 3, ...LONG, standing: 'legacy' }),
  claude({ model: 'claude-opus-4-7', strength: 3, ...LONG, standing: 'legacy', isVerified: false }),
  claude({
    model: 'claude-opus-4-6',
    bedrockId: 'anthropic.claude-opus-4-6-v1',
    strength: 3,
    ...LONG,
    ...OLDER,
  }),
  claude({
    model: 'claude-opus-4-5',
    bedrockId: 'anthropic.claude-opus-4-5-20251101-v1:0',
    strength: 3,
    ...SHORT,
    ...OLDER,
  }),
  claude({ model: 'claude-sonnet-5-5', strength: 2, ...LONG, standing: 'current' }),
  claude({ model: 'claude-sonnet-5', strength: 2, ...LONG, standing: 'legacy' }),
  claude({ model: 'claude-sonnet-4-6', strength: 2, ...LONG, ...OLDER }),
  claude({ model: 'claude-haiku-5-5', strength: 1, ...LONG, standing: 'current' }),
  claude({
    model: 'claude-haiku-4-5',
    bedrockId: 'anthropic.claude-haiku-4-5-20251001-v1:0',
    strength: 1,
    ...SHORT,
    ...OLDER,
  }),
  nova({
    model: 'nova-pro',
    bedrockId: 'amazon.nova-pro-v1:0',
    strength: 2,
    ...NOVA_1,
    canSee: true,
    source: 'amazonModels',
  }),
  nova({
    model: 'nova-2-lite',
    bedrockId: 'amazon.nova-2-lite-v1:0',
    strength: 1,
    contextTokens: MILLION,
    maxOutputTokens: 64_000,
    canSee: true,
    standing: 'current',
    source: 'litellm',
  }),
  nova({
    model: 'nova-lite',
    bedrockId: 'amazon.nova-lite-v1:0',
    strength: 1,
    ...NOVA_1,
    canSee: true,
    source: 'amazonModels',
    isVerified: true,
  }),
  nova({
    model: 'nova-micro',
    bedrockId: 'amazon.nova-micro-v1:0',
    strength: 1,
    ...NOVA_1,
    contextTokens: 128_000,
    canSee: false,
    source: 'amazonModels',
  }),
];

const FAMILY_STRENGTHS: ReadonlyMap<string, ModelCapability['strength']> = new Map([
  ['fable', 4],
  ['mythos', 4],
  ['opus', 3],
  ['sonnet', 2],
  ['haiku', 1],
  ['instant', 1],
  ['nova-premier', 3],
  ['nova-pro', 2],
  ['nova-lite', 1],
  ['nova-micro', 1],
]);

/** How strong the models of a family are, for those without a row of their own. */
export function strengthOfFamily(family: string | undefined): ModelCapability['strength'] | undefined {
  return family === undefined ? undefined : FAMILY_STRENGTHS.get(family);
}

/**
 * The tokens of one text as another model counts them, rounded up. The 30% are the vendor's figure for all of
 * its models since Opus 4.7. Going back to a model that counts fewer, the higher count stays: an estimate
 * should rather be too high. What has no row is taken for one that counts fewer.
 */
export function tokensWith(
  { countsMore }: ModelCapability,
  tokens: Tokens,
  countedBy: ModelCapability | undefined,
): Tokens {
  if (!countsMore || countedBy?.countsMore === true) return tokens;
  const more = (count: number) => Math.ceil((count * 13) / 10);
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = tokens;
  return {
    input: more(input),
    cacheRead: more(cacheRead),
    cacheWrite5m: more(cacheWrite5m),
    cacheWrite1h: more(cacheWrite1h),
    output: more(output),
  };
}
