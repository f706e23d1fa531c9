import type { DailyLine } from '../../shared/domain/dailyLine.ts';
import { addMetrics, type Metrics, NO_METRICS } from '../../shared/domain/metrics.ts';
import { requestIdentity } from '../../shared/domain/requestIdentity.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import type { RecordStore } from '../../shared/store/recordStore.ts';
import type { TotalStore } from '../../shared/store/totalStore.ts';

/** All daily lines that the indexes lead to. */
export async function readLines(totals: TotalStore): Promise<DailyLine[]> {
  const lines: DailyLine[] = [];
  for (const day of await totals.days()) {
    for (const team of await totals.teamsOfDay(day)) lines.push(...(await totals.linesOfTeamDay(team, day)));
  }
  return lines;
}

/**
 * Lines without `n`, and without those that a revision emptied: these tell how the figures came about,
 * not what they are.
 */
export function figuresOf(lines: readonly DailyLine[]): Omit<DailyLine, 'n'>[] {
  return lines.filter(({ requests }) => requests !== 0).map(({ n: _n, ...line }) => line);
}

/** The recorded requests of these sightings, without `rev`: that counts how often they were revised. */
export async function readRecords(
  records: RecordStore,
  sightings: readonly UsageRecord[],
): Promise<Omit<UsageRecord, 'rev'>[]> {
  const keys = new Map(
    sightings.map(({ source, requestId, day }) => [
      `${day}#${requestIdentity({ source, requestId })}`,
      { source, requestId, day },
    ]),
  );
  const found = await Promise.all([...keys.values()].map((key) => records.find(key)));
  return found.flatMap((record) => {
    if (record === undefined) return [];
    const { rev: _rev, ...rest } = record;
    return [rest];
  });
}

export function sumMetrics(parts: readonly Metrics[]): Metrics {
  return parts.reduce((sum, part) => addMetrics(sum, part), NO_METRICS);
}
