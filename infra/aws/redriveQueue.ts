import type { SQSClient } from '@aws-sdk/client-sqs';
import { readPayload } from '../../shared/formats/envelope.ts';
import type { Ingest } from '../local/ingestFiles.ts';
import {
  deleteMessage,
  type QueueMessage,
  readFailedDelivery,
  receiveMessages,
  releaseMessage,
} from './failedDeliveries.ts';

/** What became of one message; `batch` of a dry run is one that would be tried. */
export type RedriveOutcome = Readonly<{
  messageId: string;
  outcome: 'redriven' | 'batch' | 'failed' | 'unusable';
  logGroup: string;
  events: number;
  failedAt: string;
  why: string;
}>;

export type RedriveOptions = Readonly<{
  client: SQSClient;
  queueUrl: string;
  ingest: Ingest;
  isDryRun: boolean;
  signal: AbortSignal;
  onOutcome(outcome: RedriveOutcome): void;
}>;

/** One run ends after so many messages, for it remembers each. */
const MAX_MESSAGES = 10_000;

/**
 * Gives failed batches to `ingestLogs` again, one by one, and deletes a message only when all of its batch is
 * in the ledger. What fails again, or is no batch, stays in the queue; a dry run leaves everything there. A
 * message that is delivered twice does no harm: its lines count once.
 */
export async function redriveQueue(options: RedriveOptions): Promise<void> {
  const { client, queueUrl, signal } = options;
  const left = new Map<string, string>();
  try {
    while (!signal.aborted && left.size < MAX_MESSAGES) {
      const messages = await receiveMessages(client, queueUrl);
      const fresh = messages.filter(({ id }) => !left.has(id));
      for (const message of messages) {
        const isDone = fresh.includes(message) && !signal.aborted && (await redrive(message, options));
        if (!isDone) left.set(message.id, message.receipt);
      }
      if (fresh.length === 0) return;
    }
  } finally {
    for (const receipt of left.values()) await releaseMessage(client, queueUrl, receipt);
  }
}

/** True when the message is dealt with and gone. */
async function redrive(
  message: QueueMessage,
  { client, queueUrl, ingest, isDryRun, onOutcome }: RedriveOptions,
): Promise<boolean> {
  const delivery = readFailedDelivery(message.body);
  if (delivery.kind === 'unusable') {
    onOutcome({ ...NO_BATCH, messageId: message.id, outcome: 'unusable', why: delivery.why });
    return false;
  }
  const { event, failedAt, why } = delivery;
  const told = { messageId: message.id, ...contentsOf(delivery.event.awslogs.data), failedAt, why };
  if (isDryRun) {
    onOutcome({ ...told, outcome: 'batch' });
    return false;
  }
  try {
    await ingest.deliveries([event]);
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    onOutcome({ ...told, outcome: 'failed', why: reason });
    return false;
  }
  await deleteMessage(client, queueUrl, message.receipt);
  onOutcome({ ...told, outcome: 'redriven' });
  return true;
}

const NO_BATCH = { logGroup: '-', events: 0, failedAt: '-' } as const;

function contentsOf(data: string): { logGroup: string; events: number } {
  const payload = readPayload(data);
  return payload.kind === 'data'
    ? { logGroup: payload.logGroup, events: payload.events.length }
    : { logGroup: '-', events: 0 };
}
