import { LocalError } from '../../infra/local/localError.ts';
import { type LocalClock, openLocalClock, TimeZoneError } from '../../shared/domain/localClock.ts';
import { addDays, toDay } from '../../shared/domain/period.ts';
import { type ClockDimension, clockReportJson, reportByClock } from '../../shared/store/clockReport.ts';
import {
  COST_DIMENSIONS,
  type CostReport,
  type CostSelection,
  costReportJson,
  isTime,
  reportCosts,
  reportTopCosts,
} from '../../shared/store/costReport.ts';
import { type Ledger, type LedgerOptions, openLedger } from '../openLedger.ts';
import { formatClockCosts, formatCosts } from '../output/costs.ts';
import { formatGaps, gatherGaps } from '../output/gaps.ts';
import { readDayRange } from './dayRange.ts';

/** What `--by` takes. */
export const COSTS_BY = [...COST_DIMENSIONS, 'hour'] as const;

export type CostsOptions = LedgerOptions &
  Readonly<{
    by: (typeof COSTS_BY)[number];
    from?: string;
    to?: string;
    team?: string;
    top?: number;
    tz?: string;
    json?: boolean;
  }>;

const UTC = 'UTC';

/** `tollbook costs`: what a ledger holds, by one dimension. */
export async function costsCommand(options: CostsOptions): Promise<void> {
  const { by, tz } = options;
  const selection: CostSelection = { ...readDayRange(options), team: options.team };
  refuseTop(options);
  if (by === 'hour') return printByClock(by, openClock(tz ?? UTC), { options, selection });
  if (tz !== undefined) return printByClock(by, openClock(tz), { options, selection });
  await withLedger(options, async (ledger) => {
    const report = await readCosts(by, ledger, { selection, top: options.top });
    if (options.json === true) return `${JSON.stringify(costReportJson(report))}\n`;
    const gaps = await gatherGaps(ledger.stores, selection, report.total);
    return `${formatCosts(report)}\n${formatGaps(gaps, options)}`;
  });
}

function readCosts(
  by: (typeof COST_DIMENSIONS)[number],
  { stores: { totals } }: Ledger,
  { selection, top }: { selection: CostSelection; top: number | undefined },
): Promise<CostReport> {
  if (top === undefined || isTime(by)) return reportCosts(by, totals, selection);
  return reportTopCosts(by, totals, { ...selection, top });
}

type ClockCosts = Readonly<{ options: CostsOptions; selection: CostSelection }>;

async function printByClock(by: ClockDimension, clock: LocalClock, { options, selection }: ClockCosts) {
  await withLedger(options, async ({ stores }) => {
    const report = await withZoneErrors(() => reportByClock(by, stores.totals, { ...selection, clock }));
    return options.json === true
      ? `${JSON.stringify(clockReportJson(report))}\n`
      : `${formatClockCosts(report)}\n`;
  });
}

async function withLedger(options: LedgerOptions, report: (ledger: Ledger) => Promise<string>) {
  const ledger = await openLedger(options);
  try {
    await ledger.settle();
    process.stdout.write(await report(ledger));
  } finally {
    await ledger.stop();
  }
}

/** The dearest day is no question of a report in the order of time, and a local one is short. */
function refuseTop({ by, top, tz }: CostsOptions): void {
  if (top === undefined) return;
  if (isTime(by)) throw new LocalError('usage', `--top is for names, not for --by ${by}`);
  if (tz !== undefined) throw new LocalError('usage', '--top does not go with --tz');
}

const DAYS_IN_HALF_YEAR = 182;

/** Also asks the clock for a day of either half of the year, so that a zone is refused whatever the ledger holds. */
function openClock(timeZone: string): LocalClock {
  try {
    const clock = openLocalClock(timeZone);
    const today = toDay(new Date());
    for (const day of [today, addDays(today, -DAYS_IN_HALF_YEAR)]) clock.at(day, 0);
    return clock;
  } catch (error) {
    throw asUsage(error);
  }
}

async function withZoneErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asUsage(error);
  }
}

function asUsage(error: unknown): unknown {
  return error instanceof TimeZoneError ? new LocalError('usage', `--tz: ${error.message}`) : error;
}
