import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDeployedLedger } from '../../infra/aws/deployedLedger.ts';
import { type Engine, startMemoryEngine } from '../../infra/local/engine.ts';
import { subscriptionEvent } from '../../infra/local/subscription.ts';
import { TEST_ACCOUNT } from '../support/standIns/serve.ts';
import { startSqs } from '../support/standIns/sqs.ts';
import { makeFolder, runTollbook } from './tollbook.ts';

const place = makeFolder();
let engine: Engine;
let env: Record<string, string>;

/** The tables of a deployed stage, named as the stack names them. */
beforeAll(async () => {
  engine = await startMemoryEngine();
  env = { ...TEST_ACCOUNT, AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint };
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'local', credentials });
  const { recordsTable, totalsTable } = readDeployedLedger('dev');
  for (const TableName of [recordsTable, totalsTable]) {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
  }
  client.destroy();
});
afterAll(async () => {
  await engine.stop();
  place.remove();
});

const usage = { inputTokens: 1_000, outputTokens: 1_000 };
const line = {
  schema: 'tollbook.v1',
  id: 'req-1',
  at: '2026-11-18T10:00:00Z',
  model: 'global.anthropic.claude-sonnet-5-5',
  usage,
};

describe('commands on a deployed stage', () => {
  const run = (...args: readonly string[]) =>
    runTollbook([...args, '--stage', 'dev', '--data', place.path('cursors')], env);

  it('redrive, backfill and show what they posted, without an engine of their own', async () => {
    const events = [
      { id: '1', timestamp: Date.parse(line.at), message: JSON.stringify(line) },
      { id: '2', timestamp: Date.parse(line.at), message: 'no JSON' },
    ];
    const batch = subscriptionEvent({ logGroup: '/gateway', logStream: 'one', logEvents: events });
    const sqs = await startSqs('tollbook-dev-ingest-failures', [JSON.stringify(batch)]);
    env.AWS_ENDPOINT_URL_SQS = sqs.url;
    const redriven = await run('redrive', '--json');
    expect(redriven).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(redriven.stdout)).toMatchObject({ redriven: 1, posted: 1, quarantined: 1 });
    expect(sqs.bodies()).toEqual([]);

    const file = place.write('more.log', JSON.stringify({ ...line, id: 'req-2' }));
    const backfilled = await run('backfill', '--json', file);
    expect(JSON.parse(backfilled.stdout)).toMatchObject({ posted: 1 });

    const list = await run('quarantine', 'list', '--json');
    expect(JSON.parse(list.stdout)).toMatchObject({ reason: 'not_json', logGroup: '/gateway' });
    const costs = await run('costs', '--by', 'user', '--json');
    // 2 x (1,000 x 2 USD + 1,000 x 10 USD per million tokens).
    expect(JSON.parse(costs.stdout)).toMatchObject({ total: { costUsd: '0.024', requests: 2 } });
    const verified = await run('verify', '--json');
    expect(verified).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(verified.stdout)).toMatchObject({
      holds: true,
      days: [{ records: 2, linesUsd: '0.024' }],
    });
    expect(await run('archive', 'verify')).toMatchObject({ code: 0, stdout: 'No day is archived.\n' });
    const repriced = await run('reprice', '--dry-run', '--json');
    expect(repriced).toMatchObject({ code: 0 });
    const replayed = await run('quarantine', 'replay', '--json');
    expect(JSON.parse(replayed.stdout)).toMatchObject({ lines: 1, left: 0, unreadable: { not_json: 1 } });
  });

  it('apply, list, request and simulate budgets', async () => {
    const rules = 'budgets: [{ org: true, month: 1 USD, ladder: block }]\noverflow: { automatic: 10% }\n';
    const file = place.write('policy.yaml', rules);
    expect(await run('budgets', 'apply', file, '--json')).toMatchObject({ code: 0, stderr: '' });
    const asked = ['--scope', '*', '--amount', '0.1 USD', '--reason', 'test', '--until'];
    const until = new Date(Date.now() + 86_400_000).toISOString();
    const granted = await run('budgets', 'request', 'org:month:usd', ...asked, until, '--json');
    expect(JSON.parse(granted.stdout)).toMatchObject({ state: 'granted', amount: '0.1' });
    const list = await run('budgets', 'list', '--json');
    expect(JSON.parse(list.stdout)).toMatchObject({ version: 1, budgets: [{ scope: 'org', limit: '1.1' }] });
    const tight = place.write('tight.yaml', 'budgets: [{ org: true, month: 0.012 USD, ladder: block }]\n');
    const simulated = await run('budgets', 'simulate', '--policy', tight, '--json');
    expect(JSON.parse(simulated.stdout)).toMatchObject({ requests: 2, total: { reject: { requests: 1 } } });
  });

  it('says at once that a stage is not there', async () => {
    const args = ['quarantine', 'list', '--stage', 'prod', '--data', place.path('none')];
    const { code, stderr } = await runTollbook(args, env);
    expect(stderr).toBe('tollbook: table tollbook-prod-usage-totals: not found in this account and region\n');
    expect(code).toBe(2);
  });
});
