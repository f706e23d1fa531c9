import type { Correction } from '../domain/correction.ts';
import {
  type DailyLine,
  type LineChange,
  type LineKey,
  lineIdentity,
  lineKeyOf,
} from '../domain/dailyLine.ts';
import { addMetrics, isNothing, type Metrics, NO_METRICS, subtractMetrics } from '../domain/metrics.ts';
import { type Period, type Scope, scopesOfLine, type Total, totalOfLines } from '../domain/total.ts';
import { countingDay, metricsOfRecord, type UsageRecord } from '../domain/usageRecord.ts';
import { booksOfDay } from './closePeriods.ts';
import { isLive } from './closeScopes.ts';
import type { Stores } from './stores.ts';
import type { TotalStore } from './totalStore.ts';

/** A line that does not hold what the records say. `n` is that of the line when it was read; 0 where none is. */
export type LineDrift = Readonly<{ key: LineKey; n: number; expected: Metrics; found: Metrics }>;

/** A total that is not the sum of what is below it. One that is only behind its doorbells is no drift. */
export type TotalDrift = Readonly<{ scope: Scope; period: Period; expected: Metrics; found: Metrics }>;

/**
 * What a day's records, lines and totals say of each other. Where records have expired, the proof begins with
 * the lines, and `records` and `recorded` are empty.
 */
export type DayProof = Readonly<{
  day: string;
  basis: ProofBasis;
  records: number;
  lines: number;
  recorded: Metrics;
  posted: Metrics;
  /** The organisation's total; absent where there is none. */
  totalled?: Metrics;
  /** Lines that changed while they were looked at, and are judged the next time. */
  moving: number;
  lineDrifts: readonly LineDrift[];
  totalDrifts: readonly TotalDrift[];
  /** Totals that have doorbells still to come. */
  behind: number;
  seal: 'open' | 'holds' | 'broken';
}>;

/** What a proof begins with: the records, or when they have expired the lines. */
export type ProofBasis = 'records' | 'lines';

type ProofStores = Pick<Stores, 'records' | 'totals' | 'seals'>;

const ORG: Scope = { kind: 'org' };

/**
 * Proves a day: its lines against its records, its totals against its lines, its seal against its lines.
 * It only reads. Postings may go on: lines are read before and after the records, and one that changed in
 * between is not judged. Totals are read before the lines that they are compared with, so they may be
 * behind these and never ahead.
 */
export async function proveDay(
  day: string,
  stores: ProofStores,
  basis: ProofBasis = 'records',
): Promise<DayProof> {
  const { totals } = stores;
  const books = (await stores.seals.find({ kind: 'day', day }))?.books;
  const before = await linesOfDay(day, totals);
  const scopes = scopesWithLines(before).map(({ scope }) => scope);
  const found = new Map((await totals.dayTotalsOf(scopes, day)).map((total) => [nameOf(total.scope), total]));
  const recorded = basis === 'records' ? await expectedLines(day, stores) : undefined;
  const lines = await linesOfDay(day, totals);
  const totalled = found.get(nameOf(ORG))?.metrics;
  const holds = books !== undefined && (await booksOfDay(day, totals)).digest === books.digest;
  const sealed = holds ? 'holds' : 'broken';
  return {
    day,
    basis,
    lines: lines.length,
    posted: sum(lines),
    ...(totalled === undefined ? {} : { totalled }),
    ...proveLines({ before, recorded, after: lines }),
    ...compareTotals(wantedTotals(day, lines, { found, isSealed: books !== undefined }), found),
    seal: books === undefined ? 'open' : sealed,
  };
}

type LinesRead = Readonly<{
  before: readonly DailyLine[];
  recorded: Readonly<{ expected: Expected; records: number }> | undefined;
  after: readonly DailyLine[];
}>;

function proveLines({ before, recorded, after }: LinesRead) {
  if (recorded === undefined) return { records: 0, recorded: NO_METRICS, lineDrifts: [], moving: 0 };
  const { expected, records } = recorded;
  return {
    records,
    recorded: sum([...expected.values()].map(({ metrics }) => metrics)),
    ...compareLines({
      before: new Map(before.map((line) => [lineIdentity(line), line.n])),
      expected,
      after: new Map(after.map((line) => [lineIdentity(line), line])),
    }),
  };
}

export async function linesOfDay(day: string, totals: TotalStore): Promise<DailyLine[]> {
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

type Stored = Readonly<{ found: ReadonlyMap<string, Total>; isSealed: boolean }>;

/**
 * What the totals of every scope ought to be. Those of teams and the organisation follow their lines; the
 * others are made by `closePeriods`, so before the seal one that is missing or late is only not yet made.
 */
function wantedTotals(day: string, lines: readonly DailyLine[], { found, isSealed }: Stored): Total[] {
  return scopesWithLines(lines)
    .map(({ scope, ofScope }) => totalOfLines(scope, { kind: 'day', day }, ofScope))
    .filter(({ scope, n }) => isSealed || isLive(scope) || (found.get(nameOf(scope))?.n ?? 0) >= n);
}

/** The organisation and every other scope that these lines belong to, each with its lines. */
export function scopesWithLines(lines: readonly DailyLine[]) {
  const scopes = new Map<string, { scope: Scope; ofScope: DailyLine[] }>();
  for (const line of lines) {
    for (const scope of [ORG, ...scopesOfLine(line)]) {
      const known = scopes.get(nameOf(scope)) ?? { scope, ofScope: [] };
      known.ofScope.push(line);
      scopes.set(nameOf(scope), known);
    }
  }
  return [...scopes.values()];
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

function sum(parts: readonly Metrics[]): Metrics {
  return parts.reduce((total, part) => addMetrics(total, part), NO_METRICS);
}
