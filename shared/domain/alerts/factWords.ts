import { percentUsed } from '../budget.ts';
import { type Period, periodAt } from '../policy/budgetPeriod.ts';
import type { BudgetPeriod, Limit } from '../policy/policy.ts';
import type { AlertFacts, Driver } from './alertFacts.ts';
import { amountWords, spanWords, timeWords, usdWords } from './alertWords.ts';
import type { Notice } from './notice.ts';

type Detail = Notice['details'][number];

/** A budget's figures and what they come to if people go on like this. */
export type PaceFigures = Readonly<{
  period: BudgetPeriod;
  resetAt: string;
  measure: Limit['measure'];
  limit: bigint;
  projected: bigint;
  /** When the limit is reached, where that is before the reset and still to come. */
  exhaustedAt?: string | undefined;
}>;

const HOUR_MS = 3_600_000n;
const DAY_MS = 24n * HOUR_MS;
/** Of a day's budget people want to know the pace by the hour. */
const PACES = {
  day: { unitMs: HOUR_MS, name: 'an hour' },
  other: { unitMs: DAY_MS, name: 'a day' },
};

/**
 * `$18.64 a day; at this pace the budget is spent on Thu 26 Nov 14:00 UTC, 4 days before it starts anew`, or
 * what the period will have used in the end where that is less or all is spent already.
 */
export function paceDetail(figures: PaceFigures, nowMs: number): Detail {
  const { period, resetAt, measure, limit, projected, exhaustedAt } = figures;
  const resetMs = Date.parse(resetAt);
  const { unitMs, name } = period.unit === 'day' ? PACES.day : PACES.other;
  const pace = amountWords(measure, (projected * unitMs) / lengthMs(periodAt(period, resetMs - 1)));
  if (exhaustedAt !== undefined && exhaustedAt < resetAt) {
    const atMs = Date.parse(exhaustedAt);
    const when = timeWords(period.timeZone, atMs, nowMs);
    const spent = measure === 'usd' ? 'spent' : 'used up';
    const early = `${spanWords(resetMs - atMs)} before it starts anew`;
    return {
      label: 'Pace',
      value: `${pace} ${name}; at this pace the budget is ${spent} on ${when}, ${early}`,
    };
  }
  const share = limit > 0n ? `, ${percentUsed(projected, limit)}% of the budget` : '';
  const end = `at this pace it ends at ${amountWords(measure, projected)}${share}`;
  return { label: 'Pace', value: `${pace} ${name}; ${end}` };
}

/** `today $61.20, a normal day is $22.10 (2.8 times)`; nothing unless both are known. */
export function changeDetails({ todayPicoUsd, normalDayPicoUsd }: Partial<AlertFacts>): Detail[] {
  if (todayPicoUsd === undefined || normalDayPicoUsd === undefined) return [];
  const figures = `today ${usdWords(todayPicoUsd)}, a normal day is ${usdWords(normalDayPicoUsd)}`;
  if (normalDayPicoUsd <= 0n) return [{ label: 'Change', value: figures }];
  const tenths = (todayPicoUsd * 10n + normalDayPicoUsd / 2n) / normalDayPicoUsd;
  const times = `${tenths / 10n}.${tenths % 10n} times`;
  return [{ label: 'Change', value: `${figures} (${times})` }];
}

/** `At 100%: requests are refused`. */
export function nextDetails({ next }: Partial<AlertFacts>): Detail[] {
  return next === undefined ? [] : [{ label: 'Next', value: `At ${next.percent}%: ${next.action}` }];
}

export function ownerDetails({ owner }: Partial<AlertFacts>): Detail[] {
  return owner === undefined ? [] : [{ label: 'Owner', value: owner }];
}

/** `Tue 1 Dec 00:00 UTC`, on the clocks of the budget. */
export function resetDetail(timeZone: string, resetAt: string, nowMs: number): Detail {
  return { label: 'Resets', value: timeWords(timeZone, Date.parse(resetAt), nowMs) };
}

/** `alice: $210.00 (51%)`; the share only where the whole is money too. */
export function driverWords({ id, costPicoUsd }: Driver, wholePicoUsd: bigint | undefined): string {
  const cost = `${id}: ${usdWords(costPicoUsd)}`;
  if (wholePicoUsd === undefined || wholePicoUsd <= 0n) return cost;
  return `${cost} (${percentUsed(costPicoUsd, wholePicoUsd)}%)`;
}

function lengthMs({ startMs, endMs }: Period): bigint {
  return BigInt(endMs - startMs);
}
