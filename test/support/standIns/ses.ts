import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { type Disturbance, Disturbances } from './disturbances.ts';
import { serveStandIn } from './serve.ts';

const content = z.strictObject({ Data: z.string().min(1), Charset: z.literal('UTF-8') });

const sendEmail = z.strictObject({
  FromEmailAddress: z.email(),
  Destination: z.strictObject({ ToAddresses: z.array(z.email()).min(1).max(50) }),
  Content: z.strictObject({
    Simple: z.strictObject({
      Subject: content.refine(({ Data }) => !/[\r\n]/.test(Data), 'a subject is one line'),
      Body: z.strictObject({ Text: content, Html: content }),
    }),
  }),
});

export type SentMail = Readonly<{ from: string; to: string[]; subject: string; text: string; html: string }>;

/** SES as a test can look into and disturb it. */
export type SesStandIn = {
  url: string;
  sent: SentMail[];
  requests: number;
  /** Addresses that may send. */
  verified: Set<string>;
  disturb(...disturbances: readonly Disturbance[]): void;
};

/** Stands in for version 2 of SES: `SendEmail` with simple content, from verified addresses only. */
export async function startSes(...verified: readonly string[]): Promise<SesStandIn> {
  const disturbances = new Disturbances();
  const url = await serveStandIn(async (request, response) => {
    const body: unknown = await json(request);
    ses.requests += 1;
    if (disturbances.disturb(response)) return;
    const isSendEmail = request.method === 'POST' && request.url === '/v2/email/outbound-emails';
    const parsed = sendEmail.safeParse(body);
    if (!isSendEmail || !parsed.success) {
      const { status, headers, body: answer } = sesError('BadRequestException', 400);
      response.writeHead(status, headers).end(answer);
      return;
    }
    const { FromEmailAddress: from, Destination, Content } = parsed.data;
    if (!ses.verified.has(from)) {
      const { status, headers, body: answer } = sesError('MessageRejected', 400);
      response.writeHead(status, headers).end(answer);
      return;
    }
    const { Subject, Body } = Content.Simple;
    ses.sent.push({
      from,
      to: Destination.ToAddresses,
      subject: Subject.Data,
      text: Body.Text.Data,
      html: Body.Html.Data,
    });
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ MessageId: `mail-${ses.sent.length}` }));
  });
  const ses: SesStandIn = {
    url,
    sent: [],
    requests: 0,
    verified: new Set(verified),
    disturb: (...next) => disturbances.order(...next),
  };
  return ses;
}

/** An error as SES tells it. */
export function sesError(name: string, status: number) {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
    body: JSON.stringify({ message: 'Email address is not verified: secret@example.com' }),
  };
}
