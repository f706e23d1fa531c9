import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openStack } from '../../infra/local/stack.ts';
import { parseUsd } from '../../shared/domain/money.ts';
import { metricsOfRecord } from '../../shared/domain/usageRecord.ts';
import { readLines, sumMetrics } from '../contract/readLedger.ts';
import { allCosts, besidesUnpriced, costsOutput, ingestOutput, makeFolder, runTollbook } from './tollbook.ts';

const place = makeFolder();
afterAll(place.remove);

const PROFILE = 'arn:aws:bedrock:eu-west-1:111122223333:application-inference-profile/a1b2c3';

function line(id: string, model: string, usage: object): string {
  const who = { user: `${id.slice(0, 1)}@example.com`, team: 'platform' };
  return JSON.stringify({ schema: 'tollbook.v1', id, at: '2026-11-20T10:00:00.000Z', model, usage, ...who });
}

const LOG = place.write(
  'gateway.log',
  [
    line('a1', 'global.anthropic.claude-sonnet-5-5', { inputTokens: 1_000, outputTokens: 100 }),
    line('a2', 'our-model', { inputTokens: 1_000_000, outputTokens: 1_000 }),
    line('b1', PROFILE, { inputTokens: 1_000, cacheReadTokens: 10_000, outputTokens: 10 }),
    line('b2', 'somebody-elses-model', { inputTokens: 5, outputTokens: 5 }),
  ].join('\n'),
);

const OWN = place.write(
  'own.yaml',
  `currency: USD
sources:
  contract: { title: Private offer 2026-114, checked: 2026-10-01 }
prices:
  - model: claude-sonnet-5-5
    scope: global
    from: 2026-11-01
    to: 2027-01-01
    usdPerMillion: { input: "1.8", cacheRead: "0.09", cacheWrite5m: "2.25", cacheWrite1h: "3.6", output: "9" }
    source: contract
profiles:
  our-model: global.anthropic.claude-sonnet-5-5
  "${PROFILE}": global.anthropic.claude-sonnet-5-5
`,
);

const WRONG = place.write('wrong.yaml', 'currency: USD\nprofiles:\n  mine: claude-opus-99\n');

const figures = {
  records: z.number(),
  changed: z.number(),
  unpricedBefore: z.number(),
  unpricedAfter: z.number(),
  beforeUsd: z.string(),
  afterUsd: z.string(),
};
const repriceOutput = z.strictObject({
  dryRun: z.boolean(),
  priceVersion: z.string(),
  currency: z.literal('USD'),
  rows: z.array(z.strictObject({ model: z.string(), ...figures })),
  total: z.strictObject(figures),
});

async function json(...args: readonly string[]): Promise<unknown> {
  const run = await runTollbook([...args, '--json']);
  expect(run.code).toBe(0);
  expect(besidesUnpriced(run.stderr)).toBe('');
  return JSON.parse(run.stdout);
}

async function costsOf(data: string, by = 'user') {
  return costsOutput.parse(await json('costs', '--by', by, '--data', data));
}

function pico(usd: string): bigint {
  return parseUsd(usd) ?? expect.fail(`${usd} is no amount`);
}

/** Reads a data folder that no process has open: its lines must be the sum of its records. */
async function expectLinesOfRecords(dataDir: string): Promise<void> {
  const before = { ...process.env };
  const stack = await openStack({ dataDir });
  try {
    const records = await Array.fromAsync(stack.stores.records.ofDay('2026-11-20'));
    const lines = await readLines(stack.stores.totals);
    expect(records).toHaveLength(4);
    expect(sumMetrics(lines)).toEqual(sumMetrics(records.map(metricsOfRecord)));
  } finally {
    await stack.stop();
    // The processes that follow must not inherit the address of an engine that has stopped.
    process.env = before;
  }
}

