import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';

/** A message of the queue; `receipt` stands for this very receiving of it. */
export type QueueMessage = Readonly<{ id: string; receipt: string; body: string }>;

/** What a message says: a batch that failed, with what Lambda tells of the failure, or why it is no batch. */
export type FailedDelivery =
  | Readonly<{ kind: 'batch'; event: SubscriptionEvent; failedAt: string; why: string }>
  | Readonly<{ kind: 'unusable'; why: string }>;

/** How long a message that is being worked on is hidden from others. */
const VISIBILITY_SECONDS = 300;
const MESSAGES_AT_ONCE = 10;
/** Waiting makes SQS ask all of its servers: an empty answer then means an empty queue. */
const WAIT_SECONDS = 2;

const subscriptionEvent = z.object({ awslogs: z.object({ data: z.string() }) });
type SubscriptionEvent = z.infer<typeof subscriptionEvent>;

/** Source: Lambda developer guide, "Capturing records of Lambda asynchronous invocations". */
const destinationRecord = z.object({
  version: z.string(),
  timestamp: z.string().default('-'),
  requestContext: z.object({ functionArn: z.string().default('-'), condition: z.string().default('-') }),
  requestPayload: z.unknown().optional(),
  responsePayload: z
    .object({ errorType: z.string().optional(), errorMessage: z.string().optional() })
    .nullish(),
});

const MAX_WHY_LENGTH = 200;

/**
 * Reads a message of an on-failure destination; one of a dead-letter queue is the event itself. Never throws.
 */
export function readFailedDelivery(body: string): FailedDelivery {
  const json = parseJson(body);
  const bare = subscriptionEvent.safeParse(json);
  if (bare.success) return { kind: 'batch', event: bare.data, failedAt: '-', why: '-' };
  const record = destinationRecord.safeParse(json);
  if (!record.success)
    return { kind: 'unusable', why: 'neither a record of a failed invocation nor an event' };
  const { timestamp, requestContext, requestPayload, responsePayload } = record.data;
  const event = subscriptionEvent.safeParse(requestPayload);
  if (!event.success) {
    const name = requestContext.functionArn.split(':')[6] ?? requestContext.functionArn;
    return { kind: 'unusable', why: `of ${name}, without the log lines that it was given` };
  }
  const { errorType, errorMessage } = responsePayload ?? {};
  const error = [errorType, errorMessage].filter((part) => part !== undefined).join(': ');
  const why = `${requestContext.condition}${error === '' ? '' : `: ${error}`}`.slice(0, MAX_WHY_LENGTH);
  return { kind: 'batch', event: event.data, failedAt: timestamp, why };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A queue by its URL, or by its name in the account. */
export async function findQueueUrl(client: SQSClient, queue: string): Promise<string> {
  if (/^https?:\/\//.test(queue)) return queue;
  const answer = await client.send(new GetQueueUrlCommand({ QueueName: queue }));
  return z.string().parse(answer.QueueUrl);
}

const received = z
  .array(z.object({ MessageId: z.string(), ReceiptHandle: z.string(), Body: z.string().default('') }))
  .default([]);

/** The next messages, at most ten; none when the queue shows no more. They are hidden from others for a while. */
export async function receiveMessages(client: SQSClient, queueUrl: string): Promise<QueueMessage[]> {
  const answer = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: MESSAGES_AT_ONCE,
      WaitTimeSeconds: WAIT_SECONDS,
      VisibilityTimeout: VISIBILITY_SECONDS,
    }),
  );
  return received
    .parse(answer.Messages)
    .map(({ MessageId, ReceiptHandle, Body }) => ({ id: MessageId, receipt: ReceiptHandle, body: Body }));
}

export async function deleteMessage(client: SQSClient, queueUrl: string, receipt: string): Promise<void> {
  await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
}

/** Lets others see a message again at once. */
export async function releaseMessage(client: SQSClient, queueUrl: string, receipt: string): Promise<void> {
  const handle = { QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: 0 };
  await client.send(new ChangeMessageVisibilityCommand(handle));
}
