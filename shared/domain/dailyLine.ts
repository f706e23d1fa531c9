import { addMetrics, type Metrics, NO_METRICS, subtractMetrics } from './metrics.ts';
import { countingDay, metricsOfRecord, type UsageRecord } from './usageRecord.ts';

/** Stands in a line's key for a dimension that the request does not have. */
export const NO_DIMENSION = '-';

/** What a daily line is one of: the finest total. Every part is an id without `#`. */
export type LineKey = LineParts & LineOwner & Readonly<{ day: string; team: string }>;

/** What tells apart the lines of a team-day that one owner has. */
export type LineParts = Readonly<{
  user: string;
  model: string;
  project: string;
  entrypoint: string;
  operation: string;
  serviceTier: string;
}>;

/** Who pays for a line, as far as anybody said so. */
export type LineOwner = Readonly<{ businessUnit: string; department: string; costCentre: string }>;

/** A daily line with `n`, the number of changes it has seen: each post or revision adds one. */
export type DailyLine = LineKey & Metrics & Readonly<{ n: number }>;

/** A change of one daily line; `changes` is what it adds to `n`. */
export type LineChange = Readonly<{ key: LineKey; metrics: Metrics; changes: number }>;

export function lineKeyOf(record: UsageRecord): LineKey {
  return {
    day: countingDay(record),
    team: record.team,
    user: record.user,
    model: record.model,
    project: record.project ?? NO_DIMENSION,
    entrypoint: record.entrypoint ?? NO_DIMENSION,
    operation: record.operation,
    serviceTier: record.serviceTier,
    businessUnit: record.businessUnit ?? NO_DIMENSION,
    department: record.department ?? NO_DIMENSION,
    costCentre: record.costCentre ?? NO_DIMENSION,
  };
}

/** Text form of a line's key, unique among lines. */
export function lineIdentity(key: LineKey): string {
  const { day, team, user, model, project, entrypoint, operation, serviceTier } = key;
  const { businessUnit, department, costCentre } = key;
  const owner = [businessUnit, department, costCentre];
  return [day, team, user, model, project, entrypoint, operation, serviceTier, ...owner].join('#');
}

/** The changes that posting these records makes, one for each line they touch. */
export function changesOfPosting(records: readonly UsageRecord[]): LineChange[] {
  return mergeChanges(
    records.map((record) => ({ key: lineKeyOf(record), metrics: metricsOfRecord(record), changes: 1 })),
  );
}

/**
 * The changes that replace one revision of a record by another: off its old line, onto its new one. With
 * `correctedOn` they are made to the lines of that day instead of the record's, which is sealed.
 */
export function changesOfRevision(
  { from, to }: Readonly<{ from: UsageRecord; to: UsageRecord }>,
  correctedOn?: string,
): LineChange[] {
  const day = correctedOn === undefined ? {} : { day: correctedOn };
  const taken = {
    key: { ...lineKeyOf(from), ...day },
    metrics: subtractMetrics(NO_METRICS, metricsOfRecord(from)),
  };
  const added = { key: { ...lineKeyOf(to), ...day }, metrics: metricsOfRecord(to) };
  const isSameLine = lineIdentity(taken.key) === lineIdentity(added.key);
  return mergeChanges([
    { ...taken, changes: isSameLine ? 0 : 1 },
    { ...added, changes: 1 },
  ]);
}

function mergeChanges(changes: readonly LineChange[]): LineChange[] {
  const byLine = new Map<string, LineChange>();
  for (const change of changes) {
    const id = lineIdentity(change.key);
    const known = byLine.get(id);
    byLine.set(
      id,
      known === undefined
        ? change
        : {
            key: change.key,
            metrics: addMetrics(known.metrics, change.metrics),
            changes: known.changes + change.changes,
          },
    );
  }
  return [...byLine.values()];
}
