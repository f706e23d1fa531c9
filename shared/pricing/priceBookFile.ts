import { z } from 'zod';
import { ENDPOINT_SCOPES, PRICED_TIERS, REGION_GROUPS } from './endpoints.ts';
import { PriceBookError } from './priceBookError.ts';

const id = z.string().min(1).max(128);
const day = z.iso.date();
/** Only the compiler knows a decimal, and can name the model of a bad one. */
const price = z.string();
const maybePrice = price.optional();

const checkedIn = {
  source: z.string(),
  /** False when a figure was inferred (a premium, a band, a class) or when sources disagree. */
  isVerified: z.boolean(),
  note: z.string().optional(),
};

/** Decimal string: how many times the row's rates a request pays for what was asked of it. */
const premium = z.strictObject({ times: price, ...checkedIn });

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
    input: maybePrice,
    cacheRead: maybePrice,
    cacheWrite5m: maybePrice,
    cacheWrite1h: maybePrice,
    output: maybePrice,
  }),
  /** What is paid on top of the rates by condition. One that is left out is not offered, or not known. */
  premiums: z.strictObject({ fast: premium.optional(), inferenceUs: premium.optional() }).optional(),
  /** Fees that are not charged by the token, each a decimal string of USD for a thousand. */
  fees: z
    .strictObject({ webSearch: z.strictObject({ usdPerThousand: price, ...checkedIn }).optional() })
    .optional(),
  ...checkedIn,
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

/** Reads a price book from parsed JSON; throws `PriceBookError`. What its rows say to each other is not checked. */
export function readPriceBookFile(json: unknown): PriceBookFile {
  // A file is read once per process, so a parser compiled for it would cost more than it saves.
  const parsed = priceBookFile.safeParse(json, { jitless: true });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new PriceBookError('file_malformed', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}
