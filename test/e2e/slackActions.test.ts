import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStack, type Stack } from '../../infra/local/stack.ts';
import { subscriptionEvent } from '../../infra/local/subscription.ts';
import { monthOfDay, toDay } from '../../shared/domain/period.ts';
import { readPolicy } from '../../shared/formats/policy/readPolicy.ts';
import { makePost } from '../../shared/notify/httpsPost.ts';
import { sendOver } from '../../shared/notify/openSender.ts';
import { type ClickParts, clickBody, SIGNING_SECRET, slackHeaders } from '../support/slackClicks.ts';
import { slackProblems } from '../support/slackLimits.ts';
import { rerouteTo } from '../support/standIns/disturbances.ts';
import { type SlackStandIn, startSlack } from '../support/standIns/slack.ts';
import { makeFolder } from './tollbook.ts';

const place = makeFolder();
const before = { ...process.env };
const TODAY = toDay(new Date());
const ALERT = `budget:team:platform:month:usd:platform:${monthOfDay(TODAY)}:100`;
let stack: Stack;
let slack: SlackStandIn;
let api: string;

const POLICY = `budgets:
  - { team: platform, month: 1 USD, ladder: [{ at: 100%, do: reject }] }
overflow: { automatic: 0%, approvers: [fay], longest: 31 days }
alerts:
  rules: { projection: off, highSpend: off, unpricedModel: off }
  channels:
    ops: { slackBot: ssm:/tollbook/slack/bot, conversation: C0123456789 }
contacts:
  people:
    fay: { slack: U0123456789 }
    dana: { slack: U0999999999 }
`;

/** 0.09 USD each: 20,000 x 2 USD and 5,000 x 10 USD a million. Twelve of them are 1.08 USD. */
const LINES = Array.from({ length: 12 }, (_, index) => ({
  schema: 'tollbook.v1',
  id: `req-${index}`,
  at: `${TODAY}T00:00:00Z`,
  model: 'global.anthropic.claude-sonnet-5-5',
  usage: { inputTokens: 20_000, outputTokens: 5_000 },
  ...{ user: 'ann', team: 'platform' },
}));

beforeAll(async () => {
  slack = await startSlack();
  sendOver(makePost({ reroute: rerouteTo({ 'slack.com': slack.url, 'hooks.slack.com': slack.url }) }));
  const dataDir = place.path('ledger');
  mkdirSync(dataDir);
  const secrets = `ssm:/tollbook/slack/bot: ${slack.token}\nssm:/tollbook/slack/signing: ${SIGNING_SECRET}\n`;
  writeFileSync(join(dataDir, 'secrets.yml'), secrets, { mode: 0o600 });
  stack = await openStack({ dataDir });
  const read = readPolicy(POLICY, 'policy.yaml');
  if (read.kind === 'refused') throw new Error(read.mistakes.map(({ message }) => message).join('; '));
  await stack.stores.policies.apply({
    ...{ policy: read.policy, text: POLICY, by: 'test', at: new Date(), replaces: 0 },
  });
  api = `http://127.0.0.1:${await stack.serve(0)}`;
});
afterAll(async () => {
  await stack.stop();
  sendOver(makePost());
  place.remove();
  process.env = before;
});

