import type { Correction } from '../domain/correction.ts';
import {
  type DailyLine,
  type LineChange,
  type LineKey,
  lineIdentity,
  lineKeyOf,
} from '../domain/dailyLine.ts';
import { addMetrics, isNothing, type Metrics, NO_METRICS, subtractMetrics } from '../domain/metrics.ts';
import { type Period, type Scope, type Total, totalOfLines, totalOfTotals } from '../domain/total.ts';
import { countingDay, metricsOfRecord, type UsageRecord } from '../domain/usageRecord.ts';
import { booksOfDay } from './closePeriods.ts';
import type { Stores } from './stores.ts';

/** A line that does not hold what the records say. `n` is that of the line when it was read; 0 where none is. */
export type LineDrift = Readonly<{ key: LineKey; n: number; expected: Metrics; found: Metrics }>;

/** A total that is not the sum of what is below it. One that is only behind its doorbells is no drift. */
export type TotalDrift = Readonly<{ scope: Scope; period: Period; expected: Metrics; found: Metrics }>;

/** What a day's records, lines and totals say of each other. */
export type DayProof = Readonly<{
  day: string;
  records: number;
  lines: number;
  recorded: Metrics;
  posted: Metrics;
  /** Lines that changed while they were looked at, and are judged the next time. */
  moving: number;
  lineDrifts: readonly LineDrift[];
  totalDrifts: readonly TotalDrift[];
  /** Totals that have doorbells still to come. */
  behind: number;
  seal: 'open' | 'holds' | 'broken';
}>;

type ProofStores = Pick<Stores, 'records' | 'totals' | 'seals'>;

const ORG: Scope = { kind: 'org' };

/**
 * Proves a day: its lines against its records, its totals against its lines, its seal against its lines.
 * It only reads. Postings may go on: lines are read before and after the records, and one that changed in
 * between is not judged.
 */
export async function proveDay(day: string, stores: ProofStores): Promise<DayProof> {
  const before = new Map((await linesOfDay(day, stores)).map((line) => [lineIdentity(line), line.n]));
  const { expected, records } = await expectedLines(day, stores);
  const after = new Map((await linesOfDay(day, stores)).map((line) => [lineIdentity(line), line]));
  const proof = compareLines({ before, expected, after });
  const totals = await proveTotals(day, [...after.values()], stores);
  return {
    day,
    records,
    lines: after.size,
    recorded: sum([...expected.values()].map(({ metrics }) => metrics)),
    posted: sum([...after.values()]),
    ...proof,
    ...totals,
    seal: await proveSeal(day, stores),
  };
}

async function linesOfDay(day: string, { totals }: Pick<Stores, 'totals'>): Promise<DailyLine[]> {
  const lines: DailyLine[] = [];
  for (const team of await totals.teamsOfDay(day)) lines.push(...(await totals.linesOfTeamDay(team, day)));
  return lines;
}

type Expected = Map<string, { key: LineKey; metrics: Metrics }>;

/**
 * The lines of a day as its records say them: the records that it counts, less the differences that were
 * posted elsewhere because it was sealed, plus those that were posted on it for other days.
 */
async function expectedLines(day: string, stores: ProofStores) {
  const expected: Expected = new Map();
  let count = 0;
  for await (const record of recordsCountedOn(day, stores)) {
    count += 1;
    addTo(expected, lineKeyOf(record), metricsOfRecord(record));
  }
  for (const { key, metrics } of changesOf(await stores.seals.correctionsOn(day))) {
    addTo(expected, key, metrics);
  }
  for (const { key, metrics } of changesOf(await stores.seals.correctionsOf(day))) {
    addTo(expected, { ...key, day }, subtractMetrics(NO_METRICS, metrics));
  }
  return { expected, records: count };
}

/** The records in a day's lines: its own, and late ones of sealed days. */
async function* recordsCountedOn(day: string, { records, seals }: ProofStores): AsyncGenerator<UsageRecord> {
  for await (const record of records.ofDay(day)) if (countingDay(record) === day) yield record;
  const late = (await seals.correctionsOn(day)).filter(({ kind }) => kind === 'late');
  for (const [home, ofHome] of Map.groupBy(late, (correction) => correction.home)) {
    yield* await records.findAll(
      home,
      ofHome.map(({ identity }) => identity),
    );
  }
}

