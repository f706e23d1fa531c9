import { z } from 'zod';

/**
 * How a request reached its model. `api` is the vendor's own API, the others are Bedrock: a `global`
 * or a geographic (`geo`) inference profile, a model in its own region, or GovCloud (`gov`).
 */
export const ENDPOINT_SCOPES = ['api', 'global', 'geo', 'inRegion', 'gov'] as const;
export type EndpointScope = (typeof ENDPOINT_SCOPES)[number];

/** Groups of regions in which a model can have a price of its own; Claude has one for all of them. */
export const REGION_GROUPS = ['us', 'eu', 'apac'] as const;
export type RegionGroup = (typeof REGION_GROUPS)[number];

/** Tiers that have a price per token. `reserved` is bought by the hour and has none. */
export const PRICED_TIERS = ['standard', 'batch', 'priority', 'flex'] as const;
export type PricedTier = (typeof PRICED_TIERS)[number];

const id = z.string().min(1).max(128);
const day = z.iso.date();
/** Only the compiler knows a decimal, and can name the model of a bad one. */
const price = z.string().optional();

const priceRow = z.strictObject({
  scope: z.enum(ENDPOINT_SCOPES),
  /** Only where the price differs by group of regions; without it the row holds everywhere. */
  regionGroup: z.enum(REGION_GROUPS).optional(),
  /** First UTC day of the price, and the day on which it no longer holds. */
  from: day,
  to: day.nullable(),
  /** The row holds for prompts of strictly more tokens, up to the next band. */
  promptTokensAbove: z.int().nonnegative(),
  /** Decimal strings, USD per million tokens. A class that is left out has no known price. */
  usdPerMillion: z.strictObject({
    input: price,
    cacheRead: price,
    cacheWrite5m: price,
    cacheWrite1h: price,
    output: price,
  }),
  source: z.string(),
  /** False when a figure was inferred (a premium, a band, a class) or when sources disagree. */
  isVerified: z.boolean(),
  note: z.string().optional(),
});

const pricedModel = z.strictObject({
  model: id,
  vendor: id,
  /** Exact Bedrock ids without endpoint prefix, and exact ids of the vendor's own API. */
  bedrockIds: z.array(id).max(20),
  apiIds: z.array(id).max(20),
  serviceTiers: z.array(z.enum(PRICED_TIERS)),
  rows: z.array(priceRow).max(500),
});

/** The price book as a file: dated price rows by model, each with the source it was read from. */
export const priceBookFile = z.strictObject({
  /** Latest day a source was checked, and the first 8 hex digits of the SHA-256 of the models. */
  version: z.string().regex(/^\d{4}-\d{2}-\d{2}-[0-9a-f]{8}$/),
  sources: z.record(id, z.strictObject({ title: z.string().min(1).max(200), checked: day })),
  models: z.array(pricedModel).max(1_000),
});

export type PriceBookFile = z.infer<typeof priceBookFile>;
export type PriceSource = PriceBookFile['sources'][string];
export type FileModel = PriceBookFile['models'][number];
export type FileRow = FileModel['rows'][number];
