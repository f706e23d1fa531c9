import { z } from 'zod';
import { MAX_MODEL_ID_BYTES } from '../domain/identifier.ts';
import { formatUsd, parseUsd } from '../domain/money.ts';
import { HUNDRED_PERCENT } from './discount.ts';
import { ENDPOINT_SCOPES, REGION_GROUPS } from './endpoints.ts';
import { ROUNDINGS } from './rounding.ts';
import { choice, section } from './strictShape.ts';

/** Every scalar of the file arrives as the text that was written. */

const MAX_ENTRIES = 2_000;
const MAX_BAND_TOKENS = 100_000_000;

const name = z.string().min(1).max(128);
const day = z.iso.date({ error: 'give a day that exists, as YYYY-MM-DD' });

const price = z.string().transform((text, context) => {
  const picoUsd = text.startsWith('-') ? undefined : parseUsd(text);
  if (picoUsd !== undefined) return formatUsd(picoUsd);
  context.addIssue({ code: 'custom', message: `price ${JSON.stringify(text)} is no decimal from 0 upwards` });
  return z.NEVER;
});

const percent = z.string().transform((text, context) => {
  const picoPercent = text.startsWith('-') ? undefined : parseUsd(text);
  if (picoPercent !== undefined && picoPercent <= HUNDRED_PERCENT) return picoPercent;
  context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is no percentage from 0 to 100` });
  return z.NEVER;
});

const band = z.string().transform((text, context) => {
  const tokens = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (tokens <= MAX_BAND_TOKENS) return tokens;
  context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is no number of tokens` });
  return z.NEVER;
});

const pattern = name.refine((text) => !text.slice(0, -1).includes('*'), {
  error: 'a pattern may have one * only, at its end',
});

const source = section({ title: z.string().min(1).max(200), checked: day });

const discount = section({
  models: z.array(pattern).min(1).max(MAX_ENTRIES),
  percent,
  /** What becomes of a rate that the percentage makes no whole number of pico-USD; refused without it. */
  rounding: choice(ROUNDINGS, 'rounding').optional(),
  scope: choice(ENDPOINT_SCOPES, 'scope').optional(),
  from: day.default('0000-01-01'),
  to: day.nullable().default(null),
  source: name,
}).superRefine(checkPeriod);

const ownPrice = section({
  model: name,
  scope: choice(ENDPOINT_SCOPES, 'scope'),
  regionGroup: choice(REGION_GROUPS, 'group of regions').optional(),
  from: day,
  to: day.nullable().default(null),
  promptTokensAbove: band.default(0),
  usdPerMillion: section({
    input: price.optional(),
    cacheRead: price.optional(),
    cacheWrite5m: price.optional(),
    cacheWrite1h: price.optional(),
    output: price.optional(),
  }),
  usdPerThousand: section({ webSearch: price.optional() }).optional(),
  source: name,
})
  .superRefine(checkPeriod)
  .superRefine(checkRegionGroup);

/**
 * A price overlay as a file. Decimals come out without trailing zeros, percentages times 10^12. The reader
 * checks the keys of `sources` and `profiles`, because only it knows where a key stands.
 */
export const overlayFile = section({
  currency: z.literal('USD', { error: 'prices are kept in USD; write currency: USD' }),
  sources: z.record(z.string(), source).default({}),
  discounts: z.array(discount).max(MAX_ENTRIES).default([]),
  prices: z.array(ownPrice).max(MAX_ENTRIES).default([]),
  profiles: z.record(z.string(), z.string().min(1).max(MAX_MODEL_ID_BYTES)).default({}),
});

function checkPeriod(
  { from, to }: Readonly<{ from: string; to: string | null }>,
  context: z.RefinementCtx,
): void {
  if (to === null || from < to) return;
  context.addIssue({ code: 'custom', path: ['to'], message: `${to} is not after ${from}` });
}

/** Requests through the other scopes are not told apart by region, so such a row would never price one. */
function checkRegionGroup(
  { scope, regionGroup }: Readonly<{ scope: string; regionGroup?: string | undefined }>,
  context: z.RefinementCtx,
): void {
  if (regionGroup === undefined || scope === 'geo' || scope === 'inRegion') return;
  const message = `only geo and inRegion have groups of regions, not ${scope}`;
  context.addIssue({ code: 'custom', path: ['regionGroup'], message });
}
