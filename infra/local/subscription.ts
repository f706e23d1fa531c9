import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** A log event before it is wrapped: the line, and when it was logged as far as the line tells. */
type Event = { id: string; timestamp: number; message: string };

/** A delivery holds at most this; CloudWatch Logs cuts its own in a similar way. */
export const MAX_BATCH_LINES = 1_000;
export const MAX_BATCH_CHARACTERS = 4_000_000;

/** Files have one log group and stream, so a line is the same event whatever its file is called. */
export const FILES_LOG_GROUP = 'local/files';
const LOG_STREAM = 'lines';

const ISO_TIME = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})/;

/** Collects lines and hands them on as real subscription payloads: base64 of gzip of JSON. */
export class SubscriptionBatch {
  #events: Event[] = [];
  #characters = 0;
  readonly #fallbackMs: number;

  /** `fallbackMs` is the time of a line that names none, such as its file's last change. */
  constructor(fallbackMs: number) {
    this.#fallbackMs = fallbackMs;
  }

  get isFull(): boolean {
    return this.#events.length >= MAX_BATCH_LINES || this.#characters >= MAX_BATCH_CHARACTERS;
  }

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  /** The event id is a hash of the line: the same line is the same event at every reading. */
  add(message: string): void {
    const id = createHash('sha256').update(message).digest('hex').slice(0, 56);
    const time = Date.parse(ISO_TIME.exec(message.slice(0, 4_096))?.[0] ?? '');
    this.#events.push({ id, timestamp: Number.isNaN(time) ? this.#fallbackMs : time, message });
    this.#characters += message.length;
  }

  /** The event that Lambda would get for these lines; the batch is empty afterwards. */
  take(): { awslogs: { data: string } } {
    const logEvents = this.#events;
    this.#events = [];
    this.#characters = 0;
    return subscriptionEvent({ logGroup: FILES_LOG_GROUP, logStream: LOG_STREAM, logEvents });
  }
}

/** Wraps log events the way a CloudWatch Logs subscription does. */
export function subscriptionEvent(payload: {
  logGroup: string;
  logStream: string;
  logEvents: readonly Event[];
}) {
  const message = {
    messageType: 'DATA_MESSAGE',
    owner: '000000000000',
    subscriptionFilters: ['tollbook-local'],
    ...payload,
  };
  return { awslogs: { data: gzipSync(JSON.stringify(message), { level: 1 }).toString('base64') } };
}
