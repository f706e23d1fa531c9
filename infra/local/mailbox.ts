import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { closeServer, listenLocally } from './topic.ts';

export type Mailbox = Readonly<{ endpoint: string; stop(): Promise<void> }>;

const OWNER_ONLY = 0o600;

const part = z.object({ Data: z.string() });
const sendEmail = z.object({
  FromEmailAddress: z.string(),
  Destination: z.object({ ToAddresses: z.array(z.string()) }),
  Content: z.object({ Simple: z.object({ Subject: part, Body: z.object({ Text: part }) }) }),
});

/**
 * Stands in for SES: takes `SendEmail` over the SDK's real protocol and puts each mail into the folder `mail` as
 * text, for no mail leaves this machine.
 */
export async function startMailbox(dataDir: string): Promise<Mailbox> {
  const folder = join(dataDir, 'mail');
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    json(request)
      .then((body) => {
        const [id, mail] = [randomUUID(), mailText(body)];
        mkdirSync(folder, { recursive: true });
        const name = `${new Date().toISOString().replaceAll(':', '-')}-${id.slice(0, 8)}.txt`;
        writeFileSync(join(folder, name), mail, { mode: OWNER_ONLY });
        answer(200, { MessageId: id });
      })
      .catch(() => answer(400, { message: 'the local mailbox takes SendEmail with simple content only' }));
  });
  const port = await listenLocally(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => closeServer(server) };
}

function mailText(body: unknown): string {
  const { FromEmailAddress, Destination, Content } = sendEmail.parse(body);
  const { Subject, Body } = Content.Simple;
  const to = Destination.ToAddresses.join(', ');
  return `From: ${FromEmailAddress}\nTo: ${to}\nSubject: ${Subject.Data}\n\n${Body.Text.Data}\n`;
}
