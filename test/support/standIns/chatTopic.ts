import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { type Disturbance, Disturbances } from './disturbances.ts';
import { serveStandIn } from './serve.ts';

/** Custom notifications of Amazon Q Developer, version 1.0. Variables for custom actions: at most five. */
const customNotification = z.strictObject({
  version: z.literal('1.0'),
  source: z.literal('custom'),
  id: z.string().optional(),
  content: z.strictObject({
    textType: z.literal('client-markdown').optional(),
    title: z.string().optional(),
    description: z.string().min(1),
    nextSteps: z.array(z.string()).optional(),
    keywords: z.array(z.string()).optional(),
  }),
  metadata: z
    .strictObject({
      threadId: z.string().optional(),
      summary: z.string().optional(),
      eventType: z.string().optional(),
      relatedResources: z.array(z.string()).optional(),
      additionalContext: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
});

export type ChatTopic = {
  url: string;
  arn: string;
  /** What the chat shows. */
  shown: z.infer<typeof customNotification>[];
  /** What Amazon Q Developer drops without a word, because it is not its schema. */
  dropped: string[];
  requests: number;
  disturb(...disturbances: readonly Disturbance[]): void;
};

const NAMESPACE = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';

/** Stands in for a topic of SNS and for Amazon Q Developer behind it. */
export async function startChatTopic(arn: string): Promise<ChatTopic> {
  const disturbances = new Disturbances();
  const url = await serveStandIn(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    topic.requests += 1;
    if (disturbances.disturb(response)) return;
    if (form.get('Action') !== 'Publish' || form.get('TopicArn') !== arn) {
      const { status, body } = snsError('NotFound', 404);
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
      return;
    }
    const message = form.get('Message') ?? '';
    const read = customNotification.safeParse(JSON.parse(message));
    if (read.success) topic.shown.push(read.data);
    else topic.dropped.push(message);
    const result = `<PublishResult><MessageId>chat-${topic.requests}</MessageId></PublishResult>`;
    response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(
        `<PublishResponse ${NAMESPACE}>${result}<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>`,
      );
  });
  const topic: ChatTopic = {
    url,
    arn,
    shown: [],
    dropped: [],
    requests: 0,
    disturb: (...next) => disturbances.order(...next),
  };
  return topic;
}

/** An error as SNS tells it. */
export function snsError(code: string, status: number) {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>secret words</Message></Error>`;
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse ${NAMESPACE}>${error}<RequestId>r</RequestId></ErrorResponse>`,
  };
}
