import { describe, expect, it } from 'vitest';
import { type IngestCounts, ingestLogs } from '../../../functions/ingestLogs.ts';
import { totalCost } from '../../../shared/domain/metrics.ts';
import type { UsageSource } from '../../../shared/domain/usage.ts';
import { metricsOfRecord, type UsageRecord } from '../../../shared/domain/usageRecord.ts';
import { type LogRuleTexts, readLogRules } from '../../../shared/formats/logRules.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { memoryStores } from '../../../shared/store/memory/memoryStores.ts';
import { repriceRecords } from '../../../shared/store/repriceRecords.ts';
import type { Stores } from '../../../shared/store/stores.ts';
import { readLines, sumMetrics } from '../../contract/readLedger.ts';
import { apiRequest } from '../../fixtures/claudeCodeEvents.ts';
import { bedrockRecord } from '../../fixtures/decoding.ts';
import { envoyLine } from '../../fixtures/gatewayRecords.ts';
import { deliveryOf, INGESTING } from '../../fixtures/ingesting.ts';

const CALL = '0f5a2c1e-7b3d-4c8a-9e6f-1234567890ab';
const DAY = '2026-11-22';

/** One call as three logs tell of it; the client counts an output token more and knows the person. */
const BEDROCK = bedrockRecord({
  requestId: CALL.toUpperCase(),
  timestamp: `${DAY}T10:00:00Z`,
  modelId: 'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
  input: { inputTokenCount: 1_000 },
  output: { outputTokenCount: 100 },
});
const CLIENT = apiRequest({
  request_id: CALL,
  'event.timestamp': `${DAY}T10:00:02.500Z`,
  duration_ms: 2_500,
  model: 'claude-sonnet-4-5-20250929',
  input_tokens: 1_000,
  output_tokens: 101,
  cache_read_tokens: 0,
  cache_creation_tokens: 0,
});
const GATEWAY = envoyLine({
  'x-request-id': CALL,
  start_time: `${DAY}T10:00:00.000Z`,
  'gen_ai.request.model': 'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'gen_ai.usage.input_tokens': 1_000,
  'gen_ai.usage.output_tokens': 90,
});

const ORDERS = [
  [BEDROCK, CLIENT, GATEWAY],
  [BEDROCK, GATEWAY, CLIENT],
  [CLIENT, BEDROCK, GATEWAY],
  [CLIENT, GATEWAY, BEDROCK],
  [GATEWAY, BEDROCK, CLIENT],
  [GATEWAY, CLIENT, BEDROCK],
];

async function ingest(
  lines: readonly unknown[],
  stores: Stores,
  texts: LogRuleTexts = {},
  logGroup?: string,
) {
  return ingestLogs(deliveryOf(lines, logGroup), { ...INGESTING, stores, rules: readLogRules(texts) });
}

async function recordsOf(stores: Stores): Promise<UsageRecord[]> {
  return Array.fromAsync(stores.records.ofDay(DAY));
}

async function expectSound(stores: Stores): Promise<void> {
  const records = await recordsOf(stores);
  expect(sumMetrics(await readLines(stores.totals))).toStrictEqual(sumMetrics(records.map(metricsOfRecord)));
}

function withoutRev({ rev: _rev, ...record }: UsageRecord) {
  return record;
}

