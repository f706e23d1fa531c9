/**
 * What the requests of one hour of the day were: the hour, 0 to 23 in UTC, is that of a request's start.
 * Requests and cost alone; tokens are kept by day.
 */
export type HourFigures = Readonly<{ hour: number; requests: number; costPicoUsd: bigint }>;

/** The hours in which there is anything, ascending; what adds up to nothing is left out. */
export type Hours = readonly HourFigures[];

export const HOURS_PER_DAY = 24;
export const NO_HOURS: Hours = [];

/** The UTC hour, 0 to 23, in which a request started. */
export function hourOfStart(startedAt: string): number {
  return Number(startedAt.slice(11, 13));
}

/** `a` plus `b`, or less `b` with a sign of -1. */
export function combineHours(a: Hours, b: Hours, sign: 1 | -1): Hours {
  if (b.length === 0) return a;
  if (a.length === 0 && sign === 1) return b;
  const bySlot = new Map(a.map((figures) => [figures.hour, figures]));
  for (const { hour, requests, costPicoUsd } of b) {
    const known = bySlot.get(hour);
    bySlot.set(hour, {
      hour,
      requests: (known?.requests ?? 0) + sign * requests,
      costPicoUsd: (known?.costPicoUsd ?? 0n) + BigInt(sign) * costPicoUsd,
    });
  }
  const sums = [...bySlot.values()].filter((sum) => sum.requests !== 0 || sum.costPicoUsd !== 0n);
  return sums.sort((x, y) => x.hour - y.hour);
}

/** The hour with the most requests, the earliest of equals; `undefined` where there were none. */
export function peakHour(hours: readonly Pick<HourFigures, 'hour' | 'requests'>[]): number | undefined {
  const [first, ...rest] = hours.filter(({ requests }) => requests > 0);
  return rest.reduce(
    (peak, next) => (peak !== undefined && next.requests <= peak.requests ? peak : next),
    first,
  )?.hour;
}
