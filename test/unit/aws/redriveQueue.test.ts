import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { type RedriveOutcome, redriveQueue } from '../../../infra/aws/redriveQueue.ts';
import { EMPTY_TALLY, Ingest } from '../../../infra/local/ingestFiles.ts';
import { subscriptionEvent } from '../../../infra/local/subscription.ts';
import { startSqs } from '../../support/standIns/sqs.ts';

const batch = (logStream: string) =>
  JSON.stringify(subscriptionEvent({ logGroup: '/gateway', logStream, logEvents: [] }));

const COUNTS = { ...EMPTY_TALLY, lines: 1, posted: 1 };

async function redrive(bodies: readonly string[], invoke: (call: number) => void, signal?: AbortSignal) {
  const sqs = await startSqs('failures', bodies);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SQSClient({ endpoint: sqs.url, region: 'local', credentials });
  let calls = 0;
  const ingest = new Ingest({
    invoke: async () => {
      calls += 1;
      invoke(calls);
      return COUNTS;
    },
  });
  const outcomes: RedriveOutcome[] = [];
  await redriveQueue({
    client,
    queueUrl: sqs.queueUrl,
    ingest,
    isDryRun: false,
    signal: signal ?? new AbortController().signal,
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  return { sqs, outcomes, tally: ingest.tally };
}

it('keeps a batch in the queue that fails again, and goes on with the next', async () => {
  const bodies = [batch('one'), batch('two'), batch('three')];
  const { sqs, outcomes, tally } = await redrive(bodies, (call) => {
    if (call === 2) throw new Error('the store is down');
  });
  expect(outcomes.map(({ outcome, why }) => [outcome, why])).toEqual([
    ['redriven', '-'],
    ['failed', 'Error: the store is down'],
    ['redriven', '-'],
  ]);
  expect(sqs.bodies()).toEqual([batch('two')]);
  expect(sqs.visible()).toBe(1);
  expect(tally.posted).toBe(2);
});

it('stops after the message at hand, and lets others see the rest at once', async () => {
  const stopping = new AbortController();
  const bodies = [batch('one'), batch('two'), batch('three')];
  const { sqs, outcomes } = await redrive(bodies, () => stopping.abort(), stopping.signal);
  expect(outcomes).toHaveLength(1);
  expect([sqs.bodies().length, sqs.visible()]).toEqual([2, 2]);
});
