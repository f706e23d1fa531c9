import { PublishCommand } from '@aws-sdk/client-sns';
import type { SendOutcome } from '../../domain/alerts/delivery.ts';
import { AWS_TIMEOUT_MS, awsOutcome } from '../awsOutcome.ts';
import type { Outgoing, SenderDependencies, TargetOf } from '../sending.ts';

/** SNS takes messages of up to 256 KB. */
const MAX_MESSAGE_BYTES = 262_144;

const NO_TOPIC = 'name a topic of SNS that is there, in this region';
const NO_RIGHT = 'let this function publish to the topic (sns:Publish) and use its key';

/** Errors that the next try meets again. Source: SNS's reference of `Publish`, by both names that it uses. */
const MENDS: ReadonlyMap<string, string> = new Map([
  ['NotFoundException', NO_TOPIC],
  ['NotFound', NO_TOPIC],
  ['InvalidParameterException', NO_TOPIC],
  ['InvalidParameter', NO_TOPIC],
  ['AuthorizationErrorException', NO_RIGHT],
  ['AuthorizationError', NO_RIGHT],
  ['KMSAccessDeniedException', NO_RIGHT],
  ['KMSAccessDenied', NO_RIGHT],
  ['KMSDisabledException', 'the key of the topic is disabled'],
  ['KMSNotFoundException', 'the key of the topic is gone'],
]);

/**
 * Publishes to a topic that Amazon Q Developer is subscribed to. What it does not understand it drops without an
 * error, so the message is its schema and nothing else. The receipt is SNS's id of the message.
 */
export async function sendByAmazonQ(
  { topicArn }: TargetOf<'amazonQ'>,
  { notices }: Outgoing,
  { sns, renderers }: Pick<SenderDependencies, 'sns' | 'renderers'>,
): Promise<SendOutcome> {
  const message = JSON.stringify(renderers.amazonQ(notices));
  if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES)
    return { kind: 'refused', error: `the message has more than ${MAX_MESSAGE_BYTES} bytes` };
  try {
    const command = new PublishCommand({ TopicArn: topicArn, Message: message });
    const { MessageId } = await sns.send(command, { abortSignal: AbortSignal.timeout(AWS_TIMEOUT_MS) });
    return MessageId === undefined ? { kind: 'sent' } : { kind: 'sent', receipt: MessageId };
  } catch (error) {
    return awsOutcome('SNS', error, MENDS);
  }
}
