import {
  type Asking,
  type AskingContext,
  approveIncrease,
  refusalOf,
  type Vote,
  type Voted,
} from './increase.ts';

/** Who asks for what an alert proposes: nobody approves his own, and a proposal is nobody's own. */
export const BY_PROPOSAL = 'tollbook';

/** What an alert proposes, in the budget's measure. */
export type Proposal = Readonly<Omit<Asking, 'by' | 'nowMs'>>;

/**
 * Somebody agrees to what nobody has asked for yet: request and approval are one step. It uses up nothing of what
 * goes through by itself, and further approvers are waited for as ever.
 */
export function approveProposal(
  proposal: Proposal,
  vote: Vote,
  { rule, overflow, others }: Omit<AskingContext, 'isRestricted'>,
): Voted {
  const { maxDays } = overflow;
  const untilMs = Math.min(proposal.untilMs, vote.atMs + maxDays * DAY_MS);
  const asking = { ...proposal, untilMs, by: BY_PROPOSAL, nowMs: vote.atMs };
  const why = refusalOf(asking, { rule, overflow, others });
  if (why !== undefined) return { kind: 'refused', why };
  const asked = { by: BY_PROPOSAL, atMs: vote.atMs };
  const { measure } = rule.limit;
  const requested = { ...proposal, untilMs, measure, asked, isAutomatic: false, approvals: [] };
  return approveIncrease(requested, vote, overflow);
}

const DAY_MS = 86_400_000;
const PARTS_PER_WHOLE = 10n;

/** A tenth of a limit, at least one of its unit: rounded up, for what is granted is at least what was said. */
export function tenthOf(limit: bigint): bigint {
  return (limit + PARTS_PER_WHOLE - 1n) / PARTS_PER_WHOLE;
}
