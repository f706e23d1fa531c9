import { createHash } from 'node:crypto';
import { NO_DIMENSION } from '../domain/dailyLine.ts';
import { MAX_IDENTIFIER_BYTES } from '../domain/identifier.ts';
import type { LogFormat } from './decoded.ts';
import { embeddedObject } from './embeddedObject.ts';
import { Fields } from './fields.ts';
import { finishUsage } from './finishUsage.ts';
import { requiredTime, utcTime } from './gatewayTime.ts';
import { readLitellmIdentity } from './litellmIdentity.ts';
import { readLitellmOutcome } from './litellmOutcome.ts';
import { gatewayCounts, inclusiveCounts, type ReadCounts } from './promptCounts.ts';
import { bedrockRegion, type ProviderModel, readProviderModel } from './providerModel.ts';
import { readChatCache, readSurcharges, readThinking } from './usageObject.ts';

/**
 * LiteLLM's standard logging payload, and the payload of its spend logs, in which nested objects are JSON in
 * texts. `prompt_tokens` includes cache reads and, in newer versions, cache writes; the details are in a
 * `usage_object`. LiteLLM's own cost is not read.
 *
 * Source: BerriAI/litellm, `litellm/types/utils.py`, `StandardLoggingPayload`.
 */
export const litellmFormat: LogFormat = {
  name: 'litellm',
  source: 'litellm',
  recognises: (line) =>
    line.call_type !== undefined &&
    (line.model_group !== undefined || line.custom_llm_provider !== undefined || line.spend !== undefined),
  decode(line, { now, eventId }) {
    const fields = new Fields(line);
    const metadata = fields.within(embeddedObject(fields, 'metadata'), 'metadata');
    const hidden = fields.within(embeddedObject(fields, 'hidden_params'), 'hidden_params');
    const usage = metadata.raw('usage_object')
      ? metadata.child('usage_object')
      : hidden.child('usage_object');
    const at = requiredTime(fields, ['startTime'], utcTime);
    const isCacheHit = readCacheHit(fields);
    const outcome = readLitellmOutcome(fields, metadata);
    const { operation = NO_DIMENSION, ...identity } = readLitellmIdentity(fields, metadata);
    return finishUsage(fields, {
      now,
      at,
      usage: {
        source: 'litellm',
        requestId: readRequestId(fields, isCacheHit ? at : undefined) ?? eventId(),
        ...readModel(fields, hidden),
        ...gatewayCounts(readCounts(fields, usage), { status: outcome.status, isCacheHit }),
        ...outcome,
        ...readSurcharges(usage),
        ...(isCacheHit ? { webSearches: undefined, isCacheHit: true } : {}),
        operation,
        ...identity,
      },
    });
  },
};

/**
 * The call's own id; a router's retry has another. The spend logs' request id and the provider's response id
 * come after it. An answer from the cache may repeat the id of the response that was stored.
 */
function readRequestId(line: Fields, cacheHitAt: string | undefined): string | undefined {
  const call = line.looseText('litellm_call_id') ?? line.looseText('request_id');
  if (call !== undefined) return shortened(call);
  const response = line.looseText('id');
  if (response === undefined || cacheHitAt === undefined) return response && shortened(response);
  return shortened(`${response}@${cacheHitAt}`);
}

/** Ids of the Responses API carry LiteLLM's routing in base64 and are longer than an id may be. */
function shortened(id: string): string {
  if (id.length <= MAX_IDENTIFIER_BYTES) return id;
  return `id-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}

/** The deployment's own name for the model; a request that failed before its routing has the alias only. */
function readModel(line: Fields, hidden: Fields): ProviderModel {
  const provider = line.looseText('custom_llm_provider');
  const name =
    hidden.looseText('litellm_model_name') ?? line.looseText('model') ?? line.looseText('model_group');
  if (name === undefined) line.fail('bad_field', 'model', 'missing');
  const model = readProviderModel(name ?? '', provider);
  const region = model.region ?? bedrockRegion(line.raw('api_base')) ?? bedrockRegion(hidden.raw('api_base'));
  return { ...model, region };
}

function readCounts(line: Fields, usage: Fields): ReadCounts {
  return inclusiveCounts(line, {
    prompt: line.looseCount('prompt_tokens') ?? usage.count('prompt_tokens'),
    output: line.looseCount('completion_tokens') ?? usage.count('completion_tokens'),
    cache: readChatCache(usage),
    thinking: readThinking(usage),
  });
}

const HIT: ReadonlySet<unknown> = new Set([true, 'True', 'true']);
const NO_HIT: ReadonlySet<unknown> = new Set([undefined, null, false, 'False', 'false', 'None', '']);

/** Whether LiteLLM answered from its own cache; the spend logs write Python's words for it. */
function readCacheHit(line: Fields): boolean {
  const value = line.raw('cache_hit');
  if (!HIT.has(value) && !NO_HIT.has(value)) line.fail('bad_field', 'cache_hit', 'neither true nor false');
  return HIT.has(value);
}
