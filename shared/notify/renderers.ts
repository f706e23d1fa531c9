import { amazonQMessage } from './amazonQMessage.ts';
import { emailMessage } from './emailMessage.ts';
import type { Renderers } from './sending.ts';
import { slackMessage } from './slackMessage.ts';
import { webhookMessage } from './webhookMessage.ts';

/** How every kind of channel words its messages. */
export const RENDERERS: Renderers = {
  slack: slackMessage,
  amazonQ: amazonQMessage,
  webhook: webhookMessage,
  email: emailMessage,
};
