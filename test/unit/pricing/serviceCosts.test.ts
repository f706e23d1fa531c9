import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUsd } from '../../../shared/domain/money.ts';
import { NO_TOKENS } from '../../../shared/domain/tokens.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import {
  apiGatewayCost,
  dynamodbCost,
  embeddingCost,
  inferenceCost,
  lambdaCost,
  type ServiceCost,
  s3Cost,
  transcribeCost,
} from '../../../shared/pricing/serviceCosts.ts';
import { bundledServicePrices } from '../../../shared/pricing/servicePrices.ts';

const BOOKS = { priceBook: bundledPriceBook(), servicePrices: bundledServicePrices() };
const PLACE = { region: 'us-east-1', at: '2026-11-23T12:00:00.000Z' };
const ELSEWHERE = { ...PLACE, region: 'eu-west-9' };
const SONNET = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0';
const TITAN = 'amazon.titan-embed-text-v2:0';

/** The line with its cost in USD; that of a part without a price has none. */
function shown(cost: ServiceCost): object {
  if (cost.kind === 'unpriced') return cost;
  const { kind: _kind, costPicoUsd, ...line } = cost;
  return { ...line, cost: formatUsd(costPicoUsd) };
}

function usd(cost: ServiceCost): string {
  return cost.kind === 'priced' ? formatUsd(cost.costPicoUsd) : cost.reason;
}

function picoUsd(cost: ServiceCost): bigint {
  if (cost.kind === 'unpriced') throw new Error(cost.reason);
  return cost.costPicoUsd;
}

describe('inferenceCost', () => {
  it('is a line of all tokens, priced by class', () => {
    const tokens = { input: 1_000, cacheRead: 10_000, cacheWrite5m: 100, cacheWrite1h: 10, output: 500 };
    // 1,000 x 3 + 10,000 x 0.3 + 100 x 3.75 + 10 x 6 + 500 x 15 = 13,935 millionths.
    expect(shown(inferenceCost({ modelId: SONNET, serviceTier: 'standard', tokens }, PLACE, BOOKS))).toEqual({
      service: 'bedrock',
      operation: 'inference_claude',
      cost: '0.013935',
      unit: 'tokens',
      quantity: 11_610,
    });
  });

  it.each([
    ['amazon.nova-pro-v1:0', 'inference_nova'],
    ['us.anthropic.claude-3-5-haiku-20241022-v1:0', 'inference_claude'],
    ['claude-sonnet-4-5', 'inference_claude'],
  ])('calls %s %s', (modelId, operation) => {
    const use = { modelId, serviceTier: 'standard', tokens: { ...NO_TOKENS, input: 1 } };
    expect(inferenceCost(use, PLACE, BOOKS).operation).toBe(operation);
  });

  it.each([
    ['a model that nobody knows', { modelId: 'acme.claude-9' }, 'inference', 'unknown_model'],
    ['a tier without a price', { serviceTier: 'reserved' }, 'inference_claude', 'unknown_tier'],
  ])('leaves %s unpriced', (_what, changed, operation, reason) => {
    const use = { modelId: SONNET, serviceTier: 'standard', tokens: { ...NO_TOKENS, input: 1 }, ...changed };
    expect(inferenceCost(use, PLACE, BOOKS)).toEqual({
      kind: 'unpriced',
      service: 'bedrock',
      operation,
      reason,
    });
  });
});

describe('embeddingCost', () => {
  it('is ten times less than the 0.20 that an old table asks for', () => {
    // 1,000,000 tokens at 0.02 for a million.
    expect(shown(embeddingCost({ modelId: TITAN, tokens: 1_000_000 }, PLACE, BOOKS))).toEqual({
      service: 'bedrock',
      operation: 'embedding_titan',
      cost: '0.02',
      unit: 'tokens',
      quantity: 1_000_000,
    });
  });

  it('has no price in a region whose price is not known', () => {
    const place = { ...PLACE, region: 'eu-west-1' };
    expect(embeddingCost({ modelId: TITAN, tokens: 45 }, place, BOOKS)).toEqual({
      kind: 'unpriced',
      service: 'bedrock',
      operation: 'embedding_titan',
      reason: 'no_price_for_scope',
    });
  });
});

