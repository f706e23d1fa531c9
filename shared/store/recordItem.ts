import { z } from 'zod';
import { definedOnly } from '../domain/definedOnly.ts';
import { parseIdentity } from '../domain/requestIdentity.ts';
import { REQUEST_STATUSES, USAGE_SOURCES } from '../domain/usage.ts';
import type { UsageRecord } from '../domain/usageRecord.ts';
import { recordKey } from './keys.ts';
import { readTokenAttributes, storedCount, tokenAttributes } from './metricsItem.ts';
import type { Item } from './table.ts';

const DAY_SECONDS = 86_400;

const text = z.string();
const optionalText = text.optional();

const recordItem = z.object({
  pk: text,
  sk: text,
  source: z.enum(USAGE_SOURCES).optional(),
  startedAt: text,
  modelId: text,
  model: text,
  endpointScope: text,
  region: optionalText,
  status: z.enum(REQUEST_STATUSES),
  errorCode: optionalText,
  serviceTier: text,
  user: text,
  team: text,
  teamSource: z.enum(['log', 'directory', 'none']),
  businessUnit: optionalText,
  filledIn: z.array(z.enum(['department', 'costCentre'])).optional(),
  project: optionalText,
  operation: text,
  entrypoint: optionalText,
  department: optionalText,
  costCentre: optionalText,
  repository: optionalText,
  session: optionalText,
  priority: optionalText,
  attempt: storedCount.optional(),
  thinkingTokens: storedCount.optional(),
  webSearches: storedCount.optional(),
  inferenceGeo: optionalText,
  isFast: z.boolean().optional(),
  isCacheHit: z.boolean().optional(),
  isUserLogged: z.boolean().default(true),
  isEstimated: z.boolean().default(false),
  hasTokenCounts: z.boolean().default(true),
  countedOn: optionalText,
  priceVersion: text,
  unpricedReason: optionalText,
  rev: storedCount,
});

/** Flags are stored only where they differ from the usual, so that an item stays under one write unit. */
export function recordToItem(record: UsageRecord, posting: { now: Date; retentionDays: number }): Item {
  const { source, requestId, day, tokens, costPicoUsd, isUserLogged, isEstimated, hasTokenCounts, ...rest } =
    record;
  const key = recordKey({ source, requestId, day });
  return {
    ...key,
    ...(parseIdentity(key.sk).space === source ? {} : { source }),
    ...rest,
    ...(isUserLogged ? {} : { isUserLogged }),
    ...(isEstimated ? { isEstimated } : {}),
    ...(hasTokenCounts ? {} : { hasTokenCounts }),
    ...tokenAttributes({ tokens, costPicoUsd }),
    postedAt: posting.now.toISOString(),
    ttl: Math.floor(posting.now.getTime() / 1000) + posting.retentionDays * DAY_SECONDS,
  };
}

const sourceName = z.enum(USAGE_SOURCES);

/**
 * Reads a record back. Its identity lies in its key, and so does its source unless all sources share the id.
 * Throws on an item that is no usage record.
 */
export function itemToRecord(item: unknown): UsageRecord {
  const { pk, sk, source, ...stored } = recordItem.parse(item);
  const { space, id } = parseIdentity(sk);
  return {
    ...definedOnly(stored),
    ...readTokenAttributes(item),
    source: source ?? sourceName.parse(space),
    requestId: id,
    day: pk.split('#')[1] ?? '',
  };
}
