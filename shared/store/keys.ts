import { createHash } from 'node:crypto';
import { type LineKey, lineIdentity } from '../domain/dailyLine.ts';
import { type RequestKey, requestIdentity } from '../domain/requestIdentity.ts';
import type { Period, Scope } from '../domain/total.ts';

/**
 * Every key of both tables is built here and nowhere else. `#` separates the parts; ids never hold one.
 *
 * UsageRecords
 *   DAY#<day>#<shard>     <id space>#<requestId>             a usage record
 *   AUDIT#<day>#<shard>   <id space>#<requestId>#<rev>       what a revision replaced, and why
 * UsageTotals
 *   TEAM#<team>#<day>     LINE#<user>#<model>#<project>#<entrypoint>#<operation>#<tier>   a daily line
 *   TEAM#<team>           DAY#<day> | MONTH#<month>          a team's totals
 *   TEAM#<team>           BUDGET                             its budget
 *   ORG                   DAY#<day> | MONTH#<month>          the organisation's totals
 *   TEAMS#<day>           <team>                             index: teams that used anything on a day
 *   DAYS                  <day>                              index: days with any use
 *   USER#<user>           DAY#<day>#<team>                   index: team-days in which a user has lines
 *   USER#<user>           DIRECTORY                          the user's directory entry
 *   ALERTS#<month>        <alertId>                          an alert
 *   OUTBOX                <alertId>                          an alert that is not yet published
 *   SEALS                 DAY#<day> | MONTH#<month>          what is known of a period's end
 *   CORRECTIONS#<day>     <corrected day>#<source>#<requestId>#<rev>   what was posted on a day for a sealed one
 *   CORRECTED#<day>       <day of posting>#<source>#<requestId>#<rev>  index: the same, by the sealed day
 *   QUARANTINE            <day>                              index: days with quarantined lines
 *   QUARANTINE#<day>      <eventId>                          a line that is no usage record
 *   PROFILES              <profile ARN>                      which model an inference profile stands for
 */
export type ItemKey = Readonly<{ pk: string; sk: string }>;

/**
 * Records of one day spread over this many partitions by a hash of their identity. An identity is thus
 * unique within its day whoever it belongs to, one key finds it, and no partition runs hot.
 */
export const RECORD_SHARDS = 16;

export function recordKey(key: RequestKey): ItemKey {
  return identifiedRecordKey(key.day, requestIdentity(key));
}

/** The key of a record by its day and its identity. */
export function identifiedRecordKey(day: string, identity: string): ItemKey {
  return { pk: recordPartition(day, shardOf(identity)), sk: identity };
}

export function recordPartition(day: string, shard: number): string {
  return `DAY#${day}#${shard.toString(16)}`;
}

export function auditKey(key: RequestKey, rev: number): ItemKey {
  const identity = requestIdentity(key);
  return { pk: `AUDIT#${key.day}#${shardOf(identity).toString(16)}`, sk: `${identity}#${rev}` };
}

/**
 * Bounds of all sort keys that begin with `prefix` and `#`: the character after `#` is `$`, so nothing else
 * lies between them, whatever characters the ids are made of.
 */
function boundsOf(prefix: string): readonly [from: string, to: string] {
  return [`${prefix}#`, `${prefix}$`];
}

const DAY_PREFIX = 'DAY#';
const MONTH_PREFIX = 'MONTH#';

export function lineKey(line: LineKey): ItemKey {
  const { team, day, user, model, project, entrypoint, operation, serviceTier } = line;
  const sk = ['LINE', user, model, project, entrypoint, operation, serviceTier].join('#');
  return { pk: linePartition(team, day), sk };
}

/** A short name of a line for keys of other items: a digest of its identity. */
export function lineName(line: LineKey): string {
  return createHash('sha256').update(lineIdentity(line)).digest('hex').slice(0, 32);
}

export function linePartition(team: string, day: string): string {
  return `TEAM#${team}#${day}`;
}

/** Sort keys of all lines of a partition, or of one user's. */
export function lineBounds(user?: string): readonly [from: string, to: string] {
  return boundsOf(user === undefined ? 'LINE' : `LINE#${user}`);
}

/** Sort keys of day totals, and of a user's index rows, of a range of days. */
export function dayBounds({ from, to }: { from: string; to: string }): readonly [from: string, to: string] {
  return [`${DAY_PREFIX}${from}`, boundsOf(`${DAY_PREFIX}${to}`)[1]];
}

/** Reads a daily line's identity back from its key; `undefined` for any other item's key. */
export function parseLineKey({ pk, sk }: ItemKey): LineKey | undefined {
  const [kind, team, day, ...restOfPk] = pk.split('#');
  const [prefix, user, model, project, entrypoint, operation, serviceTier, ...restOfSk] = sk.split('#');
  if (kind !== 'TEAM' || prefix !== 'LINE' || restOfPk.length > 0 || restOfSk.length > 0) return undefined;
  if (team === undefined || day === undefined || user === undefined || model === undefined) return undefined;
  if (project === undefined || entrypoint === undefined) return undefined;
  if (operation === undefined || serviceTier === undefined) return undefined;
  return { team, day, user, model, project, entrypoint, operation, serviceTier };
}

