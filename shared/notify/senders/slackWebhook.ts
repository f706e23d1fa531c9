import type { SendOutcome } from '../../domain/alerts/delivery.ts';
import type { Outgoing, SenderDependencies, TargetOf } from '../sending.ts';
import { postToSlackHook } from '../slackHook.ts';
import { withSecret } from '../withSecret.ts';

/** Sends by an incoming webhook, whose address is the secret. Slack gives no receipt and takes no thread here. */
export function sendBySlackWebhook(
  { secret: name }: TargetOf<'slackWebhook'>,
  { notices, now }: Outgoing,
  { secrets, post, renderers }: Pick<SenderDependencies, 'secrets' | 'post' | 'renderers'>,
): Promise<SendOutcome> {
  const { text, blocks } = renderers.slack(notices);
  const message = { text, blocks, unfurl_links: false, unfurl_media: false };
  return withSecret(name, { secrets, now }, async (url) => {
    const outcome = await postToSlackHook(url, message, { post, now });
    if (outcome.kind === 'accepted') return { kind: 'sent' };
    if (outcome.kind !== 'unauthorised') return outcome;
    const mend = `make a new incoming webhook in Slack and put its address into ${name}`;
    return { kind: 'unauthorised', error: `${outcome.error}: ${mend}` };
  });
}
