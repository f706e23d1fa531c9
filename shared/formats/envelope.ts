import { createHash } from 'node:crypto';
import { unzipSync } from 'node:zlib';
import { z } from 'zod';
import type { QuarantineReason } from './decoded.ts';

/** A subscription payload unpacks to a few megabytes; a gzip bomb is stopped here. */
export const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

/** One event of a log stream as CloudWatch Logs hands it over; `id` is a decimal text of some 56 digits. */
export type LogEvent = Readonly<{ id: string; timestamp: number; message: string }>;

export type Payload =
  | Readonly<{ kind: 'data'; logGroup: string; logStream: string; events: readonly LogEvent[] }>
  | Readonly<{ kind: 'control' }>
  | Readonly<{ kind: 'quarantined'; reason: QuarantineReason; detail: string }>;

const payloadSchema = z.discriminatedUnion('messageType', [
  z.object({ messageType: z.literal('CONTROL_MESSAGE') }),
  z.object({
    messageType: z.literal('DATA_MESSAGE'),
    logGroup: z.string(),
    logStream: z.string(),
    logEvents: z.array(z.object({ id: z.string(), timestamp: z.number(), message: z.string() })),
  }),
]);

/**
 * An id of one log event, the same at every delivery: for a line that has no request id of its own, and
 * for the quarantine. CloudWatch's own id is unique within its log stream only.
 */
export function logEventId(logGroup: string, logStream: string, id: string): string {
  const text = JSON.stringify([logGroup, logStream, id]);
  return `event-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

/**
 * Unpacks what a CloudWatch Logs subscription sends: base64 of gzip (or zlib) of JSON. Control messages
 * are reachability probes. What cannot be unpacked is for the quarantine as a whole; it never throws.
 */
export function readPayload(data: string): Payload {
  const unpacked = unpack(data);
  if (typeof unpacked !== 'string') return unpacked;
  const parsed = payloadSchema.safeParse(parseJson(unpacked));
  if (!parsed.success) return unreadable('the payload is not that of a log subscription');
  const payload = parsed.data;
  if (payload.messageType === 'CONTROL_MESSAGE') return { kind: 'control' };
  return {
    kind: 'data',
    logGroup: payload.logGroup,
    logStream: payload.logStream,
    events: payload.logEvents,
  };
}

function unpack(data: string): string | Extract<Payload, { kind: 'quarantined' }> {
  try {
    return unzipSync(Buffer.from(data, 'base64'), { maxOutputLength: MAX_PAYLOAD_BYTES }).toString('utf8');
  } catch (error) {
    const isTooLarge = error instanceof RangeError;
    return isTooLarge
      ? {
          kind: 'quarantined',
          reason: 'payload_too_large',
          detail: `the payload unpacks to more than ${MAX_PAYLOAD_BYTES} bytes`,
        }
      : unreadable('the payload is neither gzip nor zlib');
  }
}

function unreadable(detail: string): Extract<Payload, { kind: 'quarantined' }> {
  return { kind: 'quarantined', reason: 'payload_unreadable', detail };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
