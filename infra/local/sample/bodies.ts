import type { SampleRequest } from './request.ts';
import { answerPieces, earlierText, promptText } from './texts.ts';

/** A part of a log line. Members that are `undefined` do not appear in it. */
export type JsonObject = Readonly<Record<string, unknown>>;

const BLOCKED_TEXT = 'This request cannot be answered under the usage policy.';
const GUARDRAIL_ID = 'q7x2m4tollbk';
const MS_PER_OUTPUT_TOKEN = 11;
const FIRST_TOKEN_MS = 640;

/** The prompt as the operation's own request body has it. */
export function requestBody(request: SampleRequest): JsonObject {
  const { variant } = request;
  const texts = [promptText(variant)];
  if (request.entrypoint === 'claude-code' && variant % 4 === 0) {
    texts.push(earlierText(variant), 'Continue with the next step.');
  }
  const roleAt = (index: number) => (index % 2 === 0 ? 'user' : 'assistant');
  if (isConverse(request)) {
    return {
      messages: texts.map((text, index) => ({ role: roleAt(index), content: [{ text }] })),
      inferenceConfig: { maxTokens: 8192, temperature: 1 },
      additionalModelRequestFields: {},
    };
  }
  return {
    anthropic_version: 'bedrock-2023-05-31',
    messages: texts.map((text, index) => ({ role: roleAt(index), content: [{ type: 'text', text }] })),
    max_tokens: 8192,
    temperature: 1,
  };
}

/** The answer as the operation logs it: one object, or the list of a stream's chunks. */
export function responseBody(request: SampleRequest): JsonObject | readonly JsonObject[] {
  switch (request.operation) {
    case 'Converse':
    case 'ConverseStream':
      return request.outcome === 'blocked' ? blockedConverse() : converseMessage(request);
    case 'InvokeModel':
      return request.outcome === 'blocked' ? blockedMessage() : anthropicMessage(request);
    case 'InvokeModelWithResponseStream':
      return request.outcome === 'blocked' ? blockedChunks(request) : streamChunks(request);
    default:
      return request.operation satisfies never;
  }
}

export function isConverse(request: SampleRequest): boolean {
  return request.operation === 'Converse' || request.operation === 'ConverseStream';
}

function converseMessage(request: SampleRequest): JsonObject {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = request.tokens;
  const written = cacheWrite5m + cacheWrite1h;
  const isCached = cacheRead + written > 0;
  // Some versions of the service name each cache count twice; a reader must not add the two.
  const twins = { cacheReadInputTokenCount: cacheRead, cacheWriteInputTokenCount: written };
  return {
    output: { message: { role: 'assistant', content: [{ text: answerPieces(request.variant).join('') }] } },
    stopReason: stopReason(request),
    metrics: { latencyMs: latencyMs(request) },
    usage: {
      inputTokens: input,
      outputTokens: output,
      totalTokens: input + cacheRead + written + output,
      ...(isCached ? { cacheReadInputTokens: cacheRead, cacheWriteInputTokens: written } : {}),
      ...(isCached && request.variant % 5 === 0 ? twins : {}),
    },
  };
}

function anthropicMessage(request: SampleRequest): JsonObject {
  return {
    ...messageHead(request),
    content: [{ type: 'text', text: answerPieces(request.variant).join('') }],
    stop_reason: stopReason(request),
    stop_sequence: null,
    usage: anthropicUsage(request, request.tokens.output),
  };
}

function streamChunks(request: SampleRequest): JsonObject[] {
  const begun = [
    {
      type: 'message_start',
      message: {
        ...messageHead(request),
        content: [],
        stop_reason: null,
        usage: anthropicUsage(request, request.variant % 8),
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...answerPieces(request.variant).map(textDelta),
  ];
  if (request.isPartial) return begun;
  return [
    ...begun,
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: stopReason(request), stop_sequence: null },
      usage: { output_tokens: request.tokens.output },
    },
    { type: 'message_stop', 'amazon-bedrock-invocationMetrics': invocationMetrics(request) },
  ];
}

/** As a guardrail leaves a stream: every count is zero, and one chunk says that it stepped in. */
function blockedChunks(request: SampleRequest): JsonObject[] {
  const usage = { input_tokens: 0, output_tokens: 0 };
  return [
    { type: 'message_start', message: { ...messageHead(request), content: [], usage } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { ...textDelta(BLOCKED_TEXT), 'amazon-bedrock-guardrailAction': 'INTERVENED' },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 0 } },
  ];
}

function blockedMessage(): JsonObject {
  return {
    type: 'message',
    role: 'assistant',
    content: [{ type: 'text', text: BLOCKED_TEXT }],
    'amazon-bedrock-trace': { guardrail: guardrailTrace('input') },
    'amazon-bedrock-guardrailAction': 'INTERVENED',
  };
}

function blockedConverse(): JsonObject {
  return {
    output: { message: { role: 'assistant', content: [{ text: BLOCKED_TEXT }] } },
    stopReason: 'guardrail_intervened',
    metrics: { latencyMs: 310 },
    usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
    trace: { guardrail: guardrailTrace('inputAssessment') },
  };
}

function guardrailTrace(name: 'input' | 'inputAssessment'): JsonObject {
  const filter = { type: 'MISCONDUCT', confidence: 'MEDIUM', filterStrength: 'LOW', action: 'BLOCKED' };
  const usage = { topicPolicyUnits: 1, contentPolicyUnits: 1, wordPolicyUnits: 1 };
  return {
    [name]: {
      [GUARDRAIL_ID]: {
        contentPolicy: { filters: [{ ...filter, detected: true }] },
        invocationMetrics: { guardrailProcessingLatency: 287, usage },
      },
    },
    actionReason: 'Guardrail blocked.',
  };
}

function messageHead(request: SampleRequest): JsonObject {
  const digits = request.requestId.replaceAll('-', '');
  return {
    id: `msg_bdrk_01${digits.slice(0, 22)}`,
    type: 'message',
    role: 'assistant',
    model: request.model.name,
  };
}

function anthropicUsage(request: SampleRequest, outputTokens: number): JsonObject {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h } = request.tokens;
  // Older versions do not tell the two lifetimes apart; they had no writes for an hour.
  const tellsLifetime = cacheWrite1h > 0 || request.variant % 6 !== 0;
  return {
    input_tokens: input,
    cache_creation_input_tokens: cacheWrite5m + cacheWrite1h,
    cache_read_input_tokens: cacheRead,
    cache_creation: tellsLifetime
      ? { ephemeral_5m_input_tokens: cacheWrite5m, ephemeral_1h_input_tokens: cacheWrite1h }
      : undefined,
    output_tokens: outputTokens,
  };
}

function invocationMetrics(request: SampleRequest): JsonObject {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = request.tokens;
  return {
    inputTokenCount: input,
    outputTokenCount: output,
    invocationLatency: latencyMs(request),
    firstByteLatency: FIRST_TOKEN_MS + (request.variant % 400),
    cacheReadInputTokenCount: cacheRead,
    cacheWriteInputTokenCount: cacheWrite5m + cacheWrite1h,
  };
}

function textDelta(text: string): JsonObject {
  return { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } };
}

function stopReason(request: SampleRequest): string {
  return request.entrypoint === 'claude-code' && request.variant % 3 !== 0 ? 'tool_use' : 'end_turn';
}

function latencyMs(request: SampleRequest): number {
  return FIRST_TOKEN_MS + (request.variant % 500) + request.tokens.output * MS_PER_OUTPUT_TOKEN;
}
