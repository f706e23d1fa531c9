import { beforeEach, describe, expect, it } from 'vitest';
import { makePost } from '../../../../shared/notify/httpsPost.ts';
import { makeSender } from '../../../../shared/notify/sender.ts';
import {
  channelTo,
  makeContext,
  makeNotice,
  makeSenderDependencies,
  makeTestSecrets,
  PLAIN_RENDERERS,
  type TestSecrets,
} from '../../../support/senders.ts';
import { type Disturbance, rerouteTo } from '../../../support/standIns/disturbances.ts';
import { type SlackStandIn, startSlack } from '../../../support/standIns/slack.ts';

const SECRET = 'ssm:/tollbook/slack/finops';
const MEND = `make a new incoming webhook in Slack and put its address into ${SECRET}`;
const channel = channelTo({ kind: 'slackWebhook', secret: SECRET });

let slack: SlackStandIn;
let secrets: TestSecrets;
let timeoutMs = 5_000;

beforeEach(async () => {
  timeoutMs = 5_000;
  slack = await startSlack();
  secrets = makeTestSecrets({ [SECRET]: `https://hooks.slack.com${slack.hookPath}` });
});

const send = (...notices: ReturnType<typeof makeNotice>[]) => {
  const post = makePost({ reroute: rerouteTo({ 'hooks.slack.com': slack.url }), timeoutMs });
  const sender = makeSender(makeSenderDependencies({ secrets, post }));
  return sender.send(channel, '', notices.length === 0 ? [makeNotice()] : notices, makeContext());
};

describe('a Slack webhook', () => {
  it('shows a message, with its words for notifications, and unfolds no links', async () => {
    expect(await send()).toEqual({ kind: 'sent' });
    expect(slack.shown).toHaveLength(1);
    expect(slack.shown[0]).toMatchObject({ way: 'webhook', channel: '' });
    expect(slack.shown[0]?.body).toEqual({
      text: 'Team blue has used 82% of its budget for 2026-11',
      blocks: [
        {
          type: 'section',
          text: { type: 'plain_text', text: 'Team blue has used 82% of its budget for 2026-11' },
        },
      ],
      unfurl_links: false,
      unfurl_media: false,
    });
  });

  it('shows several notices as one message', async () => {
    expect(await send(makeNotice({ title: 'One' }), makeNotice({ title: 'Two' }))).toEqual({ kind: 'sent' });
    expect(slack.shown.map(({ message }) => message.text)).toEqual(['One; Two']);
  });

  it.each<[string, Disturbance, object]>([
    [
      'throttled for 30 s',
      { status: 429, headers: { 'retry-after': '30' } },
      { kind: 'retry', error: 'hooks.slack.com answered 429', afterMs: 30_000 },
    ],
    [
      'throttled for a day',
      { status: 429, headers: { 'retry-after': '86400' } },
      { kind: 'retry', error: 'hooks.slack.com answered 429', afterMs: 3_600_000 },
    ],
    [
      'in trouble',
      { status: 500, body: 'rollup_error' },
      { kind: 'retry', error: 'hooks.slack.com answered 500 (rollup_error)' },
    ],
    ['in maintenance', { status: 503 }, { kind: 'retry', error: 'hooks.slack.com answered 503' }],
    ['silent', 'hang', { kind: 'retry', error: 'hooks.slack.com gave no answer within 200 ms' }],
    ['cut off', 'reset', { kind: 'retry', error: 'hooks.slack.com could not be reached (ECONNRESET)' }],
  ])(
    'that is %s is tried again later, by whoever keeps the delivery',
    async (_what, disturbance, outcome) => {
      slack.disturb(disturbance);
      if (disturbance === 'hang') timeoutMs = 200;
      expect(await send()).toEqual(outcome);
      expect(slack.requests).toBe(1);
      expect(secrets.forgotten).toEqual([]);
    },
  );

  it.each<[string, Disturbance, string]>([
    [
      'whose message is refused',
      { status: 400, body: 'invalid_blocks' },
      'hooks.slack.com answered 400 (invalid_blocks)',
    ],
    [
      'that redirects to another host',
      { status: 302, headers: { location: 'https://evil.example/services/T/B/secret' } },
      'hooks.slack.com redirects (302) to evil.example, which is not followed',
    ],
    [
      'that redirects to itself',
      { status: 308, headers: { location: `https://hooks.slack.com/services/T/B/secret` } },
      'hooks.slack.com redirects (308) to hooks.slack.com, which is not followed',
    ],
  ])('%s fails for good', async (_what, disturbance, error) => {
    slack.disturb(disturbance);
    expect(await send()).toEqual({ kind: 'refused', error });
    expect(slack.requests).toBe(1);
    expect(slack.shown).toEqual([]);
  });

  it.each([
    [403, 'invalid_token'],
    [404, 'no_service'],
    [410, 'channel_is_archived'],
  ])(
    'that was taken away (%i %s) fails, says what to do, and its address is read anew',
    async (status, body) => {
      slack.disturb({ status, body });
      const error = `hooks.slack.com answered ${status} (${body}): ${MEND}`;
      expect(await send()).toEqual({ kind: 'refused', error });
      expect(slack.requests).toBe(1);
      expect(secrets.reads).toEqual([SECRET, SECRET]);
      expect(secrets.forgotten).toEqual([SECRET, SECRET]);
    },
  );

  it('whose address was changed meanwhile gets the message at the new one', async () => {
    const read = secrets.read;
    const addresses = ['https://hooks.slack.com/services/T000/B000/old', secrets.values[SECRET] ?? ''];
    secrets.read = async (name, now) => {
      secrets.values[name] = addresses.shift() ?? '';
      return read(name, now);
    };
    expect(await send()).toEqual({ kind: 'sent' });
    expect(slack.shown).toHaveLength(1);
    expect(slack.requests).toBe(2);
  });

  it.each([
    'https://hooks.slack.com.evil.example/services/T/B/secret',
    'https://evil.example/services/T/B/secret',
    'https://hooks.slack.com:8443/services/T/B/secret',
    'https://hooks.slack.com@evil.example/services/T/B/secret',
    'http://hooks.slack.com/services/T/B/secret',
    'services/T/B/secret',
    'xoxb-secret',
  ])('at %s is none of Slack: nothing is sent, and the address is not shown', async (address) => {
    secrets.values[SECRET] = address;
    const outcome = await send();
    expect(outcome).toEqual({
      kind: 'refused',
      error: `it is no address https://hooks.slack.com/…: ${MEND}`,
    });
    expect(slack.requests).toBe(0);
  });

  it('whose secret cannot be read waits for it', async () => {
    secrets.values = {};
    expect(await send()).toEqual({ kind: 'retry', error: `secret ${SECRET} is not there` });
    expect(slack.requests).toBe(0);
  });

  it('refuses words beyond Slack’s limits by its own name for that', async () => {
    const renderers = {
      ...PLAIN_RENDERERS,
      slack: () => ({
        text: 'x',
        blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
      }),
    };
    const post = makePost({ reroute: rerouteTo({ 'hooks.slack.com': slack.url }) });
    const sender = makeSender(makeSenderDependencies({ secrets, post, renderers }));
    expect(await sender.send(channel, '', [makeNotice()], makeContext())).toEqual({
      kind: 'refused',
      error: 'hooks.slack.com answered 400 (invalid_blocks)',
    });
  });
});
