import { passedRungs } from '../budget.ts';
import type { Aim } from './asker.ts';
import { periodAt } from './budgetPeriod.ts';
import { type BudgetState, budgetText } from './budgetTexts.ts';
import type { DecisionRequest, Increase, Remaining, Snapshot, Standing } from './decision.ts';
import { estimatedUse } from './estimate.ts';
import type { Finding, Header } from './finding.ts';
import { fillOf, type ReachedRung, type Restriction, strictestRung } from './ladder.ts';
import type { BudgetRule, UsageFilter } from './policy.ts';
import type { Aimed } from './rulesOfAsker.ts';
import { isMonitoredClosely } from './standingStep.ts';

export type BudgetQuestion = Readonly<{
  snapshot: Snapshot;
  request: DecisionRequest;
  /** Family of the request's model, where it has one. */
  family: string | undefined;
  scrutinyPercent: number;
  nowMs: number;
}>;

export type BudgetFindings = Readonly<{
  findings: readonly Finding[];
  remaining: Remaining;
  /** No budget counts this request. */
  isUnlimited: boolean;
}>;

/** What all budgets of an asker say, each with its strictest rung that is reached. */
export function findBudgets(budgets: readonly Aimed<BudgetRule>[], question: BudgetQuestion): BudgetFindings {
  const findings: Finding[] = [];
  const remaining: { usd?: bigint; tokens?: bigint; requests?: bigint } = {};
  let isUnlimited = true;
  for (const { rule, aim } of budgets) {
    if (!countsRequest(rule.filter, question)) continue;
    isUnlimited = false;
    const { finding, left } = findBudget(rule, aim, question);
    const tightest = remaining[rule.limit.measure];
    if (tightest === undefined || left < tightest) remaining[rule.limit.measure] = left;
    if (finding !== undefined) findings.push(finding);
  }
  return { findings, remaining, isUnlimited };
}

/** Whether a budget with this filter counts a request. */
export function countsRequest(
  filter: UsageFilter,
  { request, family }: Pick<BudgetQuestion, 'request' | 'family'>,
): boolean {
  return (
    (filter.modelFamily === undefined || filter.modelFamily === family) &&
    (filter.operation === undefined || filter.operation === request.operation) &&
    (filter.entrypoint === undefined || filter.entrypoint === request.entrypoint)
  );
}

type BudgetFinding = Readonly<{ finding: Finding | undefined; left: bigint }>;

function findBudget(rule: BudgetRule, aim: Aim, question: BudgetQuestion): BudgetFinding {
  const { snapshot, request, scrutinyPercent, nowMs } = question;
  const period = periodAt(rule.period, nowMs);
  const standing = snapshot.standing(rule.id, aim.id, period.startMs);
  const increases = snapshot.increases(rule.id, aim.id);
  const limit = raisedLimit(rule, increases, nowMs);
  const amount = estimatedUse(rule.limit, request.estimate);
  const left = standing.used >= limit ? 0n : limit - standing.used;
  const reached = strictestRung(rule.ladder, {
    fill: fillOf(standing.used, amount, limit),
    scrutinyPercent,
    restriction: restrictionOf(standing, increases, nowMs),
    nowMs,
  });
  if (reached === undefined) return { finding: undefined, left };
  const used = standing.used + amount;
  const percent = limit > 0n ? Number((used * 100n) / limit) : undefined;
  const isMonitored = isMonitoredClosely(passedRungs(rule.ladder, standing.used, limit));
  const state = { rule, aim, period, used, limit, percent, isMonitored };
  return { finding: findingOf(state, reached), left };
}

/** The limit with what was granted for now. */
export function raisedLimit(rule: BudgetRule, increases: readonly Increase[], nowMs: number): bigint {
  let limit = rule.limit.amount;
  for (const increase of increases) {
    if (isActive(increase, nowMs)) limit += increase.amount;
  }
  return limit;
}

function isActive({ fromMs, untilMs }: Increase, nowMs: number): boolean {
  return fromMs <= nowMs && nowMs < untilMs;
}

/** An approval lifts the restriction that was there when it began, as long as it lasts; not a later one. */
function restrictionOf(
  { restrictedSinceMs }: Standing,
  increases: readonly Increase[],
  nowMs: number,
): Restriction | undefined {
  if (restrictedSinceMs === undefined) return undefined;
  const isLifted = increases.some(
    (increase) =>
      increase.liftsRestriction && isActive(increase, nowMs) && increase.fromMs >= restrictedSinceMs,
  );
  return isLifted ? undefined : { sinceMs: restrictedSinceMs };
}

type FoundState = BudgetState & Readonly<{ isMonitored: boolean }>;

function findingOf(state: FoundState, reached: ReachedRung): Finding {
  const { rule, aim, period, used, limit, percent, isMonitored } = state;
  const { rung, verdict, graceEndsMs } = reached;
  const header = rung.header ?? defaultHeader(reached);
  return {
    verdict,
    reason: {
      kind: rung.action.kind === 'restrict' ? 'restriction' : 'budget',
      action: verdict.action,
      rule: rule.id,
      scope: aim.scope,
      measure: rule.limit.measure,
      used,
      limit,
      ...(percent === undefined ? {} : { percent }),
      resetAt: period.endsAt,
      ...(isMonitored ? { isMonitoredClosely: true } : {}),
      message: budgetText(state, reached),
    },
    endsAtMs: graceEndsMs ?? period.endMs,
    ...(header === undefined ? {} : { header }),
    isByFigures: true,
  };
}

const HEADER = 'X-Budget-Warning';

/** Names the rung and not the percentage reached, so that tools can tell the steps apart. */
function defaultHeader({ rung, verdict }: ReachedRung): Header | undefined {
  if (verdict.action === 'warn') return { name: HEADER, value: `${rung.percent}-percent` };
  return verdict.action === 'throttle' ? { name: HEADER, value: 'throttled' } : undefined;
}
