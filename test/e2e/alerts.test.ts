import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { monthEnd, monthOfDay, toDay } from '../../shared/domain/period.ts';
import { makeFolder, type Run, runTollbook } from './tollbook.ts';

const place = makeFolder();
const data = place.path('ledger');
const TODAY = toDay(new Date());
const MONTH = monthOfDay(TODAY);
const ALERT = `budget:team:platform:month:usd:platform:${MONTH}:80`;
const COLUMNS = 80;
let start: Run;

const config = place.write(
  'company.yaml',
  `budgets:
  - { team: platform, month: 1 USD }
alerts:
  rules: { projection: off }
  channels:
    finops: { slackWebhook: ssm:/tollbook/slack/finops }
    mail: { email: [ops@example.com], from: tollbook@example.com }
`,
);

/** 0.09 USD each: nine of them are 81% of the budget. */
const line = (id: number) =>
  JSON.stringify({
    ...{ schema: 'tollbook.v1', id: `req-${id}`, at: `${TODAY}T00:00:00Z` },
    ...{ model: 'global.anthropic.claude-sonnet-5-5', user: 'ann', team: 'platform' },
    usage: { inputTokens: 20_000, outputTokens: 5_000 },
  });
const log = place.write('gateway.log', Array.from({ length: 9 }, (_, id) => line(id)).join('\n'));

beforeAll(async () => {
  const args = ['--data', data, '--config', config, '--logs', log];
  start = await runTollbook(['start', '--once', ...args]);
});
afterAll(place.remove);

const alerts = (...args: readonly string[]): Promise<Run> => runTollbook(['alerts', ...args, '--data', data]);

async function output(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await alerts(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const each of stdout.split('\n')) {
    if (!each.startsWith('{')) expect(each.length, each).toBeLessThanOrEqual(COLUMNS);
  }
  return stdout;
}

describe('tollbook alerts', () => {
  it('a start goes on although the secret of a channel is missing, and shows the alert', () => {
    expect(start.code).toBe(0);
    expect(start.stdout).toContain('Warning: Team platform has used 81% of its monthly budget');
    expect(start.stdout).toContain(`tollbook alerts ack ${ALERT}`);
  });

  it('list shows what was told, and what waits with the reason and the mend', async () => {
    const list = await output('list');
    expect(list).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d {2}Warning: Team platform has used 81% of its/);
    expect(list).toContain('81% of $1.00 (spent $0.81) · open');
    expect(list).toContain(ALERT);
    const waiting = await output('list', '--deliveries');
    expect(waiting).toMatch(
      /^1 delivery waits \(times in UTC\)\n {2}finops: waiting due .*, \d+ (try|tries)\n/,
    );
    expect(waiting.replace(/\s+/g, ' ')).toMatch(/there is no file of secrets .*secrets\.yml.* chmod 600/);
  });

  it('list takes a month, a severity, a number, and what is open', async () => {
    expect(await output('list', '--month', '2020-01')).toBe('There are no such alerts.\n');
    expect(await output('list', '--severity', 'critical')).toBe('There are no such alerts.\n');
    const json = JSON.parse(await output('list', '--month', MONTH, '--open', '--json'));
    expect(json).toMatchObject({
      alerts: [{ alertId: ALERT, spend: '0.81', open: true, state: 'published' }],
    });
  });

  it('show tells an alert by the beginning of its id, with its deliveries', async () => {
    const text = await output('show', 'budget:team:plat');
    expect(text).toContain('Past 80%: requests are answered with a warning');
    expect(text).toMatch(
      /Deliveries\n {2}finops: waiting due .*\n(?: {4}.*\n)+ {2}mail to ops@example\.com: delivered/,
    );
  });

  it('test sends a sample, and says how to mend what does not take it, with exit code 1', async () => {
    expect(await output('test', '--channel', 'mail')).toMatch(/^mail to ops@example\.com: sent \(.+\)\n$/);
    const mails = readdirSync(join(data, 'mail')).map((name) =>
      readFileSync(join(data, 'mail', name), 'utf8'),
    );
    expect(mails.filter((mail) => mail.includes('This is a test of Tollbook.'))).toHaveLength(1);
    const { code, stdout } = await alerts('test');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^finops: not sent, a real alert would be tried again\n {2}there is no file of secrets/,
    );
  });

  it('a secret that others can read is not used, and one that is no hook is not repeated', async () => {
    const secrets = place.write('ledger/secrets.yml', 'ssm:/tollbook/slack/finops: nothing\n');
    chmodSync(secrets, 0o644);
    expect((await alerts('test', '--channel', 'finops')).stdout).toContain('can be read by others');
    chmodSync(secrets, 0o600);
    const { code, stdout } = await alerts('test', '--channel', 'finops');
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringMatching(/^finops: refused\n {2}.*https:\/\/hooks\.slack\.com/),
    });
    expect(stdout).not.toContain('nothing');
  });

  it.each([
    [
      ['ack', ALERT.replace('budget', 'budgit')],
      `no alert begins with ${ALERT.replace('budget', 'budgit')}; did you mean\n  ${ALERT}`,
    ],
    [['ack', 'zzz'], 'no alert begins with zzz; tollbook alerts list shows them'],
    [['test', '--channel', 'mial'], 'the policy has no channel mial; did you mean mail?'],
    [['snooze', 'budget'], 'say how long: --for 24h, or --until-reset'],
    [['snooze', 'budget', '--for', '0h'], '--for 0h: give a span as 30m, 24h or 7d, a year at most'],
    [['list', '--month', '2026-13'], '--month 2026-13: give a month as 2026-11'],
  ])('%j is wrong use, in one sentence', async (args, message) => {
    const { code, stdout, stderr } = await alerts(...args);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: `tollbook: ${message}\n` });
  });

  it('ack keeps the first who deals with it, and closes the alert', async () => {
    expect(await output('ack', 'budget:', '--by', 'dana')).toMatch(/^dana deals with it since .* UTC:\n/);
    expect(await output('ack', 'budget:', '--by', 'max')).toMatch(
      /^dana deals with it already since .* UTC:\n/,
    );
    expect(await output('list')).toMatch(/\(spent \$0\.81\)\n +dana deals with it since /);
    expect(await output('list', '--open')).toBe('There are no such alerts.\n');
  });

  it('snooze holds a conversation back, or mutes it until the period ends', async () => {
    const snoozed = JSON.parse(await output('snooze', 'budget:', '--for', '24h', '--by', 'dana', '--json'));
    const conversation = `budget:team:platform:month:usd:platform:${MONTH}`;
    expect(snoozed).toMatchObject({ thread: conversation, kind: 'snooze', by: 'dana' });
    expect(Math.abs(Date.parse(snoozed.until) - Date.now() - 86_400_000)).toBeLessThan(60_000);
    const muted = await output('snooze', 'budget:', '--until-reset', '--by', 'dana');
    const end = monthEnd(MONTH).slice(0, 10);
    expect(muted).toBe(
      `Muted until ${end} 00:00 UTC; what comes before is not told at all.\n  ${conversation}\n`,
    );
    expect(await output('show', 'budget:')).toMatch(/Muted by dana until .* 00:00 UTC/);
  });
});
