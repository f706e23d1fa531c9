import type { SendOutcome } from '../../shared/domain/alerts/delivery.ts';
import type { Sender } from '../../shared/notify/sender.ts';

/** One message as the sender got it. */
export type Sent = Readonly<{
  channel: string;
  receiver: string;
  alertIds: readonly string[];
  deliveryId: string;
  thread?: string;
}>;

/** A sender that notes what it is given; `answer` says what came of each message. */
export function makeSenderOf(answer: (sent: Sent) => SendOutcome = () => ({ kind: 'sent' })) {
  const sent: Sent[] = [];
  const sender: Sender = {
    async send({ name }, receiver, notices, { deliveryId, thread }) {
      const message = {
        ...{ channel: name, receiver, deliveryId, alertIds: notices.map(({ alertId }) => alertId) },
        ...(thread === undefined ? {} : { thread }),
      };
      sent.push(message);
      return answer(message);
    },
  };
  return { sent, sender };
}

/** What sweeping and notifying need besides stores, where a policy has no channels. */
export const NO_CHANNELS = { sender: makeSenderOf().sender, random: () => 0 };
