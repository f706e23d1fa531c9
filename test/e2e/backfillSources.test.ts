import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeSampleDay, makeSampleFacts } from '../../infra/local/sample/sample.ts';
import { startS3 } from '../support/standIns/s3.ts';
import { TEST_ACCOUNT } from '../support/standIns/serve.ts';
import { allCosts, ingestOutput, makeFolder, runTollbook, startTollbook } from './tollbook.ts';

const place = makeFolder();
afterAll(place.remove);

const LINES = [
  ...makeSampleDay({
    seed: 'objects',
    company: makeSampleFacts('objects').company,
    day: '2026-11-18',
  }),
];
const HOUR = 'ai/AWSLogs/123456789012/BedrockModelInvocationLogs/eu-central-1/2026/11/18/09';
const pack = (lines: readonly string[]) => gzipSync(`${lines.join('\n')}\n`);
const OBJECTS = {
  'ai/AWSLogs/123456789012/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check':
    Buffer.from('check'),
  [`${HOUR}/`]: Buffer.alloc(0),
  [`${HOUR}/20261118T090000000Z_0a.json.gz`]: pack(LINES.slice(0, 200)),
  [`${HOUR}/20261118T090500000Z_0b.json.gz`]: pack(LINES.slice(200, 201)),
  [`${HOUR}/20261118T091000000Z_0c.json.gz`]: Buffer.from(LINES.slice(201).join('\n')),
  [`${HOUR}/data/0f6d_input.json.gz`]: pack(['{"messages":"a prompt"}']),
  'ai2/other.json': Buffer.from('{"never":"read"}'),
};

const output = ingestOutput.loose().extend({
  resumed: z.boolean(),
  interrupted: z.boolean(),
  objects: z.object({ read: z.number(), body: z.number(), probe: z.number(), empty: z.number() }).optional(),
});

function backfill(data: string, sources: readonly string[], url = 'http://127.0.0.1:9') {
  const args = ['backfill', '--json', '--data', place.path(data), ...sources];
  return startTollbook(args, { ...TEST_ACCOUNT, AWS_ENDPOINT_URL_S3: url });
}

async function finished(data: string, sources: readonly string[], url?: string) {
  const run = await backfill(data, sources, url).ended;
  expect(run).toMatchObject({ code: 0 });
  return output.parse(JSON.parse(run.stdout));
}

const cursors = (data: string) =>
  readdirSync(place.path(data)).filter((name) => name.startsWith('backfill-'));

describe('backfill of S3', () => {
  it('posts what an ingest of the same lines posts, passes bodies over, and posts nothing twice', async () => {
    const file = place.write('plain.log', LINES.join('\n'));
    await runTollbook(['ingest', '--data', place.path('plain'), file]);
    const s3 = await startS3('my-logs', OBJECTS);
    const first = await finished('s3', ['s3://my-logs/ai/'], s3.url);
    expect(first).toMatchObject({ lines: LINES.length, objects: { read: 3, body: 1, probe: 1, empty: 1 } });
    expect(s3.reads).toHaveLength(3);
    expect(await allCosts(place.path('s3'))).toEqual(await allCosts(place.path('plain')));
    const second = await finished('s3', ['s3://my-logs/ai/'], s3.url);
    expect(second).toMatchObject({ posted: 0, revised: 0, resumed: false, objects: { read: 3 } });
    expect(cursors('s3')).toEqual([]);
  });

  it('goes on after Ctrl-C with the next object', async () => {
    const s3 = await startS3('my-logs', OBJECTS);
    const running = backfill('stopped', ['s3://my-logs/ai/'], s3.url);
    s3.onRead = () => running.child.kill('SIGINT');
    const stopped = await running.ended;
    expect(stopped.code).toBe(130);
    const before = output.parse(JSON.parse(stopped.stdout));
    expect(before).toMatchObject({ interrupted: true, lines: 200 });
    s3.onRead = () => {};
    const after = await finished('stopped', ['s3://my-logs/ai/'], s3.url);
    expect(after).toMatchObject({ resumed: true, lines: LINES.length - 200, objects: { read: 2, body: 1 } });
    expect(s3.reads).toHaveLength(3);
  });

  it.each([
    ['a missing bucket', 's3://other/ai', 's3://other/ai: not found'],
    ['a prefix without objects', 's3://my-logs/bi', 's3://my-logs/bi: no object is there'],
    ['no bucket', 's3:/my-logs', 'write s3://BUCKET/PREFIX'],
  ])('tells a mistake in a line, with exit code 2: %s', async (_name, source, message) => {
    const s3 = await startS3('my-logs', OBJECTS);
    const { code, stdout, stderr } = await backfill('mistakes', [source], s3.url).ended;
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('names a damaged object', async () => {
    const s3 = await startS3('my-logs', { 'a.gz': pack(LINES.slice(0, 100)).subarray(0, 300) });
    const { code, stderr } = await backfill('damaged', ['s3://my-logs/'], s3.url).ended;
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('s3://my-logs/a.gz: cannot be read to its end'),
    });
  });
});

describe('backfill of files', () => {
  it('counts nothing that an ingest of them has counted', async () => {
    const file = place.write('both.log.gz', pack(LINES));
    const { stdout } = await runTollbook(['ingest', '--json', '--data', place.path('files'), file]);
    const { posted } = ingestOutput.loose().parse(JSON.parse(stdout));
    expect(posted).toBeGreaterThan(100);
    expect(await finished('files', [file])).toMatchObject({ lines: LINES.length, posted: 0, revised: 0 });
    expect(cursors('files')).toEqual([]);
  });

  it.each([
    ['nothing', [], 'give files, s3://BUCKET/PREFIX, or --log-group'],
    ['a span', ['x.log', '--from', '2026-11-18'], '--from and --to go with --log-group'],
    ['a missing file', ['/nowhere/x.log'], '/nowhere/x.log: no such file'],
    [
      'a log group without a span',
      ['--log-group', 'x', '--from', '2026-11-18'],
      '--log-group needs --from and --to',
    ],
  ])('refuses, with exit code 2: %s', async (_name, args, message) => {
    const { code, stderr } = await backfill('refused', args).ended;
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
