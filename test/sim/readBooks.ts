import { createHash } from 'node:crypto';
import type { Correction } from '../../shared/domain/correction.ts';
import { periodName, type Scope, type Total } from '../../shared/domain/total.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { addMetrics, figuresOf, type HourlyMetrics, Sums } from './figures.ts';
import { type LineParts, lineName, recordText } from './model.ts';

const NO_DIMENSION = '-';
const ALL_DAYS = { from: '0000-01-01', to: '9999-12-31' };

/** The ledger as its own stores read it, put into the plain words of the model. */
export type Books = Readonly<{
  days: readonly string[];
  records: number;
  lines: Sums;
  /** The lines with every correction carried back to the day that it corrects: as if nothing had been sealed. */
  carriedBack: Sums;
  /** What the lines would be if they were made again from the records, each on its own day. */
  linesOfRecords: Sums;
  totals: Sums;
  /** Keys of all lines, emptied ones too: what the indexes lead to. */
  lineCount: number;
  totalCount: number;
  /** Corrections as found from the day they were posted on, and from the day they correct. */
  corrections: ReadonlySet<string>;
  corrected: ReadonlySet<string>;
  quarantine: ReadonlySet<string>;
  /** A hash over everything that does not depend on when and how often things happened. */
  digest: string;
}>;

export type ReadOptions = Readonly<{
  /** Records of days before this one are gone, so what they say of corrections is, too. */
  keptFrom: string;
  onRecord: (record: { day: string; requestId: string; text: string }) => void;
}>;

type Reading = ReturnType<typeof newReading>;

function newReading() {
  return {
    hash: createHash('sha256'),
    lines: new Sums(),
    carriedBack: new Sums(),
    linesOfRecords: new Sums(),
    totals: new Sums(),
    corrections: new Set<string>(),
    corrected: new Set<string>(),
    teams: new Set<string>(),
    records: 0,
    lineCount: 0,
    totalCount: 0,
  };
}

/** Reads all of a ledger. */
export async function readBooks(stores: Stores, { keptFrom, onRecord }: ReadOptions): Promise<Books> {
  const reading = newReading();
  const { hash, lines, carriedBack } = reading;
  const days = await stores.totals.days();
  for (const day of days) {
    await readRecords(day, stores, { reading, onRecord });
    await readLines(day, stores, reading);
    await readCorrections(day, stores, reading);
  }
  for (const [name, figures] of lines.entries()) carriedBack.add(name, figures);
  await readTotals(days, stores, reading);
  const quarantine = await readQuarantine(stores);
  for (const [name, figures] of carriedBack.entries()) {
    if (name >= keptFrom) hash.update(`${name}|${figures.join(',')}\n`);
  }
  for (const line of [...quarantine].sort()) hash.update(`${line}\n`);
  return { ...reading, days, quarantine, digest: hash.digest('hex') };
}

async function readRecords(
  day: string,
  { records }: Stores,
  { reading, onRecord }: { reading: Reading; onRecord: ReadOptions['onRecord'] },
): Promise<void> {
  for await (const record of records.ofDay(day)) {
    const parts = {
      ...record,
      project: record.project ?? NO_DIMENSION,
      entrypoint: record.entrypoint ?? NO_DIMENSION,
    };
    const metrics = metricsOfRecord(record);
    const text = recordText(parts, figuresOf(metrics));
    addMetrics(reading.linesOfRecords, lineName(parts), { metrics });
    if (record.countedOn !== undefined)
      carryBack(reading, { ...parts, day: record.countedOn }, { day, metrics });
    reading.records += 1;
    reading.hash.update(`${record.requestId}|${text}\n`);
    onRecord({ day, requestId: record.requestId, text });
  }
}

async function readLines(day: string, { totals }: Stores, reading: Reading): Promise<void> {
  for (const team of await totals.teamsOfDay(day)) {
    reading.teams.add(team);
    for (const line of await totals.linesOfTeamDay(team, day)) {
      reading.lineCount += 1;
      addMetrics(reading.lines, lineName(line), { metrics: line });
    }
  }
}

/** A late record is carried back by what it says itself, since it may have been revised on its open day. */
async function readCorrections(day: string, { seals }: Stores, reading: Reading): Promise<void> {
  for (const correction of await seals.correctionsOn(day)) {
    reading.corrections.add(correctionName(correction));
    if (correction.kind === 'late') continue;
    for (const { key, metrics } of correction.changes) {
      carryBack(reading, key, { day: correction.home, metrics });
    }
  }
  for (const correction of await seals.correctionsOf(day)) reading.corrected.add(correctionName(correction));
}

function correctionName({ day, home, identity, rev }: Correction): string {
  return `${identity} of ${home}, revision ${rev}, posted on ${day}`;
}

function carryBack(
  { carriedBack }: Reading,
  from: LineParts,
  { day, metrics }: { day: string; metrics: HourlyMetrics },
): void {
  addMetrics(carriedBack, lineName(from), { metrics, sign: -1n });
  addMetrics(carriedBack, lineName({ ...from, day }), { metrics });
}

async function readTotals(days: readonly string[], { totals }: Stores, reading: Reading): Promise<void> {
  const scopes: Scope[] = [
    { kind: 'org' },
    ...[...reading.teams].map((id) => ({ kind: 'team', id }) as const),
  ];
  for (const scope of scopes) {
    const read = await totals.dayTotals(scope, ALL_DAYS);
    for (const month of new Set(days.map((day) => day.slice(0, 7)))) {
      const total = await totals.find(scope, { kind: 'month', month });
      if (total !== undefined) read.push(total);
    }
    reading.totalCount += read.length;
    for (const total of read) addTotal(reading.totals, total);
  }
}

/** What one record counts for, said once more than in the product: a rebuild must not trust it. */
function metricsOfRecord(record: UsageRecord): HourlyMetrics {
  const { status, isEstimated, unpricedReason, tokens, costPicoUsd, startedAt } = record;
  const is = (wanted: string) => (status === wanted ? 1 : 0);
  const wholePicoUsd = Object.values(costPicoUsd).reduce((sum, cost) => sum + cost, 0n);
  return {
    requests: 1,
    throttled: is('throttled'),
    blocked: is('blocked'),
    failed: is('error'),
    unpriced: unpricedReason === undefined ? 0 : 1,
    estimated: isEstimated ? 1 : 0,
    tokens,
    costPicoUsd,
    hours: [{ hour: new Date(startedAt).getUTCHours(), requests: 1, costPicoUsd: wholePicoUsd }],
  };
}

function addTotal(totals: Sums, { scope, period, metrics, byModel }: Total): void {
  const owner = scope.kind === 'org' ? 'org' : `team ${scope.id}`;
  const name = `${owner} ${periodName(period)}`;
  addMetrics(totals, name, { metrics });
  for (const [model, figures] of byModel) totals.add(`${name} ${model}`, figuresOf(figures));
}

async function readQuarantine({ quarantine }: Stores): Promise<Set<string>> {
  const found = new Set<string>();
  for (const day of await quarantine.days()) {
    for (const { eventId } of await quarantine.ofDay(day, Number.MAX_SAFE_INTEGER))
      found.add(`${day}|${eventId}`);
  }
  return found;
}
