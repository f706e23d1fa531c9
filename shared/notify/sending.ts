import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { ChannelTarget } from '../domain/alerts/alertPolicy.ts';
import type { Notice } from '../domain/alerts/notice.ts';
import type { Secrets } from '../domain/secret.ts';
import type { Post, PostRequest } from './httpsPost.ts';

export type SendContext = Readonly<{
  /** What the channel calls the first message of the conversation: Slack's `ts`. */
  thread?: string;
  /** For tracing: of several deliveries the first. A digest may grow between tries, so alert ids tell repeats. */
  deliveryId: string;
  now: Date;
}>;

/** One message, as every kind of channel gets it. */
export type Outgoing = SendContext & Readonly<{ receiver: string; notices: readonly Notice[] }>;

export type TargetOf<Kind extends ChannelTarget['kind']> = Extract<ChannelTarget, { kind: Kind }>;

/** How each kind of channel words its messages: several notices are a digest. */
export type Renderers = Readonly<{
  slack(notices: readonly Notice[]): Readonly<{ text: string; blocks: readonly object[] }>;
  amazonQ(notices: readonly Notice[]): object;
  webhook(notices: readonly Notice[]): object;
  email(notices: readonly Notice[]): Readonly<{ subject: string; text: string; html: string }>;
}>;

export type SenderDependencies = Readonly<{
  secrets: Secrets;
  post: Post;
  /** Neither client should try again by itself: a message whose answer was lost may have been sent. */
  ses: Pick<SESv2Client, 'send'>;
  sns: Pick<SNSClient, 'send'>;
  renderers: Renderers;
  /** On one machine a webhook may be a server of the private network; on AWS it must be public. */
  webhookReach: PostRequest['reach'];
}>;
