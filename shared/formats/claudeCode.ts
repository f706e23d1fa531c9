import { NO_DIMENSION } from '../domain/dailyLine.ts';
import { identifierProblem } from '../domain/identifier.ts';
import { NO_TOKENS, type Tokens } from '../domain/tokens.ts';
import type { RequestStatus } from '../domain/usage.ts';
import { type LogFormat, NO_REQUEST } from './decoded.ts';
import { Fields, isJson, type Json } from './fields.ts';
import { finishUsage } from './finishUsage.ts';
import { startOf } from './gatewayTime.ts';
import { type LoggedIdentity, readMetadata } from './identity.ts';
import { isoOfUnixNano } from './otlp.ts';
import { parseResourceAttributes } from './resourceAttributes.ts';

/** Events say so in their body, the collectors of 2021 in their name; metrics in the names of their values. */
const PREFIX = 'claude_code.';

/**
 * Claude Code's OpenTelemetry events, as the collector's CloudWatch Logs exporter writes them: the name in
 * `body`, flat dotted `attributes`, and the `resource`. Two of the events are about an LLM request; of the
 * others, prompts and answers above all, nothing is read. Nor is the cost that the client guesses.
 */
export const claudeCodeFormat: LogFormat = {
  name: 'claude-code',
  source: 'claude-code',
  recognises: (line) => eventName(line) !== undefined || isMetric(line),
  decode(line, { now, eventId }) {
    const event = eventName(line);
    if (event !== 'api_request' && event !== 'api_error') return NO_REQUEST;
    const fields = new Fields({ ...line, resource: allOfResource(line) });
    const attributes = fields.child('attributes');
    const endedAt = readTime(fields, attributes);
    return finishUsage(fields, {
      now,
      at: startOf(attributes, 'duration_ms', { end: endedAt, now }),
      usage: {
        source: 'claude-code',
        requestId: readRequestId(attributes, endedAt) ?? eventId(),
        modelId: attributes.requiredText('model'),
        ...(event === 'api_request' ? readAnswer(attributes) : readFailure(attributes)),
        attempt: attributes.looseCount('attempt'),
        serviceTier: 'standard',
        isFast: attributes.text('speed') === 'fast' ? true : undefined,
        ...readDimensions(fields),
        user: readUser(attributes, fields.child('resource')),
        operation: readOperation(attributes),
      },
    });
  },
};

function eventName({ body, name }: Json): string | undefined {
  if (typeof body === 'string' && body.startsWith(PREFIX)) return body.slice(PREFIX.length);
  return typeof name === 'string' && name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined;
}

/** A line of CloudWatch's embedded metric format sums up an interval: its tokens are those of the events. */
function isMetric(line: Json): boolean {
  return isJson(line._aws) && Object.keys(line).some((key) => key.startsWith(PREFIX));
}

type Outcome = Readonly<{
  tokens: Tokens;
  isEstimated: boolean;
  hasTokenCounts: boolean;
  status: RequestStatus;
  errorCode?: string | undefined;
}>;

/** Counts were text before 2.1.122. Lifetimes of cache writes are not told, so the cheaper one is taken. */
function readAnswer(attributes: Fields): Outcome {
  const input = attributes.looseCount('input_tokens');
  const output = attributes.looseCount('output_tokens');
  const cacheWrite = attributes.looseCount('cache_creation_tokens') ?? 0;
  return {
    tokens: {
      input: input ?? 0,
      cacheRead: attributes.looseCount('cache_read_tokens') ?? 0,
      cacheWrite5m: cacheWrite,
      cacheWrite1h: 0,
      output: output ?? 0,
    },
    isEstimated: cacheWrite > 0,
    hasTokenCounts: input !== undefined || output !== undefined,
    status: 'ok',
  };
}

/** Logged once, after the last try. Its `error` is a text that may quote anything, so only the code is kept. */
function readFailure(attributes: Fields): Outcome {
  const given = attributes.raw('status_code');
  const code = typeof given === 'number' ? String(given) : given;
  return {
    tokens: NO_TOKENS,
    isEstimated: false,
    hasTokenCounts: false,
    status: code === '429' ? 'throttled' : 'error',
    errorCode: typeof code === 'string' && /^\d{3}$/.test(code) ? code : undefined,
  };
}

function readTime(fields: Fields, attributes: Fields): string {
  const time = attributes.text('event.timestamp') || isoOfUnixNano(fields.text('time') ?? '');
  return time || attributes.requiredText('event.timestamp');
}

/**
 * The provider's id, else the client's. Without both, the event's place in its session; the time goes with
 * it, because a resumed session may count its events from the start again.
 */
function readRequestId(attributes: Fields, at: string): string | undefined {
  const given = attributes.text('request_id') || attributes.text('client_request_id');
  if (given) return given;
  const session = attributes.text('session.id');
  const sequence = attributes.raw('event.sequence');
  const isPlaced = session && (typeof sequence === 'number' || typeof sequence === 'string');
  return isPlaced ? `${session}-${sequence}-${at}` : undefined;
}

/** Claude Code copies its resource's attributes to each event since 2.1.161; before, the resource has them. */
function readDimensions(fields: Fields): LoggedIdentity {
  return { ...readMetadata(fields, 'resource'), ...readMetadata(fields, 'attributes') };
}

/** The address is known after a login only; an organisation may set it as a resource attribute instead. */
const USER_KEYS = ['user.email', 'user.account_uuid', 'user.id'];

function readUser(attributes: Fields, resource: Fields): string | undefined {
  for (const key of USER_KEYS) {
    const user = attributes.text(key) || resource.text(key);
    if (user) return user;
  }
  return undefined;
}

/** What the request was for, in Claude Code's own words, which promise no form. */
function readOperation(attributes: Fields): string {
  const operation = attributes.text('query_source');
  return operation !== undefined && identifierProblem(operation) === undefined ? operation : NO_DIMENSION;
}

const RAW_KEY = 'OTEL_RESOURCE_ATTRIBUTES';
const OLD_KEY = 'resource_';

/**
 * The resource, with what a raw `OTEL_RESOURCE_ATTRIBUTES` adds to it. Collectors of 2021 wrote its keys into
 * the line itself, as `resource_<key>`.
 */
function allOfResource(line: Json): unknown {
  const resource = line.resource ?? oldResource(line);
  if (!isJson(resource)) return resource;
  const text = (isJson(line.attributes) ? line.attributes[RAW_KEY] : undefined) ?? resource[RAW_KEY];
  if (typeof text !== 'string') return resource;
  return { ...Object.fromEntries(parseResourceAttributes(text).attributes), ...resource };
}

function oldResource(line: Json): Json {
  return Object.fromEntries(
    Object.entries(line).flatMap(([key, value]) =>
      key.startsWith(OLD_KEY) ? [[key.slice(OLD_KEY.length), value]] : [],
    ),
  );
}
