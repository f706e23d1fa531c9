import { NO_DIMENSION } from '../domain/dailyLine.ts';
import type { Tokens } from '../domain/tokens.ts';
import type { RequestStatus } from '../domain/usage.ts';
import { isGuardrailBlock, readBodyUsage } from './bodyUsage.ts';
import type { LogFormat } from './decoded.ts';
import { Fields, isJson } from './fields.ts';
import { finishUsage } from './finishUsage.ts';
import { readMetadata, userFromArn } from './identity.ts';

/**
 * Amazon Bedrock's model invocation log. Its input count excludes cache tokens. The counts beside the
 * bodies are the truth; the body fills what they lack, above all the split of cache writes by lifetime.
 */
export const bedrockFormat: LogFormat = {
  name: 'bedrock',
  source: 'bedrock',
  recognises: (line) => line.schemaType === 'ModelInvocationLog',
  decode(line, { now }) {
    const fields = new Fields(line);
    const body = fields.child('output').raw('outputBodyJson');
    const counts = readCounts(fields, body);
    const identity = readMetadata(fields, 'requestMetadata');
    const errorCode = fields.text('errorCode') || undefined;
    return finishUsage(fields, {
      now,
      at: fields.requiredText('timestamp'),
      usage: {
        source: 'bedrock',
        requestId: fields.requiredText('requestId'),
        modelId: fields.requiredText('modelId'),
        region: fields.text('region') || undefined,
        tokens: counts.tokens,
        isEstimated: counts.isEstimated,
        hasTokenCounts: counts.hasTokenCounts,
        status: readStatus(fields, { errorCode, body, outputTokens: counts.tokens.output }),
        errorCode,
        serviceTier: readServiceTier(fields, body),
        // Written out, because every request passes here and a spread of what is there or not is slower.
        user: identity.user ?? userFromArn(readArn(fields)),
        team: identity.team,
        project: identity.project,
        operation: identity.operation ?? NO_DIMENSION,
        entrypoint: identity.entrypoint,
        department: identity.department,
        costCentre: identity.costCentre,
        repository: identity.repository,
        session: identity.session,
        priority: identity.priority,
      },
    });
  },
};

type Counts = { tokens: Tokens; isEstimated: boolean; hasTokenCounts: boolean };

/**
 * The counts beside the bodies do not split cache writes by lifetime; the body may. What it does not
 * cover is taken as 5-minute writes, the cheaper ones, and marked as an estimate.
 */
function readCounts(line: Fields, body: unknown): Counts {
  const input = line.child('input');
  const inputTokens = input.count('inputTokenCount');
  const outputTokens = line.child('output').count('outputTokenCount');
  const cacheRead = beside(line, input, 'cacheReadInputTokenCount');
  const cacheWrites = beside(line, input, 'cacheWriteInputTokenCount');
  const usage = readBodyUsage(body, line);
  const cacheWrite1h = usage.cacheWrite1h ?? 0;
  const split = cacheWrite1h + (usage.cacheWrite5m ?? 0);
  const cacheWrite = cacheWrites ?? usage.cacheWrite ?? split;
  if (split > cacheWrite) {
    line.fail('bad_token_count', 'cache_creation', `splits ${split} cache writes of ${cacheWrite}`);
  }
  return {
    tokens: {
      input: inputTokens ?? usage.input ?? 0,
      cacheRead: cacheRead ?? usage.cacheRead ?? 0,
      cacheWrite5m: cacheWrite - cacheWrite1h,
      cacheWrite1h,
      output: outputTokens ?? usage.output ?? 0,
    },
    isEstimated: split < cacheWrite,
    hasTokenCounts: (inputTokens ?? outputTokens ?? usage.input ?? usage.output) !== undefined,
  };
}

/** Cache counts stand beside the input's count, or beside the input. */
function beside(line: Fields, input: Fields, key: string): number | undefined {
  const inside = input.count(key);
  const outside = line.count(key);
  return outside === undefined ? inside : line.agree(key, inside, outside);
}

function readStatus(
  line: Fields,
  {
    errorCode = '',
    body,
    outputTokens,
  }: { errorCode: string | undefined; body: unknown; outputTokens: number },
): RequestStatus {
  const status = line.raw('status') ?? '';
  if (typeof status !== 'string' && typeof status !== 'number') line.fail('bad_field', 'status', 'not text');
  if (/throttl|toomanyrequests/i.test(errorCode) || String(status) === '429') return 'throttled';
  if (errorCode !== '' || /^[45]\d\d$/.test(String(status))) return 'error';
  return outputTokens === 0 && isGuardrailBlock(body) ? 'blocked' : 'ok';
}

/**
 * The tier that served the request. No field of the log itself for it was ever seen; answers of Converse have
 * `serviceTier: {type}`, those of other APIs `service_tier`. A tier of another name has no price, rather than
 * a wrong one, and its name is not kept, because it may stand in a body.
 *
 * Source: Amazon Bedrock API reference, ServiceTier.
 */
function readServiceTier(line: Fields, body: unknown): string {
  const stated = line.raw('serviceTier') ?? (isJson(body) ? (body.serviceTier ?? body.service_tier) : null);
  const tier = isJson(stated) ? stated.type : stated;
  return tier === undefined || tier === null ? 'standard' : (TIERS.get(tier) ?? 'unknown');
}

/** Bedrock calls the standard tier `default`. */
const TIERS: ReadonlyMap<unknown, string> = new Map([
  ...['default', 'standard', 'auto'].map((name) => [name, 'standard'] as const),
  ...['priority', 'flex', 'batch', 'reserved'].map((name) => [name, name] as const),
]);

/** Some exports give the identity's ARN as a list. */
function readArn(line: Fields): string {
  const identity = line.child('identity');
  const arn = identity.raw('arn');
  if (Array.isArray(arn)) return typeof arn[0] === 'string' ? arn[0] : '';
  return identity.text('arn') ?? '';
}