describe('one call in three logs', () => {
  it('is one request, as the log nearest to the bill tells it, in whichever order they come', async () => {
    const ends: unknown[] = [];
    const deliveries = ORDERS.flatMap((order) => [[order], order.map((line) => [line])]);
    for (const batches of deliveries) {
      const stores = memoryStores();
      const counts: IngestCounts[] = [];
      for (const batch of batches) counts.push(await ingest(batch, stores));
      const records = await recordsOf(stores);
      ends.push(records.map(withoutRev));
      // 1,000 × 3 + 100 × 15 micro-USD.
      expect(records.map(({ costPicoUsd }) => totalCost(costPicoUsd))).toEqual([4_500_000_000n]);
      const sum = (field: 'posted' | 'duplicates' | 'revised') =>
        counts.reduce((total, count) => total + count[field], 0);
      expect([sum('posted'), sum('duplicates') + sum('revised')]).toEqual([1, 2]);
      await expectSound(stores);
    }
    expect(ends[0]).toMatchObject([{ source: 'bedrock', requestId: CALL }]);
    for (const end of ends) expect(end).toStrictEqual(ends[0]);
  });

  it('counts a worse sighting as a duplicate and a better one as a revision', async () => {
    const stores = memoryStores();
    expect(await ingest([CLIENT], stores)).toMatchObject({ posted: 1 });
    expect(await ingest([BEDROCK], stores)).toMatchObject({
      posted: 0,
      revised: 1,
      costPicoUsd: -15_000_000n,
    });
    expect(await ingest([CLIENT, GATEWAY], stores)).toMatchObject({ duplicates: 2, costPicoUsd: 0n });
  });

  it.each<[string, UsageSource, bigint]>([
    ['claude-code', 'claude-code', 4_515_000_000n],
    ['envoy,claude-code', 'envoy', 4_350_000_000n],
    ['kong', 'bedrock', 4_500_000_000n],
  ])('is told by whom the company believes first: %s', async (sourcePrecedence, source, cost) => {
    for (const order of ORDERS) {
      const stores = memoryStores();
      for (const line of order) await ingest([line], stores, { sourcePrecedence });
      const [record, ...more] = await recordsOf(stores);
      expect(more).toEqual([]);
      expect(record?.source).toBe(source);
      expect(record && totalCost(record.costPicoUsd)).toBe(cost);
    }
  });

  it('stays one request when the order changes midway, and follows it once the logs are read again', async () => {
    const sourcePrecedence = 'claude-code';
    const changes = ORDERS.flatMap((order) => [0, 1, 2, 3].map((change) => ({ order, change })));
    for (const { order, change } of changes) {
      const stores = memoryStores();
      for (const [index, line] of order.entries()) {
        await ingest([line], stores, index < change ? {} : { sourcePrecedence });
      }
      expect(await recordsOf(stores)).toHaveLength(1);
      await expectSound(stores);
      await ingest(order, stores, { sourcePrecedence });
      expect(await recordsOf(stores)).toMatchObject([{ source: 'claude-code' }]);
      await expectSound(stores);
    }
  });

  it('is still found when its price is reckoned again', async () => {
    const stores = memoryStores();
    await ingest(ORDERS.flat(), stores);
    const [record] = await recordsOf(stores);
    if (record === undefined) throw new Error('no record');
    const to = { ...record, costPicoUsd: { ...record.costPicoUsd, input: 1n }, rev: record.rev + 1 };
    await stores.records.revise({ from: record, to, reason: 'a wrong price' }, INGESTING.posting);
    const range = { from: DAY, to: DAY };
    const models = await repriceRecords(
      { range, isDryRun: false },
      { ...stores, priceBook: bundledPriceBook(), posting: () => INGESTING.posting, pause: async () => {} },
    );
    expect([...models.values()]).toMatchObject([{ records: 1, changed: 1, afterPicoUsd: 4_500_000_000n }]);
    expect(await ingest(ORDERS.flat(), stores)).toMatchObject({ posted: 0, revised: 0 });
    await expectSound(stores);
  });

  it('is several requests where the logs share no id of the world', async () => {
    const stores = memoryStores();
    const own = { ...BEDROCK, requestId: 'call-1' };
    await ingest([own, apiRequest({ 'event.timestamp': `${DAY}T10:00:00Z`, request_id: 'call-1' })], stores);
    expect(await recordsOf(stores)).toHaveLength(2);
  });
});

describe('what is not to be counted', () => {
  it('is ignored by source, and says why', async () => {
    const stores = memoryStores();
    const counts = await ingest([BEDROCK, CLIENT, apiRequest(), ' '], stores, {
      uncountedSources: 'claude-code',
    });
    expect(counts).toMatchObject({
      lines: 4,
      posted: 1,
      ignored: 3,
      ignoredReasons: { uncounted: 2, blank: 1 },
      quarantined: 0,
    });
    expect(await recordsOf(stores)).toMatchObject([{ source: 'bedrock' }]);
  });

  it('is ignored by log group, whatever is in it', async () => {
    const stores = memoryStores();
    const rules = { uncountedSources: '/aws/kong' };
    const counts = await ingest([BEDROCK, 'no json'], stores, rules, '/aws/kong');
    expect(counts).toMatchObject({ posted: 0, ignored: 2, ignoredReasons: { uncounted: 2 }, quarantined: 0 });
    expect(await ingest([BEDROCK], stores, rules, '/aws/other')).toMatchObject({ posted: 1 });
  });
});

it('keeps a line in quarantine that is not of the format of its log group', async () => {
  const stores = memoryStores();
  const rules = { logGroupFormats: '/g=litellm' };
  const counts = await ingest([BEDROCK], stores, rules, '/g');
  expect(counts).toMatchObject({ posted: 0, quarantined: 1, reasons: { other_format: 1 } });
  const [day = ''] = await stores.quarantine.days();
  expect(await stores.quarantine.ofDay(day, 5)).toMatchObject([{ reason: 'other_format', logGroup: '/g' }]);
});
