import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { GroupEvent } from '../../../infra/aws/logPages.ts';
import { sendJson, serveStandIn } from './serve.ts';

const requestSchema = z.strictObject({
  logGroupName: z.string(),
  startTime: z.number(),
  endTime: z.number(),
  nextToken: z.string().optional(),
});
export type LogsRequest = z.infer<typeof requestSchema>;

/** A `FilterLogEvents` that a test can look into and disturb. */
export type LogsStandIn = {
  url: string;
  requests: LogsRequest[];
  /** So many of the next requests are throttled. */
  throttles: number;
  /** Tokens given until now are refused from now on. */
  expireTokens(): void;
  /** Called before each answer. */
  onRequest: (count: number) => void;
};

/**
 * Stands in for CloudWatch Logs as its API reference has it: pages of a few events sorted by time, after
 * every page with events one that is empty and has a token, `endTime` included, tokens that belong to their
 * request and can expire.
 */
export async function startLogs(
  groups: Readonly<Record<string, readonly GroupEvent[]>>,
  pageSize: number,
): Promise<LogsStandIn> {
  let generation = 0;
  const url = await serveStandIn(async (request, response) => {
    const body: unknown = await json(request);
    if (request.headers['x-amz-target'] !== 'Logs_20140328.FilterLogEvents')
      return sendJson(response, 400, { __type: 'UnknownOperationException' });
    const asked = requestSchema.parse(body);
    standIn.requests.push(asked);
    standIn.onRequest(standIn.requests.length);
    if (standIn.throttles > 0) {
      standIn.throttles -= 1;
      return sendJson(response, 400, { __type: 'ThrottlingException', message: 'Rate exceeded' });
    }
    const group = groups[asked.logGroupName];
    if (group === undefined) {
      const message = 'The specified log group does not exist.';
      return sendJson(response, 400, { __type: 'ResourceNotFoundException', message });
    }
    const { nextToken, ...span } = asked;
    const [tokenOf = '', page = '0'] = nextToken?.split(' page ') ?? [
      `${generation} ${JSON.stringify(span)}`,
    ];
    if (tokenOf !== `${generation} ${JSON.stringify(span)}`) {
      const message = 'The specified nextToken is invalid.';
      return sendJson(response, 400, { __type: 'InvalidParameterException', message });
    }
    sendJson(response, 200, pageOf(group, span, { tokenOf, page: Number(page), pageSize }));
  });
  const standIn: LogsStandIn = {
    url,
    requests: [],
    throttles: 0,
    expireTokens: () => {
      generation += 1;
    },
    onRequest: () => {},
  };
  return standIn;
}

function pageOf(
  group: readonly GroupEvent[],
  { startTime, endTime }: { startTime: number; endTime: number },
  { tokenOf, page, pageSize }: { tokenOf: string; page: number; pageSize: number },
) {
  const found = group
    .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime)
    .sort((a, b) => a.timestamp - b.timestamp);
  const isEmptyPage = page % 2 === 1;
  const start = Math.floor(page / 2) * pageSize;
  const events = isEmptyPage ? [] : found.slice(start, start + pageSize);
  const isLast = !isEmptyPage && start + pageSize >= found.length;
  return {
    searchedLogStreams: [],
    events: events.map(({ id, logStream, timestamp, message }) => ({
      eventId: id,
      logStreamName: logStream,
      timestamp,
      message,
      ingestionTime: timestamp + 1_000,
    })),
    ...(isLast ? {} : { nextToken: `${tokenOf} page ${page + 1}` }),
  };
}
