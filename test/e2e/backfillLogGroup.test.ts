import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { GroupEvent } from '../../infra/aws/logPages.ts';
import { subscriptionEvent } from '../../infra/local/subscription.ts';
import { startLogs } from '../support/standIns/cloudWatchLogs.ts';
import { TEST_ACCOUNT } from '../support/standIns/serve.ts';
import { startSqs } from '../support/standIns/sqs.ts';
import { allCosts, ingestOutput, makeFolder, runTollbook, startTollbook } from './tollbook.ts';

const place = makeFolder();
afterAll(place.remove);

const GROUP = '/gateway/a b';
const FROM = Date.parse('2026-11-17T22:00:00Z');
const output = ingestOutput.loose().extend({
  resumed: z.boolean(),
  interrupted: z.boolean(),
  pages: z.number(),
  leftQuarantine: z.number(),
});

/** Two days of lines in two streams; every fifth has no request id of its own. */
const EVENTS: GroupEvent[] = Array.from({ length: 50 }, (_, index) => {
  const timestamp = FROM + index * 600_000;
  const at = new Date(timestamp).toISOString();
  const id = index % 5 === 0 ? {} : { id: `req-${index}` };
  const usage = { input_tokens: 1_000, output_tokens: 10 };
  const plain = { ...id, timestamp: at, model: 'claude-sonnet-5-5', usage, user: `user-${index % 3}` };
  return {
    id: String(3_000_000_000_000_000_000n + BigInt(index)),
    logStream: index % 2 === 0 ? 'one' : 'two',
    timestamp,
    message: JSON.stringify(plain),
  };
});
const SPAN = ['--log-group', GROUP, '--from', '2026-11-17', '--to', '2026-11-18T23:59Z'];

/** A run of more than five seconds tells how far it is. */
const ONLY_PROGRESS = /^(\d+ lines read, \d+ posted \(\d+\/s\)\n)*$/;

function backfill(url: string, data: string, ...more: readonly string[]) {
  const args = ['backfill', ...SPAN, '--rate', '5', '--json', '--data', place.path(data), ...more];
  const env = { ...TEST_ACCOUNT, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url };
  return startTollbook(args, env);
}

async function finished(url: string, data: string, ...more: readonly string[]) {
  const run = await backfill(url, data, ...more).ended;
  expect(run).toMatchObject({ code: 0, stderr: expect.stringMatching(ONLY_PROGRESS) });
  return output.parse(JSON.parse(run.stdout));
}

/** Posts what a subscription would have delivered, with the same ids. */
async function deliver(data: string, events: readonly GroupEvent[]): Promise<void> {
  const bodies = [...Map.groupBy(events, ({ logStream }) => logStream)].map(([logStream, logEvents]) =>
    JSON.stringify(subscriptionEvent({ logGroup: GROUP, logStream, logEvents })),
  );
  const sqs = await startSqs('failures', bodies);
  const env = { ...TEST_ACCOUNT, AWS_ENDPOINT_URL_SQS: sqs.url };
  const run = await runTollbook(['redrive', '--queue', 'failures', '--data', place.path(data)], env);
  expect(run).toMatchObject({ code: 0, stderr: '' });
}

const cursors = (data: string) =>
  readdirSync(place.path(data)).filter((name) => name.startsWith('backfill-'));

