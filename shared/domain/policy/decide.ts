import { type Answer, answerOf } from './answer.ts';
import { findBreaker } from './breaker.ts';
import { type BudgetFindings, findBudgets } from './budgetFindings.ts';
import { findBurst } from './burstFinding.ts';
import { findHours } from './businessHours.ts';
import type { Decision, DecisionRequest, Estimate, Person, Reason, Snapshot } from './decision.ts';
import type { Finding } from './finding.ts';
import { modelFamily } from './modelFamily.ts';
import { findAccess, scrutinyPercentOf } from './modelRules.ts';
import { type RulesOfAsker, rulesOf } from './rulesOfAsker.ts';
import { stalenessOf, withStaleFigures } from './staleness.ts';
import type { Suggest } from './suggestion.ts';

export type DecideOptions = Readonly<{
  nowMs: number;
  /** Asked for a model when a budget or a rule of models refuses or slows the request. */
  suggest?: Suggest;
}>;

/**
 * Whether a request may go, and how: every rule that concerns it is asked, the strictest answer wins, and
 * all of them are told. Pure: the same snapshot, request and time give the same decision, which changes nothing.
 *
 * - A refusal is stricter than a delay, a delay than a warning; 403 than 429, because a caller told 429
 *   would wait in vain; of delays the longest.
 * - Being critical helps against the breaker's emergency only. Budgets hold for critical requests too.
 * - `remaining` does not count the request; `used` in a reason does.
 *
 * @throws RangeError when the policy names a time zone that the runtime does not know.
 */
export function decide(snapshot: Snapshot, request: DecisionRequest, options: DecideOptions): Decision {
  const { nowMs, suggest } = options;
  const { policy } = snapshot;
  const person = snapshot.person(request.user);
  const question = { snapshot, request, person, rules: rulesOf(policy, request, person), nowMs };
  const budgets = budgetsOf(question);
  const fresh = [...budgets.findings, ...otherFindings(question, budgets.isUnlimited)];
  const staleness = stalenessOf(snapshot, policy.failure, nowMs);
  const findings = staleness.isStale ? withStaleFigures(fresh, policy.failure, staleness, nowMs) : fresh;
  const answer = answerOf(findings, { ...budgets, nowMs });
  const suggestedModel =
    suggest !== undefined && mayHelp(answer) ? suggestModel(question, suggest, answer) : undefined;
  return {
    ...answer,
    ...(suggestedModel === undefined ? {} : { suggestedModel }),
    isDegraded: staleness.isStale,
    snapshotAgeMs: staleness.ageMs,
  };
}

type Question = Readonly<{
  snapshot: Snapshot;
  request: DecisionRequest;
  person: Person | undefined;
  rules: RulesOfAsker;
  nowMs: number;
}>;

function budgetsOf({ snapshot, request, rules, nowMs }: Question): BudgetFindings {
  return findBudgets(rules.budgets, {
    snapshot,
    request,
    family: modelFamily(request.model),
    scrutinyPercent: scrutinyPercentOf(snapshot.policy.scrutiny, request.model),
    nowMs,
  });
}

function otherFindings(question: Question, isUnlimited: boolean): Finding[] {
  const { snapshot, request, person, rules, nowMs } = question;
  const { breaker, withoutBudget } = snapshot.policy;
  return [
    ...rules.bursts.map((burst) => findBurst(burst, snapshot, nowMs)),
    findAccess(rules.access, request, person),
    ...rules.hours.map((rule) => findHours(rule, request, nowMs)),
    breaker && findBreaker(breaker, snapshot, request, nowMs),
    isUnlimited && withoutBudget === 'deny' ? NO_BUDGET : undefined,
  ].filter((finding) => finding !== undefined);
}

const NO_BUDGET: Finding = {
  verdict: { action: 'reject', status: 403 },
  reason: {
    kind: 'default',
    action: 'reject',
    rule: 'withoutBudget',
    scope: 'org',
    message: 'No budget covers this request, and requests without one are refused.',
  },
  isByFigures: false,
};

/** Rules that another model may be free of. */
const OF_MODELS: ReadonlySet<Reason['kind']> = new Set(['budget', 'restriction', 'model', 'hours']);

function mayHelp({ action, reasons }: Answer): boolean {
  const isHeld = action === 'reject' || action === 'throttle';
  return isHeld && reasons.some((reason) => reason.action === action && OF_MODELS.has(reason.kind));
}

function suggestModel(question: Question, suggest: Suggest, { remaining }: Answer): string | undefined {
  const { snapshot, request, nowMs } = question;
  return suggest(request, {
    remaining,
    isAllowed(model: string, estimate?: Estimate): boolean {
      const asked = { ...request, model, ...(estimate === undefined ? {} : { estimate }) };
      const { action } = decide(snapshot, asked, { nowMs });
      return action === 'allow' || action === 'warn';
    },
  });
}
