import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { subscriptionEvent } from '../../infra/local/subscription.ts';
import { TEST_ACCOUNT } from '../support/standIns/serve.ts';
import { startSqs } from '../support/standIns/sqs.ts';
import { ingestOutput, makeFolder, runTollbook } from './tollbook.ts';

const place = makeFolder();
afterAll(place.remove);

const output = ingestOutput.loose().extend({
  dryRun: z.boolean(),
  interrupted: z.boolean(),
  messages: z.number(),
  redriven: z.number(),
  failed: z.number(),
  unusable: z.number(),
  outcomes: z.array(
    z.object({ outcome: z.string(), logGroup: z.string(), events: z.number(), why: z.string() }),
  ),
});

function batch(...ids: readonly string[]) {
  const logEvents = ids.map((id) => ({
    id,
    timestamp: 0,
    message: JSON.stringify({
      schema: 'tollbook.v1',
      id,
      at: '2026-11-18T10:00:00Z',
      model: 'global.anthropic.claude-sonnet-5-5',
      usage: { inputTokens: 1_000, outputTokens: 1_000 },
    }),
  }));
  return subscriptionEvent({ logGroup: '/gateway', logStream: 'one', logEvents });
}

/** A record of an on-failure destination, as the Lambda developer guide shows it. */
function failureOf(requestPayload: unknown, functionName = 'tollbook-dev-ingestLogs'): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: '2026-11-18T10:05:00.000Z',
    requestContext: {
      requestId: '4d8c1c2e-0000-4000-8000-000000000000',
      functionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${functionName}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    ...(requestPayload === undefined ? {} : { requestPayload }),
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'StoreError', errorMessage: 'a transaction met contention 12 times' },
  });
}

async function redrive(url: string, data: string, ...args: readonly string[]) {
  const all = ['redrive', '--queue', 'failures', '--json', '--data', place.path(data), ...args];
  const run = await runTollbook(all, { ...TEST_ACCOUNT, AWS_ENDPOINT_URL_SQS: url });
  return { ...run, result: run.stdout === '' ? undefined : output.parse(JSON.parse(run.stdout)) };
}

describe('redrive', () => {
  it('posts failed batches of both forms once and takes them off the queue', async () => {
    const bodies = [
      failureOf(batch('a', 'b')),
      JSON.stringify(batch('b', 'c')),
      ...Array.from({ length: 12 }, (_, index) => failureOf(batch(`d-${index}`))),
    ];
    const sqs = await startSqs('failures', bodies);
    const { code, result } = await redrive(sqs.url, 'both');
    expect(code).toBe(0);
    // a, b, c and d-0 to d-11 are 15 requests; b comes twice.
    expect(result).toMatchObject({ messages: 14, redriven: 14, posted: 15, duplicates: 1 });
    expect(sqs.bodies()).toEqual([]);
    expect((await redrive(sqs.url, 'both')).result).toMatchObject({ messages: 0, posted: 0 });
  });

  it('changes nothing on a dry run, and shows what would be done', async () => {
    const sqs = await startSqs('failures', [failureOf(batch('a', 'b'))]);
    const { code, result } = await redrive(sqs.url, 'dry', '--dry-run');
    expect(code).toBe(0);
    expect(result).toMatchObject({ dryRun: true, messages: 1, redriven: 0, posted: 0 });
    expect(result?.outcomes).toEqual([
      expect.objectContaining({ outcome: 'batch', logGroup: '/gateway', events: 2 }),
    ]);
    expect(result?.outcomes[0]?.why).toBe(
      'RetriesExhausted: StoreError: a transaction met contention 12 times',
    );
    expect([sqs.bodies().length, sqs.visible()]).toEqual([1, 1]);
    expect((await redrive(sqs.url, 'dry')).result).toMatchObject({ redriven: 1, posted: 2 });
  });

  it('leaves what is no batch in the queue, says so, and exits with 1', async () => {
    const bodies = [
      failureOf(undefined),
      failureOf({ Records: [] }, 'tollbook-dev-rollUp'),
      'no JSON',
      failureOf(batch('a')),
    ];
    const sqs = await startSqs('failures', bodies);
    const { code, result } = await redrive(sqs.url, 'mixed');
    expect(code).toBe(1);
    expect(result).toMatchObject({ messages: 4, redriven: 1, unusable: 3, posted: 1 });
    expect(result?.outcomes.map(({ why }) => why)).toEqual([
      'of tollbook-dev-ingestLogs, without the log lines that it was given',
      'of tollbook-dev-rollUp, without the log lines that it was given',
      'neither a record of a failed invocation nor an event',
      expect.stringContaining('RetriesExhausted'),
    ]);
    expect(sqs.bodies()).toEqual(bodies.slice(0, 3));
    expect(sqs.visible()).toBe(3);
  });

  it.each([
    ['a missing queue', ['--queue', 'other'], 'queue other: not found in this account and region'],
    ['a stage that is none', ['--stage', 'a b'], '--stage a b: this is no name of a stage'],
  ])('tells a mistake in a line, with exit code 2: %s', async (_name, args, message) => {
    const sqs = await startSqs('failures', []);
    const { code, stderr } = await redrive(sqs.url, 'mistakes', ...args);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
