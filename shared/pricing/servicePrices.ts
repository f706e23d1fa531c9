import * as z from 'zod';
import { parseUsd } from '../domain/money.ts';
import { byStart, findOverlap, type Span } from './cutRow.ts';
import { PriceBookError } from './priceBookError.ts';
import bundledFile from './servicePrices.json' with { type: 'json' };

/** What AWS bills of the services around a model, each by its own unit. */
export const SERVICE_ITEMS = [
  'lambda_request',
  'lambda_gb_second_x86_64',
  'lambda_gb_second_arm64',
  'api_gateway_rest_request',
  'api_gateway_http_request',
  'dynamodb_read_unit',
  'dynamodb_write_unit',
  's3_storage_gb_month',
  's3_put_request',
  's3_get_request',
  'transcribe_second',
] as const;
export type ServiceItem = (typeof SERVICE_ITEMS)[number];

/** The region whose prices hold where a request does not name its own. */
export const DEFAULT_REGION = 'us-east-1';

const day = z.iso.date();
const name = z.string().min(1).max(128);

const servicePriceFile = z.strictObject({
  sources: z.record(name, z.strictObject({ title: z.string().min(1).max(200), checked: day })),
  prices: z
    .array(
      z.strictObject({
        item: z.enum(SERVICE_ITEMS),
        /** Regions in which this is the price; other regions have entries of their own, or no price. */
        regions: z.array(name).min(1).max(50),
        /** First UTC day of the price, `null` when no earlier one is known; the day on which it no longer holds. */
        from: day.nullable(),
        to: day.nullable(),
        /** Decimal string: what this many units cost together. */
        usd: z.string(),
        perUnits: z.int().positive().max(1_000_000_000),
        /** The fewest units that are billed for one request. */
        minimumUnits: z.int().positive().max(1_000_000).optional(),
        unit: name,
        source: name,
        /** False when no copy of AWS's own list was seen. */
        isVerified: z.boolean(),
        note: z.string().max(300).optional(),
      }),
    )
    .max(2_000),
});

type FilePrice = z.infer<typeof servicePriceFile>['prices'][number];

/** A dated price: pico-USD for one unit, and the fewest units that a request is billed for. */
export type ServicePrice = Span & Readonly<{ picoUsdPerUnit: bigint; minimumUnits: number }>;

/** Checked prices by item and region, as `item region`, the oldest first. */
export type ServicePrices = ReadonlyMap<string, readonly ServicePrice[]>;

/** Where and when something was used; `at` is ISO 8601 in UTC, compared as text and not parsed. */
export type Place = Readonly<{ region: string; at: string }>;

export type NoServicePrice = 'no_price_for_region' | 'no_price_at_date';

/** Sorts before every day: the start of a price of which no earlier one is known. */
const EVER = '';

/** Checks a file of service prices and compiles them to pico-USD per unit; throws `PriceBookError`. */
export function loadServicePrices(json: unknown): ServicePrices {
  // The file is parsed once per process, so a parser compiled for it would cost more than it saves.
  const parsed = servicePriceFile.safeParse(json, { jitless: true });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new PriceBookError('file_malformed', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { sources, prices } = parsed.data;
  const schedules = new Map<string, ServicePrice[]>();
  for (const [index, entry] of prices.entries()) {
    const where = `price ${index + 1} (${entry.item})`;
    if (!Object.hasOwn(sources, entry.source)) {
      throw new PriceBookError('source_unknown', `${where}: has no source ${entry.source}`);
    }
    const price = compilePrice(entry, where);
    for (const region of entry.regions) {
      const key = scheduleKey(entry.item, region);
      schedules.set(key, [...(schedules.get(key) ?? []), price].sort(byStart));
    }
  }
  for (const [key, schedule] of schedules) refuseOverlap(key, schedule);
  return schedules;
}

let bundled: ServicePrices | undefined;

/** The service prices that ship with this code, compiled on first use and kept. */
export function bundledServicePrices(): ServicePrices {
  bundled ??= loadServicePrices(bundledFile);
  return bundled;
}

/** The price of an item in force at a place and time, or why there is none. Never a price of elsewhere. */
export function servicePriceAt(
  prices: ServicePrices,
  item: ServiceItem,
  { region, at }: Place,
): ServicePrice | NoServicePrice {
  const schedule = prices.get(scheduleKey(item, region));
  if (schedule === undefined) return 'no_price_for_region';
  return schedule.find(({ from, to }) => at >= from && (to === null || at < to)) ?? 'no_price_at_date';
}

function scheduleKey(item: ServiceItem, region: string): string {
  return `${item} ${region}`;
}

function compilePrice({ from, to, usd, perUnits, minimumUnits = 0 }: FilePrice, where: string): ServicePrice {
  const picoUsd = usd.startsWith('-') ? undefined : parseUsd(usd);
  if (picoUsd === undefined) {
    throw new PriceBookError(
      'price_malformed',
      `${where}: price ${JSON.stringify(usd)} is no decimal from 0 upwards`,
    );
  }
  if (picoUsd % BigInt(perUnits) !== 0n) {
    const why = `${usd} for ${perUnits} is no whole number of pico-USD for one`;
    throw new PriceBookError('price_too_fine', `${where}: ${why}`);
  }
  if (from !== null && to !== null && from >= to) {
    throw new PriceBookError('period_empty', `${where}: ends on ${to}`);
  }
  return { from: from ?? EVER, to, picoUsdPerUnit: picoUsd / BigInt(perUnits), minimumUnits };
}

/** Two prices for one day would make the cost depend on the order of the file. */
function refuseOverlap(key: string, schedule: readonly ServicePrice[]): void {
  const overlap = findOverlap(schedule);
  if (overlap === undefined) return;
  const { earlier, later } = overlap;
  const why = `a price from ${later.from || 'ever'} starts within the one from ${earlier.from || 'ever'}`;
  throw new PriceBookError('periods_overlap', `${key}: ${why}`);
}