describe('a ledger with prices of the company', () => {
  it('is repriced by exactly what the prices add up to, once', async () => {
    const data = place.path('ledger');
    const posted = ingestOutput.parse(await json('ingest', LOG, '--data', data));
    // 1,000 x 2 USD a million and 100 x 10 USD a million; the other three have no price.
    expect(posted).toMatchObject({ posted: 4, unpriced: 3, costUsd: '0.003' });
    const before = await allCosts(data);

    const reprice = async (...more: readonly string[]) =>
      repriceOutput.parse(await json('reprice', '--data', data, ...more));
    const dry = await reprice('--prices', OWN, '--dry-run');
    expect(await allCosts(data)).toEqual(before);
    const report = await reprice('--prices', OWN);
    expect({ ...report, dryRun: true }).toEqual(dry);
    // a1: 1,000 x 1.8 + 100 x 9 = 0.0027; a2: 1,000,000 x 1.8 + 1,000 x 9 = 1.809;
    // b1: 1,000 x 1.8 + 10,000 x 0.09 + 10 x 9 = 0.00279. In all 1.81449 USD.
    expect(report.total).toEqual({
      records: 4,
      changed: 3,
      unpricedBefore: 3,
      unpricedAfter: 1,
      beforeUsd: '0.003',
      afterUsd: '1.81449',
    });
    expect(report.priceVersion).toMatch(/\+[0-9a-f]{8}$/);

    const after = await costsOf(data);
    expect(after).toMatchObject({ total: { costUsd: '1.81449', requests: 4 }, unpricedRequests: 1 });
    expect(after.rows).toMatchObject([
      { user: 'a@example.com', costUsd: '1.8117' },
      { user: 'b@example.com', costUsd: '0.00279' },
    ]);
    for (const by of ['team', 'model', 'day', 'user']) {
      const { rows, total } = await costsOf(data, by);
      expect(rows.reduce((sum, { costUsd }) => sum + pico(costUsd), 0n)).toBe(pico(total.costUsd));
      expect(total).toEqual(after.total);
    }

    await expectLinesOfRecords(data);

    const settled = await allCosts(data);
    expect((await reprice('--prices', OWN)).total).toMatchObject({ changed: 0, afterUsd: '1.81449' });
    expect(await allCosts(data)).toEqual(settled);
  });

  it('is the same ledger when the prices were there from the start', async () => {
    const data = place.path('from-the-start');
    const posted = ingestOutput.parse(await json('ingest', LOG, '--prices', OWN, '--data', data));
    expect(posted).toMatchObject({ posted: 4, unpriced: 1, costUsd: '1.81449' });
    const again = await runTollbook(['reprice', '--data', data, '--json'], { PRICE_OVERLAY: OWN });
    expect(repriceOutput.parse(JSON.parse(again.stdout)).total).toMatchObject({ records: 4, changed: 0 });
  });

  it('warns in the log of the function, with the counts that its alarms watch', async () => {
    const env = { POWERTOOLS_LOG_LEVEL: 'WARN' };
    const file = place.write('with-garbage.log', `${readFileSync(LOG, 'utf8')}\nno usage\nnone\n`);
    const run = await runTollbook(['ingest', file, '--data', place.path('warned'), '--json'], env);
    const warnings = run.stderr.split('\n').filter((text) => text.includes('_aws'));
    expect(warnings.map((text) => JSON.parse(text))).toEqual([
      expect.objectContaining({ level: 'WARN', UnpricedRequests: 3, QuarantinedLines: 2 }),
    ]);
    const again = await runTollbook(['ingest', LOG, '--data', place.path('warned'), '--json'], env);
    expect(again.stderr).toBe('');
  });

  it('says which requests have no price, why, and that prices were forgotten', async () => {
    const data = place.path('forgotten');
    const ingest = await runTollbook(['ingest', LOG, '--prices', OWN, '--data', data]);
    expect(ingest.stdout).toContain('1 request has no price, and the costs leave it out');
    const costs = await runTollbook(['costs', '--by', 'team', '--data', data]);
    expect(costs.stdout).toMatch(/somebody-elses-model +1 +the price book does not know the model/);
    const reprice = await runTollbook(['reprice', '--dry-run', '--data', data]);
    expect(reprice.stdout).toContain('2 records would lose their price.');
    const start = await runTollbook(['start', '--once', '--logs', LOG, '--prices', OWN, '--data', data]);
    expect(start.stdout).toContain(`tollbook reprice --prices FILE --data ${data}`);
  });

  it.each([['ingest', LOG], ['start', '--once', '--logs', LOG], ['reprice']])(
    'is not opened with a wrong file of prices: %s',
    async (...command) => {
      const data = place.path('never');
      const run = await runTollbook([...command, '--prices', WRONG, '--data', data]);
      expect(run).toMatchObject({ code: 2, stdout: '' });
      expect(run.stderr).toContain(`tollbook: ${WRONG}:3:9: the price book does not know claude-opus-99`);
      const costs = await costsOf(data);
      expect(costs.rows).toEqual([]);
    },
  );
});
