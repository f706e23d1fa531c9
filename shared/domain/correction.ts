import { changesOfPosting, changesOfRevision, type LineChange, type LineKey } from './dailyLine.ts';
import type { Metrics } from './metrics.ts';
import { requestIdentity } from './requestIdentity.ts';
import { countingDay, type UsageRecord } from './usageRecord.ts';

/**
 * What was posted on an open day for a sealed one. A `late` record lies in the lines of the open day as a
 * whole; a `revision` put the difference there, and the sealed day keeps what it had; a `repair` puts there
 * what lines were found to lack.
 */
export type Correction = Readonly<{
  kind: 'late' | 'revision' | 'repair';
  /** The open day, whose lines changed. */
  day: string;
  /** The sealed day that counts the record. */
  home: string;
  /** The day of the record's start, which with its identity is its name; of a repair, the line's day. */
  recordDay: string;
  /** Of the record, as `requestIdentity` gives it; of a repair, which line it is for. Two parts with a `#` between. */
  identity: string;
  /** The record's revision; of a repair, the `n` at which the line was found wrong. */
  rev: number;
  reason: string;
  /** What it did to the lines of `day`. */
  changes: readonly LineChange[];
}>;

/** A record that was logged after its day was sealed, and is counted on `countedOn` instead. */
export function correctionOfLateRecord(record: UsageRecord, reason: string): Correction {
  return {
    kind: 'late',
    day: countingDay(record),
    home: record.day,
    recordDay: record.day,
    identity: requestIdentity(record),
    rev: record.rev,
    reason,
    changes: changesOfPosting([record]),
  };
}

/** A revision of a record that is counted on a sealed day: the difference goes to the lines of `day`. */
export function correctionOfRevision(
  { from, to, reason }: Readonly<{ from: UsageRecord; to: UsageRecord; reason: string }>,
  day: string,
): Correction {
  return {
    kind: 'revision',
    day,
    home: countingDay(from),
    recordDay: to.day,
    identity: requestIdentity(to),
    rev: to.rev,
    reason,
    changes: changesOfRevision({ from, to }, day),
  };
}

/**
 * What a line lacks, found when its `n` was `n` (0 where there was no line). It is put onto the same line
 * of `day`: the line's own day, or an open one if that is sealed.
 */
export type LineRepair = Readonly<{
  key: LineKey;
  n: number;
  day: string;
  missing: Metrics;
  reason: string;
}>;

/**
 * `lineName` is a name of the line without `#`. With the `n` it was found with it is the identity of the
 * repair, so the same finding is mended once.
 */
export function correctionOfRepair(
  { key, n, day, missing, reason }: LineRepair,
  lineName: string,
): Correction {
  return {
    kind: 'repair',
    day,
    home: key.day,
    recordDay: key.day,
    identity: `repair#${lineName}`,
    rev: n,
    reason,
    changes: [{ key: { ...key, day }, metrics: missing, changes: 1 }],
  };
}
