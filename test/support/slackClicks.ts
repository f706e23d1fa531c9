import { createHmac } from 'node:crypto';

export const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
export const RESPONSE_URL = 'https://hooks.slack.com/actions/T0123456789/1/click';

export type ClickParts = Readonly<{
  user?: string;
  action?: string;
  value?: string;
  at: Date;
  responseUrl?: string;
}>;

/** The body that Slack posts for a pressed button, with what else it tells. */
export function clickBody({
  user = 'U0123456789',
  action = 'approve',
  value = '',
  at,
  responseUrl = RESPONSE_URL,
}: ClickParts): string {
  const payload = {
    type: 'block_actions',
    user: { id: user, username: 'dana', name: 'dana', team_id: 'T0123456789' },
    api_app_id: 'A0123456789',
    token: 'verification-token',
    container: { type: 'message', message_ts: '1764000000.000001', channel_id: 'C0123456789' },
    trigger_id: '1.2.3',
    team: { id: 'T0123456789', domain: 'example' },
    channel: { id: 'C0123456789', name: 'ops' },
    message: { type: 'message', text: 'Warning', ts: '1764000000.000001', blocks: [] },
    response_url: responseUrl,
    actions: [
      {
        ...{ type: 'button', block_id: 'b1', action_id: action, value },
        ...{
          text: { type: 'plain_text', text: 'Approve +10%' },
          action_ts: `${(at.getTime() / 1_000).toFixed(6)}`,
        },
      },
    ],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

/** Slack's headers for a body: `v0=` and the HMAC of `v0:<seconds>:<body>`. */
export function slackHeaders(
  body: string,
  { at, secret = SIGNING_SECRET }: Readonly<{ at: Date; secret?: string }>,
): Record<string, string> {
  const seconds = String(Math.floor(at.getTime() / 1_000));
  const digest = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': seconds,
    'x-slack-signature': `v0=${digest}`,
  };
}
