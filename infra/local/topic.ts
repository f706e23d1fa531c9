import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { ChatFolder } from './chatFolder.ts';

/** The ARN that the local topic answers to. */
export const LOCAL_TOPIC_ARN = 'arn:aws:sns:eu-west-1:000000000000:tollbook-local-alerts';

const TOPIC_ARN = /^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w.-]{1,256}$/;

export type Topic = Readonly<{ endpoint: string; stop(): Promise<void> }>;

export type TopicReceivers = Readonly<{
  /** The subscribers of the ledger's own topic. */
  deliver: (event: unknown) => Promise<void>;
  /** Gets what is for any other topic. */
  chat: ChatFolder;
}>;

/**
 * Stands in for SNS: takes `Publish` over the SDK's real protocol and hands each message to the topic's
 * subscribers as the event that Lambda would get.
 */
export async function startTopic({ deliver, chat }: TopicReceivers): Promise<Topic> {
  const server = createServer((request, response) => {
    text(request)
      .then(async (body) => {
        const form = new URLSearchParams(body);
        const topicArn = form.get('TopicArn') ?? '';
        if (form.get('Action') !== 'Publish' || !TOPIC_ARN.test(topicArn)) {
          response.writeHead(400, { 'content-type': 'text/xml' });
          response.end(
            errorXml('InvalidParameter', 'the local topic takes Publish to the ARN of a topic only'),
          );
          return;
        }
        const messageId = randomUUID();
        if (topicArn === LOCAL_TOPIC_ARN) await deliver(snsEvent(messageId, form));
        else chat.keep(topicArn, form.get('Message') ?? '');
        response.writeHead(200, { 'content-type': 'text/xml' });
        response.end(publishXml(messageId));
      })
      .catch((error: unknown) => {
        response.writeHead(500, { 'content-type': 'text/xml' });
        response.end(errorXml('InternalError', error instanceof Error ? error.message : 'failed'));
      });
  });
  const port = await listenLocally(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
}

/** Listens on the loopback address; port 0 takes any free one. */
export function listenLocally(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function snsEvent(MessageId: string, form: URLSearchParams) {
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: `${LOCAL_TOPIC_ARN}:local`,
        Sns: {
          Type: 'Notification',
          MessageId,
          TopicArn: LOCAL_TOPIC_ARN,
          Subject: form.get('Subject'),
          Message: lambdaMessage(form),
          Timestamp: new Date().toISOString(),
          SignatureVersion: '1',
          MessageAttributes: attributesOf(form),
        },
      },
    ],
  };
}

/** What SNS gives to functions: the text for their protocol, or the default one, where texts differ by protocol. */
function lambdaMessage(form: URLSearchParams): string {
  const message = form.get('Message') ?? '';
  if (form.get('MessageStructure') !== 'json') return message;
  const texts = z.object({ default: z.string(), lambda: z.string().optional() }).parse(JSON.parse(message));
  return texts.lambda ?? texts.default;
}

/** The SDK sends attributes as numbered form fields. */
function attributesOf(form: URLSearchParams) {
  const attributes: Record<string, { Type: string; Value: string }> = {};
  for (let index = 1; form.has(`MessageAttributes.entry.${index}.Name`); index += 1) {
    const entry = `MessageAttributes.entry.${index}`;
    attributes[form.get(`${entry}.Name`) ?? ''] = {
      Type: form.get(`${entry}.Value.DataType`) ?? 'String',
      Value: form.get(`${entry}.Value.StringValue`) ?? '',
    };
  }
  return attributes;
}

const NAMESPACE = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';

function publishXml(messageId: string): string {
  const result = `<PublishResult><MessageId>${messageId}</MessageId></PublishResult>`;
  return `<PublishResponse ${NAMESPACE}>${result}<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></PublishResponse>`;
}

function errorXml(code: string, message: string): string {
  const safe = message.replace(/[<>&]/g, ' ');
  return `<ErrorResponse ${NAMESPACE}><Error><Type>Sender</Type><Code>${code}</Code><Message>${safe}</Message></Error></ErrorResponse>`;
}
