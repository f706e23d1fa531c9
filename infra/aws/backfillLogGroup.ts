import { z } from 'zod';
import type { Ingest } from '../local/ingestFiles.ts';
import { logDeliveries } from './logDeliveries.ts';
import { type FetchPage, type GroupEvent, type LogCursor, type LogSpan, readLogPages } from './logPages.ts';

export const logCursor = z
  .object({ windowFromMs: z.number(), token: z.string().optional(), tokenAtMs: z.number().optional() })
  .transform(
    ({ windowFromMs, token, tokenAtMs }): LogCursor => ({
      windowFromMs,
      ...(token === undefined || tokenAtMs === undefined ? {} : { token, tokenAtMs }),
    }),
  );

export type LogBackfill = Readonly<{
  ingest: Ingest;
  fetchPage: FetchPage;
  cursor: LogCursor | undefined;
  signal: AbortSignal;
  /** Notes where to go on; called when all of a page is posted. */
  save(cursor: LogCursor): void;
  /** Gets the events of a page that were posted or quarantined. */
  onPosted(events: readonly GroupEvent[]): Promise<void>;
  /** Called when the span is read to its end. */
  onEnd(): void;
}>;

/**
 * Posts a span of a log group, page after page; one page is held at a time. Returns at the end, or after
 * the page in which the signal came.
 */
export async function backfillLogGroup(
  span: LogSpan,
  { ingest, fetchPage, cursor, signal, save, onPosted, onEnd }: LogBackfill,
): Promise<{ pages: number }> {
  let pages = 0;
  const resumed = cursor === undefined ? {} : { cursor };
  for await (const { events, after } of readLogPages(span, { ...resumed, fetchPage, nowMs: Date.now })) {
    await ingest.deliveries(logDeliveries(span.logGroup, events));
    await onPosted(events);
    pages += 1;
    if (after === undefined) onEnd();
    else save(after);
    if (signal.aborted) break;
  }
  return { pages };
}
