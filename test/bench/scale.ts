import { formatCount } from '../../cli/output/table.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { dayOfLines, designCompany, next } from './company.ts';
import type { Figure } from './figure.ts';
import { LINES_PER_WINDOW } from './meteredDay.ts';
import { recordsOf } from './records.ts';
import { ScaleLedger } from './scaleLedger.ts';

const REQUESTS_PER_PERSON = 200;
const MORNING_RECORDS = 1_000_000;
const MORNING_PER_DELIVERY = 1_000;
const MEASURED = [
  { perDelivery: 10, perBatch: LINES_PER_WINDOW, batches: 40 },
  { perDelivery: 1_000, perBatch: 1_000, batches: 20 },
];

/** A record is below 1 KB, and a transaction writes everything twice. */
const UNITS_PER_RECORD = 2;
const UNITS_PER_LINE_CHANGE = 2;

/**
 * What the size of the company changes: 10,000 people in 400 teams who send 2 million requests a day, at
 * noon. Fewer requests share a line, and a stream batch rings for more teams. Repeats and index rows are
 * left out: they depend on size little.
 */
export async function scale(): Promise<Figure[]> {
  const company = designCompany();
  const lines = dayOfLines(company, { requestsPerPerson: REQUESTS_PER_PERSON });
  const records = recordsOf(company, lines);
  const ledger = new ScaleLedger();
  for (let posted = 0; posted < MORNING_RECORDS; posted += MORNING_PER_DELIVERY) {
    await ledger.post(transactions([...next(records, MORNING_PER_DELIVERY)]));
  }
  const figures: Figure[] = [];
  for (const { perDelivery, perBatch, batches } of MEASURED) {
    const requests = perBatch * batches;
    const { lineChanges, teams } = await measure(ledger, { records, perDelivery, perBatch, batches });
    const { writes, reads } = ledger.takeUnits();
    const figure = (name: string, value: number): Figure => ({
      benchmark: 'scale',
      name: `deliveries of ${formatCount(perDelivery)}: ${name}`,
      value,
      digits: 2,
    });
    figures.push(
      figure('teams in a stream batch', teams / batches),
      figure('writes of lines', (lineChanges * UNITS_PER_LINE_CHANGE) / requests),
      figure('writes of totals', writes / requests),
      figure(
        'writes of records, lines and totals',
        UNITS_PER_RECORD + (lineChanges * UNITS_PER_LINE_CHANGE + writes) / requests,
      ),
      figure('reads of rollUp', reads / requests),
    );
  }
  return figures;
}

type Measured = Readonly<{
  records: Iterator<UsageRecord>;
  perDelivery: number;
  perBatch: number;
  batches: number;
}>;

/** Delivers records and rolls up after each stream batch, as the deployment's mapping would. */
async function measure(ledger: ScaleLedger, { records, perDelivery, perBatch, batches }: Measured) {
  let lineChanges = 0;
  let teams = 0;
  ledger.takeUnits();
  for (let batch = 0; batch < batches; batch += 1) {
    const inBatch = [...next(records, perBatch)];
    for (let from = 0; from < inBatch.length; from += perDelivery) {
      lineChanges += await ledger.post(transactions(inBatch.slice(from, from + perDelivery)));
    }
    teams += new Set(inBatch.map(({ team, day }) => `${team}#${day}`)).size;
    await ledger.rollUp(inBatch);
  }
  return { lineChanges, teams };
}

/** The requests of one user, team and day in one delivery share a transaction. */
function transactions(records: readonly UsageRecord[]): UsageRecord[][] {
  return [...Map.groupBy(records, ({ team, user, day }) => `${team}#${user}#${day}`).values()];
}
