import { beforeEach, describe, expect, it } from 'vitest';
import { makePost, type PostRequest } from '../../../../shared/notify/httpsPost.ts';
import { makeSender } from '../../../../shared/notify/sender.ts';
import { webhookSignature } from '../../../../shared/notify/webhookSignature.ts';
import {
  channelTo,
  makeContext,
  makeNotice,
  makeSenderDependencies,
  makeTestSecrets,
  type TestSecrets,
} from '../../../support/senders.ts';
import { type Disturbance, rerouteTo } from '../../../support/standIns/disturbances.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../../support/standIns/webhookReceiver.ts';

const SECRET = 'ssm:/tollbook/webhook';
const MEND = `it must know the secret that ${SECRET} holds`;
const channel = channelTo({
  kind: 'webhook',
  url: 'https://audit.example.com/hook?key=secret-key',
  secret: SECRET,
});

let receiver: WebhookReceiver;
let secrets: TestSecrets;
let timeoutMs = 5_000;

beforeEach(async () => {
  timeoutMs = 5_000;
  receiver = await startWebhookReceiver('shared words');
  secrets = makeTestSecrets({ [SECRET]: 'shared words' });
});

const send = (deliveryId = 'alert-1|audit|') => {
  const post = makePost({ reroute: rerouteTo({ 'audit.example.com': receiver.url }), timeoutMs });
  const sender = makeSender(makeSenderDependencies({ secrets, post }));
  return sender.send(channel, '', [makeNotice()], makeContext({ deliveryId }));
};

describe('the signature of a webhook', () => {
  it('is the HMAC of version, timestamp and body', () => {
    // printf %s 'v1:1795338350:{"alerts":[]}' | openssl dgst -sha256 -hmac 'shared words'
    expect(webhookSignature({ secret: 'shared words', timestamp: '1795338350', body: '{"alerts":[]}' })).toBe(
      'v1=87d35724526cdcec683dcff5c5b70ce1873dd89e35ad3b901925cebd595ada60',
    );
  });
});

describe('a webhook', () => {
  it('is signed, of this moment, and says which delivery it is', async () => {
    expect(await send()).toEqual({ kind: 'sent' });
    expect(receiver.received).toEqual([
      {
        deliveryId: 'alert-1|audit|',
        timestamp: '1795338350',
        body: { alerts: ['budget:team:blue:month:usd:blue:2026-11:80'] },
      },
    ]);
  });

  it.each([
    ['budget:team:blue|audit|', 'budget:team:blue|audit|'],
    ['budget:team:株式|audit|', 'budget:team:%E6%A0%AA%E5%BC%8F|audit|'],
    ['100% of a b', '100%25%20of%20a%20b'],
    ['a\r\nx-evil: 1', 'a%0D%0Ax-evil:%201'],
    ['\ud83e|a', '%EF%BF%BD|a'],
  ])('of the delivery %j is named %s', async (deliveryId, header) => {
    expect(await send(deliveryId)).toEqual({ kind: 'sent' });
    expect(receiver.received[0]?.deliveryId).toBe(header);
  });

  it.each<[string, Disturbance, object]>([
    [
      'throttles',
      { status: 429, headers: { 'retry-after': '30' } },
      { kind: 'retry', error: 'audit.example.com answered 429', afterMs: 30_000 },
    ],
    ['is broken', { status: 500 }, { kind: 'retry', error: 'audit.example.com answered 500' }],
    ['waited too long', { status: 408 }, { kind: 'retry', error: 'audit.example.com answered 408' }],
    ['is silent', 'hang', { kind: 'retry', error: 'audit.example.com gave no answer within 200 ms' }],
    ['does not want it', { status: 400 }, { kind: 'refused', error: 'audit.example.com answered 400' }],
    ['is gone', { status: 410 }, { kind: 'refused', error: 'audit.example.com answered 410' }],
    [
      'redirects',
      { status: 307, headers: { location: 'https://evil.example/?key=secret' } },
      {
        kind: 'refused',
        error: 'audit.example.com redirects (307) to evil.example, which is not followed',
      },
    ],
  ])('whose receiver %s is told so, without its address', async (_what, disturbance, outcome) => {
    receiver.disturb(disturbance);
    if (disturbance === 'hang') timeoutMs = 200;
    expect(await send()).toEqual(outcome);
    expect(receiver.requests).toBe(1);
    expect(receiver.received).toEqual([]);
  });

  it('whose receiver knows another secret is refused, and the secret is read anew', async () => {
    receiver.secret = 'other words';
    expect(await send()).toEqual({ kind: 'refused', error: `audit.example.com answered 401: ${MEND}` });
    expect(secrets.forgotten).toEqual([SECRET, SECRET]);
  });

  it('whose secret was changed on both sides is signed with the new one', async () => {
    receiver.secret = 'new words';
    const words = ['shared words', 'new words'];
    secrets.read = async () => words.shift() ?? '';
    expect(await send()).toEqual({ kind: 'sent' });
    expect(receiver.received).toHaveLength(1);
  });

  it.each([
    ['http://audit.example.com/', 'only https:// is sent to'],
    ['https://user:secret@audit.example.com/', 'audit.example.com is named with a password: leave it out'],
    ['no address', 'the webhook has no address'],
  ])('at %s is not sent', async (url, error) => {
    const sender = makeSender(makeSenderDependencies({ secrets }));
    const other = channelTo({ kind: 'webhook', url, secret: SECRET });
    expect(await sender.send(other, '', [makeNotice()], makeContext())).toEqual({ kind: 'refused', error });
  });

  it.each<[PostRequest['reach'], object]>([
    ['public', { kind: 'refused', error: '127.0.0.1 is no address of the public internet' }],
    ['anywhere', { kind: 'retry', error: '127.0.0.1 could not be reached (ECONNREFUSED)' }],
  ])('to this machine, where webhooks reach %s', async (webhookReach, outcome) => {
    const sender = makeSender(makeSenderDependencies({ secrets, post: makePost(), webhookReach }));
    const other = channelTo({ kind: 'webhook', url: 'https://127.0.0.1:1/', secret: SECRET });
    expect(await sender.send(other, '', [makeNotice()], makeContext())).toEqual(outcome);
  });
});
