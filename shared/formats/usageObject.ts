import { isUsInference } from '../pricing/premiums.ts';
import { readBodyUsage } from './bodyUsage.ts';
import type { Fields, Json } from './fields.ts';
import type { ReadUsage } from './finishUsage.ts';
import {
  type CacheCounts,
  checkedThinking,
  inclusiveCounts,
  type ReadCounts,
  splitExclusivePrompt,
} from './promptCounts.ts';

/**
 * The counts of a provider's own `usage` object: Anthropic's and Converse's exclude cache tokens from the input,
 * both of OpenAI's include them. One of no known shape is the line's problem.
 */
export function readUsageObject(line: Fields, usage: Json): ReadCounts {
  const fields = line.within(usage, 'usage');
  if ('prompt_tokens' in usage || 'completion_tokens' in usage) return readChat(fields);
  if (isConverse(usage) || isAnthropic(usage)) return readExclusive(line, usage);
  if ('input_tokens' in usage || 'output_tokens' in usage) return readResponses(fields);
  line.fail('bad_field', 'usage', 'of no known shape');
  return inclusiveCounts(fields, { prompt: undefined, output: undefined, cache: {} });
}

function isConverse(usage: Json): boolean {
  return 'inputTokens' in usage || 'outputTokens' in usage;
}

/** Without a word about a cache the two are the same; only OpenAI then tells details of its input. */
function isAnthropic(usage: Json): boolean {
  return (
    'cache_creation_input_tokens' in usage ||
    'cache_read_input_tokens' in usage ||
    ('input_tokens' in usage && !('input_tokens_details' in usage))
  );
}

function readChat(usage: Fields): ReadCounts {
  return inclusiveCounts(usage, {
    prompt: usage.count('prompt_tokens'),
    output: usage.count('completion_tokens'),
    cache: readChatCache(usage),
    thinking: readThinking(usage),
  });
}

function readResponses(usage: Fields): ReadCounts {
  const details = usage.child('input_tokens_details');
  return inclusiveCounts(usage, {
    prompt: usage.count('input_tokens'),
    output: usage.count('output_tokens'),
    cache: { cacheRead: details.count('cached_tokens'), cacheWrite: details.count('cache_write_tokens') },
    thinking: readThinking(usage),
  });
}

function readExclusive(line: Fields, usage: Json): ReadCounts {
  const { input, output, ...cache } = readBodyUsage({ usage }, line);
  const { classes, isEstimated } = splitExclusivePrompt(line, input ?? 0, cache);
  return {
    tokens: { ...classes, output: output ?? 0 },
    isEstimated,
    hasTokenCounts: input !== undefined || output !== undefined,
    thinkingTokens: checkedThinking(line, readThinking(line.within(usage, 'usage')), output ?? 0),
  };
}

/**
 * The cache in a usage of OpenAI's chat shape. LiteLLM adds Anthropic's names to it; a count that stands under
 * both is one count, and a zero beside a number means that only the other name is in use.
 */
export function readChatCache(usage: Fields): CacheCounts {
  const details = usage.child('prompt_tokens_details');
  const split = details.child('cache_creation_token_details');
  return {
    cacheRead: usage.agree(
      'cache_read_input_tokens',
      usage.count('cache_read_input_tokens'),
      details.count('cached_tokens'),
    ),
    cacheWrite: usage.agree(
      'cache_creation_input_tokens',
      usage.count('cache_creation_input_tokens'),
      details.count('cache_creation_tokens'),
      details.count('cache_write_tokens'),
    ),
    cacheWrite5m: split.count('ephemeral_5m_input_tokens'),
    cacheWrite1h: split.count('ephemeral_1h_input_tokens'),
  };
}

/** Thinking tokens, by the names that OpenAI's two APIs and Anthropic's have for them. */
export function readThinking(usage: Fields): number | undefined {
  const output = usage.child('output_tokens_details');
  return usage.agree(
    'reasoning_tokens',
    usage.child('completion_tokens_details').count('reasoning_tokens'),
    output.count('reasoning_tokens'),
    output.count('thinking_tokens'),
  );
}

type Surcharges = Pick<ReadUsage, 'serviceTier' | 'inferenceGeo' | 'isFast' | 'webSearches'>;

/** What else in Anthropic's usage decides a price; a place of inference only where it may cost more. */
export function readSurcharges(usage: Fields): Surcharges {
  const tier = usage.text('service_tier');
  const geo = usage.text('inference_geo') || undefined;
  return {
    serviceTier: tier === 'priority' || tier === 'batch' ? tier : 'standard',
    inferenceGeo: isUsInference(geo) === false ? undefined : geo,
    isFast: usage.text('speed') === 'fast' ? true : undefined,
    webSearches: usage.child('server_tool_use').count('web_search_requests'),
  };
}
