import { answerOf } from './answer.ts';
import { findBreaker } from './breaker.ts';
import { type BudgetFindings, findBudgets } from './budgetFindings.ts';
import { findBurst } from './burstFinding.ts';
import { findHours } from './businessHours.ts';
import type { Decision, DecisionRequest, Estimate, Person, Reason, Snapshot } from './decision.ts';
import type { Finding } from './finding.ts';
import { modelFamily, modelName } from './modelFamily.ts';
import { findAccess, scrutinyPercentOf } from './modelRules.ts';
import { featuresOf, type RoutingRules, routeOf } from './routing.ts';
import { type RulesOfAsker, rulesOf } from './rulesOfAsker.ts';
import { stalenessOf, withStaleFigures } from './staleness.ts';
import type { Suggest } from './suggestion.ts';

export type DecideOptions = Readonly<{
  nowMs: number;
  /** Asked for a model when a budget or a rule of models refuses or slows the request, or a routing rule holds. */
  suggest?: Suggest;
  /** Whether the prompt has a pattern of the routing rules; without it such rules cannot be tried. */
  hasPattern?: (pattern: string) => boolean;
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
  const question = questionOf(snapshot, request, options.nowMs);
  const answer = answerAll(question);
  const suggestedModel = suggestModel(question, answer, options);
  return suggestedModel === undefined ? answer : { ...answer, suggestedModel };
}

function questionOf(snapshot: Snapshot, request: DecisionRequest, nowMs: number): Question {
  const person = snapshot.person(request.user);
  return { snapshot, request, person, rules: rulesOf(snapshot.policy, request, person), nowMs };
}

/** All of the decision but a suggestion. */
function answerAll(question: Question): Decision {
  const { snapshot, nowMs } = question;
  const { policy } = snapshot;
  const budgets = budgetsOf(question);
  const fresh = [...budgets.findings, ...otherFindings(question, budgets.isUnlimited)];
  const staleness = stalenessOf(snapshot, policy.failure, nowMs);
  const findings = staleness.isStale ? withStaleFigures(fresh, policy.failure, staleness, nowMs) : fresh;
  return {
    ...answerOf(findings, { ...budgets, nowMs }),
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

function mayHelp({ action, reasons }: Decision): boolean {
  const isHeld = action === 'reject' || action === 'throttle';
  return isHeld && reasons.some((reason) => reason.action === action && OF_MODELS.has(reason.kind));
}

function suggestModel(
  { snapshot, request, nowMs }: Question,
  answer: Decision,
  { suggest, hasPattern }: DecideOptions,
): string | undefined {
  if (suggest === undefined) return undefined;
  const isHeld = mayHelp(answer);
  const routed = routedModel(snapshot.policy.routing, request, hasPattern);
  if (!isHeld && routed === undefined) return undefined;
  return suggest(request, {
    remaining: answer.remaining,
    isHeld,
    ...(routed === undefined ? {} : { routed }),
    isAllowed(model: string, estimate?: Estimate): boolean {
      const asked = { ...request, model, ...(estimate === undefined ? {} : { estimate }) };
      const { action } = answerAll(questionOf(snapshot, asked, nowMs));
      return action === 'allow' || action === 'warn';
    },
  });
}

function routedModel(
  routing: RoutingRules | undefined,
  request: DecisionRequest,
  hasPattern: DecideOptions['hasPattern'],
): string | undefined {
  const route = routing && routeOf(routing, { ...featuresOf(request), hasPattern });
  return route === undefined || modelName(route.model) === modelName(request.model) ? undefined : route.model;
}