export function scopePartition(scope: Scope): string {
  switch (scope.kind) {
    case 'org':
      return 'ORG';
    case 'team':
      return `TEAM#${scope.id}`;
    default:
      return scope satisfies never;
  }
}

export function periodSortKey(period: Period): string {
  switch (period.kind) {
    case 'day':
      return `${DAY_PREFIX}${period.day}`;
    case 'month':
      return `${MONTH_PREFIX}${period.month}`;
    default:
      return period satisfies never;
  }
}

export function totalKey(scope: Scope, period: Period): ItemKey {
  return { pk: scopePartition(scope), sk: periodSortKey(period) };
}

/** Reads which total a key names; `undefined` for any other item's key. */
export function parseTotalKey({ pk, sk }: ItemKey): { scope: Scope; period: Period } | undefined {
  const [kind, id, ...rest] = pk.split('#');
  if (rest.length > 0) return undefined;
  const scope: Scope | undefined = parseScope(kind, id);
  const period = parsePeriod(sk);
  return scope === undefined || period === undefined ? undefined : { scope, period };
}

/** Reads the period that a sort key names; `undefined` for any other sort key. */
export function parsePeriod(sk: string): Period | undefined {
  const [prefix, value, ...rest] = sk.split('#');
  if (value === undefined || rest.length > 0) return undefined;
  if (prefix === 'DAY' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return { kind: 'day', day: value };
  return prefix === 'MONTH' && /^\d{4}-\d{2}$/.test(value) ? { kind: 'month', month: value } : undefined;
}

function parseScope(kind: string | undefined, id: string | undefined): Scope | undefined {
  if (kind === 'ORG' && id === undefined) return { kind: 'org' };
  return kind === 'TEAM' && id !== undefined && id !== '' ? { kind: 'team', id } : undefined;
}

export const DAYS_PARTITION = 'DAYS';

export function teamsPartition(day: string): string {
  return `TEAMS#${day}`;
}

export function userPartition(user: string): string {
  return `USER#${user}`;
}

export function userDayKey(user: string, day: string, team: string): ItemKey {
  return { pk: userPartition(user), sk: `${DAY_PREFIX}${day}#${team}` };
}

export function directoryKey(user: string): ItemKey {
  return { pk: userPartition(user), sk: 'DIRECTORY' };
}

/** Sort keys of all month totals of a scope. */
export function monthBounds(): readonly [from: string, to: string] {
  return boundsOf('MONTH');
}

/** The team whose budget a key names; `undefined` for any other item's key. */
export function parseBudgetKey({ pk, sk }: ItemKey): string | undefined {
  const scope = sk === BUDGET_SORT_KEY ? parseScope(...splitPartition(pk)) : undefined;
  return scope?.kind === 'team' ? scope.id : undefined;
}

const BUDGET_SORT_KEY = 'BUDGET';

function splitPartition(pk: string): [kind: string | undefined, id: string | undefined] {
  const [kind, id, ...rest] = pk.split('#');
  return rest.length > 0 ? [undefined, undefined] : [kind, id];
}

export function budgetKey(team: string): ItemKey {
  return { pk: scopePartition({ kind: 'team', id: team }), sk: BUDGET_SORT_KEY };
}

export function alertKey(month: string, alertId: string): ItemKey {
  return { pk: alertsPartition(month), sk: alertId };
}

export function alertsPartition(month: string): string {
  return `ALERTS#${month}`;
}

export const OUTBOX_PARTITION = 'OUTBOX';

export function outboxKey(alertId: string): ItemKey {
  return { pk: OUTBOX_PARTITION, sk: alertId };
}

export const SEALS_PARTITION = 'SEALS';

export function sealKey(period: Period): ItemKey {
  return { pk: SEALS_PARTITION, sk: periodSortKey(period) };
}

export function correctionKey({ day, home, identity, rev }: CorrectionKey): ItemKey {
  return { pk: correctionsPartition(day), sk: `${home}#${identity}#${rev}` };
}

/** The same correction as found from the day that it corrects. */
export function correctedKey({ day, home, identity, rev }: CorrectionKey): ItemKey {
  return { pk: correctedPartition(home), sk: `${day}#${identity}#${rev}` };
}

/** A correction posted on `day` for the sealed day `home`, of the record's revision `rev`. */
export type CorrectionKey = Readonly<{ day: string; home: string; identity: string; rev: number }>;

export function correctionsPartition(day: string): string {
  return `CORRECTIONS#${day}`;
}

export function correctedPartition(home: string): string {
  return `CORRECTED#${home}`;
}

export const QUARANTINE_DAYS_PARTITION = 'QUARANTINE';

export function quarantineKey(day: string, eventId: string): ItemKey {
  return { pk: quarantinePartition(day), sk: eventId };
}

export function quarantinePartition(day: string): string {
  return `QUARANTINE#${day}`;
}

export const PROFILES_PARTITION = 'PROFILES';

export function profileKey(arn: string): ItemKey {
  return { pk: PROFILES_PARTITION, sk: arn };
}

/** FNV-1a over UTF-16 units: stable, cheap and spread evenly enough for partitions. */
function shardOf(identity: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < identity.length; index += 1) {
    hash = Math.imul(hash ^ identity.charCodeAt(index), 0x01000193);
  }
  return ((hash ^ (hash >>> 16)) >>> 0) % RECORD_SHARDS;
}
