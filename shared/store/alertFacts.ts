import type { AlertSubject } from '../domain/alerts/alert.ts';
import type { AlertFacts, Driver } from '../domain/alerts/alertFacts.ts';
import { alertRulesOf } from '../domain/alerts/alertPolicy.ts';
import { nextMark } from '../domain/alerts/nextMark.ts';
import { type Pace, paceOf } from '../domain/alerts/pace.ts';
import { definedOnly } from '../domain/definedOnly.ts';
import { totalCost } from '../domain/metrics.ts';
import { addDays, toDay } from '../domain/period.ts';
import { placementOn } from '../domain/placement.ts';
import { periodAt } from '../domain/policy/budgetPeriod.ts';
import { daysTouched } from '../domain/policy/budgetUse.ts';
import type { Policy, UsageFilter } from '../domain/policy/policy.ts';
import type { Scope, Total } from '../domain/total.ts';
import { findDrivers } from './alertDrivers.ts';
import type { DirectoryStore } from './directoryStore.ts';
import type { DayRange, TotalStore } from './totalStore.ts';
import { totalsOfDays } from './totalsOfDays.ts';

export type FactDependencies = Readonly<{
  totals: TotalStore;
  directory: Pick<DirectoryStore, 'findUsers'>;
  policy: Policy;
  now: Date;
}>;

/** Of a longer period the last days are looked at, so that what is read for an alert stays bounded. */
const MAX_DAYS = 31;
const NORMAL_DAYS = 28;

/**
 * What helps to decide about a new alert, read once when it is made: at most 31 days of its scope, and of a
 * team its lines of these days. Throws what the store throws; an alert goes without facts then.
 */
export async function gatherFacts(
  subject: AlertSubject,
  dependencies: FactDependencies,
): Promise<AlertFacts> {
  const { totals, policy, now } = dependencies;
  const concern = concernOf(subject, dependencies);
  const shared = { ...definedOnly({ next: nextMark(subject, policy) }), ...paceFacts(subject, dependencies) };
  if (concern === undefined) {
    const owner = await findOwner(subject, [], dependencies);
    return { ...shared, drivers: [], ...definedOnly({ owner }) };
  }
  const { scope, days, filter } = concern;
  const today = toDay(now);
  const before = addDays(today, -NORMAL_DAYS);
  const from = days.from < before ? days.from : before;
  const known = await totalsOfDays(scope, { from, to: today }, totals);
  const ofDays = known.filter((total) => isWithin(days, total));
  const drivers = await findDrivers({ scope, days, filter, ofDays }, totals);
  const owner = await findOwner(subject, drivers, dependencies);
  const ofToday = days.to < today ? {} : dayFacts(known, { from: before, to: today });
  return { ...shared, ...ofToday, drivers, ...definedOnly({ owner }) };
}

type Concern = Readonly<{ scope: Scope; days: DayRange; filter: UsageFilter }>;

/** Whose cost of which UTC days an alert is about; `undefined` where it is about no cost of a scope. */
function concernOf(subject: AlertSubject, { now }: FactDependencies): Concern | undefined {
  const { scopeKind, scopeId } = subject;
  const scope: Scope = scopeKind === 'org' ? { kind: 'org' } : { kind: scopeKind, id: scopeId };
  const whole = (days: DayRange, filter: UsageFilter = {}) => ({ scope, filter, days: lastDays(days, now) });
  switch (subject.rule) {
    case 'budget':
    case 'projection':
    case 'resolved':
      return whole(daysTouched(periodAt(subject.period, endOf(subject))), subject.filter);
    case 'breaker':
      return whole(daysTouched(periodAt({ unit: 'day', timeZone: subject.timeZone }, endOf(subject))));
    case 'highSpend':
      return whole({ from: subject.day, to: subject.day });
    case 'burn':
    case 'throttled': {
      const day = subject.hour.slice(0, 10);
      return whole({ from: day, to: day });
    }
    case 'expensiveRequest':
    case 'unpricedModel':
    case 'silence':
    case 'resumed':
    case 'drift':
    case 'increase':
      return undefined;
    default:
      return subject satisfies never;
  }
}

/** The last instant before the reset, which lies in the period. */
function endOf({ resetAt }: Readonly<{ resetAt: string }>): number {
  return Date.parse(resetAt) - 1;
}

/** Days to come have no cost yet. */
function lastDays({ from, to }: DayRange, now: Date): DayRange {
  const today = toDay(now);
  const last = to > today && from <= today ? today : to;
  const first = addDays(last, 1 - MAX_DAYS);
  return { from: from < first ? first : from, to: last };
}

function isWithin({ from, to }: DayRange, { period }: Total): boolean {
  return period.kind === 'day' && from <= period.day && period.day <= to;
}

/** The last day of the range is the one under way; days on which nothing was asked are no normal days. */
function dayFacts(known: readonly Total[], { from, to }: DayRange): Partial<AlertFacts> {
  const costOf = ({ metrics }: Total) => totalCost(metrics.costPicoUsd);
  const today = known.filter((total) => isWithin({ from: to, to }, total));
  const before = known.filter((total) => isWithin({ from, to: addDays(to, -1) }, total));
  const used = before.filter(({ metrics }) => metrics.requests > 0);
  const sum = used.reduce((cost, total) => cost + costOf(total), 0n);
  return {
    todayPicoUsd: today.reduce((cost, total) => cost + costOf(total), 0n),
    ...(used.length === 0 ? {} : { normalDayPicoUsd: sum / BigInt(used.length) }),
  };
}

/** The pace of a budget whose period is under way, once enough of it is over to tell. */
function paceFacts(subject: AlertSubject, { policy, now }: FactDependencies): Partial<AlertFacts> {
  if (subject.rule !== 'budget' && subject.rule !== 'projection') return {};
  const { fromPercentOfPeriod } = alertRulesOf(policy).projection;
  const pace = paceOf(subject, now.getTime(), fromPercentOfPeriod);
  return pace === undefined ? {} : factsOfPace(pace);
}

function factsOfPace({ projected, exhaustedAtMs }: Pace): Partial<AlertFacts> {
  const isEnding = exhaustedAtMs !== undefined;
  return { projected, ...(isEnding ? { exhaustedAt: new Date(exhaustedAtMs).toISOString() } : {}) };
}

/**
 * Who answers for a scope: as the policy says; else the lead whom the directory names for the user, or for the
 * dearest users of the team that are placed in it.
 */
async function findOwner(
  { scopeKind, scopeId }: AlertSubject,
  drivers: readonly Driver[],
  { directory, policy, now }: FactDependencies,
): Promise<string | undefined> {
  const { teams = {}, businessUnits = {} } = policy.alerts ?? {};
  if (scopeKind === 'businessUnit') return businessUnits[scopeId]?.lead;
  if (scopeKind !== 'team' && scopeKind !== 'user') return undefined;
  const stated = scopeKind === 'team' ? teams[scopeId]?.lead : undefined;
  if (stated !== undefined) return stated;
  const users = scopeKind === 'user' ? [scopeId] : drivers.map(({ id }) => id);
  const known = await directory.findUsers(users, now);
  const today = toDay(now);
  const places = users.flatMap((user) => placementOn(known.get(user)?.placements ?? [], today) ?? []);
  if (scopeKind === 'team')
    return places.find(({ team, lead }) => team === scopeId && lead !== undefined)?.lead;
  const [place] = places;
  return place?.lead ?? teams[place?.team ?? '']?.lead;
}
