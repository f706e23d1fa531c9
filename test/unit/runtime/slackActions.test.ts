import { describe, expect, it } from 'vitest';
import { slackActions } from '../../../functions/slackActions.ts';
import { makeAlert, threadKey } from '../../../shared/domain/alerts/alert.ts';
import { requestIncrease } from '../../../shared/store/decideIncreases.ts';
import { recordedEvent } from '../../fixtures/bedrockShapes.ts';
import { applyBudgets, makeCrossing, teamMonth } from '../../support/policies.ts';
import { makeTestSecrets } from '../../support/senders.ts';
import { clickBody, RESPONSE_URL, slackHeaders } from '../../support/slackClicks.ts';
import { ALERT, CONTACTS, FAY, NOW, openClicks as open } from '../../support/slackLedger.ts';
import { slackProblems } from '../../support/slackLimits.ts';

const DAY_MS = 86_400_000;

describe('a request to /slack/actions', () => {
  it('is answered with how to mend it while no signing secret is named', async () => {
    const { click, dependencies } = await open();
    const { signingSecret: _none, ...rest } = dependencies;
    const event = { headers: {}, body: clickBody({ at: NOW }) };
    const answer = await slackActions(event, { ...rest, signingSecret: undefined });
    expect(answer).toMatchObject({ statusCode: 501, body: expect.stringContaining('slackSigningSecret') });
    expect(await click()).toEqual({ status: 200, text: 'done' });
  });

  it('is put off, without a word about the secret, while that cannot be read', async () => {
    const { click, increases } = await open();
    const answer = await click({}, { secrets: makeTestSecrets({}) });
    expect(answer).toEqual({ status: 503, text: 'The signing secret cannot be read; the log says why.' });
    expect(await increases()).toEqual([]);
  });

  it.each([
    [65_535, 400],
    [65_536, 400],
    [65_537, 413],
  ])('of %i bytes is answered with %i', async (length, statusCode) => {
    const { dependencies } = await open();
    const body = 'x'.repeat(length);
    const event = { headers: slackHeaders(body, { at: NOW }), body };
    expect(await slackActions(event, dependencies)).toMatchObject({ statusCode });
  });

  it('is read from base64, as API Gateway hands on forms', async () => {
    const { dependencies, increases } = await open();
    const body = clickBody({ user: FAY, value: ALERT.id, at: NOW });
    const encoded = Buffer.from(body).toString('base64');
    const event = { headers: slackHeaders(body, { at: NOW }), body: encoded, isBase64Encoded: true };
    expect(await slackActions(event, dependencies)).toMatchObject({ statusCode: 200 });
    expect(await increases()).toHaveLength(1);
  });

  it('is taken as API Gateway hands it on', async () => {
    const { dependencies, said } = await open();
    const now = new Date('2026-11-22T11:21:00.500Z');
    const answer = await slackActions(recordedEvent('slackActions'), { ...dependencies, now });
    expect(answer).toMatchObject({ statusCode: 200 });
    expect(said().text).toContain('Tollbook does not know you');
  });

  it.each([
    ['forged', { secret: 'other' }, 0, 401],
    ['five minutes old', {}, -300_000, 200],
    ['a second older', {}, -301_000, 401],
    ['a second too far ahead', {}, 301_000, 401],
  ])('that is %s changes nothing unless it is of Slack and of now', async (_name, other, offMs, status) => {
    const { dependencies, increases, posts } = await open();
    const body = clickBody({ user: FAY, value: ALERT.id, at: NOW });
    const headers = slackHeaders(body, { at: new Date(NOW.getTime() + offMs), ...other });
    expect(await slackActions({ headers, body }, dependencies)).toMatchObject({ statusCode: status });
    expect(await increases()).toHaveLength(status === 200 ? 1 : 0);
    expect(posts).toHaveLength(status === 200 ? 1 : 0);
  });

  it('without headers is refused', async () => {
    const { dependencies } = await open();
    expect(await slackActions({ body: clickBody({ at: NOW }) }, dependencies)).toMatchObject({
      statusCode: 401,
    });
  });

  it.each(['view', 'something'])('about %s asks for nothing', async (action) => {
    const { click, posts } = await open();
    expect(await click({ action })).toEqual({ status: 200, text: 'nothing to do' });
    expect(posts).toEqual([]);
  });

  it.each([
    'http://hooks.slack.com/actions/T/1/x',
    'https://hooks.slack.com.example.com/x',
    'https://user@example.com/hooks.slack.com',
    'https://hooks.slack.com:8443/x',
  ])('that wants its answer at %s is not acted upon', async (responseUrl) => {
    const { click, increases, posts } = await open();
    expect((await click({ responseUrl })).text).toMatch(/^refused/);
    expect([await increases(), posts]).toEqual([[], []]);
  });
});

