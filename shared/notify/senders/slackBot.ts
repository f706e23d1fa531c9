import { z } from 'zod';
import type { SendOutcome } from '../../domain/alerts/delivery.ts';
import { httpOutcome } from '../httpOutcome.ts';
import type { Outgoing, SenderDependencies, TargetOf } from '../sending.ts';
import { type SecretOutcome, withSecret } from '../withSecret.ts';

const HOST = 'slack.com';
const POST_MESSAGE = `https://${HOST}/api/chat.postMessage`;

/** Slack repeats the whole message, of up to 50 blocks, in its answer. */
const MAX_ANSWER_BYTES = 262_144;

/** A token is printable ASCII without spaces; anything else would break the header that holds it. */
const TOKEN = /^[\x21-\x7e]{1,1000}$/;

const answerSchema = z.object({
  ok: z.boolean(),
  ts: z.string().optional(),
  error: z.string().optional(),
});

/** Sends by a bot: to a conversation, or as a direct message to a person. The receipt is the message's `ts`. */
export function sendBySlackBot(
  target: TargetOf<'slackBot'>,
  outgoing: Outgoing,
  dependencies: Pick<SenderDependencies, 'secrets' | 'post' | 'renderers'>,
): Promise<SendOutcome> {
  const { receiver, now } = outgoing;
  const channel = receiver === '' && target.conversation !== 'audience' ? target.conversation : receiver;
  if (channel === '')
    return Promise.resolve({ kind: 'refused', error: 'nobody to tell: the receiver has no id of Slack' });
  return withSecret(target.secret, { secrets: dependencies.secrets, now }, async (token) => {
    if (!TOKEN.test(token))
      return { kind: 'unauthorised', error: `${target.secret} holds no token of a bot` };
    const { blocks, text } = dependencies.renderers.slack(outgoing.notices);
    const message = { channel, text, blocks, unfurl_links: false, unfurl_media: false };
    const send = (body: object) => postMessage(body, { token, secret: target.secret, now, ...dependencies });
    if (outgoing.thread === undefined) return withoutLoss(await send(message));
    const answered = await send({ ...message, thread_ts: outgoing.thread });
    // The first message was removed: the conversation goes on with a new one.
    return withoutLoss(answered.kind === 'threadGone' ? await send(message) : answered);
  });
}

type BotOutcome = SecretOutcome | Readonly<{ kind: 'threadGone'; error: string }>;

function withoutLoss(outcome: BotOutcome): SecretOutcome {
  return outcome.kind === 'threadGone' ? { kind: 'refused', error: outcome.error } : outcome;
}

async function postMessage(
  body: object,
  {
    token,
    secret,
    now,
    post,
  }: Pick<SenderDependencies, 'post'> & { token: string; secret: string; now: Date },
): Promise<BotOutcome> {
  const answer = await post({
    url: new URL(POST_MESSAGE),
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
    reach: 'anywhere',
    maxAnswerBytes: MAX_ANSWER_BYTES,
  });
  const outcome = httpOutcome(answer, { host: HOST, unauthorised: [401, 403], now });
  if (outcome.kind === 'unauthorised')
    return { kind: 'unauthorised', error: `${outcome.error}: ${newToken(secret)}` };
  if (outcome.kind !== 'accepted') return outcome;
  const parsed = answerSchema.safeParse(parsedJson(outcome.body));
  if (!parsed.success) return { kind: 'retry', error: `${HOST} answered what is none of its answers` };
  const { ok, ts, error = 'unknown_error' } = parsed.data;
  if (!ok) return refusal(error, secret);
  return ts === undefined ? { kind: 'sent' } : { kind: 'sent', receipt: ts };
}

/** What each of Slack's errors means, and what mends it. Source: docs.slack.dev, `chat.postMessage`. */
function refusal(code: string, secret: string): BotOutcome {
  const error = `Slack answered ${/^\w{1,60}$/.test(code) ? code : 'an error'}`;
  switch (code) {
    case 'ratelimited':
    case 'rate_limited':
    case 'internal_error':
    case 'fatal_error':
    case 'service_unavailable':
    case 'request_timeout':
    case 'team_added_to_org':
      return { kind: 'retry', error };
    case 'invalid_auth':
    case 'not_authed':
    case 'token_revoked':
    case 'token_expired':
    case 'account_inactive':
      return { kind: 'unauthorised', error: `${error}: ${newToken(secret)}` };
    case 'thread_not_found':
    case 'cannot_reply_to_message':
      return { kind: 'threadGone', error };
    case 'channel_not_found':
      return {
        kind: 'refused',
        error: `${error}: correct the conversation's id, or invite the bot where it is private`,
      };
    case 'not_in_channel':
      return { kind: 'refused', error: `${error}: invite the bot into the conversation` };
    case 'is_archived':
      return { kind: 'refused', error: `${error}: name a conversation that is not archived` };
    case 'missing_scope':
    case 'not_allowed_token_type':
    case 'no_permission':
      return { kind: 'refused', error: `${error}: give the bot the scope chat:write and install it again` };
    default:
      return { kind: 'refused', error };
  }
}

function newToken(secret: string): string {
  return `install the app again and put the bot's token into ${secret}`;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
