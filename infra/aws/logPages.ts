import { type CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { z } from 'zod';

/** One event of a log group; `id` is the one a subscription delivers it under. */
export type GroupEvent = Readonly<{ id: string; logStream: string; timestamp: number; message: string }>;

/** What of a log group is read: from a time (included) to a time (excluded), in ms since 1970. */
export type LogSpan = Readonly<{ logGroup: string; fromMs: number; toMs: number }>;

/** Where reading goes on: a window's start, and the token of the next page within that window. */
export type LogCursor = Readonly<{ windowFromMs: number; token?: string; tokenAtMs?: number }>;

/** `after` is where to go on once the events are posted; without it the span is read to its end. */
export type LogPage = Readonly<{ events: readonly GroupEvent[]; after: LogCursor | undefined }>;

export type FetchPage = (
  request: LogSpan & { token?: string },
) => Promise<Readonly<{ events: readonly GroupEvent[]; nextToken?: string }>>;

/**
 * A window is a UTC day at most: after a token was lost so much is read again. It bounds nothing else, for
 * memory holds a page and an event that is read twice counts once.
 */
const DAY_MS = 86_400_000;

/** AWS lets a token expire after 24 hours; one that may run out under way is not used any more. */
const TOKEN_LIFE_MS = 23 * 3_600_000;

/**
 * Reads a span of a log group page by page, from its start or from where a cursor says. Nothing depends on
 * the order of the events. Pages may be empty and go on all the same: only a missing token ends a window.
 */
export async function* readLogPages(
  span: LogSpan,
  { cursor, fetchPage, nowMs }: { cursor?: LogCursor; fetchPage: FetchPage; nowMs: () => number },
): AsyncGenerator<LogPage> {
  let fromMs = cursor?.windowFromMs ?? span.fromMs;
  let token = freshToken(cursor, nowMs());
  let isTokenOld = token !== undefined;
  while (fromMs < span.toMs) {
    const toMs = Math.min(span.toMs, (Math.floor(fromMs / DAY_MS) + 1) * DAY_MS);
    const request = { logGroup: span.logGroup, fromMs, toMs, ...(token === undefined ? {} : { token }) };
    const page = await fetchPage(request).catch((error: unknown) => {
      if (isTokenOld && isRefusedToken(error)) return undefined;
      throw error;
    });
    isTokenOld = false;
    if (page === undefined) {
      token = undefined;
      continue;
    }
    if (page.nextToken !== undefined && page.nextToken === token)
      throw new Error(`CloudWatch Logs gave the same page of ${span.logGroup} twice`);
    token = page.nextToken;
    if (token === undefined) fromMs = toMs;
    yield { events: page.events, after: cursorAfter({ fromMs, token, toMs: span.toMs }, nowMs()) };
  }
}

function freshToken(cursor: LogCursor | undefined, nowMs: number): string | undefined {
  return nowMs - (cursor?.tokenAtMs ?? 0) < TOKEN_LIFE_MS ? cursor?.token : undefined;
}

function cursorAfter(
  { fromMs, token, toMs }: { fromMs: number; token: string | undefined; toMs: number },
  nowMs: number,
): LogCursor | undefined {
  if (token !== undefined) return { windowFromMs: fromMs, token, tokenAtMs: nowMs };
  return fromMs < toMs ? { windowFromMs: fromMs } : undefined;
}

function isRefusedToken(error: unknown): boolean {
  return error instanceof Error && error.name === 'InvalidParameterException';
}

const answerSchema = z.object({
  nextToken: z.string().optional(),
  events: z
    .array(
      z.object({
        eventId: z.string(),
        logStreamName: z.string(),
        timestamp: z.number(),
        message: z.string().default(''),
      }),
    )
    .default([]),
});

/**
 * Asks `FilterLogEvents`, never more often than `pace` allows. Its `endTime` is included, ours is not.
 * Source: CloudWatch Logs API reference, FilterLogEvents: pages of 1 MB or 10,000 events, which may be
 * empty while there is a token.
 */
export function filterLogEvents(client: CloudWatchLogsClient, pace: () => Promise<void>): FetchPage {
  return async ({ logGroup, fromMs, toMs, token }) => {
    await pace();
    const answer = await client.send(
      new FilterLogEventsCommand({
        logGroupName: logGroup,
        startTime: fromMs,
        endTime: toMs - 1,
        ...(token === undefined ? {} : { nextToken: token }),
      }),
    );
    const { events, nextToken } = answerSchema.parse(answer);
    return {
      events: events.map(({ eventId, logStreamName, timestamp, message }) => ({
        id: eventId,
        logStream: logStreamName,
        timestamp,
        message,
      })),
      ...(nextToken === undefined ? {} : { nextToken }),
    };
  };
}
