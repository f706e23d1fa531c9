import { type JsonObject, requestBody, responseBody } from './bodies.ts';
import type { SampleRequest } from './request.ts';

/**
 * Writes a request as one Bedrock model invocation log line (schema `ModelInvocationLog` 1.0), in the
 * shapes of real records: token counts beside the bodies, cache counts only where caching was used,
 * no counts at all for a failure or for most of what a guardrail blocked, and keys in varying order.
 */

const ACCOUNT_ID = '111122223333';
const ROLE_ARN = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/llm-gateway`;
const BODIES_URL = `s3://sample-invocation-bodies/AWSLogs/${ACCOUNT_ID}/BedrockModelInvocationLogs`;
const CONTENT_TYPE = 'application/json';

/** The orders in which real records were seen; a key without a value is left out. */
const KEY_ORDERS = [
  [
    'schemaType',
    'schemaVersion',
    'timestamp',
    'accountId',
    'identity',
    'region',
    'requestId',
    'operation',
    'modelId',
    'errorCode',
    'input',
    'output',
    'requestMetadata',
    'inferenceRegion',
  ],
  [
    'timestamp',
    'accountId',
    'identity',
    'region',
    'requestId',
    'operation',
    'modelId',
    'errorCode',
    'requestMetadata',
    'input',
    'output',
    'inferenceRegion',
    'schemaType',
    'schemaVersion',
  ],
  [
    'timestamp',
    'accountId',
    'region',
    'requestId',
    'operation',
    'modelId',
    'input',
    'output',
    'inferenceRegion',
    'requestMetadata',
    'identity',
    'errorCode',
    'schemaType',
    'schemaVersion',
  ],
] as const;

type LineField = (typeof KEY_ORDERS)[number][number];

const ERROR_CODES = ['ModelErrorException', 'InternalServerException', 'ServiceUnavailableException'];

/** Where each kind of inference profile really ran; never the region whose price counts. */
const INFERENCE_REGIONS = {
  global: ['us-east-1', 'us-west-2', 'eu-north-1', 'ap-northeast-1'],
  us: ['us-east-1', 'us-east-2', 'us-west-2'],
  eu: ['eu-central-1', 'eu-west-3', 'eu-north-1'],
} as const;

export function bedrockLine(request: SampleRequest): string {
  const fields = lineFields(request);
  const order = KEY_ORDERS[request.variant % KEY_ORDERS.length] ?? KEY_ORDERS[0];
  const line: Record<string, unknown> = {};
  for (const key of order) {
    if (fields[key] !== undefined) line[key] = fields[key];
  }
  return JSON.stringify(line);
}

function lineFields(request: SampleRequest): Readonly<Record<LineField, unknown>> {
  const { variant, outcome, model } = request;
  const hasFailed = outcome === 'throttled' || outcome === 'error';
  return {
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: timestampText(request),
    accountId: ACCOUNT_ID,
    identity: { arn: identityArn(request) },
    region: model.region,
    requestId: request.requestId,
    operation: request.operation,
    modelId: model.modelId,
    errorCode: hasFailed ? errorCode(request) : undefined,
    input: inputPart(request),
    output: hasFailed ? undefined : outputPart(request),
    requestMetadata: requestMetadata(request),
    inferenceRegion: outcome === 'ok' && variant % 10 < 7 ? inferenceRegion(request) : undefined,
  };
}

/** Most records have whole seconds, some have milliseconds. */
function timestampText({ atMs, variant }: SampleRequest): string {
  const text = new Date(atMs).toISOString();
  return variant % 9 === 0 ? text : `${text.slice(0, 19)}Z`;
}

/** The role session is named for the person unless the request's metadata does that. */
function identityArn({ person, model }: SampleRequest): string {
  const { how } = person;
  switch (how) {
    case 'session':
    case 'none':
      return `${ROLE_ARN}/${person.user}`;
    case 'metadata':
    case 'directoryOnly':
      return `${ROLE_ARN}/gateway-${model.region}`;
    default:
      return how satisfies never;
  }
}

function requestMetadata(request: SampleRequest): JsonObject | undefined {
  const { how, user, team } = request.person;
  const { project, entrypoint } = request;
  switch (how) {
    case 'metadata':
      return { user, team, project, entrypoint };
    case 'directoryOnly':
      return { user, project, entrypoint };
    case 'session':
    case 'none':
      return undefined;
    default:
      return how satisfies never;
  }
}

function inputPart(request: SampleRequest): JsonObject {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h } = request.tokens;
  const body = inputBody(request);
  if (request.outcome !== 'ok') {
    return { inputContentType: CONTENT_TYPE, ...body, inputTokenCount: blockedStreamCount(request) };
  }
  const written = cacheWrite5m + cacheWrite1h;
  // Without caching some records have zeros and others have no cache counts at all.
  const hasCacheCounts = cacheRead + written > 0 || request.variant % 2 === 0;
  return {
    inputContentType: CONTENT_TYPE,
    ...body,
    inputTokenCount: input,
    cacheReadInputTokenCount: hasCacheCounts ? cacheRead : undefined,
    cacheWriteInputTokenCount: hasCacheCounts ? written : undefined,
  };
}

function outputPart(request: SampleRequest): JsonObject {
  return {
    outputContentType: CONTENT_TYPE,
    ...outputBody(request),
    outputTokenCount: request.outcome === 'ok' ? request.tokens.output : blockedStreamCount(request),
  };
}

/** A blocked stream was seen with counts of zero, every other blocked request without any. */
function blockedStreamCount({ outcome, operation }: SampleRequest): 0 | undefined {
  return outcome === 'blocked' && operation === 'InvokeModelWithResponseStream' ? 0 : undefined;
}

function inputBody(request: SampleRequest): JsonObject {
  if (request.body === 'off') return {};
  if (request.body === 's3') return { inputBodyS3Path: bodyUrl(request, 'input') };
  return { inputBodyJson: requestBody(request) };
}

function outputBody(request: SampleRequest): JsonObject {
  if (request.body === 'off') return {};
  if (request.body === 's3') return { outputBodyS3Path: bodyUrl(request, 'output') };
  return { outputBodyJson: responseBody(request) };
}

function bodyUrl(request: SampleRequest, part: 'input' | 'output'): string {
  const hour = new Date(request.atMs).toISOString().slice(0, 13).replace(/[-T]/g, '/');
  return `${BODIES_URL}/${request.model.region}/${hour}/data/${request.requestId}_${part}.json.gz`;
}

function errorCode({ outcome, variant }: SampleRequest): string | undefined {
  return outcome === 'throttled' ? 'ThrottlingException' : ERROR_CODES[variant % ERROR_CODES.length];
}

function inferenceRegion({ model, variant }: SampleRequest): string | undefined {
  const regions = INFERENCE_REGIONS[model.scope];
  return regions[variant % regions.length];
}
