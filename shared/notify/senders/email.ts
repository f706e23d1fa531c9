import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { SendOutcome } from '../../domain/alerts/delivery.ts';
import { isEmailAddress } from '../../domain/emailAddress.ts';
import { AWS_TIMEOUT_MS, awsOutcome } from '../awsOutcome.ts';
import type { Outgoing, SenderDependencies, TargetOf } from '../sending.ts';

const NO_RIGHT = 'let this function send mail (ses:SendEmail) from this address';

/** Errors that the next try meets again. Source: SES v2's reference of `SendEmail`. */
const MENDS: ReadonlyMap<string, string> = new Map([
  ['MessageRejected', 'verify the sender in SES, and in its sandbox the receiver too'],
  ['MailFromDomainNotVerifiedException', 'verify the domain of the sender in SES'],
  ['AccountSuspendedException', 'AWS has suspended sending by this account'],
  ['BadRequestException', 'SES does not take these addresses'],
  ['NotFoundException', 'SES does not know the sender in this region'],
  ['AccessDeniedException', NO_RIGHT],
  ['AccessDenied', NO_RIGHT],
]);

/** Sends a mail to one address, as text and HTML. The receipt is SES's id of the message. */
export async function sendByEmail(
  { from }: TargetOf<'email'>,
  { receiver, notices }: Outgoing,
  { ses, renderers }: Pick<SenderDependencies, 'ses' | 'renderers'>,
): Promise<SendOutcome> {
  if (!isEmailAddress(from)) return { kind: 'refused', error: 'the sender is no address of e-mail' };
  if (!isEmailAddress(receiver)) return { kind: 'refused', error: 'the receiver has no address of e-mail' };
  const { subject, text, html } = renderers.email(notices);
  const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
  const command = new SendEmailCommand({
    FromEmailAddress: from,
    Destination: { ToAddresses: [receiver] },
    Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } } },
  });
  try {
    const { MessageId } = await ses.send(command, { abortSignal: AbortSignal.timeout(AWS_TIMEOUT_MS) });
    return MessageId === undefined ? { kind: 'sent' } : { kind: 'sent', receipt: MessageId };
  } catch (error) {
    return awsOutcome('SES', error, MENDS);
  }
}
