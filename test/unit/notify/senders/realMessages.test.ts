import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Alert, makeAlert } from '../../../../shared/domain/alerts/alert.ts';
import type { ChannelTarget } from '../../../../shared/domain/alerts/alertPolicy.ts';
import { describeAlert } from '../../../../shared/domain/alerts/describeAlert.ts';
import { alertMessageSchema } from '../../../../shared/notify/alertMessage.ts';
import { makePost } from '../../../../shared/notify/httpsPost.ts';
import { RENDERERS } from '../../../../shared/notify/renderers.ts';
import { makeSender, type Sender } from '../../../../shared/notify/sender.ts';
import { makeCrossing } from '../../../support/policies.ts';
import {
  channelTo,
  makeContext,
  makeSenderDependencies,
  makeTestSecrets,
  sesAt,
  snsAt,
} from '../../../support/senders.ts';
import { type ChatTopic, startChatTopic } from '../../../support/standIns/chatTopic.ts';
import { rerouteTo } from '../../../support/standIns/disturbances.ts';
import { type SesStandIn, startSes } from '../../../support/standIns/ses.ts';
import { type SlackStandIn, startSlack } from '../../../support/standIns/slack.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../../support/standIns/webhookReceiver.ts';

const ARN = 'arn:aws:sns:eu-west-1:123456789012:tollbook-chat';
const HOSTILE = '<!here> *a* & <b> \u202eevil\u0007 @channel `x`';

const alertOf = (scopeId: string) =>
  makeAlert(makeCrossing({ scopeId, threshold: 100, action: 'reject' }), '2026-11-22T09:05:49.210Z');

/** What a receiver can rely on. */
const webhookBody = z.object({ version: z.literal(1), alerts: z.array(alertMessageSchema) });

let slack: SlackStandIn;
let receiver: WebhookReceiver;
let mail: SesStandIn;
let chat: ChatTopic;
let sender: Sender;

beforeAll(async () => {
  slack = await startSlack();
  receiver = await startWebhookReceiver('shared words');
  mail = await startSes('tollbook@example.com');
  chat = await startChatTopic(ARN);
  const hosts = {
    'hooks.slack.com': slack.url,
    'slack.com': slack.url,
    'audit.example.com': receiver.url,
  };
  sender = makeSender(
    makeSenderDependencies({
      secrets: makeTestSecrets({
        'ssm:/hook': `https://hooks.slack.com${slack.hookPath}`,
        'ssm:/bot': slack.token,
        'ssm:/webhook': 'shared words',
      }),
      post: makePost({ reroute: rerouteTo(hosts) }),
      ses: sesAt(mail.url),
      sns: snsAt(chat.url),
      renderers: RENDERERS,
    }),
  );
});

const TARGETS: readonly (readonly [target: ChannelTarget, receiver: string])[] = [
  [{ kind: 'slackWebhook', secret: 'ssm:/hook' }, ''],
  [{ kind: 'slackBot', secret: 'ssm:/bot', conversation: 'C0123456789' }, ''],
  [{ kind: 'webhook', url: 'https://audit.example.com/hook', secret: 'ssm:/webhook' }, ''],
  [{ kind: 'email', from: 'tollbook@example.com', to: [{ kind: 'audience' }] }, 'dana@example.com'],
  [{ kind: 'amazonQ', topicArn: ARN }, ''],
];

describe('messages as they are worded', () => {
  it.each<[string, readonly Alert[]]>([
    ['of one alert', [alertOf('blue')]],
    ['of twenty', Array.from({ length: 20 }, (_, index) => alertOf(`team-${index}`))],
    ['of a hundred long names', Array.from({ length: 100 }, (_, at) => alertOf(`${at}${'x'.repeat(125)}`))],
    ['of a hostile name', [alertOf(HOSTILE)]],
  ])('%s are taken by every channel', async (_what, alerts) => {
    const notices = alerts.map((alert) => describeAlert(alert));
    for (const [target, to] of TARGETS) {
      expect(await sender.send(channelTo(target), to, notices, makeContext())).toMatchObject({
        kind: 'sent',
      });
    }
    expect(chat.dropped).toEqual([]);
    const told = webhookBody.parse(receiver.received.at(-1)?.body);
    expect(told.alerts.map(({ alertId }) => alertId)).toEqual(alerts.map(({ id }) => id));
  });
});
