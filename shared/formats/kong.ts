import { NO_DIMENSION } from '../domain/dailyLine.ts';
import type { LogFormat } from './decoded.ts';
import { Fields, isJson, type Json } from './fields.ts';
import { finishUsage } from './finishUsage.ts';
import { requiredTime, zonedTime } from './gatewayTime.ts';
import { readHttpOutcome } from './httpStatus.ts';
import { gatewayCounts, inclusiveCounts, type ReadCounts } from './promptCounts.ts';
import { bedrockRegion, type ProviderModel, readProviderModel } from './providerModel.ts';

/**
 * A log line of any of Kong's logging plugins, with what AI Proxy adds under `ai.proxy`, or in older versions
 * under the plugin's own name. `prompt_tokens` includes cached tokens; cache writes are not told apart. Kong's
 * cost is not read. Of several AI plugins in one line the proxy counts.
 *
 * Source: developer.konghq.com, AI Gateway audit log reference.
 */
export const kongFormat: LogFormat = {
  name: 'kong',
  source: 'kong',
  recognises: (line) => isJson(line.ai) && pluginOf(line.ai) !== undefined,
  decode(line, { now, eventId }) {
    const fields = new Fields(line);
    const plugin = fields.child('ai').child((isJson(line.ai) && pluginOf(line.ai)) || '');
    const outcome = readHttpOutcome(fields.child('response'), 'status') ?? { status: 'ok' };
    const isCacheHit = childTable(plugin, 'cache').raw('cache_status') === 'Hit';
    const consumer = fields.child('consumer');
    return finishUsage(fields, {
      now,
      at: requiredTime(fields, ['started_at'], zonedTime),
      usage: {
        source: 'kong',
        requestId: readRequestId(fields) ?? eventId(),
        ...readModel(fields, plugin),
        ...gatewayCounts(readCounts(plugin), { status: outcome.status, isCacheHit }),
        ...outcome,
        serviceTier: 'standard',
        isCacheHit: isCacheHit || undefined,
        user: consumer.looseText('username') ?? consumer.looseText('custom_id'),
        operation: NO_DIMENSION,
      },
    });
  },
};

/** Names under which the proxy itself has written, newest first; then any plugin that called a model. */
const PROXY_NAMES = ['proxy', 'ai-proxy-advanced', 'ai-proxy'];

function pluginOf(ai: Json): string | undefined {
  const isPlugin = (name: string) => {
    const plugin = ai[name];
    return isJson(plugin) && (isJson(plugin.usage) || isJson(plugin.meta));
  };
  return PROXY_NAMES.find(isPlugin) ?? Object.keys(ai).find(isPlugin);
}

/** Lua has one empty table, which may be written as an empty list. */
function childTable(table: Fields, key: string): Fields {
  const value = table.raw(key);
  return Array.isArray(value) && value.length === 0 ? table.within({}, key) : table.child(key);
}

function readCounts(plugin: Fields): ReadCounts {
  const usage = childTable(plugin, 'usage');
  return inclusiveCounts(usage, {
    prompt: usage.agree('prompt_tokens', usage.count('prompt_tokens'), usage.count('prompt_token')),
    output: usage.agree(
      'completion_tokens',
      usage.count('completion_tokens'),
      usage.count('completion_token'),
    ),
    cache: { cacheRead: childTable(usage, 'prompt_tokens_details').count('cached_tokens') },
    thinking: childTable(usage, 'completion_tokens_details').count('reasoning_tokens'),
  });
}

/**
 * The model that answered. On Bedrock the id that was asked for says more: an answer's own name for its model
 * lacks the prefix of the inference profile, which decides the price.
 */
function readModel(line: Fields, plugin: Fields): ProviderModel {
  const meta = childTable(plugin, 'meta');
  const target = lastTarget(plugin);
  const provider = meta.looseText('provider_name') ?? target.looseText('provider');
  const asked = target.looseText('model') ?? meta.looseText('request_model');
  const answered = meta.looseText('response_model');
  const name = provider === 'bedrock' ? (asked ?? answered) : (answered ?? asked);
  if (name === undefined) line.fail('bad_field', 'ai.proxy.meta.request_model', 'missing');
  const model = readProviderModel(name ?? '', provider);
  return { ...model, region: model.region ?? bedrockRegion(target.raw('host')) };
}

/** The target that answered; those before it failed. */
function lastTarget(plugin: Fields): Fields {
  const tried = plugin.raw('tried_targets');
  const last: unknown = Array.isArray(tried) ? tried.at(-1) : undefined;
  return plugin.within(isJson(last) ? last : {}, 'tried_targets');
}

const ID_HEADER = 'x-kong-request-id';

function readRequestId(line: Fields): string | undefined {
  const request = line.child('request');
  return (
    request.looseText('id') ?? readHeader(request) ?? readHeader(line.child('response')) ?? readHeader(line)
  );
}

function readHeader(message: Fields): string | undefined {
  const value = childTable(message, 'headers').raw(ID_HEADER);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
