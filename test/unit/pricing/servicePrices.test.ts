import { describe, expect, it } from 'vitest';
import { parseUsd } from '../../../shared/domain/money.ts';
import { PriceBookError } from '../../../shared/pricing/priceBookError.ts';
import json from '../../../shared/pricing/servicePrices.json' with { type: 'json' };
import {
  bundledServicePrices,
  DEFAULT_REGION,
  loadServicePrices,
  SERVICE_ITEMS,
  type ServiceItem,
  servicePriceAt,
} from '../../../shared/pricing/servicePrices.ts';

const BUNDLED = bundledServicePrices();
const NOW = '2026-11-23T12:00:00.000Z';

const ENTRY = {
  item: 's3_put_request',
  regions: ['us-east-1'],
  from: null,
  to: null,
  usd: '0.005',
  perUnits: 1_000,
  unit: 'request',
  source: 'list',
  isVerified: true,
};

function fileOf(...entries: object[]): object {
  const prices = entries.map((entry) => ({ ...ENTRY, ...entry }));
  return { sources: { list: { title: 'A list', checked: '2026-10-02' } }, prices };
}

function refusalOf(file: unknown): PriceBookError | undefined {
  try {
    loadServicePrices(file);
  } catch (error) {
    if (error instanceof PriceBookError) return error;
    throw error;
  }
  return undefined;
}

function priceOf(item: ServiceItem, at = NOW, region = DEFAULT_REGION): unknown {
  return servicePriceAt(BUNDLED, item, { region, at });
}

describe('the bundled service prices', () => {
  // Worked out by hand from AWS's lists: USD for one unit.
  it.each<[ServiceItem, string]>([
    ['lambda_request', '0.0000002'],
    ['lambda_gb_second_x86_64', '0.0000166667'],
    ['lambda_gb_second_arm64', '0.0000133334'],
    ['api_gateway_rest_request', '0.0000035'],
    ['api_gateway_http_request', '0.000001'],
    ['dynamodb_read_unit', '0.000000125'],
    ['dynamodb_write_unit', '0.000000625'],
    ['s3_storage_gb_month', '0.023'],
    ['s3_put_request', '0.000005'],
    ['s3_get_request', '0.0000004'],
    ['transcribe_second', '0.0004'],
  ])('ask for one unit of %s %s USD', (item, usd) => {
    expect(priceOf(item)).toMatchObject({ picoUsdPerUnit: parseUsd(usd) });
  });

  // Of Ireland, where some of them differ.
  it.each<[ServiceItem, string]>([
    ['lambda_request', '0.0000002'],
    ['lambda_gb_second_x86_64', '0.0000166667'],
    ['lambda_gb_second_arm64', '0.0000133334'],
    ['api_gateway_rest_request', '0.0000035'],
    ['api_gateway_http_request', '0.00000111'],
    ['dynamodb_read_unit', '0.0000001415'],
    ['dynamodb_write_unit', '0.000000705'],
    ['s3_storage_gb_month', '0.023'],
    ['s3_put_request', '0.000005'],
    ['s3_get_request', '0.0000004'],
  ])('ask for one unit of %s in eu-west-1 %s USD', (item, usd) => {
    expect(priceOf(item, NOW, 'eu-west-1')).toMatchObject({ picoUsdPerUnit: parseUsd(usd) });
  });

  it.each<[ServiceItem, string]>([
    ['lambda_request', '0.0000002'],
    ['lambda_gb_second_arm64', '0.0000133334'],
    ['dynamodb_read_unit', '0.0000001525'],
    ['dynamodb_write_unit', '0.0000007625'],
  ])('ask for one unit of %s in eu-central-1 %s USD', (item, usd) => {
    expect(priceOf(item, NOW, 'eu-central-1')).toMatchObject({ picoUsdPerUnit: parseUsd(usd) });
  });

  it.each<[ServiceItem, string, string, string]>([
    ['transcribe_second', 'eu-west-1', NOW, 'no_price_for_region'],
    ['s3_put_request', 'eu-central-1', NOW, 'no_price_for_region'],
    ['dynamodb_write_unit', 'eu-west-1', '2024-10-31T23:59:59.999Z', 'no_price_at_date'],
    ['lambda_request', 'eu-west-9', NOW, 'no_price_for_region'],
  ])('say nothing of %s in %s at %s, which nobody has read', (item, region, at, reason) => {
    expect(priceOf(item, at, region)).toBe(reason);
  });

  it('price every item in the default region', () => {
    expect(SERVICE_ITEMS.filter((item) => typeof priceOf(item) === 'string')).toEqual([]);
  });

  it.each<[string, ServiceItem, string]>([
    ['2024-10-31T23:59:59.999Z', 'dynamodb_read_unit', '0.00000025'],
    ['2024-11-01T00:00:00.000Z', 'dynamodb_read_unit', '0.000000125'],
    ['2024-10-31T23:59:59.999Z', 'dynamodb_write_unit', '0.00000125'],
    ['2024-11-01T00:00:00.000Z', 'dynamodb_write_unit', '0.000000625'],
  ])('know that DynamoDB halved its prices: at %s, %s is %s', (at, item, usd) => {
    expect(priceOf(item, at)).toMatchObject({ picoUsdPerUnit: parseUsd(usd) });
  });

  it('bill 15 seconds at least for a transcription, and no other item by a minimum', () => {
    const minimums = [...BUNDLED].flatMap(([key, schedule]) =>
      schedule.filter(({ minimumUnits }) => minimumUnits > 0).map(({ minimumUnits }) => [key, minimumUnits]),
    );
    expect(minimums).toEqual([['transcribe_second us-east-1', 15]]);
  });

  it('use every source that they list', () => {
    const used = new Set(json.prices.map(({ source }) => source));
    expect([...used].toSorted()).toEqual(Object.keys(json.sources).toSorted());
  });
});

