import { type Fields, isJson, type Json } from './fields.ts';

/**
 * Token counts inside a logged response body, in the words of the API that answered. Only numbers are
 * taken; the texts around them are never looked at.
 */
export type BodyUsage = Readonly<{
  input?: number | undefined;
  cacheRead?: number | undefined;
  cacheWrite?: number | undefined;
  cacheWrite5m?: number | undefined;
  cacheWrite1h?: number | undefined;
  output?: number | undefined;
}>;

const NO_USAGE: BodyUsage = {};

/** The usage of a response body, one object or the chunks of a stream; wrong counts are the line's problem. */
export function readBodyUsage(body: unknown, line: Fields): BodyUsage {
  const usage = Array.isArray(body) ? usageOfStream(body) : isJson(body) ? body.usage : undefined;
  if (!isJson(usage)) return NO_USAGE;
  const fields = line.within(usage, 'usage');
  return 'inputTokens' in usage || 'outputTokens' in usage ? readConverse(fields) : readAnthropic(fields);
}

/** True when a guardrail stopped the request, as the three shapes of a body say it. */
export function isGuardrailBlock(body: unknown): boolean {
  return Array.isArray(body) ? body.some(isStopped) : isStopped(body);
}

function isStopped(body: unknown): boolean {
  if (!isJson(body)) return false;
  return (
    body['amazon-bedrock-guardrailAction'] === 'INTERVENED' ||
    body.stopReason === 'guardrail_intervened' ||
    body.stop_reason === 'guardrail_intervened'
  );
}

/** A stream states its prompt at the start, and its output cumulatively: the last statement counts. */
function usageOfStream(chunks: readonly unknown[]): Json | undefined {
  let usage: Json | undefined;
  for (const chunk of chunks) {
    if (!isJson(chunk)) continue;
    const stated =
      chunk.type === 'message_start' && isJson(chunk.message) ? chunk.message.usage : chunk.usage;
    if (isJson(stated)) usage = usage === undefined ? stated : { ...usage, ...withoutNulls(stated) };
  }
  return usage;
}

/** A later chunk that says `null` says nothing, and does not unsay what an earlier one said. */
function withoutNulls(stated: Json): Json {
  return Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== null));
}

/** Old and new names of a Converse count stand side by side in some records: they are one count. */
function readConverse(usage: Fields): BodyUsage {
  return {
    input: usage.count('inputTokens'),
    cacheRead: named(usage, 'cacheReadInputTokens', 'cacheReadInputTokenCount'),
    cacheWrite: named(usage, 'cacheWriteInputTokens', 'cacheWriteInputTokenCount'),
    output: usage.count('outputTokens'),
  };
}

function named(usage: Fields, key: string, earlierKey: string): number | undefined {
  const now = usage.count(key);
  const before = usage.count(earlierKey);
  return before === undefined ? now : usage.agree(key, now, before);
}

function readAnthropic(usage: Fields): BodyUsage {
  const creation = usage.child('cache_creation');
  return {
    input: usage.count('input_tokens'),
    cacheRead: usage.count('cache_read_input_tokens'),
    cacheWrite: usage.count('cache_creation_input_tokens'),
    cacheWrite5m: creation.count('ephemeral_5m_input_tokens'),
    cacheWrite1h: creation.count('ephemeral_1h_input_tokens'),
    output: usage.count('output_tokens'),
  };
}