describe('approve +10%', () => {
  it('grants a tenth of the limit, rounded up, until the period ends, and says so in the message', async () => {
    const { click, increases, posts, said } = await open();
    expect(await click()).toEqual({ status: 200, text: 'done' });
    expect(await increases()).toMatchObject([
      {
        ...{ amount: 101n, measure: 'usd', scopeId: 'blue', untilMs: Date.parse('2026-08-01T00:00:00Z') },
        ...{ asked: { by: 'tollbook' }, isAutomatic: false, grantedAtMs: NOW.getTime() },
      },
    ]);
    expect(posts).toMatchObject([{ url: new URL(RESPONSE_URL), timeoutMs: 1_500 }]);
    const { replace_original: isReplaced, ...message } = said();
    expect([isReplaced, slackProblems(message)]).toEqual([true, []]);
    expect(JSON.stringify(message.blocks)).toContain('fay agreed on Tue 14 Jul 12:00 UTC');
    expect(JSON.stringify(message.blocks)).toContain('"action_id":"snooze"');
    expect(JSON.stringify(message.blocks)).not.toContain('"action_id":"approve"');
  });

  it('grants once, however often it is pressed, and at another mark once more', async () => {
    const { stores, click, increases } = await open();
    for (let press = 0; press < 3; press += 1) await click();
    expect(await increases()).toHaveLength(1);
    const next = makeAlert(makeCrossing({ threshold: 100 }), NOW.toISOString());
    await stores.alerts.create(next);
    await click({ value: next.id });
    expect(await increases()).toHaveLength(2);
  });

  it('waits for the other approvers, who press the same button', async () => {
    const { click, increases, said } = await open({ approvers: ['fay', 'eve'] });
    await click();
    expect(said().text).toMatch(/fay agreed on Tue 14 Jul 12:00 UTC\. Waits for eve\.$/);
    expect(JSON.stringify(said().blocks)).toContain('"action_id":"approve"');
    expect(await increases()).toMatchObject([{ approvals: [{ by: 'fay' }] }]);
    await click({ user: 'U000000EVE' });
    expect(said().text).toMatch(/Granted: .* more from Tue 14 Jul 12:00 UTC until Sat 1 Aug 00:00 UTC\.$/);
    expect(await increases()).toMatchObject([{ grantedAtMs: NOW.getTime() }]);
  });

  it('lasts no longer than the policy lets an increase last', async () => {
    const { click, increases } = await open({ maxDays: 3 });
    await click();
    expect(await increases()).toMatchObject([{ untilMs: NOW.getTime() + 3 * DAY_MS }]);
  });

  it.each([
    ['the lead, who is no approver', { user: 'U000000LEA' }, {}, /lea is none/],
    ['a stranger', { user: 'U0STRANGER' }, {}, /does not know you.*people.*slack: U0STRANGER/],
    ['an unknown alert', { value: 'budget:none' }, {}, /no longer in the ledger/],
    ['a test', { value: 'test:2026' }, {}, /you are fay here.*test: nothing changed/],
    ['a budget that is gone', {}, { budgets: [teamMonth('red', 1n)] }, /has no budget team:blue/],
    [
      'two people of one Slack id',
      {},
      { alerts: { ...CONTACTS, people: { fay: { slack: FAY }, flo: { slack: FAY } } } },
      /fay and flo/,
    ],
  ])('is refused to %s, and nobody else hears of it', async (_name, parts, options, why) => {
    const { click, increases, said } = await open(options);
    expect(await click(parts)).toMatchObject({ status: 200, text: expect.stringMatching(why) });
    expect(await increases()).toEqual([]);
    expect(said()).toMatchObject({ response_type: 'ephemeral', replace_original: false });
  });

  it.each([
    [-1, 'done'],
    [0, 'Nothing changed: 2026-07 is over.'],
    [1, 'Nothing changed: 2026-07 is over.'],
  ])('%i ms after the end of the period is answered with %s', async (offMs, text) => {
    const { click } = await open();
    const now = new Date(Date.parse(ALERT.subject.rule === 'budget' ? ALERT.subject.resetAt : '') + offMs);
    expect(await click({}, { now })).toEqual({ status: 200, text });
  });

  it('holds although Slack cannot be told of it', async () => {
    const { click, increases } = await open();
    const post = async () => ({ kind: 'failed' as const, reason: 'down' });
    expect(await click({}, { post })).toEqual({ status: 200, text: 'done' });
    expect(await increases()).toHaveLength(1);
  });
});

