import type { DailyLine } from '../../shared/domain/dailyLine.ts';
import { DIMENSIONS, type Scope } from '../../shared/domain/total.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { addMetrics, Sums } from './figures.ts';
import type { Violations } from './violation.ts';

/**
 * Whether a sealed day's totals of every scope of every dimension are the sums of its lines, to the hour. While
 * a day is open some of them may wait for `closePeriods`; once it is sealed none may.
 */
export async function checkScopes(day: string, { totals }: Stores, violations: Violations): Promise<void> {
  const lines: DailyLine[] = [];
  for (const team of await totals.teamsOfDay(day)) lines.push(...(await totals.linesOfTeamDay(team, day)));
  const [wanted, found] = [new Sums(), new Sums()];
  const scopes = new Map<string, Scope>();
  for (const line of lines) {
    for (const kind of DIMENSIONS) {
      const name = `${kind} ${line[kind]}`;
      scopes.set(name, { kind, id: line[kind] });
      addMetrics(wanted, name, { metrics: line });
    }
  }
  for (const total of await totals.dayTotalsOf([...scopes.values()], day)) {
    const { scope, metrics } = total;
    addMetrics(found, scope.kind === 'org' ? scope.kind : `${scope.kind} ${scope.id}`, { metrics });
  }
  const names = new Set([...wanted.entries(), ...found.entries()].map(([name]) => name));
  for (const name of names) {
    if (wanted.of(name).join() === found.of(name).join()) continue;
    violations.add(
      '1 sums',
      `total ${name} of the sealed ${day} is ${found.of(name)}, its lines ${wanted.of(name)}`,
    );
  }
}
