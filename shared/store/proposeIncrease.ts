import { createHash } from 'node:crypto';
import type { Alert } from '../domain/alerts/alert.ts';
import type { BudgetFigures } from '../domain/budget.ts';
import { approveIncrease } from '../domain/policy/increase.ts';
import { approveProposal, type Proposal, tenthOf } from '../domain/policy/proposeIncrease.ts';
import {
  findRule,
  type IncreaseDependencies,
  type IncreaseOutcome,
  settle,
  unknown,
} from './decideIncreases.ts';

const ID_LENGTH = 12;
const MAX_REASON_LENGTH = 500;

/** The increase that an alert proposes: pressed twice, or by two approvers, it is the same. */
export function proposedIncreaseId(alertId: string): string {
  const name = JSON.stringify([alertId, 'approve']);
  return createHash('sha256').update(name).digest('hex').slice(0, ID_LENGTH);
}

/** A tenth more of a budget's limit until its period ends, as an alert of it proposes. */
export function proposalOf({ id }: Pick<Alert, 'id'>, budget: BudgetFigures): Proposal {
  const { budgetId, scopeId, limit, resetAt } = budget;
  return {
    ...{ id: proposedIncreaseId(id), budgetId, scopeId },
    amount: tenthOf(limit),
    untilMs: Date.parse(resetAt),
    reason: `10% more, proposed by alert ${id}`.slice(0, MAX_REASON_LENGTH),
  };
}

/**
 * An approver agrees to what an alert proposes; the first one thereby asks for it too. Where the policy has more
 * approvers it waits for the others, who may press the same button.
 */
export async function approveProposedIncrease(
  { proposal, measure, by }: Readonly<{ proposal: Proposal; measure: BudgetFigures['measure']; by: string }>,
  dependencies: IncreaseDependencies,
): Promise<IncreaseOutcome> {
  const policy = (await dependencies.policies.current())?.policy;
  const found = findRule(policy, proposal);
  if (found.kind === 'unknown' || policy === undefined) return unknown(found);
  const { rule } = found;
  if (rule.limit.measure !== measure) {
    return { kind: 'refused', why: `the budget is in ${rule.limit.measure} now, not in ${measure}` };
  }
  const { overflow } = policy;
  const vote = { by, atMs: dependencies.now.getTime() };
  return settle({ ...proposal, rule }, dependencies, async ({ increases }) => {
    const known = increases.find(({ id }) => id === proposal.id);
    if (known !== undefined) return approveIncrease(known, vote, overflow);
    return approveProposal(proposal, vote, { rule, overflow, others: increases });
  });
}
