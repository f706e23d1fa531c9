import type { Total } from '../domain/total.ts';
import type { UsageRecord } from '../domain/usageRecord.ts';
import { type CostSelection, scopeOf } from './costReport.ts';
import type { RecordStore } from './recordStore.ts';
import type { TotalStore } from './totalStore.ts';

/** Requests of one model without a price, for one reason. */
export type UnpricedRow = Readonly<{
  model: string;
  requests: number;
  /** Absent for requests that were not looked at, because there are too many records. */
  reason?: string;
  /** The model's id as one of the requests logged it. */
  modelId?: string;
}>;

/** All requests of a range of days without a price; the rows add up to `requests`. */
export type UnpricedReport = Readonly<{ requests: number; rows: readonly UnpricedRow[] }>;

/** The reason is in the records only, and a ledger has many: this bounds how many are read for it. */
const MAX_RECORDS = 50_000;

/** Which requests, of all or of one team, have no price and why, the most frequent first. How many there are comes from the totals. */
export async function reportUnpriced(
  { records, totals }: Readonly<{ records: RecordStore; totals: TotalStore }>,
  selection: CostSelection,
  maxRecords = MAX_RECORDS,
): Promise<UnpricedReport> {
  const days = await totals.dayTotals(scopeOf(selection), selection);
  const counted = countByModel(days);
  const budget = { left: maxRecords };
  const rows = new Map<string, UnpricedRow>();
  for (const { period, metrics } of days.toReversed()) {
    if (period.kind !== 'day') continue;
    const ofDay = records.ofDay(period.day);
    for await (const record of unpricedOfDay({ ofDay, ...selection }, metrics.unpriced, budget)) {
      addToRow(rows, record);
    }
  }
  for (const { model, requests } of rows.values()) {
    counted.set(model, (counted.get(model) ?? 0) - requests);
  }
  const unseen = [...counted].flatMap(([model, requests]) => (requests > 0 ? [{ model, requests }] : []));
  const all = [...rows.values(), ...unseen].sort(byRequests);
  return { requests: all.reduce((sum, { requests }) => sum + requests, 0), rows: all };
}

function countByModel(days: readonly Total[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { byModel } of days) {
    for (const [model, { unpriced }] of byModel) counts.set(model, (counts.get(model) ?? 0) + unpriced);
  }
  return counts;
}

/** The unpriced records of a day, until there are as many as were counted or the budget is used up. */
async function* unpricedOfDay(
  { ofDay, team }: Readonly<{ ofDay: AsyncIterable<UsageRecord>; team?: string | undefined }>,
  count: number,
  budget: { left: number },
): AsyncGenerator<UsageRecord> {
  let wanted = count;
  if (wanted === 0 || budget.left === 0) return;
  for await (const record of ofDay) {
    if (record.unpricedReason !== undefined && (team === undefined || record.team === team)) {
      yield record;
      wanted -= 1;
    }
    budget.left -= 1;
    if (wanted === 0 || budget.left === 0) return;
  }
}

function addToRow(
  rows: Map<string, UnpricedRow>,
  { model, modelId, unpricedReason = '' }: UsageRecord,
): void {
  const key = `${model}#${unpricedReason}`;
  rows.set(key, { model, modelId, reason: unpricedReason, requests: (rows.get(key)?.requests ?? 0) + 1 });
}

function byRequests(a: UnpricedRow, b: UnpricedRow): number {
  return b.requests - a.requests || (a.model < b.model ? -1 : 1);
}
