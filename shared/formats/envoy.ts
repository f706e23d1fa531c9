import { NO_DIMENSION } from '../domain/dailyLine.ts';
import { type LogFormat, NO_REQUEST } from './decoded.ts';
import { Fields, looseTextOf } from './fields.ts';
import { finishUsage } from './finishUsage.ts';
import { requiredTime, utcTime } from './gatewayTime.ts';
import { readHttpOutcome } from './httpStatus.ts';
import { readIdentity } from './identity.ts';
import { gatewayCounts, inclusiveCounts, type ReadCounts } from './promptCounts.ts';
import { readProviderModel } from './providerModel.ts';

/**
 * The access log of Envoy AI Gateway. Its operator maps each field; these are the names of its documentation,
 * old and new, and OpenTelemetry's. What is absent is `null` or a dash, and numbers may be texts. Input tokens
 * include cached ones, which are only told where they are mapped.
 *
 * Source: envoyproxy/ai-gateway, `site/docs/capabilities/observability/accesslogs.md`.
 */
export const envoyFormat: LogFormat = {
  name: 'envoy',
  source: 'envoy',
  recognises: (line) =>
    line['gen_ai.usage.input_tokens'] !== undefined ||
    line['gen_ai.request.model'] !== undefined ||
    line.genai_tokens_input !== undefined,
  decode(line, { now, eventId }) {
    const fields = new Fields(line);
    const counts = readCounts(fields);
    const model = firstText(fields, MODEL_KEYS);
    if (model === undefined && !counts.hasTokenCounts && fields.problem === undefined) return NO_REQUEST;
    if (model === undefined) fields.fail('bad_field', 'gen_ai.request.model', 'missing');
    const outcome = readHttpOutcome(fields, 'response_code') ?? { status: 'ok' };
    const identity = readIdentity(fields, line, { prefix: '', read: looseTextOf });
    return finishUsage(fields, {
      now,
      at: requiredTime(fields, ['start_time'], utcTime),
      usage: {
        source: 'envoy',
        requestId: firstText(fields, ['x-request-id', 'request_id']) ?? eventId(),
        ...readProviderModel(model ?? '', undefined),
        ...gatewayCounts(counts, { status: outcome.status, isCacheHit: false }),
        ...outcome,
        serviceTier: 'standard',
        operation: NO_DIMENSION,
        ...identity,
      },
    });
  },
};

/** The override is what the backend was asked for. Lines of MCP calls and of other routes have no model. */
const MODEL_KEYS = [
  'gen_ai.request.model_override',
  'gen_ai.request.model',
  'genai_model_name_override',
  'genai_model_name',
];
const INPUT_KEYS = ['gen_ai.usage.input_tokens', 'genai_tokens_input'];
const OUTPUT_KEYS = ['gen_ai.usage.output_tokens', 'genai_tokens_output'];
const CACHE_READ_KEYS = [
  'gen_ai.usage.cached_input_tokens',
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.cache_read_input_tokens',
  'genai_tokens_cached_input',
];
const CACHE_WRITE_KEYS = [
  'gen_ai.usage.cache_creation_input_tokens',
  'gen_ai.usage.cache_creation.input_tokens',
  'genai_tokens_cache_creation_input',
];
const THINKING_KEYS = ['gen_ai.usage.reasoning_tokens', 'genai_tokens_reasoning'];

function readCounts(line: Fields): ReadCounts {
  return inclusiveCounts(line, {
    prompt: firstCount(line, INPUT_KEYS),
    output: firstCount(line, OUTPUT_KEYS),
    cache: {
      cacheRead: firstCount(line, CACHE_READ_KEYS),
      cacheWrite: firstCount(line, CACHE_WRITE_KEYS),
    },
    thinking: firstCount(line, THINKING_KEYS),
  });
}

function firstCount(line: Fields, keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const count = line.looseCount(key);
    if (count !== undefined) return count;
  }
  return undefined;
}

function firstText(line: Fields, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = line.looseText(key);
    if (text !== undefined) return text;
  }
  return undefined;
}