describe('servicePriceAt', () => {
  const prices = loadServicePrices(
    fileOf(
      { from: '2026-02-01', usd: '2' },
      { from: '2026-01-01', to: '2026-02-01', usd: '1', regions: ['us-east-1', 'us-west-2'] },
    ),
  );

  it.each([
    ['2025-12-31T23:59:59.999Z', 'us-east-1', 'no_price_at_date'],
    ['2026-01-01T00:00:00.000Z', 'us-east-1', '0.001'],
    ['2026-01-31T23:59:59.999Z', 'us-east-1', '0.001'],
    ['2026-02-01T00:00:00.000Z', 'us-east-1', '0.002'],
    ['2026-01-31T23:59:59.999Z', 'us-west-2', '0.001'],
    ['2026-02-01T00:00:00.000Z', 'us-west-2', 'no_price_at_date'],
    ['2026-01-31T23:59:59.999Z', 'eu-west-1', 'no_price_for_region'],
  ])('finds at %s in %s: %s', (at, region, expected) => {
    const price = servicePriceAt(prices, 's3_put_request', { region, at });
    if (typeof price === 'string') expect(price).toBe(expected);
    else expect(price.picoUsdPerUnit).toBe(parseUsd(expected));
  });

  it('gives no item the price of another', () => {
    const place = { region: 'us-east-1', at: NOW };
    expect(servicePriceAt(prices, 's3_get_request', place)).toBe('no_price_for_region');
  });
});

describe('loadServicePrices', () => {
  it('takes neighbouring periods, and the same period for different regions', () => {
    const neighbours = [{ to: '2026-01-01' }, { from: '2026-01-01', to: '2026-02-01' }];
    const file = fileOf(...neighbours, { from: '2026-02-01' }, { regions: ['eu-west-1'] });
    expect(refusalOf(file)).toBeUndefined();
  });

  it.each<[string, object, string, string]>([
    ['a source that is not listed', { source: 'hearsay' }, 'source_unknown', 'hearsay'],
    ['a source by a name that every object has', { source: 'constructor' }, 'source_unknown', 'constructor'],
    ['a negative price', { usd: '-1' }, 'price_malformed', '"-1"'],
    ['a negative zero', { usd: '-0' }, 'price_malformed', '"-0"'],
    ['a price with an exponent', { usd: '1e3' }, 'price_malformed', '"1e3"'],
    ['a price finer than a pico-USD', { usd: '0.000000000001' }, 'price_too_fine', 'pico-USD'],
    ['a period without a day', { from: '2026-01-01', to: '2026-01-01' }, 'period_empty', '2026-01-01'],
    ['a price that is a number', { usd: 0.005 }, 'file_malformed', 'prices.0.usd'],
    ['an unknown item', { item: 's3_delete' }, 'file_malformed', 'prices.0.item'],
    ['an unknown key', { usdPerMillion: '1' }, 'file_malformed', 'usdPerMillion'],
    ['no region', { regions: [] }, 'file_malformed', 'prices.0.regions'],
    ['prices for no units', { perUnits: 0 }, 'file_malformed', 'prices.0.perUnits'],
    ['a day that does not exist', { from: '2026-02-30' }, 'file_malformed', 'prices.0.from'],
  ])('refuses %s', (_what, entry, code, named) => {
    const refusal = refusalOf(fileOf(entry));
    expect(refusal?.code).toBe(code);
    expect(refusal?.message).toContain(named);
  });

  it.each<[string, object[]]>([
    ['a day twice', [{ to: '2026-01-02' }, { from: '2026-01-01' }]],
    ['two open starts', [{}, { to: '2026-01-01' }]],
    ['a region twice', [{ regions: ['us-east-1', 'us-east-1'] }]],
  ])('refuses a choice of prices: %s', (_what, entries) => {
    expect(refusalOf(fileOf(...entries))?.code).toBe('periods_overlap');
  });
});