/** What corrections did to lines beside the records: a late record is a record like any other. */
function changesOf(corrections: readonly Correction[]): LineChange[] {
  return corrections.filter(({ kind }) => kind !== 'late').flatMap(({ changes }) => changes);
}

function addTo(lines: Expected, key: LineKey, metrics: Metrics): void {
  const id = lineIdentity(key);
  const known = lines.get(id)?.metrics ?? NO_METRICS;
  lines.set(id, { key, metrics: addMetrics(known, metrics) });
}

type LinesSeen = Readonly<{
  before: ReadonlyMap<string, number>;
  expected: Expected;
  after: ReadonlyMap<string, DailyLine>;
}>;

function compareLines({ before, expected, after }: LinesSeen) {
  const lineDrifts: LineDrift[] = [];
  let moving = 0;
  for (const id of new Set([...expected.keys(), ...after.keys()])) {
    const line = after.get(id);
    const key = expected.get(id)?.key ?? line;
    if (key === undefined) continue;
    if ((before.get(id) ?? 0) !== (line?.n ?? 0)) {
      moving += 1;
      continue;
    }
    const wanted = expected.get(id)?.metrics ?? NO_METRICS;
    const found = line === undefined ? NO_METRICS : line;
    if (isNothing(subtractMetrics(wanted, found))) continue;
    lineDrifts.push({ key, n: line?.n ?? 0, expected: wanted, found: addMetrics(found, NO_METRICS) });
  }
  return { lineDrifts, moving };
}

async function proveTotals(day: string, lines: readonly DailyLine[], { totals }: Pick<Stores, 'totals'>) {
  const period: Period = { kind: 'day', day };
  const byTeam = Map.groupBy(lines, ({ team }) => team);
  const wanted = [...byTeam].map(([id, ofTeam]) => totalOfLines({ kind: 'team', id }, period, ofTeam));
  const found = new Map(
    (await totals.dayTotalsOf([ORG, ...wanted.map(({ scope }) => scope)], day)).map((total) => [
      nameOf(total.scope),
      total,
    ]),
  );
  const all = wanted.length === 0 ? [] : [totalOfTotals(ORG, period, wanted), ...wanted];
  return compareTotals(all, found);
}

/** Compares totals with what they ought to be. One with a smaller `n` has not seen everything yet. */
export function compareTotals(wanted: readonly Total[], found: ReadonlyMap<string, Total>) {
  const totalDrifts: TotalDrift[] = [];
  let behind = 0;
  for (const { scope, period, n, metrics, byModel } of wanted) {
    const total = found.get(nameOf(scope));
    if ((total?.n ?? 0) < n) {
      behind += 1;
    } else if (total !== undefined && !isSameTotal({ metrics, byModel }, total)) {
      totalDrifts.push({ scope, period, expected: metrics, found: total.metrics });
    }
  }
  return { totalDrifts, behind };
}

function isSameTotal(a: Pick<Total, 'metrics' | 'byModel'>, b: Pick<Total, 'metrics' | 'byModel'>): boolean {
  const models = new Set([...a.byModel.keys(), ...b.byModel.keys()]);
  return (
    isNothing(subtractMetrics(a.metrics, b.metrics)) &&
    [...models].every((model) =>
      isNothing(subtractMetrics(a.byModel.get(model) ?? NO_METRICS, b.byModel.get(model) ?? NO_METRICS)),
    )
  );
}

export function nameOf(scope: Scope): string {
  return scope.kind === 'org' ? 'org' : `${scope.kind}#${scope.id}`;
}

async function proveSeal(day: string, { totals, seals }: ProofStores): Promise<DayProof['seal']> {
  const books = (await seals.find({ kind: 'day', day }))?.books;
  if (books === undefined) return 'open';
  return (await booksOfDay(day, totals)).digest === books.digest ? 'holds' : 'broken';
}

function sum(parts: readonly Metrics[]): Metrics {
  return parts.reduce((total, part) => addMetrics(total, part), NO_METRICS);
}
