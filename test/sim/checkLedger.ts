import type { Stores } from '../../shared/store/stores.ts';
import { TABLES } from './environment.ts';
import { FIGURE_NAMES, type Figures, hourName, Sums } from './figures.ts';
import { type Expected, hourTotalNames, totalNames } from './model.ts';
import { type Books, readBooks } from './readBooks.ts';
import type { DynamoTwin } from './twin/engine.ts';
import type { Invariant, Violations } from './violation.ts';

/** How far the books are from the truth; all of it must be nothing. */
export type Verdict = Readonly<{
  lost: number;
  double: number;
  driftPicoUsd: bigint;
  books: Books;
}>;

export type LedgerUnderTest = Readonly<{ stores: Stores; twin: DynamoTwin; violations: Violations }>;

/** What TTL has deleted: the records of days before `before`, whose lines must be as they were in `books`. */
export type Expiry = Readonly<{ before: string; books: Books }>;

/** Compares a ledger that has come to rest with what was logged. `expected` knows of all records, expired or not. */
export async function checkLedger(
  { stores, twin, violations }: LedgerUnderTest,
  expected: Expected,
  expiry?: Expiry,
): Promise<Verdict> {
  let double = 0;
  const keptFrom = expiry?.before ?? '';
  const onRecord = ({ day, requestId, text }: { day: string; requestId: string; text: string }) => {
    const wanted = expected.records.get(`${day}|${requestId}`);
    if (wanted === undefined || wanted.isSeen) {
      double += 1;
      violations.add('2 once', `record ${requestId} of ${day} was never logged, or is there twice`);
    } else if (wanted.text !== text) {
      const detail = `record ${requestId} of ${day} is ${text} and should be ${wanted.text}`;
      violations.add('7 revised, not added', detail);
    }
    if (wanted !== undefined) wanted.isSeen = true;
  };
  const books = await readBooks(stores, { keptFrom, onRecord });
  const lost = findLost(expected, keptFrom, violations);
  checkReach(twin, books, violations);
  checkQuarantine(expected, { books, keptFrom }, violations);
  const driftPicoUsd = compareBooks(expected, { books, keptFrom }, violations);
  if (expiry !== undefined) checkExpiry(expiry, books, violations);
  return { lost, double, driftPicoUsd, books };
}

type Kept = Readonly<{ books: Books; keptFrom: string }>;

/** Σ records = Σ lines = Σ totals, for every figure of every line and total; gives the drift. */
function compareBooks(expected: Expected, { books, keptFrom }: Kept, violations: Violations): bigint {
  const kept = (sums: Sums) => only(sums, (name) => name >= keptFrom);
  const carriedBack = kept(books.carriedBack);
  const linesOfRecords = kept(books.linesOfRecords);
  return (
    compareSums({ invariant: '1 sums', what: 'line' }, [kept(expected.lines), carriedBack], violations) +
    compareSums(
      { invariant: '5 rebuild', what: 'line of records' },
      [linesOfRecords, carriedBack],
      violations,
    ) +
    compareSums({ invariant: '1 sums', what: 'total' }, [totalsOf(books.lines), books.totals], violations)
  );
}

/** Lines of days whose records have expired, and so the totals made of them, are what they were before. */
function checkExpiry({ before, books: earlier }: Expiry, books: Books, violations: Violations): void {
  const isExpired = (name: string) => name < before;
  const sums = [only(earlier.lines, isExpired), only(books.lines, isExpired)] as const;
  compareSums({ invariant: '6 expiry', what: 'line' }, sums, violations);
}

function findLost({ records }: Expected, keptFrom: string, violations: Violations): number {
  let lost = 0;
  for (const [key, { isSeen }] of records) {
    const isExpired = key < keptFrom;
    if (isExpired && isSeen) violations.add('6 expiry', `record ${key} has expired and is still there`);
    if (isExpired || isSeen) continue;
    lost += 1;
    violations.add('2 once', `record ${key} is lost`);
  }
  return lost;
}

/** Whatever lies in the tables must be reached by an index, or no recomputation would ever find it. */
function checkReach(twin: DynamoTwin, books: Books, violations: Violations): void {
  const count = { records: 0, lines: 0, totals: 0 };
  for (const [{ pk }] of twin.table(TABLES.recordsTable).all())
    if (!pk.startsWith('AUDIT#')) count.records += 1;
  for (const [{ sk, pk }] of twin.table(TABLES.totalsTable).all()) {
    if (sk.startsWith('LINE#')) count.lines += 1;
    if (/^(?:DAY|MONTH)#/.test(sk) && /^(?:ORG$|TEAM#)/.test(pk)) count.totals += 1;
  }
  const reached = { records: books.records, lines: books.lineCount, totals: books.totalCount };
  if (JSON.stringify(count) !== JSON.stringify(reached)) {
    const detail = `the tables hold ${JSON.stringify(count)}, the indexes lead to ${JSON.stringify(reached)}`;
    violations.add('5 rebuild', detail);
  }
}

function checkQuarantine(expected: Expected, { books, keptFrom }: Kept, violations: Violations): void {
  for (const line of expected.quarantine) {
    if (line >= keptFrom && !books.quarantine.has(line))
      violations.add('2 once', `line ${line} is not in quarantine`);
  }
  for (const line of books.quarantine) {
    if (!expected.quarantine.has(line))
      violations.add('2 once', `line ${line} is in quarantine and should not be`);
  }
}

/** The drift between two sets of sums in pico-USD, all differences of cost taken as positive. */
function compareSums(
  { invariant, what }: Readonly<{ invariant: Invariant; what: string }>,
  [wanted, found]: readonly [Sums, Sums],
  violations: Violations,
): bigint {
  let drift = 0n;
  const names = new Set([...wanted.entries(), ...found.entries()].map(([name]) => name));
  for (const name of names) {
    const [a, b] = [wanted.of(name), found.of(name)];
    for (const [index, figure] of a.entries()) {
      const difference = (b[index] ?? 0n) - figure;
      if (difference === 0n) continue;
      if (isCost(index)) drift += difference < 0n ? -difference : difference;
      const detail = `${what} ${name}: ${FIGURE_NAMES[index]} is ${b[index]} and should be ${figure}`;
      violations.add(invariant, detail);
    }
  }
  return drift;
}

function isCost(index: number): boolean {
  return FIGURE_NAMES[index]?.endsWith('pico-USD') === true;
}

function only(sums: Sums, isKept: (name: string) => boolean): Sums {
  const kept = new Sums();
  for (const [name, figures] of sums.entries()) if (isKept(name)) kept.add(name, figures);
  return kept;
}

function totalsOf(lines: Sums): Sums {
  const totals = new Sums();
  for (const [name, figures] of lines.entries()) addToTotals(totals, name, figures);
  return totals;
}

/** The name of an hour of a line ends in `@@` and the hour; only whole totals have hours. */
function addToTotals(totals: Sums, name: string, figures: Figures): void {
  const [line = '', hour] = name.split('@@');
  const [day = '', team = '', , model = ''] = line.split('|');
  const names = hour === undefined ? totalNames({ day, team, model }) : hourTotalNames({ day, team });
  for (const total of names) totals.add(hour === undefined ? total : hourName(total, Number(hour)), figures);
}