async function decide(): Promise<string> {
  const token = await stack.issuer.sign('gateway', 1, 'gateway');
  const response = await fetch(`${api}/decisions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ user: 'ann', team: 'platform', model: 'claude-sonnet-5-5' }),
  });
  return String(Object(await response.json()).action);
}

/** Posts a click as Slack does; `signed` is when and with what. */
async function click(
  parts: Partial<ClickParts> = {},
  signed: Readonly<{ at?: Date; secret?: string }> = {},
): Promise<{ status: number; outcome: string }> {
  const at = parts.at ?? new Date();
  const body = clickBody({ value: ALERT, ...parts, at });
  const response = await fetch(`${api}/slack/actions`, {
    method: 'POST',
    headers: slackHeaders(body, { at, ...signed }),
    body,
  });
  const answer = Object(await response.json());
  return { status: response.status, outcome: String(answer.outcome ?? answer.detail) };
}

const granted = async () => (await stack.stores.increases.all()).flatMap(({ increases }) => increases);

describe('a crossing that a person answers in Slack', () => {
  it('is told once, in one message within the limits of Slack', async () => {
    expect(await decide()).toBe('allow');
    const logEvents = LINES.map((line) => ({
      ...{ id: line.id, timestamp: Date.parse(line.at), message: JSON.stringify(line) },
    }));
    const batch = { logGroup: 'gateway', logStream: 'one', logEvents };
    await stack.invoke('ingestLogs', subscriptionEvent(batch));
    await stack.settle();
    await stack.invoke('ingestLogs', subscriptionEvent(batch));
    await stack.settle();
    await stack.invoke('sweepAlerts', {});
    expect(slack.shown).toHaveLength(1);
    const [{ body, way } = expect.fail()] = slack.shown;
    const { channel, unfurl_links: _links, unfurl_media: _media, ...message } = body;
    expect({ way, channel, problems: slackProblems(message) }).toEqual({
      ...{ way: 'bot', channel: 'C0123456789', problems: [] },
    });
    expect(body.text).toMatch(
      /^Critical: Team platform has used 108% of its monthly budget \(\d{4}-\d{2}\)\./,
    );
    expect(JSON.stringify(body.blocks)).toContain(`"action_id":"approve","value":"${ALERT}"`);
    expect(await decide()).toBe('reject');
  });

  it.each([
    ['signed with another secret', {}, { secret: 'forged' }, 401],
    ['recorded ten minutes ago', {}, { at: new Date(Date.now() - 600_000) }, 401],
    ['of somebody without a right', { user: 'U0999999999' }, {}, 200],
    ['of a stranger', { user: 'U0000000000' }, {}, 200],
    ['that wants its answer elsewhere', { responseUrl: 'https://hooks.slack.com.example.com/a' }, {}, 200],
  ])('changes nothing by a click that is %s', async (_name, parts, signed, status) => {
    const shown = slack.shown.length;
    expect(await click(parts, signed)).toMatchObject({ status });
    expect(await granted()).toEqual([]);
    expect(await decide()).toBe('reject');
    for (const { body } of slack.shown.slice(shown)) {
      expect(body).toMatchObject({ response_type: 'ephemeral', replace_original: false });
    }
  });

  it('raises the budget at the click of an approver, and the next request may go', async () => {
    const shown = slack.shown.length;
    const at = new Date();
    expect(await click({ at })).toEqual({ status: 200, outcome: 'done' });
    expect(await decide()).toBe('allow');
    const update = slack.shown.slice(shown).find(({ way }) => way === 'response');
    const { replace_original: isReplaced, ...message } = update?.body ?? {};
    expect({ way: update?.way, isReplaced, problems: slackProblems(message) }).toEqual({
      ...{ way: 'response', isReplaced: true, problems: [] },
    });
    expect(message.text).toMatch(
      /fay agreed on .* UTC\. Granted: \$0\.10 more from .* until .* 00:00 UTC\.$/,
    );
    expect(JSON.stringify(message.blocks)).not.toContain('"action_id":"approve"');
    // Slack sends a click again, and people press twice.
    expect(await click({ at })).toEqual({ status: 200, outcome: 'done' });
    const [increase, ...others] = await granted();
    expect(others).toEqual([]);
    expect(increase).toMatchObject({ amount: 100_000_000_000n, scopeId: 'platform' });
    const steps = await stack.stores.increases.steps(increase?.id ?? '');
    expect(steps.map(({ kind, by }) => `${kind} by ${by}`)).toEqual([
      'requested by tollbook',
      'approved by fay',
      'granted by fay',
    ]);
  });
});
