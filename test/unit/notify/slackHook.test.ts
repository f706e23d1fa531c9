import { beforeAll, describe, expect, it } from 'vitest';
import { makePost } from '../../../shared/notify/httpsPost.ts';
import { hookProblem, postToSlackHook } from '../../../shared/notify/slackHook.ts';
import { SENT_AT } from '../../support/senders.ts';
import { rerouteTo } from '../../support/standIns/disturbances.ts';
import { type SlackStandIn, startSlack } from '../../support/standIns/slack.ts';

const RESPONSE_URL = 'https://hooks.slack.com/actions/T000/1234/secret';

let slack: SlackStandIn;
beforeAll(async () => {
  slack = await startSlack();
});

const respond = (url: string, message: object) => {
  const post = makePost({ reroute: rerouteTo({ 'hooks.slack.com': slack.url }) });
  return postToSlackHook(url, message, { post, now: SENT_AT });
};

describe('the answer to a click in Slack', () => {
  it('replaces the message by its response_url', async () => {
    const message = { text: 'Approved by dana', replace_original: true };
    expect(await respond(RESPONSE_URL, message)).toMatchObject({ kind: 'accepted' });
    expect(slack.shown).toMatchObject([{ way: 'response', body: message }]);
  });

  it('is not taken when the address is used up, and does not show it', async () => {
    slack.disturb({ status: 404, body: 'used_url' });
    expect(await respond(RESPONSE_URL, { text: 'Approved' })).toEqual({
      kind: 'unauthorised',
      error: 'hooks.slack.com answered 404 (used_url)',
    });
  });

  it('goes to no other host', async () => {
    const before = slack.requests;
    expect(await respond('https://evil.example/actions/secret', { text: 'x' })).toEqual({
      kind: 'unauthorised',
      error: 'it is no address https://hooks.slack.com/…',
    });
    expect(slack.requests).toBe(before);
  });
});

describe('an address of Slack’s hooks', () => {
  it.each([
    ['https://hooks.slack.com/services/T/B/x', true],
    ['https://HOOKS.slack.com/services/T/B/x', true],
    ['https://hooks.slack.com:443/services/T/B/x', true],
    [RESPONSE_URL, true],
    ['https://hooks.slack.com:444/services/T/B/x', false],
    ['https://hooks.slack.com./services/T/B/x', false],
    ['https://slack.com/services/T/B/x', false],
    ['https://a.hooks.slack.com/services/T/B/x', false],
    ['http://hooks.slack.com/services/T/B/x', false],
    ['hooks.slack.com/services/T/B/x', false],
    ['', false],
  ])('%j is one: %s', (url, isOne) => {
    expect(hookProblem(url) === undefined).toBe(isOne);
  });
});