describe('transcribeCost', () => {
  it.each([
    // Seconds, those billed, and their cost at 0.0004.
    [0, 0, '0'],
    [0.1, 15, '0.006'],
    [14, 15, '0.006'],
    [15, 15, '0.006'],
    [15.01, 16, '0.0064'],
    [16, 16, '0.0064'],
    [18, 18, '0.0072'],
    [3_600, 3_600, '1.44'],
  ])('bills %f seconds as %i: %s', (seconds, quantity, cost) => {
    expect(shown(transcribeCost({ seconds }, PLACE, BOOKS))).toEqual({
      service: 'transcribe',
      operation: 'speech_to_text',
      cost,
      unit: 'seconds',
      quantity,
    });
  });
});

describe('lambdaCost', () => {
  it.each<[number, number, 'x86_64' | 'arm64', string]>([
    // The request alone.
    [0, 128, 'x86_64', '0.0000002'],
    // 2.4 s x 0.25 GB = 0.6 GB-s; x 0.0000166667 = 0.00001000002; and the request.
    [2_400, 256, 'x86_64', '0.00001020002'],
    // 0.6 GB-s x 0.0000133334 = 0.00000800004; and the request.
    [2_400, 256, 'arm64', '0.00000820004'],
    // 1 GB-s.
    [1_000, 1_024, 'x86_64', '0.0000168667'],
    // 22.5 s x 0.25 GB = 5.625 GB-s = 0.0000937501875, half a pico-USD over: up to ...188; and the request.
    [22_500, 256, 'x86_64', '0.000093950188'],
    // 0.001 s x 0.125 GB = 16,666,700 / 8,000 = 2,083.3375 pico-USD: down to 2,083; and the request.
    [1, 128, 'x86_64', '0.000000202083'],
    // 0.003 s x 0.125 GB = 6,250.0125 pico-USD: down.
    [3, 128, 'x86_64', '0.00000020625'],
    // 0.002 s x 0.125 GB = 4,166.675 pico-USD: up to 4,167.
    [2, 128, 'x86_64', '0.000000204167'],
  ])('of %i ms with %i MB on %s is %s', (durationMs, memoryMb, architecture, cost) => {
    expect(shown(lambdaCost({ durationMs, memoryMb, architecture }, PLACE, BOOKS))).toEqual({
      service: 'lambda',
      operation: 'execution',
      cost,
      unit: 'seconds',
      quantity: durationMs / 1_000,
    });
  });

  it('is never more than half a pico-USD from the exact fraction', () => {
    fc.assert(
      fc.property(fc.nat(900_000), fc.integer({ min: 128, max: 10_240 }), (durationMs, memoryMb) => {
        const cost = picoUsd(lambdaCost({ durationMs, memoryMb, architecture: 'x86_64' }, PLACE, BOOKS));
        const scale = 1_024_000n;
        const exact = 16_666_700n * BigInt(durationMs) * BigInt(memoryMb) + 200_000n * scale;
        const difference = 2n * (cost * scale - exact);
        expect(difference <= scale && difference > -scale).toBe(true);
      }),
    );
  });
});

describe('dynamodbCost', () => {
  it.each([
    // Reads and writes, at 0.125 and 0.625 for a million.
    [0, 0, '0'],
    [1, 0, '0.000000125'],
    [0, 1, '0.000000625'],
    [1, 1, '0.00000075'],
    [0.5, 0, '0.0000000625'],
    [1_000_000, 1_000_000, '0.75'],
  ])('of %f read and %i write units is %s', (readUnits, writeUnits, cost) => {
    expect(shown(dynamodbCost({ readUnits, writeUnits }, PLACE, BOOKS))).toEqual({
      service: 'dynamodb',
      operation: 'requests',
      cost,
      unit: 'request_units',
      quantity: readUnits + writeUnits,
    });
  });
});

