import { aimOf, askerOf } from './asker.ts';
import { scopeName } from './budgetTexts.ts';
import type { DecisionRequest, Person } from './decision.ts';
import type { Finding } from './finding.ts';
import { matchesModel } from './modelFamily.ts';
import type { ModelAccessList, ModelPattern, Scrutiny } from './policy.ts';
import { targetName } from './ruleNames.ts';

/** True when any of the patterns names the model. */
export function isAmong(patterns: readonly ModelPattern[], model: string): boolean {
  return patterns.some((pattern) => matchesModel(pattern, model));
}

/** The percentage of their own share at which rungs that do not refuse are met; 100 without scrutiny. */
export function scrutinyPercentOf(scrutiny: readonly Scrutiny[], model: string): number {
  let percent = 100;
  for (const { models, percentOfThreshold } of scrutiny) {
    if (percentOfThreshold < percent && isAmong(models, model)) percent = percentOfThreshold;
  }
  return Math.max(0, percent);
}

/** Refuses a model that none of the lists that decide for the asker allows; without a list, all may go. */
export function findAccess(
  lists: readonly ModelAccessList[],
  request: DecisionRequest,
  person: Person | undefined,
): Finding | undefined {
  const [first] = lists;
  if (first === undefined || lists.some((list) => allows(list, request, person))) return undefined;
  const aim = aimOf(first.target, askerOf(request, person));
  return {
    verdict: { action: 'reject', status: 403 },
    reason: {
      kind: 'model',
      action: 'reject',
      rule: `access:${targetName(first.target)}`,
      scope: aim.scope,
      message: `Model ${request.model} is not on the list of models for ${scopeName(aim)}.`,
    },
    isByFigures: false,
  };
}

function allows(
  list: ModelAccessList,
  { user, model }: DecisionRequest,
  person: Person | undefined,
): boolean {
  return list.entries.some(({ models, users, roles }) => {
    const isForAll = users === undefined && roles === undefined;
    const isForAsker =
      isForAll || users?.includes(user) || person?.roles?.some((role) => roles?.includes(role));
    return isForAsker && isAmong(models, model);
  });
}
