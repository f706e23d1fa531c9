import { beforeEach, describe, expect, it } from 'vitest';
import { makePost } from '../../../../shared/notify/httpsPost.ts';
import { makeSender } from '../../../../shared/notify/sender.ts';
import type { SendContext } from '../../../../shared/notify/sending.ts';
import {
  channelTo,
  makeContext,
  makeNotice,
  makeSenderDependencies,
  makeTestSecrets,
  type TestSecrets,
} from '../../../support/senders.ts';
import { type Disturbance, rerouteTo } from '../../../support/standIns/disturbances.ts';
import { type SlackStandIn, startSlack } from '../../../support/standIns/slack.ts';

const SECRET = 'ssm:/tollbook/slack/bot';
const NEW_TOKEN = `install the app again and put the bot's token into ${SECRET}`;
const ROOM = 'C0123456789';
const PERSON = 'U0123456789';

let slack: SlackStandIn;
let secrets: TestSecrets;
let timeoutMs = 5_000;

beforeEach(async () => {
  timeoutMs = 5_000;
  slack = await startSlack();
  secrets = makeTestSecrets({ [SECRET]: slack.token });
});

type Way = { conversation?: string; receiver?: string; context?: Partial<SendContext>; title?: string };

const send = ({ conversation = ROOM, receiver = '', context = {}, title = 'Alert' }: Way = {}) => {
  const post = makePost({ reroute: rerouteTo({ 'slack.com': slack.url }), timeoutMs });
  const sender = makeSender(makeSenderDependencies({ secrets, post }));
  const channel = channelTo({ kind: 'slackBot', secret: SECRET, conversation });
  return sender.send(channel, receiver, [makeNotice({ title })], makeContext(context));
};
const refused = (error: string) => ({ status: 200, body: JSON.stringify({ ok: false, error }) });

describe('a Slack bot', () => {
  it('writes into its conversation, and gives the name of the message', async () => {
    expect(await send()).toEqual({ kind: 'sent', receipt: '1764000000.000001' });
    expect(slack.shown[0]).toMatchObject({ way: 'bot', channel: ROOM });
    expect(slack.shown[0]?.body).toMatchObject({ text: 'Alert', unfurl_links: false });
    expect(slack.shown[0]?.body).not.toHaveProperty('thread_ts');
  });

  it('writes to a person where the channel tells each of an audience', async () => {
    expect(await send({ conversation: 'audience', receiver: PERSON })).toMatchObject({ kind: 'sent' });
    expect(slack.shown[0]?.channel).toBe(PERSON);
  });

  it('writes to nobody where the audience has no id of Slack', async () => {
    expect(await send({ conversation: 'audience' })).toEqual({
      kind: 'refused',
      error: 'nobody to tell: the receiver has no id of Slack',
    });
    expect(slack.requests).toBe(0);
    expect(secrets.reads).toEqual([]);
  });

  it('goes on with a conversation', async () => {
    const first = await send();
    const thread = first.kind === 'sent' ? (first.receipt ?? '') : '';
    expect(await send({ context: { thread } })).toEqual({ kind: 'sent', receipt: '1764000000.000002' });
    expect(slack.shown[1]?.message.thread_ts).toBe('1764000000.000001');
  });

  it('begins the conversation anew when its first message is gone', async () => {
    const context = { thread: '1764000000.999999' };
    expect(await send({ context })).toEqual({ kind: 'sent', receipt: '1764000000.000001' });
    expect(slack.shown[0]?.message).not.toHaveProperty('thread_ts');
    expect(slack.requests).toBe(2);
  });

  it('reads an answer that repeats a long message', async () => {
    expect(await send({ title: 'x'.repeat(2_990) })).toMatchObject({ kind: 'sent' });
  });

  it.each<[string, Disturbance, object]>([
    [
      'throttled by status',
      { status: 429, headers: { 'retry-after': '30' }, body: '{"ok":false,"error":"ratelimited"}' },
      { kind: 'retry', error: 'slack.com answered 429', afterMs: 30_000 },
    ],
    ['throttled by word', refused('ratelimited'), { kind: 'retry', error: 'Slack answered ratelimited' }],
    ['in trouble', refused('internal_error'), { kind: 'retry', error: 'Slack answered internal_error' }],
    ['broken', { status: 502, body: '<html>' }, { kind: 'retry', error: 'slack.com answered 502' }],
    [
      'not itself',
      { status: 200, body: '<html>' },
      { kind: 'retry', error: 'slack.com answered what is none of its answers' },
    ],
    ['silent', 'hang', { kind: 'retry', error: 'slack.com gave no answer within 200 ms' }],
  ])('that finds Slack %s is tried again later', async (_what, disturbance, outcome) => {
    slack.disturb(disturbance);
    if (disturbance === 'hang') timeoutMs = 200;
    expect(await send()).toEqual(outcome);
    expect(slack.requests).toBe(1);
    expect(secrets.forgotten).toEqual([]);
  });

  it.each([
    ['invalid_auth', NEW_TOKEN],
    ['not_authed', NEW_TOKEN],
    ['token_revoked', NEW_TOKEN],
    ['token_expired', NEW_TOKEN],
    ['account_inactive', NEW_TOKEN],
  ])(
    'whose token is not taken (%s) fails, says what to do, and the token is read anew',
    async (word, mend) => {
      slack.disturb(refused(word));
      expect(await send()).toEqual({ kind: 'refused', error: `Slack answered ${word}: ${mend}` });
      expect(secrets.reads).toEqual([SECRET, SECRET]);
      expect(secrets.forgotten).toEqual([SECRET, SECRET]);
    },
  );

  it.each([
    ['channel_not_found', ': correct the conversation’s id, or invite the bot where it is private'],
    ['not_in_channel', ': invite the bot into the conversation'],
    ['is_archived', ': name a conversation that is not archived'],
    ['missing_scope', ': give the bot the scope chat:write and install it again'],
    ['msg_too_long', ''],
    ['<script>', undefined],
  ])('that is refused (%s) fails, and says what to do', async (word, mend) => {
    slack.disturb(refused(word));
    const error = mend === undefined ? 'Slack answered an error' : `Slack answered ${word}${mend}`;
    expect(await send()).toEqual({ kind: 'refused', error: error.replace('’', "'") });
    expect(secrets.forgotten).toEqual([]);
  });

  it('fails by status 403 as by a word', async () => {
    slack.disturb({ status: 403 });
    expect(await send()).toEqual({ kind: 'refused', error: `slack.com answered 403: ${NEW_TOKEN}` });
  });

  it('whose token was changed meanwhile writes with the new one', async () => {
    const tokens = ['xoxb-old', slack.token];
    secrets.read = async () => tokens.shift() ?? '';
    expect(await send()).toMatchObject({ kind: 'sent' });
    expect(slack.requests).toBe(2);
  });

  it('whose token was changed for one that is no better tries twice, and no more', async () => {
    const tokens = ['xoxb-old', 'xoxb-older'];
    secrets.read = async () => tokens.shift() ?? '';
    expect(await send()).toEqual({ kind: 'refused', error: `Slack answered invalid_auth: ${NEW_TOKEN}` });
    expect(slack.requests).toBe(2);
    expect(secrets.forgotten).toEqual([SECRET, SECRET]);
  });

  it.each(['xoxb se\ncret', 'xoxb-secrét', ''])(
    'with %j for a token sends nothing, and does not show it',
    async (token) => {
      secrets.values[SECRET] = token;
      expect(await send()).toEqual({ kind: 'refused', error: `${SECRET} holds no token of a bot` });
      expect(slack.requests).toBe(0);
    },
  );
});
