import { createHash } from 'node:crypto';
import { type LineKey, type LineOwner, lineIdentity, NO_DIMENSION } from '../domain/dailyLine.ts';
import type { DaySpan } from '../domain/period.ts';
import type { RankingName } from '../domain/ranking.ts';
import { type RequestKey, requestIdentity } from '../domain/requestIdentity.ts';
import { DIMENSIONS, type Dimension, type Period, type Scope } from '../domain/total.ts';
import { shardOf } from './recordShard.ts';

/**
 * Every key of both tables is listed here, and built here or, for what budgets and alerts need, in `budgetKeys.ts`,
 * `increaseKeys.ts` and `alertKeys.ts`. `#` separates the parts; ids never hold one.
 *
 * UsageRecords
 *   DAY#<day>#<shard>     <id space>#<requestId>             a usage record
 *   AUDIT#<day>#<shard>   <id space>#<requestId>#<rev>       what a revision replaced, and why
 * UsageTotals
 *   TEAM#<team>#<day>     LINE#<user>#<model>#<project>#<entrypoint>#<operation>#<owner>#<tier>   a daily line;
 *                         parts at its end that are `-`, or the tier `standard`, are left out
 *   <SCOPE>               DAY#<day> | WEEK#<week> | MONTH#<month>   totals; <SCOPE> is ORG, TEAM#<team>, USER#<user>,
 *                         MODEL#<model>, PROJECT#<project>, UNIT#<business unit> … as in SCOPE_PREFIX
 *   <SCOPE>               RANK#<dimension>#DAY#<day> …       the dearest names of a dimension in a scope's period
 *   TEAMS#<day>           <team>                             index: teams that used anything on a day
 *   DAYS                  <day>                              index: days with any use
 *   USER#<user>           USED#<day>#<team>                  index: team-days in which a user has lines
 *   DIRECTORY#<shard>     <user>                             where the user belongs
 *   ALERTS#<month>        <alertId>                          an alert
 *   OUTBOX                <alertId>                          an alert that is not yet published
 *   OPEN                  <resetAt>#<thread>#<mark>          index: alerts of budgets and the breaker by the end of their period
 *   UNTOLD                <alertId>                          an alert whose deliveries are not yet planned
 *   DELIVERIES#<month>    <alertId>#<channel>#<receiver>     the telling of an alert, and what became of it
 *   WAITING               <dueAt>#<digest>                   index: deliveries that are still to be made
 *   SLOTS#<channel>       <UTC hour>                         a channel's messages of an hour
 *   THREADS#<channel>     <thread>#<receiver>                what a channel calls a conversation
 *   SNOOZES               <thread>                           a conversation that is left alone for a while
 *   READINGS#<SCOPE>      cost | throttled                   what a scope's day came to lately
 *   SENDERS               <log group>                        when its last line came, and in which hours it sends
 *   SEALS                 DAY#<day> | MONTH#<month>          what is known of a period's end
 *   ARCHIVES              DAY#<day>#<time of archiving>        where a day's records are archived, with their digest
 *   CORRECTIONS#<day>     <corrected day>#<id space>#<requestId>#<rev>#<its day>   what was posted on a day for a sealed one
 *   CORRECTED#<day>       <day of posting>#<id space>#<requestId>#<rev>#<its day>  index: the same, by the sealed day
 *   QUARANTINE            <day>                              index: days with quarantined lines
 *   QUARANTINE#<day>      <eventId>                          a line that is no usage record
 *   PROFILES              <profile ARN>                      which model an inference profile stands for
 *   LEASES#<budget>       <scope id>#<period>                what gateways hold of a hard budget
 *   BURST#<rule>#<scope id>   WINDOW                         the requests in the window of a shared burst rule
 *   POLICY                V#<8 digits>                       a version of the policy
 *   POLICY                CURRENT                            the number of the version in force
 *   STANDING#<shard>      <budgetId>#<scopeId>               what a budget's scope has used in its period
 *   STANDINGCHANGES#<10 minutes>   <ms>#<budgetId>#<scopeId>   index: standings by the time of their writing
 *   INCREASES             <budgetId>#<scopeId>               the increases of a budget and scope
 *   INCREASE#<id>         PLACE | STEP#<6 digits>            where an increase lies; what happened to it
 */
export type ItemKey = Readonly<{ pk: string; sk: string }>;

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
export function boundsOf(prefix: string): readonly [from: string, to: string] {
  return [`${prefix}#`, `${prefix}$`];
}

const DAY_PREFIX = 'DAY#';
const WEEK_PREFIX = 'WEEK#';
const MONTH_PREFIX = 'MONTH#';
const USED_PREFIX = 'USED#';

/** What the parts of a line's sort key after the model are when the key does not tell them. */
const DEFAULT_PARTS = [NO_DIMENSION, NO_DIMENSION, NO_DIMENSION, NO_DIMENSION, 'standard'] as const;
const OWNER_DIGEST_LENGTH = 11;

/**
 * The key of a line. The names of who pays lie in its item; their digest of 66 bits keeps lines of two
 * owners apart within the 1,024 bytes of a sort key. Defaults at the end are left out, always, so a line has one key.
 */
export function lineKey(line: LineKey): ItemKey {
  const { team, day, user, model, project, entrypoint, operation, serviceTier } = line;
  const parts = [project, entrypoint, operation, ownerDigest(line), serviceTier];
  const kept = parts.findLastIndex((part, index) => part !== DEFAULT_PARTS[index]) + 1;
  const sk = ['LINE', user, model, ...parts.slice(0, kept)].join('#');
  return { pk: linePartition(team, day), sk };
}

