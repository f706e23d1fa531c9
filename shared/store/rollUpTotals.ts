import { monthOfDay } from '../domain/period.ts';
import { type Scope, type Total, totalOfLines, totalOfTotals } from '../domain/total.ts';
import { inParallel } from './inParallel.ts';
import type { TotalStore } from './totalStore.ts';

export type TeamDay = Readonly<{ team: string; day: string }>;

/** How many totals were overwritten and how many stood already; which team-days could not be done. */
export type RollUpOutcome = Readonly<{
  written: number;
  stale: number;
  failed: readonly (TeamDay & Readonly<{ error: unknown }>)[];
}>;

const ORG: Scope = { kind: 'org' };
const SCOPES_AT_ONCE = 8;

/**
 * Recomputes every total above these team-days from its children, bottom up, and overwrites it if the
 * children's `n` grew. Nothing is incremented, so running it twice, late, or twice at once gives the same
 * totals: the run after the last change sees everything and has the largest `n`. A team-day that fails is
 * reported and holds up no other; a failure further up is thrown, since all of the batch needs it.
 */
export async function rollUpTotals(dirty: readonly TeamDay[], totals: TotalStore): Promise<RollUpOutcome> {
  const teamDays = distinct(dirty, ({ team, day }) => `${team}#${day}`);
  const teamMonths = distinct(
    teamDays.map(({ team, day }) => ({ team, month: monthOfDay(day) })),
    ({ team, month }) => `${team}#${month}`,
  );
  const days = [...new Set(teamDays.map(({ day }) => day))];
  const months = [...new Set(days.map(monthOfDay))];
  const failed: (TeamDay & { error: unknown })[] = [];
  const teamDay = ({ team, day }: TeamDay) =>
    rollUpTeamDay(team, day, totals).catch((error: unknown) => {
      failed.push({ team, day, error });
      return 'failed' as const;
    });
  const outcomes = [
    await inParallel(teamDays, SCOPES_AT_ONCE, teamDay),
    await inParallel(teamMonths, SCOPES_AT_ONCE, ({ team, month }) =>
      rollUpMonth({ kind: 'team', id: team }, month, totals),
    ),
    await inParallel(days, SCOPES_AT_ONCE, (day) => rollUpOrgDay(day, totals)),
    await inParallel(months, SCOPES_AT_ONCE, (month) => rollUpMonth(ORG, month, totals)),
  ].flat();
  const count = (kind: 'written' | 'stale') => outcomes.filter((outcome) => outcome === kind).length;
  return { written: count('written'), stale: count('stale'), failed };
}

async function rollUpTeamDay(team: string, day: string, totals: TotalStore) {
  const lines = await totals.linesOfTeamDay(team, day);
  return putIfAny(totalOfLines({ kind: 'team', id: team }, { kind: 'day', day }, lines), totals);
}

async function rollUpOrgDay(day: string, totals: TotalStore) {
  const teams = await totals.teamsOfDay(day);
  const scopes = teams.map((id): Scope => ({ kind: 'team', id }));
  const parts = await totals.dayTotalsOf(scopes, day);
  return putIfAny(totalOfTotals(ORG, { kind: 'day', day }, parts), totals);
}

async function rollUpMonth(scope: Scope, month: string, totals: TotalStore) {
  const parts = await totals.dayTotals(scope, { from: `${month}-01`, to: `${month}-31` });
  return putIfAny(totalOfTotals(scope, { kind: 'month', month }, parts), totals);
}

/** A scope without children has no total to write: an index row may be older than its first line. */
async function putIfAny(total: Total, totals: TotalStore): Promise<'written' | 'stale'> {
  return total.n === 0 ? 'stale' : totals.put(total);
}

function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