describe('backfill of a log group', () => {
  it('posts every event once, over empty pages and days, however often it runs', async () => {
    const logs = await startLogs({ [GROUP]: EVENTS }, 7);
    const first = await finished(logs.url, 'twice');
    // 50 events: 12 on the first day (2 pages and an empty one between), 38 on the second (6 and 5).
    expect(first).toMatchObject({ lines: 50, posted: 50, quarantined: 0, pages: 14, resumed: false });
    expect(logs.requests.map(({ startTime, endTime }) => [startTime, endTime])).toContainEqual([
      Date.parse('2026-11-17T00:00:00Z'),
      Date.parse('2026-11-18T00:00:00Z') - 1,
    ]);
    const reports = await allCosts(place.path('twice'));
    expect(await finished(logs.url, 'twice')).toMatchObject({ posted: 0, duplicates: 50, costUsd: '0' });
    expect(await allCosts(place.path('twice'))).toEqual(reports);
    expect(cursors('twice')).toEqual([]);
  });

  it('counts nothing that the subscription has delivered, also lines without a request id', async () => {
    const logs = await startLogs({ [GROUP]: EVENTS }, 7);
    await deliver('both', EVENTS.slice(0, 31));
    expect(await finished(logs.url, 'both')).toMatchObject({ lines: 50, posted: 19, duplicates: 31 });
  });

  it('reads a span from its first millisecond up to its last', async () => {
    const logs = await startLogs({ [GROUP]: EVENTS }, 100);
    const [, at = ''] = EVENTS.map(({ timestamp }) => new Date(timestamp).toISOString());
    const [, , next = ''] = EVENTS.map(({ timestamp }) => new Date(timestamp).toISOString());
    expect(await finished(logs.url, 'edges', '--from', at, '--to', next)).toMatchObject({ lines: 1 });
    expect(logs.requests).toHaveLength(1);
  });

  it('waits and asks again when it is throttled', async () => {
    const logs = await startLogs({ [GROUP]: EVENTS.slice(0, 5) }, 100);
    logs.throttles = 3;
    expect(await finished(logs.url, 'throttled')).toMatchObject({ posted: 5, pages: 2 });
    expect(logs.requests).toHaveLength(5);
  });

  it('goes on after Ctrl-C where it was, and exits with 130', async () => {
    const logs = await startLogs({ [GROUP]: EVENTS }, 3);
    const running = backfill(logs.url, 'stopped');
    logs.onRequest = (count) => {
      if (count === 6) running.child.kill('SIGINT');
    };
    const stopped = await running.ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('tollbook: interrupted; run the same again to go on.\n');
    const before = output.parse(JSON.parse(stopped.stdout));
    expect(before.interrupted).toBe(true);
    // The signal comes with the sixth page under way.
    expect([6, 7, 8]).toContain(before.pages);
    logs.onRequest = () => {};
    const after = await finished(logs.url, 'stopped');
    expect(after).toMatchObject({ resumed: true, duplicates: 0, posted: 50 - before.posted });
    expect(cursors('stopped')).toEqual([]);
  });

  it('reads a day again whose token expired, and begins anew when told to', async () => {
    const logs = await startLogs({ [GROUP]: EVENTS }, 3);
    const killed = backfill(logs.url, 'killed');
    logs.onRequest = (count) => {
      if (count === 12) killed.child.kill('SIGKILL');
    };
    await killed.ended;
    expect(cursors('killed')).toHaveLength(1);
    logs.onRequest = () => {};
    logs.expireTokens();
    const after = await finished(logs.url, 'killed');
    expect(after).toMatchObject({ resumed: true });
    expect(after.posted + after.duplicates).toBe(38);
    const again = await finished(logs.url, 'killed', '--restart');
    expect(again).toMatchObject({ resumed: false, lines: 50, posted: 0, duplicates: 50 });
  });

  it('lets lines leave the quarantine that can be read by now', async () => {
    const [good = EVENTS[0], ...rest] = EVENTS.slice(0, 5);
    if (good === undefined) throw new Error('there are events');
    const long = { ...good, message: good.message.slice(0, 60) };
    await deliver('mended', [long, ...rest]);
    const logs = await startLogs({ [GROUP]: EVENTS.slice(0, 5) }, 100);
    expect(await finished(logs.url, 'mended')).toMatchObject({ posted: 1, duplicates: 4, leftQuarantine: 1 });
    const list = await runTollbook(['quarantine', 'list', '--data', place.path('mended')]);
    expect(list.stdout).toBe('No line is in quarantine.\n');
    const left = await runTollbook(['quarantine', 'list', '--replayed', '--data', place.path('mended')]);
    expect(left.stdout).toContain('not_json');
  });
});

describe('a mistake in a backfill of a log group', () => {
  it.each([
    [
      'a missing log group',
      ['--log-group', '/none'],
      'log group /none: not found in this account and region',
    ],
    ['a time without a zone', ['--from', '2026-11-17T10:00'], '--from 2026-11-17T10:00: give a day'],
    ['a day that is none', ['--to', '2026-02-30T10:00Z'], '--to 2026-02-30T10:00Z: give a day'],
    ['an empty span', ['--from', '2026-11-19'], '--from 2026-11-19 is not before --to'],
    ['a greedy rate', ['--rate', '6'], 'give a number from 1 to 5'],
    ['a file too', [place.path('x.log')], 'give either --log-group or files'],
  ])('is told in a line, with exit code 2: %s', async (_name, args, message) => {
    const logs = await startLogs({ [GROUP]: [] }, 10);
    const { code, stdout, stderr } = await backfill(logs.url, 'mistakes', ...args).ended;
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
