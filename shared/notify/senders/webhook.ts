import type { SendOutcome } from '../../domain/alerts/delivery.ts';
import { httpOutcome } from '../httpOutcome.ts';
import type { Outgoing, SenderDependencies, TargetOf } from '../sending.ts';
import { webhookSignature } from '../webhookSignature.ts';
import { withSecret } from '../withSecret.ts';

/** Sends JSON to a server of the company, signed with the secret. */
export async function sendByWebhook(
  target: TargetOf<'webhook'>,
  { notices, deliveryId, now }: Outgoing,
  { secrets, post, renderers, webhookReach }: Omit<SenderDependencies, 'ses' | 'sns'>,
): Promise<SendOutcome> {
  if (!URL.canParse(target.url)) return { kind: 'refused', error: 'the webhook has no address' };
  const url = new URL(target.url);
  const body = JSON.stringify(renderers.webhook(notices));
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  return withSecret(target.secret, { secrets, now }, async (secret) => {
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'x-tollbook-timestamp': timestamp,
      'x-tollbook-signature': webhookSignature({ secret, timestamp, body }),
      'x-tollbook-delivery': headerText(deliveryId),
    };
    const answer = await post({ url, headers, body, reach: webhookReach });
    const outcome = httpOutcome(answer, { host: url.hostname, unauthorised: [401, 403], now });
    if (outcome.kind === 'accepted') return { kind: 'sent' };
    if (outcome.kind !== 'unauthorised') return outcome;
    const mend = `it must know the secret that ${target.secret} holds`;
    return { kind: 'unauthorised', error: `${outcome.error}: ${mend}` };
  });
}

/** Names of teams and people may hold any letter; a header holds printable ASCII, others as `%E2%82%AC`. */
function headerText(text: string): string {
  return text.toWellFormed().replace(/[^\x21-\x24\x26-\x7e]+/gu, encodeURIComponent);
}
