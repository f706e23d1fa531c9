import type { AlertChannel } from '../domain/alerts/alertPolicy.ts';
import type { SendOutcome } from '../domain/alerts/delivery.ts';
import type { Notice } from '../domain/alerts/notice.ts';
import { sendByAmazonQ } from './senders/amazonQ.ts';
import { sendByEmail } from './senders/email.ts';
import { sendBySlackBot } from './senders/slackBot.ts';
import { sendBySlackWebhook } from './senders/slackWebhook.ts';
import { sendByWebhook } from './senders/webhook.ts';
import type { SendContext, SenderDependencies } from './sending.ts';

/** Sends one message about some notices to one receiver of a channel, and says what came of it. */
export interface Sender {
  /** Several notices are one message. `receiver` is empty where the channel has one receiver only. */
  send(
    channel: AlertChannel,
    receiver: string,
    notices: readonly Notice[],
    context: SendContext,
  ): Promise<SendOutcome>;
}

/** A sender for every kind of channel. What a channel answers is a return value; only our own mistakes throw. */
export function makeSender(dependencies: SenderDependencies): Sender {
  return {
    async send({ target }, receiver, notices, context) {
      const outgoing = { ...context, receiver, notices };
      switch (target.kind) {
        case 'slackWebhook':
          return sendBySlackWebhook(target, outgoing, dependencies);
        case 'slackBot':
          return sendBySlackBot(target, outgoing, dependencies);
        case 'webhook':
          return sendByWebhook(target, outgoing, dependencies);
        case 'email':
          return sendByEmail(target, outgoing, dependencies);
        case 'amazonQ':
          return sendByAmazonQ(target, outgoing, dependencies);
        default:
          return target satisfies never;
      }
    },
  };
}
