import { totalCost } from '../../shared/domain/metrics.ts';
import { displayUsd, formatUsd } from '../../shared/domain/money.ts';
import type { DayProof } from '../../shared/store/proveDay.ts';
import type { MonthProof } from '../../shared/store/proveMonth.ts';
import { driftsOf } from '../../shared/store/reconcile.ts';
import { type Difference, differencesOf } from './differences.ts';
import { formatCount, formatTable } from './table.ts';

/** What a `verify` found. `expired` are days of which only totals are left, `left` counts days not looked at. */
export type Verification = Readonly<{
  days: readonly DayProof[];
  months: readonly MonthProof[];
  expired: readonly string[];
  left: number;
}>;

type Place = Difference & Readonly<{ period: string }>;

const MAX_PLACES = 50;
const COST_DECIMALS = 4;

export function isSound(verification: Verification): boolean {
  return placesOf(verification).length === 0;
}

/** Every figure that does not hold, with its period and scope. */
function placesOf({ days, months }: Verification): Place[] {
  const ofDays = days.flatMap(({ day, lineDrifts, totalDrifts, seal }) => [
    ...[...lineDrifts, ...totalDrifts].flatMap(differencesOf).map((each) => ({ period: day, ...each })),
    ...(seal === 'broken'
      ? [{ period: day, scope: 'seal', figure: 'digest', expected: 'as sealed', found: 'another' }]
      : []),
  ]);
  const ofMonths = months.flatMap(({ month, totalDrifts }) =>
    totalDrifts.flatMap(differencesOf).map((each) => ({ period: month, ...each })),
  );
  return [...ofDays, ...ofMonths];
}

/** A row for each day, what does not hold, and a verdict. */
export function formatVerification(verification: Verification): string {
  const { days } = verification;
  const places = placesOf(verification);
  const right = (head: string) => ({ head, align: 'right' as const });
  const columns = [
    { head: 'DAY' },
    ...['RECORDS', 'LINES', 'BY RECORDS', 'BY LINES', 'BY TOTALS', 'DRIFT'].map(right),
    { head: 'SEAL' },
    { head: 'NOTES' },
  ];
  return [
    ...(days.length === 0 ? [] : [`${formatTable(columns, days.map(rowOf))}\n`]),
    ...(places.length === 0 ? [] : [formatPlaces(places)]),
    verdictOf(verification, places.length),
  ].join('\n');
}

function rowOf(proof: DayProof): string[] {
  const { day, basis, records, lines, recorded, posted, totalled, seal } = proof;
  const cost = (metrics: typeof posted | undefined) =>
    metrics === undefined ? '-' : displayUsd(totalCost(metrics.costPicoUsd), COST_DECIMALS);
  const hasRecords = basis === 'records';
  return [
    day,
    hasRecords ? formatCount(records) : '-',
    formatCount(lines),
    cost(hasRecords ? recorded : undefined),
    cost(posted),
    cost(totalled),
    exactUsd(driftOf(proof)),
    seal,
    notesOf(proof),
  ];
}

function notesOf({ basis, moving, behind }: DayProof): string {
  const notes = basis === 'lines' ? ['records expired'] : [];
  if (moving > 0) notes.push(`${formatCount(moving)} lines changing`);
  if (behind > 0) notes.push(`${formatCount(behind)} totals behind`);
  return notes.join(', ');
}

function driftOf(proof: DayProof): bigint {
  return driftsOf(proof).reduce((sum, { driftPicoUsd }) => sum + driftPicoUsd, 0n);
}

function exactUsd(picoUsd: bigint): string {
  return picoUsd === 0n ? '0' : `$${formatUsd(picoUsd)}`;
}

function formatPlaces(places: readonly Place[]): string {
  const shown = places
    .slice(0, MAX_PLACES)
    .map(({ period, scope, figure, expected, found }) => [period, scope, figure, expected, found]);
  const table = formatTable(
    [
      { head: 'PERIOD' },
      { head: 'SCOPE' },
      { head: 'FIGURE' },
      { head: 'EXPECTED', align: 'right' },
      { head: 'FOUND', align: 'right' },
    ],
    shown,
  );
  const hidden = places.length - shown.length;
  return `What does not hold\n${table}\n${hidden > 0 ? `  (${formatCount(hidden)} more)\n` : ''}`;
}

function verdictOf({ days, months, expired, left }: Verification, places: number): string {
  const behind = sum([...days, ...months].map((proof) => proof.behind));
  const moving = sum(days.map((proof) => proof.moving));
  const byLines = days.filter(({ basis }) => basis === 'lines').length;
  const head =
    places > 0
      ? `DRIFT: ${counted(places, 'figure')} not as it ought to be.`
      : `Holds: ${counted(days.length, 'day')} and ${counted(months.length, 'month')}, to the last pico-USD.`;
  return [
    days.length === 0 ? 'There is no day to prove.' : head,
    ...note(byLines, 'day', 'proven from lines to totals and seal only: records have expired'),
    ...note(expired.length, 'day', 'not proven: lines have expired too'),
    ...note(left, 'older day', 'left out: records have expired; name days with --from and --to'),
    ...note(moving, 'line', 'changed meanwhile and not judged'),
    ...note(behind, 'total', 'still behind the lines, which is no drift'),
  ].join('\n');
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function note(count: number, noun: string, text: string): string[] {
  return count === 0 ? [] : [`${counted(count, noun)} ${text}.`];
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** Amounts are exact decimal texts in USD. */
export function verificationJson(verification: Verification) {
  const { days, months, expired, left } = verification;
  const drifts = placesOf(verification);
  return {
    holds: drifts.length === 0,
    currency: 'USD',
    days: days.map((proof) => ({
      day: proof.day,
      basis: proof.basis,
      records: proof.records,
      lines: proof.lines,
      ...(proof.basis === 'records'
        ? { recordsUsd: formatUsd(totalCost(proof.recorded.costPicoUsd)) }
        : undefined),
      linesUsd: formatUsd(totalCost(proof.posted.costPicoUsd)),
      ...(proof.totalled === undefined
        ? undefined
        : { totalsUsd: formatUsd(totalCost(proof.totalled.costPicoUsd)) }),
      driftUsd: formatUsd(driftOf(proof)),
      moving: proof.moving,
      behind: proof.behind,
      seal: proof.seal,
    })),
    months: months.map(({ month, behind, totalDrifts }) => ({ month, behind, drifts: totalDrifts.length })),
    drifts,
    expiredDays: expired,
    leftOutDays: left,
  };
}
