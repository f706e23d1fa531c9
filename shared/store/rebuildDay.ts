import {
  daysOfPeriod,
  periodsAround,
  type Scope,
  type Total,
  type TotalName,
  totalOfLines,
  totalOfTotals,
} from '../domain/total.ts';
import { isLive } from './closeScopes.ts';
import { inParallel } from './inParallel.ts';
import { linesOfDay, nameOf, scopesWithLines } from './proveDay.ts';
import { rollUpTotals } from './rollUpTotals.ts';
import type { TotalStore } from './totalStore.ts';

/** A day's totals by scope, as they were and as they are now. */
export type Rebuilt = Readonly<{ before: ReadonlyMap<string, Total>; after: ReadonlyMap<string, Total> }>;

const ORG: Scope = { kind: 'org' };
const SCOPES_AT_ONCE = 8;

/**
 * Makes a day's totals again from its lines, whatever is stored, then the weeks and months that they are a
 * part of. Each total is overwritten in place, so none is ever missing, and a month that another run sums at
 * the same time never lacks the day. Totals that `closePeriods` has not made yet are left to it.
 */
export async function rebuildDay(day: string, totals: TotalStore): Promise<Rebuilt> {
  const teams = (await totals.teamsOfDay(day)).map((id): Scope => ({ kind: 'team', id }));
  const withLines = scopesWithLines(await linesOfDay(day, totals)).map(({ scope }) => scope);
  const scopes = [...new Map([ORG, ...teams, ...withLines].map((scope) => [nameOf(scope), scope])).values()];
  const before = byScope(await totals.dayTotalsOf(scopes, day));
  // The lines are read after the totals, so a total with more changes than they have was not made of them.
  const lines = new Map(
    scopesWithLines(await linesOfDay(day, totals)).map(({ scope, ofScope }) => [nameOf(scope), ofScope]),
  );
  const kept = scopes.filter((scope) => isLive(scope) || before.has(nameOf(scope)));
  await inParallel(kept, SCOPES_AT_ONCE, (scope) => {
    const fresh = totalOfLines(scope, { kind: 'day', day }, lines.get(nameOf(scope)) ?? []);
    return overwrite(before.get(nameOf(scope)), fresh, totals);
  });
  for (const period of periodsAround(day)) {
    await inParallel(kept, SCOPES_AT_ONCE, (scope) => resum({ scope, period }, totals));
  }
  return { before, after: byScope(await totals.dayTotalsOf(scopes, day)) };
}

/**
 * A stored total that has more changes than all that is below it was not made of that, as after a restore
 * from a backup; no guard would ever let it be overwritten, so it is thrown away.
 */
async function overwrite(stored: Total | undefined, fresh: Total, totals: TotalStore): Promise<void> {
  if ((stored?.n ?? 0) > fresh.n) await totals.remove(fresh.scope, fresh.period);
  if (fresh.n > 0) await totals.replace(fresh);
}

/** Sums a week or a month again; one that nobody has made yet is left alone. */
async function resum({ scope, period }: TotalName, totals: TotalStore): Promise<void> {
  const stored = await totals.find(scope, period);
  if (stored === undefined && !isLive(scope)) return;
  const days = await totals.dayTotals(scope, daysOfPeriod(period));
  await overwrite(stored, totalOfTotals(scope, period, days), totals);
}

/** Brings the totals of teams and the organisation up to the day's lines, as the doorbells would. */
export async function rollUpDay(day: string, totals: TotalStore): Promise<void> {
  const teams = await totals.teamsOfDay(day);
  const { failed } = await rollUpTotals(
    teams.map((team) => ({ team, day })),
    totals,
  );
  const [failure] = failed;
  if (failure !== undefined) throw failure.error;
}

function byScope(totals: readonly Total[]): Map<string, Total> {
  return new Map(totals.map((total) => [nameOf(total.scope), total]));
}
