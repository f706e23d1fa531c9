import { periodAt } from './budgetPeriod.ts';
import type { Increase } from './decision.ts';
import type { BudgetRule, Limit, OverflowRule } from './policy.ts';

/** What one person said to an increase, and when. */
export type Vote = Readonly<{ by: string; atMs: number }>;

/**
 * An addition to the limit of a budget for one scope, as somebody asked for it, with what became of it. It
 * is never taken back or edited: approvals and a denial are added.
 */
export type KeptIncrease = Readonly<{
  id: string;
  budgetId: string;
  scopeId: string;
  /** The budget's measure, and how much more in its unit. */
  measure: Limit['measure'];
  amount: bigint;
  /** It ends by itself here, whatever became of it. */
  untilMs: number;
  reason: string;
  asked: Vote;
  /** It went through by itself, within what the policy lets go. */
  isAutomatic: boolean;
  approvals: readonly Vote[];
  /** From when it counts; absent until it is granted. */
  grantedAtMs?: number;
  denied?: Vote;
}>;

export const INCREASE_STATES = ['requested', 'granted', 'denied', 'expired'] as const;
export type IncreaseState = (typeof INCREASE_STATES)[number];

/** Nothing has to run at the end of an increase: it is over because the time is. */
export function stateOfIncrease(increase: KeptIncrease, nowMs: number): IncreaseState {
  if (increase.denied !== undefined) return 'denied';
  if (nowMs >= increase.untilMs) return 'expired';
  return increase.grantedAtMs === undefined ? 'requested' : 'granted';
}

/** The increase as decisions count it; nothing of one that is not granted, or over. */
export function activeIncrease(increase: KeptIncrease, nowMs: number): Increase | undefined {
  const { id, budgetId, scopeId, amount, grantedAtMs, untilMs, isAutomatic } = increase;
  if (grantedAtMs === undefined || stateOfIncrease(increase, nowMs) !== 'granted') return undefined;
  const fromMs = grantedAtMs;
  return { id, budgetId, scopeId, amount, fromMs, untilMs, liftsRestriction: !isAutomatic };
}

/** The increase as it counted at any time: from its grant to its end, or to the denial that ended it before. */
export function increaseThroughTime(increase: KeptIncrease): Increase | undefined {
  const { id, budgetId, scopeId, amount, grantedAtMs: fromMs, isAutomatic, denied } = increase;
  const untilMs = Math.min(increase.untilMs, denied?.atMs ?? increase.untilMs);
  if (fromMs === undefined || fromMs >= untilMs) return undefined;
  return { id, budgetId, scopeId, amount, fromMs, untilMs, liftsRestriction: !isAutomatic };
}

/** Whether an increase still matters to those that come after it. */
export function isKept({ untilMs }: KeptIncrease, nowMs: number): boolean {
  return nowMs < untilMs + KEPT_AFTER_END_MS;
}

export type Asking = Readonly<
  Pick<KeptIncrease, 'id' | 'budgetId' | 'scopeId' | 'amount' | 'untilMs' | 'reason'> & {
    by: string;
    nowMs: number;
  }
>;

export type AskingContext = Readonly<{
  rule: BudgetRule;
  overflow: OverflowRule;
  /** All others of the same budget and scope. */
  others: readonly KeptIncrease[];
  /** Requests of the scope are refused, or will be, until somebody approves. */
  isRestricted: boolean;
}>;

export type Asked =
  | Readonly<{ kind: 'requested' | 'granted'; increase: KeptIncrease }>
  | Readonly<{ kind: 'refused'; why: string }>;

const DAY_MS = 86_400_000;
/** So that all of a budget and scope fit into one item of the store; no person asks for so many. */
const MAX_KEPT = 200;
/** The longest period: what has been over for longer says nothing about what may go through by itself. */
const KEPT_AFTER_END_MS = 366 * DAY_MS;
const MAX_REASON_LENGTH = 500;

/**
 * Somebody asks for more. It is granted at once while all automatic increases that share a day with the present
 * period stay within the policy's percentage of the limit; otherwise it waits for the approvers. A
 * restriction ends by approval only, so whoever is restricted waits too.
 */
export function askForIncrease(asking: Asking, context: AskingContext): Asked {
  const why = refusalOf(asking, context);
  if (why !== undefined) return { kind: 'refused', why };
  const { by, nowMs, ...terms } = asking;
  const { measure } = context.rule.limit;
  const increase = { ...terms, measure, asked: { by, atMs: nowMs }, approvals: [] };
  if (isWithinAutomatic(asking, context)) {
    return { kind: 'granted', increase: { ...increase, isAutomatic: true, grantedAtMs: nowMs } };
  }
  if (approversFor(by, context.overflow).length === 0) {
    return { kind: 'refused', why: nobodyApproves(by, context.overflow) };
  }
  return { kind: 'requested', increase: { ...increase, isAutomatic: false } };
}

/** Why nobody may ask for this, whoever he is; `undefined` where one may. */
export function refusalOf(
  { amount, untilMs, reason, nowMs }: Asking,
  context: Omit<AskingContext, 'isRestricted'>,
): string | undefined {
  const { rule, overflow, others } = context;
  if (amount < 0n) return 'an increase cannot be negative';
  if (amount === 0n && !rule.ladder.some(({ action }) => action.kind === 'restrict')) {
    return 'an increase must be more than nothing, except where it is to end a restriction';
  }
  if (untilMs <= nowMs) return 'the end lies in the past';
  if (untilMs - nowMs > overflow.maxDays * DAY_MS) {
    return `the policy lets an increase last ${overflow.maxDays} days at most`;
  }
  if (reason.trim() === '') return 'say why: approvers and auditors will want to know';
  if (reason.length > MAX_REASON_LENGTH) return `a reason has ${MAX_REASON_LENGTH} characters at most`;
  return others.length < MAX_KEPT
    ? undefined
    : `there were ${MAX_KEPT} increases of this budget and scope within a year: raise the limit`;
}

