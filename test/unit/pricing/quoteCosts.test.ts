import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUsd } from '../../../shared/domain/money.ts';
import { NO_TOKENS } from '../../../shared/domain/tokens.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { type CostBlock, type QuoteRequest, quoteCosts } from '../../../shared/pricing/quoteCosts.ts';
import { bundledServicePrices } from '../../../shared/pricing/servicePrices.ts';

const BOOKS = { priceBook: bundledPriceBook(), servicePrices: bundledServicePrices() };
const TITAN = 'amazon.titan-embed-text-v2:0';

const LATER = '2026-12-01T12:00:00.000Z';

const NOTHING: QuoteRequest = {
  requestId: 'abc123-def456',
  operation: 'query',
  at: '2025-01-10T12:00:00.000Z',
  region: 'us-east-1',
  isEstimated: false,
};

const QUERY: QuoteRequest = {
  ...NOTHING,
  apiGateway: { requests: 1, api: 'rest' },
  lambda: { durationMs: 2_400, memoryMb: 256, architecture: 'x86_64' },
  dynamodb: { readUnits: 1, writeUnits: 1 },
  inference: {
    modelId: 'anthropic.claude-3-5-sonnet-20241022-v2:0',
    serviceTier: 'standard',
    tokens: { ...NO_TOKENS, input: 1_200, output: 642 },
  },
  embedding: { modelId: TITAN, tokens: 45 },
};

function sumOfLines({ cost_breakdown: lines }: CostBlock): bigint {
  return lines.reduce((sum, { cost }) => sum + (parseUsd(cost) ?? 0n), 0n);
}

describe('quoteCosts', () => {
  it('prices a query by what it used, its embedding included', () => {
    // API Gateway: 1 x 3.5 / 10^6                            = 0.0000035
    // Lambda: 2.4 s x 256/1024 GB x 0.0000166667 + 0.0000002 = 0.00001020002
    // DynamoDB: (0.125 + 0.625) / 10^6                       = 0.00000075
    // Claude 3.5 Sonnet: (1,200 x 3 + 642 x 15) / 10^6       = 0.01323
    // Titan v2: 45 x 0.02 / 10^6                             = 0.0000009
    // Sum                                                    = 0.01324535002
    expect(quoteCosts(QUERY, BOOKS)).toStrictEqual({
      request_id: 'abc123-def456',
      operation: 'query',
      total_cost: '0.01324535002',
      currency: 'USD',
      cost_breakdown: [
        { service: 'api_gateway', operation: 'requests', cost: '0.0000035', unit: 'requests', quantity: 1 },
        { service: 'lambda', operation: 'execution', cost: '0.00001020002', unit: 'seconds', quantity: 2.4 },
        {
          service: 'dynamodb',
          operation: 'requests',
          cost: '0.00000075',
          unit: 'request_units',
          quantity: 2,
        },
        {
          service: 'bedrock',
          operation: 'inference_claude',
          cost: '0.01323',
          unit: 'tokens',
          quantity: 1_842,
        },
        { service: 'bedrock', operation: 'embedding_titan', cost: '0.0000009', unit: 'tokens', quantity: 45 },
      ],
      unpriced: [],
      timestamp: '2025-01-10T12:00:00.000Z',
    });
  });

  it('prices a transcription by what it used', () => {
    // Transcribe: 18 s x 0.0004                               = 0.0072
    // S3: 1 PUT x 0.005 / 1,000                               = 0.000005
    // Lambda: 22.5 s x 0.25 GB x 0.0000166667                 = 0.0000937501875, up to 0.000093750188
    //         and its request                                 + 0.0000002
    // Sum                                                     = 0.007298950188
    const block = quoteCosts(
      {
        ...NOTHING,
        requestId: 'xyz789-abc123',
        operation: 'transcribe',
        transcribe: { seconds: 18 },
        s3: { storageBytes: 0, storageHours: 0, putRequests: 1, getRequests: 0 },
        lambda: { durationMs: 22_500, memoryMb: 256, architecture: 'x86_64' },
      },
      BOOKS,
    );
    expect(block).toStrictEqual({
      request_id: 'xyz789-abc123',
      operation: 'transcribe',
      total_cost: '0.007298950188',
      currency: 'USD',
      cost_breakdown: [
        { service: 'transcribe', operation: 'speech_to_text', cost: '0.0072', unit: 'seconds', quantity: 18 },
        { service: 's3', operation: 'storage_and_requests', cost: '0.000005', unit: 'mixed', quantity: 1 },
        {
          service: 'lambda',
          operation: 'execution',
          cost: '0.000093950188',
          unit: 'seconds',
          quantity: 22.5,
        },
      ],
      unpriced: [],
      timestamp: '2025-01-10T12:00:00.000Z',
    });
  });

  it('names what has no price and leaves it out of the sum', () => {
    const inference = {
      modelId: 'acme.giant',
      serviceTier: 'standard',
      tokens: { ...NO_TOKENS, output: 10_000 },
    };
    const block = quoteCosts({ ...QUERY, inference }, BOOKS);
    expect(block.unpriced).toStrictEqual([
      { service: 'bedrock', operation: 'inference', reason: 'unknown_model' },
    ]);
    // The sum of the query without its 0.01323 of inference.
    expect(block.total_cost).toBe('0.00001535002');
    expect(block.cost_breakdown.map(({ operation }) => operation)).not.toContain('inference');
  });

  it('names every service of a region that has no prices, and what has one is still priced', () => {
    const block = quoteCosts({ ...QUERY, region: 'eu-west-9' }, BOOKS);
    expect(block.unpriced.map(({ service, reason }) => `${service} ${reason}`)).toEqual([
      'api_gateway no_price_for_region',
      'lambda no_price_for_region',
      'dynamodb no_price_for_region',
      'bedrock no_price_for_scope',
    ]);
    expect(block.total_cost).toBe('0.01323');
  });

  it('uses the prices of the day', () => {
    const dynamodb = { readUnits: 1, writeUnits: 1 };
    const costOn = (at: string) => quoteCosts({ ...NOTHING, at, dynamodb }, BOOKS).total_cost;
    expect(costOn('2024-10-31T23:59:59.999Z')).toBe('0.0000015');
    expect(costOn('2024-11-01T00:00:00.000Z')).toBe('0.00000075');
  });

  it('costs nothing when nothing was used', () => {
    expect(quoteCosts(NOTHING, BOOKS)).toMatchObject({ total_cost: '0', cost_breakdown: [], unpriced: [] });
  });

  it('says when it was estimated, and says nothing of it otherwise', () => {
    expect(quoteCosts({ ...QUERY, isEstimated: true }, BOOKS)).toStrictEqual({
      ...quoteCosts(QUERY, BOOKS),
      estimated: true,
    });
    expect(Object.keys(quoteCosts(QUERY, BOOKS))).not.toContain('estimated');
  });
});