function ownerDigest({ businessUnit, department, costCentre }: LineOwner): string {
  const names = [businessUnit, department, costCentre];
  if (names.every((name) => name === NO_DIMENSION)) return NO_DIMENSION;
  return createHash('sha256').update(names.join('#')).digest('base64url').slice(0, OWNER_DIGEST_LENGTH);
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

/** Sort keys of day totals of a range of days. */
export function dayBounds({ from, to }: DaySpan): readonly [from: string, to: string] {
  return [`${DAY_PREFIX}${from}`, boundsOf(`${DAY_PREFIX}${to}`)[1]];
}

/** What a line's key tells: all but the names of who pays. `undefined` for any other item's key. */
export function parseLineKey({ pk, sk }: ItemKey): Omit<LineKey, keyof LineOwner> | undefined {
  const [kind, team, day, ...restOfPk] = pk.split('#');
  const [prefix, user, model, ...told] = sk.split('#');
  if (kind !== 'TEAM' || prefix !== 'LINE' || restOfPk.length > 0) return undefined;
  if (team === undefined || day === undefined || user === undefined || model === undefined) return undefined;
  if (told.length > DEFAULT_PARTS.length) return undefined;
  const [project, entrypoint, operation, , serviceTier] = told;
  return {
    ...{ team, day, user, model },
    project: project ?? DEFAULT_PARTS[0],
    entrypoint: entrypoint ?? DEFAULT_PARTS[1],
    operation: operation ?? DEFAULT_PARTS[2],
    serviceTier: serviceTier ?? DEFAULT_PARTS[4],
  };
}

/** How the partitions of a dimension's scopes begin. */
const SCOPE_PREFIX: Readonly<Record<Dimension, string>> = {
  businessUnit: 'UNIT',
  department: 'DEPARTMENT',
  team: 'TEAM',
  project: 'PROJECT',
  user: 'USER',
  costCentre: 'COSTCENTRE',
  model: 'MODEL',
  operation: 'OPERATION',
  entrypoint: 'ENTRYPOINT',
  serviceTier: 'TIER',
};
const ORG_PARTITION = 'ORG';

export function scopePartition(scope: Scope): string {
  return scope.kind === 'org' ? ORG_PARTITION : `${SCOPE_PREFIX[scope.kind]}#${scope.id}`;
}

export function periodSortKey(period: Period): string {
  switch (period.kind) {
    case 'day':
      return `${DAY_PREFIX}${period.day}`;
    case 'month':
      return `${MONTH_PREFIX}${period.month}`;
    case 'week':
      return `${WEEK_PREFIX}${period.week}`;
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
  if (prefix === 'WEEK' && /^\d{4}-W\d{2}$/.test(value)) return { kind: 'week', week: value };
  return prefix === 'MONTH' && /^\d{4}-\d{2}$/.test(value) ? { kind: 'month', month: value } : undefined;
}

const KIND_OF_PREFIX = new Map(DIMENSIONS.map((kind) => [SCOPE_PREFIX[kind], kind]));

function parseScope(prefix: string | undefined, id: string | undefined): Scope | undefined {
  if (prefix === ORG_PARTITION && id === undefined) return { kind: 'org' };
  const kind = KIND_OF_PREFIX.get(prefix ?? '');
  return kind === undefined || id === undefined || id === '' ? undefined : { kind, id };
}

export const DAYS_PARTITION = 'DAYS';

export function teamsPartition(day: string): string {
  return `TEAMS#${day}`;
}

export function userPartition(user: string): string {
  return `USER#${user}`;
}

export function userDayKey(user: string, day: string, team: string): ItemKey {
  return { pk: userPartition(user), sk: `${USED_PREFIX}${day}#${team}` };
}

/** Sort keys of a user's index rows of a range of days. */
export function userDayBounds({ from, to }: DaySpan): readonly [from: string, to: string] {
  return [`${USED_PREFIX}${from}`, boundsOf(`${USED_PREFIX}${to}`)[1]];
}

/** Under a scope: its dearest names of a dimension in a period. */
export function rankingKey({ scope, dimension, period }: RankingName): ItemKey {
  return { pk: scopePartition(scope), sk: `RANK#${dimension}#${periodSortKey(period)}` };
}

/** Users lie in a few partitions, so that all of them can be listed. */
export function directoryKey(user: string): ItemKey {
  return { pk: directoryPartition(shardOf(user)), sk: user };
}

export function directoryPartition(shard: number): string {
  return `DIRECTORY#${shard.toString(16)}`;
}

export const SEALS_PARTITION = 'SEALS';

export function sealKey(period: Period): ItemKey {
  return { pk: SEALS_PARTITION, sk: periodSortKey(period) };
}

export function correctionKey({ day, home, identity, rev, recordDay }: CorrectionKey): ItemKey {
  return { pk: correctionsPartition(day), sk: `${home}#${identity}#${rev}#${recordDay}` };
}

/** The same correction as found from the day that it corrects. */
export function correctedKey({ day, home, identity, rev, recordDay }: CorrectionKey): ItemKey {
  return { pk: correctedPartition(home), sk: `${day}#${identity}#${rev}#${recordDay}` };
}

/** A correction posted on `day` for the sealed day `home`, of the revision `rev` of a record of `recordDay`. */
export type CorrectionKey = Readonly<{
  day: string;
  home: string;
  identity: string;
  rev: number;
  recordDay: string;
}>;

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
