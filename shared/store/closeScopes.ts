import type { DailyLine } from '../domain/dailyLine.ts';
import {
  daysOfPeriod,
  type Period,
  periodsAround,
  type Scope,
  scopesOfLine,
  type Total,
  totalOfLines,
  totalOfTotals,
} from '../domain/total.ts';
import { inParallel } from './inParallel.ts';
import { scopePartition } from './keys.ts';
import type { TotalStore } from './totalStore.ts';

/** How many totals were overwritten, and how many stood already. */
export type ScopeCounts = Readonly<{ written: number; stale: number }>;

const ORG: Scope = { kind: 'org' };
const SCOPES_AT_ONCE = 8;

type Closing = Readonly<{
  totals: TotalStore;
  /** Totals of users are made when a day is sealed; until then they are read from lines. */
  isSealing: boolean;
}>;

/**
 * Recomputes what `rollUp` does not keep live: the totals of a day of all scopes but teams and the
 * organisation, and the weeks and months of all scopes that the day is a part of. An unchanged total is read
 * and not written. A scope's day is written after its week and month, so a crash in between is seen by the
 * next run: the day's `n` is still the old one.
 */
export async function closeScopes(day: string, { totals, isSealing }: Closing): Promise<ScopeCounts> {
  const lines = await linesByScope(day, { totals, isSealing });
  const period: Period = { kind: 'day', day };
  const [week, month] = periodsAround(day);
  const live = lines.filter(({ scope }) => isLive(scope)).map(({ scope }) => scope);
  const computed = lines.filter(({ scope }) => !isLive(scope));
  const fresh = computed.map(({ scope, ofScope }) => totalOfLines(scope, period, ofScope));
  const grown = await onlyGrown(fresh, totals);
  const liveWeeks = await inParallel(live, SCOPES_AT_ONCE, (scope) => sumOfDays(scope, week, totals));
  const outcomes = [
    ...(await putAll(await onlyGrown(liveWeeks, totals), totals)),
    ...(await inParallel(grown, SCOPES_AT_ONCE, (dayTotal) =>
      putWithPeriods(dayTotal, [week, month], totals),
    )),
  ];
  const written = outcomes.filter((outcome) => outcome === 'written').length;
  return { written, stale: fresh.length + liveWeeks.length - written };
}

type ScopeLines = Readonly<{ scope: Scope; ofScope: readonly DailyLine[] }>;

async function linesByScope(day: string, { totals, isSealing }: Closing): Promise<ScopeLines[]> {
  const byScope = new Map<string, { scope: Scope; ofScope: DailyLine[] }>();
  for (const team of await totals.teamsOfDay(day)) {
    for (const line of await totals.linesOfTeamDay(team, day)) {
      for (const scope of closingScopes(line, isSealing)) {
        const name = scopePartition(scope);
        const known = byScope.get(name) ?? { scope, ofScope: [] };
        known.ofScope.push(line);
        byScope.set(name, known);
      }
    }
  }
  return [...byScope.values()];
}

function closingScopes(line: DailyLine, isSealing: boolean): Scope[] {
  return [ORG, ...scopesOfLine(line)].filter(({ kind }) => kind !== 'user' || isSealing);
}

/** Whose day and month `rollUp` keeps. */
export function isLive({ kind }: Scope): boolean {
  return kind === 'org' || kind === 'team';
}

/** Those of which less is stored. A put is guarded too, so that is a saving and no rule. */
async function onlyGrown(candidates: readonly Total[], totals: TotalStore): Promise<Total[]> {
  const wanted = candidates.filter(({ n }) => n > 0);
  const stored = new Map((await totals.findAll(wanted)).map((total) => [nameOf(total), total.n]));
  return wanted.filter((total) => total.n > (stored.get(nameOf(total)) ?? 0));
}

function nameOf({ scope, period }: Total): string {
  return `${scopePartition(scope)} ${Object.values(period).join(' ')}`;
}

async function putAll(grown: readonly Total[], totals: TotalStore) {
  return inParallel(grown, SCOPES_AT_ONCE, (total) => totals.put(total));
}

/** A scope's week and month with this day as it is now, then the day itself. */
async function putWithPeriods(dayTotal: Total, periods: readonly Period[], totals: TotalStore) {
  for (const period of periods) {
    const others = (await totals.dayTotals(dayTotal.scope, daysOfPeriod(period))).filter(
      (other) => !isSameDay(other, dayTotal),
    );
    await totals.put(totalOfTotals(dayTotal.scope, period, [...others, dayTotal]));
  }
  return totals.put(dayTotal);
}

function isSameDay(a: Total, b: Total): boolean {
  return a.period.kind === 'day' && b.period.kind === 'day' && a.period.day === b.period.day;
}

async function sumOfDays(scope: Scope, period: Period, totals: TotalStore): Promise<Total> {
  return totalOfTotals(scope, period, await totals.dayTotals(scope, daysOfPeriod(period)));
}
