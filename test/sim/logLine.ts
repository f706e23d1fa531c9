import { subscriptionEvent } from '../../infra/local/subscription.ts';
import type { Sighting } from './sighting.ts';
import type { Entry, LogStream, SimRequest } from './traffic.ts';

/** One delivery of a log subscription: the entries of a stream from one place up to another. */
export type Delivery = Readonly<{ stream: LogStream; from: number; to: number }>;

export const LOG_GROUP = '/simulation/gateway';

/** The event that Lambda gets for a delivery: the same entries always have the same ids. */
export function deliveryEvent({ stream, from, to }: Delivery) {
  const logEvents = stream.entries.slice(from, to).map((entry, index) => ({
    id: eventIdAt(from + index),
    timestamp: entry.atMs,
    message: messageOf(entry),
  }));
  return subscriptionEvent({ logGroup: LOG_GROUP, logStream: stream.name, logEvents });
}

/** CloudWatch Logs names events by decimal texts of 56 digits. */
export function eventIdAt(place: number): string {
  return String(place).padStart(56, '3');
}

function messageOf(entry: Entry): string {
  switch (entry.kind) {
    case 'sighting':
      return entry.sighting.format === 'bedrock'
        ? bedrockLine(entry.request, entry.sighting)
        : tollbookLine(entry.request, entry.sighting);
    case 'garbage':
      return entry.text;
    case 'blank':
      return ' ';
    default:
      return entry satisfies never;
  }
}

function tollbookLine({ id, startedMs }: SimRequest, sighting: Sighting): string {
  const { user, team, modelId, project, entrypoint, operation, status, tokens } = sighting;
  return JSON.stringify({
    schema: 'tollbook.v1',
    id,
    at: new Date(startedMs).toISOString(),
    model: modelId,
    ...(tokens === undefined
      ? {}
      : {
          usage: {
            inputTokens: tokens[0],
            cacheReadTokens: tokens[1],
            cacheWrite5mTokens: tokens[2],
            cacheWrite1hTokens: tokens[3],
            outputTokens: tokens[4],
          },
        }),
    user,
    team,
    project,
    entrypoint,
    operation,
    status,
  });
}

const ERROR_CODE = {
  ok: undefined,
  blocked: undefined,
  throttled: 'ThrottlingException',
  error: 'ModelErrorException',
};

function bedrockLine({ id, startedMs }: SimRequest, sighting: Sighting): string {
  const { user, team, modelId, project, entrypoint, operation, status, tokens } = sighting;
  return JSON.stringify({
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: new Date(startedMs).toISOString(),
    region: 'eu-west-1',
    requestId: id,
    operation: 'Converse',
    modelId,
    errorCode: ERROR_CODE[status],
    requestMetadata: { user, team, project, entrypoint, operation },
    input: tokens === undefined ? {} : { inputTokenCount: tokens[0], cacheReadInputTokenCount: tokens[1] },
    output: tokens === undefined ? {} : { outputTokenCount: tokens[4] },
  });
}