const count = fc.oneof(fc.nat(10), fc.nat(1_000_000));
const anyRequest = fc.record(
  {
    requestId: fc.constant('r'),
    operation: fc.constantFrom('query', 'transcribe'),
    at: fc
      .date({ min: new Date('2024-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    region: fc.constantFrom('us-east-1', 'eu-west-9'),
    isEstimated: fc.boolean(),
    transcribe: fc.record({ seconds: fc.double({ min: 0, max: 86_400, noNaN: true }) }),
    s3: fc.record({ storageBytes: count, storageHours: count, putRequests: count, getRequests: count }),
    apiGateway: fc.record({ requests: count, api: fc.constantFrom('rest', 'http') }),
    lambda: fc.record({
      durationMs: fc.nat(900_000),
      memoryMb: fc.integer({ min: 128, max: 10_240 }),
      architecture: fc.constantFrom('x86_64', 'arm64'),
    }),
    dynamodb: fc.record({ readUnits: count.map((halves) => halves / 2), writeUnits: count }),
    inference: fc.record({
      modelId: fc.constantFrom('claude-haiku-4-5', 'global.anthropic.claude-opus-5-5', 'acme.giant'),
      serviceTier: fc.constantFrom('standard', 'batch', 'reserved'),
      webSearches: fc.constantFrom(0, 1, 30),
      isFast: fc.boolean(),
      inferenceGeo: fc.constantFrom('us', 'global'),
      tokens: fc.record({
        input: count,
        cacheRead: count,
        cacheWrite5m: count,
        cacheWrite1h: count,
        output: count,
      }),
    }),
    embedding: fc.record({ modelId: fc.constantFrom(TITAN, 'acme.vectors'), tokens: count }),
  },
  { requiredKeys: ['requestId', 'operation', 'at', 'region', 'isEstimated'] },
) satisfies fc.Arbitrary<QuoteRequest>;

const SERVICES_USED = [
  'transcribe',
  's3',
  'apiGateway',
  'lambda',
  'dynamodb',
  'inference',
  'embedding',
] as const;

describe('a quote with web searches', () => {
  const inference = {
    modelId: 'claude-opus-5-5',
    serviceTier: 'standard',
    tokens: { ...NO_TOKENS, input: 1_000 },
    webSearches: 3,
  };

  it('has a line for them beside that of the tokens', () => {
    const { total_cost, cost_breakdown: lines } = quoteCosts({ ...NOTHING, at: LATER, inference }, BOOKS);
    expect(
      lines.map(({ service, operation, cost, unit, quantity }) => [service, operation, cost, unit, quantity]),
    ).toEqual([
      ['bedrock', 'inference_claude', '0.004', 'tokens', 1_000],
      ['web_search', 'requests', '0.03', 'searches', 3],
    ]);
    expect(total_cost).toBe('0.034');
  });

  it('names them unpriced where nobody sells them, and the tokens still have a price', () => {
    const onBedrock = { ...inference, modelId: 'global.anthropic.claude-opus-5-5' };
    const { total_cost, unpriced } = quoteCosts({ ...NOTHING, at: LATER, inference: onBedrock }, BOOKS);
    expect(unpriced).toEqual([
      { service: 'web_search', operation: 'requests', reason: 'no_price_for_web_search' },
    ]);
    expect(total_cost).toBe('0.004');
  });
});

describe('quoteCosts, whatever the request', () => {
  it('gives lines that add up to the total, to the last digit', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const block = quoteCosts(request, BOOKS);
        expect(parseUsd(block.total_cost)).toBe(sumOfLines(block));
      }),
      { numRuns: 500 },
    );
  });

  it('tells of every service that was used: its line, or why there is none', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const { cost_breakdown: lines, unpriced } = quoteCosts(request, BOOKS);
        const used = SERVICES_USED.filter((name) => request[name] !== undefined);
        const searched = (request.inference?.webSearches ?? 0) > 0 ? 1 : 0;
        expect(lines.length + unpriced.length).toBe(used.length + searched);
      }),
    );
  });

  it('costs as much as its parts asked for one by one', () => {
    fc.assert(
      fc.property(anyRequest, (request) => {
        const { requestId, operation, at, region, isEstimated } = request;
        const alone = { requestId, operation, at, region, isEstimated };
        const parts = SERVICES_USED.flatMap((name) =>
          request[name] === undefined ? [] : [quoteCosts({ ...alone, [name]: request[name] }, BOOKS)],
        );
        const sum = parts.reduce((total, part) => total + sumOfLines(part), 0n);
        expect(parseUsd(quoteCosts(request, BOOKS).total_cost)).toBe(sum);
      }),
    );
  });
});