describe('s3Cost', () => {
  const GB = 2 ** 30;
  const NONE = { storageBytes: 0, storageHours: 0, putRequests: 0, getRequests: 0 };

  it.each([
    // November has 720 hours: one GB for all of them is one GB-month.
    [{ storageBytes: GB, storageHours: 720 }, '0.023'],
    [{ storageBytes: GB, storageHours: 1_440 }, '0.046'],
    // Half a GB for 24 hours: 0.023 / 60 = 0.000383333333(3).
    [{ storageBytes: GB / 2, storageHours: 24 }, '0.000383333333'],
    // 23,000,000,000 / (2^30 x 720) = 0.03 pico-USD, which rounds to none.
    [{ storageBytes: 1, storageHours: 1 }, '0'],
    // 17 bytes are 0.506 pico-USD, which rounds to one; 16 are 0.476.
    [{ storageBytes: 17, storageHours: 1 }, '0.000000000001'],
    [{ storageBytes: 16, storageHours: 1 }, '0'],
    [{ putRequests: 1 }, '0.000005'],
    [{ getRequests: 1 }, '0.0000004'],
    [{ storageBytes: GB, storageHours: 720, putRequests: 1_000, getRequests: 1_000 }, '0.0284'],
  ])('of %j is %s', (used, cost) => {
    expect(shown(s3Cost({ ...NONE, ...used }, PLACE, BOOKS))).toEqual({
      service: 's3',
      operation: 'storage_and_requests',
      cost,
      unit: 'mixed',
      quantity: 1,
    });
  });

  it.each([
    ['2026-01-31T23:59:59.999Z', 744],
    ['2026-02-01T00:00:00.000Z', 672],
    ['2028-02-29T12:00:00.000Z', 696],
    ['2026-12-31T23:59:59.999Z', 744],
  ])('at %s divides by the %i hours of the month', (at, storageHours) => {
    expect(usd(s3Cost({ ...NONE, storageBytes: GB, storageHours }, { ...PLACE, at }, BOOKS))).toBe('0.023');
  });
});

describe('apiGatewayCost', () => {
  it.each<['rest' | 'http', number, string]>([
    ['rest', 1, '0.0000035'],
    ['http', 1, '0.000001'],
    ['rest', 1_000_000, '3.5'],
    ['http', 0, '0'],
  ])('of the %s API for %i requests is %s', (api, requests, cost) => {
    expect(shown(apiGatewayCost({ requests, api }, PLACE, BOOKS))).toEqual({
      service: 'api_gateway',
      operation: 'requests',
      cost,
      unit: 'requests',
      quantity: requests,
    });
  });
});

describe('a service in a region without prices', () => {
  it.each([
    ['transcribe', transcribeCost({ seconds: 1 }, ELSEWHERE, BOOKS)],
    ['lambda', lambdaCost({ durationMs: 0, memoryMb: 128, architecture: 'arm64' }, ELSEWHERE, BOOKS)],
    ['dynamodb', dynamodbCost({ readUnits: 0.5, writeUnits: 0 }, ELSEWHERE, BOOKS)],
    ['s3', s3Cost({ storageBytes: 0, storageHours: 0, putRequests: 0, getRequests: 1 }, ELSEWHERE, BOOKS)],
    ['api_gateway', apiGatewayCost({ requests: 1, api: 'http' }, ELSEWHERE, BOOKS)],
  ])('is unpriced: %s', (service, cost) => {
    expect(cost).toMatchObject({ kind: 'unpriced', service, reason: 'no_price_for_region' });
  });

  it('is unpriced as a whole when one item of it lacks a price', () => {
    const reads = [...BOOKS.servicePrices].filter(([key]) => !key.startsWith('dynamodb_write_unit'));
    const books = { ...BOOKS, servicePrices: new Map(reads) };
    const both = { readUnits: 1, writeUnits: 1 };
    expect(usd(dynamodbCost({ ...both, writeUnits: 0 }, PLACE, books))).toBe('0.000000125');
    expect(usd(dynamodbCost(both, PLACE, books))).toBe('no_price_for_region');
  });
});

describe('twice the use', () => {
  const count = fc.nat(1_000_000);

  it('costs twice as much where nothing is rounded and no minimum holds', () => {
    fc.assert(
      fc.property(count, count, (a, b) => {
        const dynamodb = (n: number) => dynamodbCost({ readUnits: n * a, writeUnits: n * b }, PLACE, BOOKS);
        const gateway = (n: number) => apiGatewayCost({ requests: n * a, api: 'rest' }, PLACE, BOOKS);
        const embedding = (n: number) => embeddingCost({ modelId: TITAN, tokens: n * a }, PLACE, BOOKS);
        const audio = (n: number) => transcribeCost({ seconds: n * (15 + a) }, PLACE, BOOKS);
        for (const cost of [dynamodb, gateway, embedding, audio]) {
          expect(picoUsd(cost(2))).toBe(2n * picoUsd(cost(1)));
        }
      }),
    );
  });
});
