import { z } from 'zod';
import { tokenCount } from './decoded.ts';

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

const count = tokenCount.nullish().transform((value) => value ?? undefined);

const anthropicUsage = z.object({
  input_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
  cache_creation: z.object({ ephemeral_5m_input_tokens: count, ephemeral_1h_input_tokens: count }).nullish(),
  output_tokens: count,
});

/** Old and new names of the Converse counts stand side by side in some records: they are one count. */
const converseUsage = z.object({
  inputTokens: count,
  outputTokens: count,
  cacheReadInputTokens: count,
  cacheReadInputTokenCount: count,
  cacheWriteInputTokens: count,
  cacheWriteInputTokenCount: count,
});

type Json = Readonly<Record<string, unknown>>;

/** The usage object of a response body: one object, or the chunks of a stream, or none. */
export function readBodyUsage(body: unknown): BodyUsage | { error: z.ZodError } | undefined {
  if (Array.isArray(body)) return readStreamUsage(body);
  return isJson(body) ? readUsageObject(body.usage) : undefined;
}

/** True when a guardrail stopped the request, as the three shapes of a body say it. */
export function isGuardrailBlock(body: unknown): boolean {
  if (Array.isArray(body)) return body.some(isGuardrailBlock);
  if (!isJson(body)) return false;
  return (
    body['amazon-bedrock-guardrailAction'] === 'INTERVENED' ||
    body.stopReason === 'guardrail_intervened' ||
    body.stop_reason === 'guardrail_intervened'
  );
}

/** A stream states its prompt at the start, and its output cumulatively: the last statement counts. */
function readStreamUsage(chunks: readonly unknown[]): BodyUsage | { error: z.ZodError } | undefined {
  let usage: Record<string, unknown> | undefined;
  for (const chunk of chunks) {
    if (!isJson(chunk)) continue;
    const stated =
      chunk.type === 'message_start' && isJson(chunk.message) ? chunk.message.usage : chunk.usage;
    if (isJson(stated)) usage = { ...usage, ...stated };
  }
  return readUsageObject(usage);
}

function readUsageObject(usage: unknown): BodyUsage | { error: z.ZodError } | undefined {
  if (!isJson(usage)) return undefined;
  if ('inputTokens' in usage || 'outputTokens' in usage) {
    const { data, error } = converseUsage.safeParse(usage);
    if (error !== undefined) return { error };
    return {
      input: data.inputTokens,
      cacheRead: data.cacheReadInputTokens ?? data.cacheReadInputTokenCount,
      cacheWrite: data.cacheWriteInputTokens ?? data.cacheWriteInputTokenCount,
      output: data.outputTokens,
    };
  }
  const { data, error } = anthropicUsage.safeParse(usage);
  if (error !== undefined) return { error };
  return {
    input: data.input_tokens,
    cacheRead: data.cache_read_input_tokens,
    cacheWrite: data.cache_creation_input_tokens,
    cacheWrite5m: data.cache_creation?.ephemeral_5m_input_tokens,
    cacheWrite1h: data.cache_creation?.ephemeral_1h_input_tokens,
    output: data.output_tokens,
  };
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
