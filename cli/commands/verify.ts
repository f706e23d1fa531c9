import { LocalError } from '../../infra/local/localError.ts';
import { definedOnly } from '../../shared/domain/definedOnly.ts';
import { daysOfMonth, isDay, monthOfDay } from '../../shared/domain/period.ts';
import { whatIsKept } from '../../shared/domain/retention.ts';
import { periodName } from '../../shared/domain/total.ts';
import { proveDay } from '../../shared/store/proveDay.ts';
import { proveMonth } from '../../shared/store/proveMonth.ts';
import { ALL_DAYS, type DayRange } from '../../shared/store/totalStore.ts';
import { type Ledger, type LedgerOptions, openLedger } from '../openLedger.ts';
import { Progress } from '../output/progress.ts';
import { formatCount } from '../output/table.ts';
import { formatVerification, isSound, type Verification, verificationJson } from '../output/verify.ts';
import { readDayRange } from './dayRange.ts';

export type VerifyOptions = LedgerOptions &
  Readonly<{ day?: string; month?: string; from?: string; to?: string; json?: boolean }>;

const EXIT_DRIFT = 1;

/** `tollbook verify`: proves days from records to lines to totals to seals, and changes nothing. */
export async function verifyCommand(options: VerifyOptions): Promise<void> {
  const range = readVerifiedRange(options);
  const ledger = await openLedger(options);
  try {
    await ledger.settle();
    const verification = await verify(range, ledger);
    const text =
      options.json === true
        ? JSON.stringify(verificationJson(verification))
        : formatVerification(verification);
    process.stdout.write(`${text}\n`);
    if (!isSound(verification)) process.exitCode = EXIT_DRIFT;
  } finally {
    await ledger.stop();
  }
}

/** The days that the flags name; `undefined` for all whose records are kept. Throws on flags that do not go together. */
function readVerifiedRange({ day, month, from, to }: VerifyOptions): DayRange | undefined {
  const isRange = from !== undefined || to !== undefined;
  if ([day !== undefined, month !== undefined, isRange].filter(Boolean).length > 1) {
    throw new LocalError('usage', 'give one of --day, --month, or --from with --to');
  }
  if (day !== undefined && !isDay(day))
    throw new LocalError('usage', `--day ${day}: give a day as YYYY-MM-DD`);
  if (month !== undefined && !isDay(`${month}-01`)) {
    throw new LocalError('usage', `--month ${month}: give a month as YYYY-MM`);
  }
  if (day !== undefined) return { from: day, to: day };
  if (month !== undefined) return daysOfMonth(month);
  return isRange ? readDayRange(definedOnly({ from, to })) : undefined;
}

async function verify(range: DayRange | undefined, ledger: Ledger): Promise<Verification> {
  const { stores } = ledger;
  const seals = new Map((await stores.seals.all()).map((seal) => [periodName(seal.period), seal]));
  const all = (await stores.totals.days(range ?? ALL_DAYS)).map((day) => ({
    day,
    kept: whatIsKept(day, seals.get(day), ledger.posting()),
  }));
  const chosen = range === undefined ? all.filter(({ kept }) => kept === 'records') : all;
  const progress = new Progress();
  const days: Verification['days'][number][] = [];
  const expired: string[] = [];
  for (const { day, kept } of chosen) {
    if (kept === 'totals') expired.push(day);
    else days.push(await proveDay(day, stores, kept));
    progress.show(days.length, `of ${formatCount(chosen.length)} days`);
  }
  progress.end();
  const months: Verification['months'][number][] = [];
  for (const month of new Set(days.map(({ day }) => monthOfDay(day)))) {
    months.push(await proveMonth(month, stores.totals));
  }
  return { days, months, expired, left: all.length - chosen.length };
}