function isWithinAutomatic({ amount, nowMs }: Asking, context: AskingContext): boolean {
  const { rule, overflow, others, isRestricted } = context;
  if (amount === 0n || isRestricted) return false;
  const { startMs, endMs } = periodAt(rule.period, nowMs);
  const automatic = others.filter(
    (other) =>
      other.isAutomatic && other.denied === undefined && other.asked.atMs < endMs && startMs < other.untilMs,
  );
  const sum = automatic.reduce((total, other) => total + other.amount, amount);
  return sum * 100n <= rule.limit.amount * BigInt(overflow.autoPercent);
}

/** All who must approve what this person asked for: nobody approves his own. */
export function approversFor(askedBy: string, { approvers }: OverflowRule): readonly string[] {
  return approvers.filter((approver) => approver !== askedBy);
}

/** Who must still agree before an increase is granted; nobody once it is granted or over. */
export function missingApprovers(increase: KeptIncrease, overflow: OverflowRule, nowMs: number): string[] {
  if (stateOfIncrease(increase, nowMs) !== 'requested') return [];
  const agreed = new Set(increase.approvals.map(({ by }) => by));
  return approversFor(increase.asked.by, overflow).filter((approver) => !agreed.has(approver));
}

function nobodyApproves(by: string, { approvers, autoPercent }: OverflowRule): string {
  const who = approvers.includes(by)
    ? `${by} is the only approver, and nobody approves his own`
    : 'the policy names no approvers';
  return `this is more than the ${autoPercent}% of the limit that need nobody, and ${who}`;
}

export type Voted =
  | Readonly<{ kind: 'voted'; increase: KeptIncrease }>
  /** It was so already: nothing to write. */
  | Readonly<{ kind: 'unchanged'; increase: KeptIncrease }>
  /** Whoever it is has no say in it. */
  | Readonly<{ kind: 'forbidden'; why: string }>
  | Readonly<{ kind: 'refused'; why: string }>;

/** An approver agrees. With the last of them the increase is granted, from this moment on. */
export function approveIncrease(increase: KeptIncrease, vote: Vote, overflow: OverflowRule): Voted {
  const why = whyNoVote(increase, vote, overflow);
  if (why !== undefined) return { kind: 'forbidden', why };
  const state = stateOfIncrease(increase, vote.atMs);
  if (state === 'denied' || state === 'expired') return { kind: 'refused', why: `it is ${state}` };
  const isKnown = increase.approvals.some(({ by }) => by === vote.by);
  const approvals = isKnown ? increase.approvals : [...increase.approvals, vote];
  const agreed = new Set(approvals.map(({ by }) => by));
  const isGranted = approversFor(increase.asked.by, overflow).every((approver) => agreed.has(approver));
  if (state === 'granted' || (isKnown && !isGranted)) return { kind: 'unchanged', increase };
  const granted = isGranted ? { grantedAtMs: vote.atMs } : {};
  return { kind: 'voted', increase: { ...increase, approvals, ...granted } };
}

/** One approver's denial ends an increase, also one that was granted. */
export function denyIncrease(increase: KeptIncrease, vote: Vote, overflow: OverflowRule): Voted {
  const why = whyNoVote(increase, vote, overflow);
  if (why !== undefined) return { kind: 'forbidden', why };
  const state = stateOfIncrease(increase, vote.atMs);
  if (state === 'denied') return { kind: 'unchanged', increase };
  if (state === 'expired') return { kind: 'refused', why: 'it is expired' };
  return { kind: 'voted', increase: { ...increase, denied: vote } };
}

function whyNoVote({ asked }: KeptIncrease, { by }: Vote, { approvers }: OverflowRule): string | undefined {
  if (!approvers.includes(by)) return `only approvers of the policy decide, and ${by} is none`;
  return asked.by === by ? `nobody decides about his own, and ${by} asked for it` : undefined;
}

/** Something that happened to an increase, for the audit. */
export type IncreaseStep = Readonly<{ kind: 'requested' | 'approved' | 'granted' | 'denied' | 'expired' }> &
  Vote;

/** Who granted what went through by itself. */
export const BY_POLICY = 'policy';

/** What changed between two states of an increase, in the words of the audit. */
export function stepsBetween(before: KeptIncrease | undefined, after: KeptIncrease): IncreaseStep[] {
  const steps: IncreaseStep[] = [];
  if (before === undefined) steps.push({ kind: 'requested', ...after.asked });
  const known = new Set((before?.approvals ?? []).map(({ by }) => by));
  for (const approval of after.approvals) {
    if (!known.has(approval.by)) steps.push({ kind: 'approved', ...approval });
  }
  if (before?.grantedAtMs === undefined && after.grantedAtMs !== undefined) {
    const by = after.isAutomatic ? BY_POLICY : (after.approvals.at(-1)?.by ?? BY_POLICY);
    steps.push({ kind: 'granted', by, atMs: after.grantedAtMs });
  }
  if (before?.denied === undefined && after.denied !== undefined)
    steps.push({ kind: 'denied', ...after.denied });
  return steps;
}
