import type { BudgetScope } from '../../domain/policy/policy.ts';
import { didYouMean } from '../../pricing/nearestName.ts';
import type { Draft } from './draft.ts';
import type { Notes, Path } from './notes.ts';

/**
 * Warns of a scope of a route or of contacts that is spelt nearly like one of the file's own directory: nobody would
 * hear of its alerts. The ledger may know more scopes than the file, so a name like no other is no slip.
 */
export function checkAlertNames({ alerts, directory }: Draft, notes: Notes): void {
  if (alerts === undefined || directory.length === 0) return;
  const names = new Map<BudgetScope, ReadonlySet<string>>();
  const namesOf = (kind: BudgetScope) => {
    const known =
      names.get(kind) ??
      new Set(directory.flatMap(({ value }) => (kind === 'project' ? [] : (value[kind] ?? []))));
    names.set(kind, known);
    return known;
  };
  const check = (kind: BudgetScope, name: string, path: Path) => {
    const known = namesOf(kind);
    const meant = known.has(name) ? '' : didYouMean(name, known);
    if (meant !== '') notes.warn(path, `the directory knows no ${kind} ${name}${meant}`);
  };
  for (const [index, { scopes = [] }] of alerts.routes.entries()) {
    for (const { kind, id } of scopes) {
      if (kind !== 'org') check(kind, id, ['alerts', 'routes', index, kind]);
    }
  }
  for (const team of Object.keys(alerts.teams)) check('team', team, ['contacts', 'teams', team]);
  for (const unit of Object.keys(alerts.businessUnits)) {
    check('businessUnit', unit, ['contacts', 'businessUnits', unit]);
  }
}
