import { createHmac } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { type Disturbance, Disturbances } from './disturbances.ts';
import { serveStandIn } from './serve.ts';

export type ReceivedWebhook = Readonly<{ deliveryId: string; timestamp: string; body: unknown }>;

/** A company's server that takes our webhook, and that a test can look into and disturb. */
export type WebhookReceiver = {
  url: string;
  /** What it took: signed by the secret that it knows. */
  received: ReceivedWebhook[];
  /** Each request, also those that were refused or disturbed. */
  requests: number;
  secret: string;
  disturb(...disturbances: readonly Disturbance[]): void;
};

/** Takes a request when its signature is right, computed as a receiver would; answers 401 when it is not. */
export async function startWebhookReceiver(secret: string): Promise<WebhookReceiver> {
  const disturbances = new Disturbances();
  const url = await serveStandIn(async (request, response) => {
    const body = await text(request);
    receiver.requests += 1;
    if (disturbances.disturb(response)) return;
    const header = (name: string) => String(request.headers[name] ?? '');
    const timestamp = header('x-tollbook-timestamp');
    const digest = createHmac('sha256', receiver.secret).update(`v1:${timestamp}:${body}`).digest('hex');
    if (header('x-tollbook-signature') !== `v1=${digest}`) {
      response.writeHead(401).end('wrong signature');
      return;
    }
    const deliveryId = header('x-tollbook-delivery');
    receiver.received.push({ deliveryId, timestamp, body: JSON.parse(body) });
    response.writeHead(204).end();
  });
  const receiver: WebhookReceiver = {
    url,
    received: [],
    requests: 0,
    secret,
    disturb: (...next) => disturbances.order(...next),
  };
  return receiver;
}
