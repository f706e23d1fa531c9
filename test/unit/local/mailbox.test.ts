import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Mailbox, startMailbox } from '../../../infra/local/mailbox.ts';

let folder: string;
let mailbox: Mailbox;
let client: SESv2Client;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollbook-mailbox-'));
  mailbox = await startMailbox(folder);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SESv2Client({ endpoint: mailbox.endpoint, region: 'local', credentials, maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  await mailbox.stop();
  rmSync(folder, { recursive: true });
});

function mailOf(Content: object) {
  return new SendEmailCommand({
    FromEmailAddress: 'tollbook@example.com',
    Destination: { ToAddresses: ['ann@example.com', 'bob@example.com'] },
    Content,
  });
}

it('keeps a mail as text that only its owner reads', async () => {
  const body = { Text: { Data: 'Team blue has used 80%' }, Html: { Data: '<p>80%</p>' } };
  const answer = await client.send(mailOf({ Simple: { Subject: { Data: 'Warning' }, Body: body } }));
  expect(answer.MessageId).toMatch(/^[0-9a-f-]{36}$/);
  const [name = ''] = readdirSync(join(folder, 'mail'));
  const file = join(folder, 'mail', name);
  expect(readFileSync(file, 'utf8')).toBe(
    'From: tollbook@example.com\nTo: ann@example.com, bob@example.com\nSubject: Warning\n\nTeam blue has used 80%\n',
  );
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('refuses what it cannot read', async () => {
  await expect(client.send(mailOf({ Raw: { Data: new Uint8Array([1]) } }))).rejects.toThrow('mailbox');
  expect(readdirSync(folder)).toEqual([]);
});
