import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openChatFolder } from '../../../infra/local/chatFolder.ts';
import { LOCAL_TOPIC_ARN, startTopic, type Topic } from '../../../infra/local/topic.ts';

const CHAT_ARN = 'arn:aws:sns:eu-central-1:123456789012:finance-chat';

let folder: string;
let topic: Topic;
let client: SNSClient;
let delivered: unknown[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollbook-topic-'));
  delivered = [];
  topic = await startTopic({
    deliver: async (event) => void delivered.push(event),
    chat: openChatFolder(folder),
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SNSClient({ endpoint: topic.endpoint, region: 'local', credentials, maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  await topic.stop();
  rmSync(folder, { recursive: true });
});

describe('the local topic', () => {
  it('hands its own messages to its subscribers and keeps none', async () => {
    await client.send(new PublishCommand({ TopicArn: LOCAL_TOPIC_ARN, Message: '{"alertId":"a"}' }));
    expect(delivered).toMatchObject([{ Records: [{ Sns: { Message: '{"alertId":"a"}' } }] }]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps what is for a topic of somebody else as text that only its owner reads', async () => {
    const answer = await client.send(
      new PublishCommand({ TopicArn: CHAT_ARN, Message: '{"version":"1.0"}' }),
    );
    expect(answer.MessageId).toMatch(/^[0-9a-f-]{36}$/);
    const [name = ''] = readdirSync(join(folder, 'chat'));
    const file = join(folder, 'chat', name);
    expect(readFileSync(file, 'utf8')).toBe(`Topic: ${CHAT_ARN}\n\n{\n  "version": "1.0"\n}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(delivered).toEqual([]);
  });

  it('keeps a message that is no JSON as it is', async () => {
    await client.send(new PublishCommand({ TopicArn: CHAT_ARN, Message: 'hello' }));
    const [name = ''] = readdirSync(join(folder, 'chat'));
    expect(readFileSync(join(folder, 'chat', name), 'utf8')).toBe(`Topic: ${CHAT_ARN}\n\nhello\n`);
  });

  it.each(['finance-chat', 'arn:aws:sqs:eu-central-1:123456789012:finance'])(
    'refuses %s, which is no topic, as SNS would',
    async (TopicArn) => {
      await expect(client.send(new PublishCommand({ TopicArn, Message: '{}' }))).rejects.toMatchObject({
        name: expect.stringMatching(/^InvalidParameter/),
      });
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});
