import { beforeEach, describe, expect, it } from 'vitest';
import { makeSender } from '../../../../shared/notify/sender.ts';
import type { SenderDependencies } from '../../../../shared/notify/sending.ts';
import {
  channelTo,
  makeContext,
  makeNotice,
  makeSenderDependencies,
  PLAIN_RENDERERS,
  snsAt,
} from '../../../support/senders.ts';
import { type ChatTopic, snsError, startChatTopic } from '../../../support/standIns/chatTopic.ts';

const ARN = 'arn:aws:sns:eu-west-1:123456789012:tollbook-chat';

let chat: ChatTopic;

beforeEach(async () => {
  chat = await startChatTopic(ARN);
});

const send = (topicArn = ARN, parts: Partial<SenderDependencies> = {}) => {
  const sender = makeSender(makeSenderDependencies({ sns: snsAt(chat.url), ...parts }));
  return sender.send(channelTo({ kind: 'amazonQ', topicArn }), '', [makeNotice()], makeContext());
};
const wordsOf = (description: string) => ({
  renderers: {
    ...PLAIN_RENDERERS,
    amazonQ: () => ({ version: '1.0', source: 'custom', content: { description } }),
  },
});

describe('Amazon Q Developer', () => {
  it('shows what is published to its topic, whose id is the receipt', async () => {
    expect(await send()).toEqual({ kind: 'sent', receipt: 'chat-1' });
    expect(chat.dropped).toEqual([]);
    expect(chat.shown).toEqual([
      {
        version: '1.0',
        source: 'custom',
        content: {
          textType: 'client-markdown',
          title: 'Tollbook',
          description: 'Team blue has used 82% of its budget for 2026-11',
        },
      },
    ]);
  });

  const NO_TOPIC = 'name a topic of SNS that is there, in this region';
  const NO_RIGHT = 'let this function publish to the topic (sns:Publish) and use its key';

  it.each([
    ['Throttling', 400, { kind: 'retry', error: 'SNS: Throttling' }],
    ['InternalError', 500, { kind: 'retry', error: expect.stringMatching(/^SNS: InternalError/) }],
    ['KMSThrottling', 400, { kind: 'retry', error: expect.stringMatching(/^SNS: KMSThrottling/) }],
    [
      'NotFound',
      404,
      { kind: 'refused', error: expect.stringMatching(new RegExp(`^SNS: NotFound\\w*: ${NO_TOPIC}$`)) },
    ],
    ['InvalidParameter', 400, { kind: 'refused', error: expect.stringContaining(NO_TOPIC) }],
    ['AuthorizationError', 403, { kind: 'refused', error: expect.stringContaining(NO_RIGHT) }],
    ['KMSAccessDenied', 400, { kind: 'refused', error: expect.stringContaining(NO_RIGHT) }],
  ])(
    'behind a topic that answers %s is asked once, and it is said what came of it',
    async (code, status, outcome) => {
      chat.disturb(snsError(code, status));
      const { kind, ...rest } = await send();
      expect({ kind, ...rest }).toEqual(outcome);
      expect(JSON.stringify(rest)).not.toContain('secret words');
      expect(chat.requests).toBe(1);
    },
  );

  it('behind a topic that is not there shows nothing, and it is said so', async () => {
    expect(await send(`${ARN}-other`)).toMatchObject({ kind: 'refused' });
    expect(chat.shown).toEqual([]);
  });

  it('is tried again later when the connection breaks', async () => {
    chat.disturb('reset');
    expect(await send()).toMatchObject({ kind: 'retry', error: expect.stringMatching(/^SNS: \w+$/) });
  });

  // {"version":"1.0","source":"custom","content":{"description":""}} has 64 bytes.
  it.each([
    [262_079, 262_143, 'sent'],
    [262_080, 262_144, 'sent'],
    [262_081, 262_145, 'refused'],
  ])('with %i characters of words gets a message of %i bytes: %s', async (length, bytes, kind) => {
    const parts = wordsOf('x'.repeat(length));
    expect(JSON.stringify(parts.renderers.amazonQ()).length).toBe(bytes);
    expect((await send(ARN, parts)).kind).toBe(kind);
  });
});
