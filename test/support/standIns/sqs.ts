import { createHash } from 'node:crypto';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { sendJson, serveStandIn } from './serve.ts';

type Message = { id: string; body: string; hiddenUntilMs: number; receipt: string };

export type SqsStandIn = {
  url: string;
  queueUrl: string;
  /** Bodies that are in the queue, hidden or not. */
  bodies(): string[];
  /** How many of them anybody could receive now. */
  visible(): number;
};

const requestSchema = z.object({
  QueueName: z.string().optional(),
  MaxNumberOfMessages: z.number().optional(),
  VisibilityTimeout: z.number().optional(),
  ReceiptHandle: z.string().optional(),
});

/** Stands in for one queue of SQS: receiving hides a message for its visibility timeout, deleting ends it. */
export async function startSqs(name: string, bodies: readonly string[]): Promise<SqsStandIn> {
  let receipts = 0;
  let messages = bodies.map(
    (body, index): Message => ({ id: `message-${index}`, body, hiddenUntilMs: 0, receipt: '' }),
  );
  const visible = () => messages.filter(({ hiddenUntilMs }) => hiddenUntilMs <= Date.now());
  const receive = (most: number, timeoutSeconds: number) =>
    visible()
      .slice(0, most)
      .map((message) => {
        receipts += 1;
        message.receipt = `receipt-${receipts}`;
        message.hiddenUntilMs = Date.now() + timeoutSeconds * 1_000;
        const MD5OfBody = createHash('md5').update(message.body).digest('hex');
        return { MessageId: message.id, ReceiptHandle: message.receipt, Body: message.body, MD5OfBody };
      });
  const url = await serveStandIn(async (request, response) => {
    const asked = requestSchema.parse(await json(request));
    const held = messages.find(({ receipt }) => receipt === asked.ReceiptHandle);
    switch (request.headers['x-amz-target']) {
      case 'AmazonSQS.GetQueueUrl':
        if (asked.QueueName === name) return sendJson(response, 200, { QueueUrl: standIn.queueUrl });
        return sendJson(response, 400, {
          __type: 'com.amazonaws.sqs#QueueDoesNotExist',
          message: 'The specified queue does not exist.',
        });
      case 'AmazonSQS.ReceiveMessage': {
        const found = receive(asked.MaxNumberOfMessages ?? 1, asked.VisibilityTimeout ?? 30);
        return sendJson(response, 200, found.length === 0 ? {} : { Messages: found });
      }
      case 'AmazonSQS.DeleteMessage':
        messages = messages.filter((message) => message !== held);
        return sendJson(response, 200, {});
      case 'AmazonSQS.ChangeMessageVisibility':
        if (held !== undefined) held.hiddenUntilMs = Date.now() + (asked.VisibilityTimeout ?? 0) * 1_000;
        return sendJson(response, 200, {});
      default:
        return sendJson(response, 400, { __type: 'InvalidAction' });
    }
  });
  const standIn: SqsStandIn = {
    url,
    queueUrl: `${url}/000000000000/${name}`,
    bodies: () => messages.map(({ body }) => body),
    visible: () => visible().length,
  };
  return standIn;
}
