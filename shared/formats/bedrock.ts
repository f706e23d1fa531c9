import { z } from 'zod';
import { NO_DIMENSION } from '../domain/dailyLine.ts';
import type { Tokens } from '../domain/tokens.ts';
import type { RequestStatus, Usage } from '../domain/usage.ts';
import { type BodyUsage, isGuardrailBlock, readBodyUsage } from './bodyUsage.ts';
import { type Decoded, type LogFormat, quarantined, quarantinedBySchema, tokenCount } from './decoded.ts';
import { identityFromMetadata, identityProblem, userFromArn } from './identity.ts';
import { readTimestamp } from './timestamp.ts';

const count = tokenCount.nullish();
const text = z.string();

/** The envelope of a model invocation log record; bodies stay unread but for their usage numbers. */
const recordSchema = z.object({
  timestamp: text,
  requestId: text,
  modelId: text,
  region: text.nullish(),
  identity: z.object({ arn: z.union([text, z.array(text)]).nullish() }).nullish(),
  input: z
    .object({ inputTokenCount: count, cacheReadInputTokenCount: count, cacheWriteInputTokenCount: count })
    .nullish(),
  output: z.object({ outputTokenCount: count, outputBodyJson: z.unknown().optional() }).nullish(),
  cacheReadInputTokenCount: count,
  cacheWriteInputTokenCount: count,
  requestMetadata: z.unknown().optional(),
  errorCode: text.nullish(),
  status: z.union([text, z.number()]).nullish(),
});

type BedrockRecord = z.infer<typeof recordSchema>;

/**
 * Amazon Bedrock's model invocation log. Its input count excludes cache tokens. The counts beside the
 * bodies are the truth; the body fills what they lack, above all the split of cache writes by lifetime.
 */
export const bedrockFormat: LogFormat = {
  name: 'bedrock',
  recognises: (line) => line.schemaType === 'ModelInvocationLog',
  decode(line, { now }) {
    const parsed = recordSchema.safeParse(line);
    if (!parsed.success) return quarantinedBySchema(parsed.error);
    const record = parsed.data;
    const startedAt = readTimestamp(record.timestamp, now);
    if (startedAt.kind !== 'read') return quarantined(startedAt.kind, startedAt.detail);
    const body = readBodyUsage(record.output?.outputBodyJson);
    if (body !== undefined && 'error' in body) return quarantinedBySchema(body.error);
    return assemble(record, startedAt.iso, body ?? {});
  },
};

function assemble(record: BedrockRecord, startedAt: string, body: BodyUsage): Decoded {
  const stated = identityFromMetadata(record.requestMetadata);
  if ('problem' in stated) return quarantined('bad_field', stated.problem);
  const user = stated.user ?? userFromArn(firstOf(record.identity?.arn) ?? '');
  const { team, project, entrypoint, operation = NO_DIMENSION } = stated;
  const problem = identityProblem({
    requestId: record.requestId,
    modelId: record.modelId,
    user,
    team,
    project,
    entrypoint,
    operation,
    errorCode: record.errorCode ?? undefined,
  });
  if (problem !== undefined) return quarantined('bad_identifier', problem);
  const counts = readCounts(record, body);
  if ('problem' in counts) return quarantined('bad_token_count', counts.problem);
  const usage: Usage = {
    source: 'bedrock',
    requestId: record.requestId,
    startedAt,
    modelId: record.modelId,
    ...(record.region ? { region: record.region } : {}),
    tokens: counts.tokens,
    isEstimated: counts.isEstimated,
    hasTokenCounts: counts.isCounted,
    status: readStatus(record, counts.isCounted),
    ...(record.errorCode ? { errorCode: record.errorCode } : {}),
    serviceTier: 'standard',
    ...(user === undefined ? {} : { user }),
    ...(team === undefined ? {} : { team }),
    ...(project === undefined ? {} : { project }),
    operation,
    ...(entrypoint === undefined ? {} : { entrypoint }),
  };
  return { kind: 'usage', usage };
}

type Counts = { tokens: Tokens; isEstimated: boolean; isCounted: boolean } | { problem: string };

/**
 * The counts beside the bodies do not split cache writes by lifetime; the body may. What it does not
 * cover is taken as 5-minute writes, the cheaper ones, and marked as an estimate.
 */
function readCounts(record: BedrockRecord, body: BodyUsage): Counts {
  const { input, output } = record;
  const inputTokens = input?.inputTokenCount ?? body.input;
  const outputTokens = output?.outputTokenCount ?? body.output;
  const cacheWrite =
    input?.cacheWriteInputTokenCount ?? record.cacheWriteInputTokenCount ?? body.cacheWrite ?? 0;
  const cacheWrite1h = body.cacheWrite1h ?? 0;
  const split = cacheWrite1h + (body.cacheWrite5m ?? 0);
  if (split > cacheWrite) {
    return { problem: `cache writes by lifetime (${split}) exceed all cache writes (${cacheWrite})` };
  }
  const tokens = {
    input: inputTokens ?? 0,
    cacheRead: input?.cacheReadInputTokenCount ?? record.cacheReadInputTokenCount ?? body.cacheRead ?? 0,
    cacheWrite5m: cacheWrite - cacheWrite1h,
    cacheWrite1h,
    output: outputTokens ?? 0,
  };
  return {
    tokens,
    isEstimated: split < cacheWrite,
    isCounted: inputTokens !== undefined || outputTokens !== undefined,
  };
}

function readStatus(record: BedrockRecord, isCounted: boolean): RequestStatus {
  const code = record.errorCode ?? '';
  if (/throttl|toomanyrequests/i.test(code) || String(record.status) === '429') return 'throttled';
  if (code !== '') return 'error';
  const hasOutput = isCounted && (record.output?.outputTokenCount ?? 0) > 0;
  return !hasOutput && isGuardrailBlock(record.output?.outputBodyJson) ? 'blocked' : 'ok';
}

function firstOf(arn: string | string[] | null | undefined): string | undefined {
  return Array.isArray(arn) ? arn[0] : (arn ?? undefined);
}
