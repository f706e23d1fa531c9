import { formatUsd } from '../domain/money.ts';
import { compiledBand, type PriceRow } from './compileModel.ts';
import type { RegionGroup } from './endpoints.ts';
import { PICO_USD_PER_MILLION_TOKENS } from './rates.ts';

/** What says how much alike two rows of a model are; bands as compiled. */
export type RowPlace = Pick<PriceRow, 'scope' | 'promptTokensAbove' | 'from'> &
  Readonly<{ regionGroup?: RegionGroup | undefined }>;

/** A price this many times its neighbour's, or this small a part of it, is a slip of the unit or the point. */
const ABSURD_TIMES = 100n;

const DAY_MS = 86_400_000;

export function isAbsurd(own: bigint, neighbour: bigint): boolean {
  return own !== neighbour && (own >= neighbour * ABSURD_TIMES || own * ABSURD_TIMES <= neighbour);
}

/** The row that is most like a place: its scope first, then group of regions, band and time. */
export function nearestRow(place: RowPlace, rows: readonly PriceRow[]): PriceRow | undefined {
  const unlikeness = (row: PriceRow) => [
    row.scope === place.scope ? 0 : 1,
    row.regionGroup === place.regionGroup ? 0 : 1,
    row.promptTokensAbove === place.promptTokensAbove ? 0 : 1,
    daysApart(row, place.from),
  ];
  return rows
    .map((row) => ({ row, parts: unlikeness(row) }))
    .toSorted((a, b) => compareParts(a.parts, b.parts))[0]?.row;
}

/** The place of a row as files state it. */
export function placeOfRow(row: RowPlace): RowPlace {
  const { scope, regionGroup, from, promptTokensAbove } = row;
  return { scope, regionGroup, from, promptTokensAbove: compiledBand(promptTokensAbove) };
}

/** A rate as people read it, USD per million tokens. */
export function usdPerMillion(picoUsdPerToken: bigint): string {
  return formatUsd(picoUsdPerToken * PICO_USD_PER_MILLION_TOKENS);
}

function compareParts(a: readonly number[], b: readonly number[]): number {
  for (const [index, part] of a.entries()) {
    const difference = part - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Days from a day to the nearest one of a row's period; 0 within it. */
function daysApart(row: PriceRow, day: string): number {
  if (day < row.from) return (Date.parse(row.from) - Date.parse(day)) / DAY_MS;
  if (row.to === null || day < row.to) return 0;
  return (Date.parse(day) - Date.parse(row.to)) / DAY_MS + 1;
}
