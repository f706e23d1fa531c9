import { daysOfMonth } from '../../shared/domain/period.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { reportCosts, reportTopCosts } from '../../shared/store/costReport.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { closingOf } from '../support/closing.ts';
import { BENCH_NOW, benchCompany, benchDay, dayOfLines, next } from './company.ts';
import type { Figure } from './figure.ts';
import { withFileLedger } from './ledger.ts';
import { POSTING, recordsOf } from './records.ts';
import { median } from './statistics.ts';

const RECORDS_BEFORE = 10_000;
const RECORDS_AFTER = 1_000_000;
const RECORDS_PER_DELIVERY = 1_000;
/** The first of the days that are not in the month that is asked about; benches begin on the twelfth. */
const NEXT_MONTH = 20;
const ROUNDS = 101;

const MONTH = daysOfMonth(benchDay(0).slice(0, 7));

type Query = Readonly<{ name: string; run: (stores: Stores) => Promise<unknown> }>;

/**
 * What a question about one month takes in a ledger that other months have made a hundred times as large. Both
 * ledgers hold the same ten thousand requests of that month, and are asked in turns, so that a busy machine
 * slows both.
 */
export function growth(): Promise<Figure[]> {
  return withFileLedger((small) => withFileLedger((large) => compare(small.stores, large.stores)));
}

async function compare(small: Stores, large: Stores): Promise<Figure[]> {
  const company = benchCompany();
  const month = [...next(recordsOf(company, dayOfLines(company)), RECORDS_BEFORE)];
  for (const stores of [small, large]) {
    await post(month, stores);
    await closePeriods(closingOf(stores, BENCH_NOW));
  }
  let posted = month.length;
  for (let dayIndex = NEXT_MONTH; posted < RECORDS_AFTER; dayIndex += 1) {
    const day = [...next(recordsOf(company, dayOfLines(company, { dayIndex })), RECORDS_AFTER - posted)];
    await post(day, large);
    posted += day.length;
  }
  const queries = queriesAbout(month);
  await measure(queries, [small, large]);
  const times = await measure(queries, [small, large]);
  return queries.map(({ name }, index) => ({
    benchmark: 'growth',
    name: `${name}: time with 1,000,000 requests / with 10,000`,
    value: (times[1]?.[index] ?? 0) / (times[0]?.[index] ?? 0),
    digits: 2,
    target: { atMost: 1.2 },
  }));
}

function queriesAbout(records: readonly UsageRecord[]): Query[] {
  const { user, team } = records[0] ?? { user: '', team: '' };
  return [
    {
      name: "a user's month",
      run: async ({ totals }) =>
        Promise.all(
          (await totals.userDays(user, MONTH)).map((touched) => totals.linesOfUserDay({ ...touched, user })),
        ),
    },
    {
      name: "a team's month",
      run: ({ totals }) =>
        totals.find({ kind: 'team', id: team }, { kind: 'month', month: MONTH.from.slice(0, 7) }),
    },
    { name: 'costs by team of a month', run: ({ totals }) => reportCosts('team', totals, MONTH) },
    {
      name: "top users of a team's month",
      run: ({ totals }) => reportTopCosts('user', totals, { ...MONTH, team, top: 10 }),
    },
    {
      name: "costs by user of a team's month",
      run: ({ totals }) => reportCosts('user', totals, { ...MONTH, team }),
    },
  ];
}

async function post(records: readonly UsageRecord[], stores: Stores): Promise<void> {
  for (let from = 0; from < records.length; from += RECORDS_PER_DELIVERY) {
    const delivery = records.slice(from, from + RECORDS_PER_DELIVERY);
    await postUsage(delivery, POSTING, { ...stores, pause: async () => {} });
  }
}

/** The median time of each query in each ledger, in milliseconds. */
async function measure(queries: readonly Query[], ledgers: readonly Stores[]): Promise<number[][]> {
  const times = ledgers.map(() => queries.map((): number[] => []));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, { run }] of queries.entries()) {
      for (const [ledger, stores] of ledgers.entries()) {
        const startedMs = performance.now();
        await run(stores);
        times[ledger]?.[index]?.push(performance.now() - startedMs);
      }
    }
  }
  return times.map((ofLedger) => ofLedger.map(median));
}