describe('the buttons of an increase', () => {
  it('approve and deny what was asked for', async () => {
    const { stores, dependencies, click, increases, said } = await open();
    const overflow = { autoPercent: 0, approvers: ['fay'], maxDays: 31 };
    await applyBudgets(stores.policies, [teamMonth('blue', 1_000n)], { overflow, alerts: CONTACTS });
    const request = {
      budgetId: 'team:blue:month:usd',
      scopeId: 'blue',
      amount: 500n,
      reason: 'why',
      by: 'ann',
    };
    await requestIncrease({ ...request, untilMs: NOW.getTime() + DAY_MS }, dependencies);
    const [asked] = (await stores.alerts.pending()).filter(({ subject }) => subject.rule === 'increase');
    const value = asked?.id ?? expect.fail();
    expect((await click({ user: 'U000000ANN', value })).text).toMatch(/ann is none/);
    expect(await click({ value })).toEqual({ status: 200, text: 'done' });
    expect(await increases()).toMatchObject([{ grantedAtMs: NOW.getTime() }]);
    expect(await click({ value, action: 'deny' })).toEqual({ status: 200, text: 'done' });
    expect(said().text).toMatch(/Denied by fay on Tue 14 Jul 12:00 UTC\.$/);
    expect((await click({ value })).text).toBe('Nothing changed: it is denied.');
  });

  it('deny nothing where nobody asks', async () => {
    const { click, increases } = await open();
    expect((await click({ action: 'deny' })).text).toBe(
      'Nothing changed: nobody asks for more in this alert.',
    );
    expect(await increases()).toEqual([]);
  });
});

describe('snooze', () => {
  const thread = threadKey(ALERT.subject);

  it.each([
    ['an approver', FAY, 'fay'],
    ['the lead', 'U000000LEA', 'lea'],
    ['a deputy', 'U000000DEP', 'dep'],
    ['a manager', 'u000000man', 'man'],
    ['a manager of the unit above', 'U000000TOP', 'top'],
  ])('of %s leaves the conversation alone for a day', async (_name, user, by) => {
    const { stores, click, said } = await open();
    expect(await click({ action: 'snooze', user })).toEqual({ status: 200, text: 'done' });
    expect(await stores.deliveries.findSnooze(thread, NOW)).toEqual({
      ...{ thread, kind: 'snooze', until: '2026-07-15T12:00:00.000Z', by },
    });
    expect(said().text).toMatch(new RegExp(`Snoozed by ${by} until Wed 15 Jul 12:00 UTC\\.$`));
  });

  it('of the owner whom the alert names counts too, and of anybody else does not', async () => {
    const alert = { ...ALERT, facts: { drivers: [], owner: 'own' } };
    const { stores, click } = await open({ alert });
    expect((await click({ action: 'snooze', user: 'U000000ANN' })).text).toMatch(/you are ann/);
    expect(await stores.deliveries.findSnooze(thread, NOW)).toBeUndefined();
    expect(await click({ action: 'snooze', user: 'U000000OWN' })).toEqual({ status: 200, text: 'done' });
  });

  it('that Slack sends again ends no later', async () => {
    const { stores, click } = await open();
    await click({ action: 'snooze' });
    const now = new Date(NOW.getTime() + 60_000);
    await click({ action: 'snooze', at: NOW }, { now });
    expect(await stores.deliveries.findSnooze(thread, NOW)).toMatchObject({
      until: '2026-07-15T12:00:00.000Z',
    });
  });
});
