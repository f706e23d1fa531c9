import type { TokenClass } from '../tokens.ts';
import type { Complexity } from './modelChoice.ts';
import type { Policy } from './policy.ts';

/** What the directory knows of a person who asks. */
export type Person = Readonly<{
  user: string;
  team?: string;
  businessUnit?: string;
  department?: string;
  costCentre?: string;
  tier?: string;
  roles?: readonly string[];
}>;

/** What a request will probably use; a lower bound is better than none. */
export type Estimate = Readonly<{ picoUsd: bigint; tokens: Readonly<Partial<Record<TokenClass, number>>> }>;

/** A request that asks whether it may go. What it states about itself comes before the directory. */
export type DecisionRequest = Readonly<{
  user: string;
  /** Model id as the gateway would call it. */
  model: string;
  team?: string;
  project?: string;
  operation?: string;
  entrypoint?: string;
  /** How hard it is, where the gateway can tell. */
  complexity?: Complexity;
  priority: 'normal' | 'critical';
  estimate?: Estimate;
}>;

/** Where one budget of one scope stands in its present period. */
export type Standing = Readonly<{
  /** In the unit of the budget's measure, reservations in flight included. */
  used: bigint;
  /** When a rung that restricts was reached, in milliseconds since 1970; absent before. */
  restrictedSinceMs?: number;
}>;

/** An addition to a limit that somebody was granted; it ends by itself. */
export type Increase = Readonly<{
  id: string;
  budgetId: string;
  scopeId: string;
  amount: bigint;
  fromMs: number;
  untilMs: number;
  /** An approval that also ends a restriction. */
  liftsRestriction: boolean;
}>;

/** Requests within a burst rule's window before now, the one that asks not counted. */
export type RecentRequests = Readonly<{
  count: number;
  /** When there is room for one more; without it, one whole window from now is assumed. */
  freesAtMs?: number;
}>;

/**
 * Everything a decision depends on, as of one moment. The scope id of the organisation is `*`. A standing
 * of another period than the one asked for reads as nothing used.
 */
export interface Snapshot {
  readonly version: string;
  readonly takenAtMs: number;
  readonly policy: Policy;
  person(user: string): Person | undefined;
  standing(budgetId: string, scopeId: string, periodStartMs: number): Standing;
  increases(budgetId: string, scopeId: string): readonly Increase[];
  /** Cost of the organisation's day that began then, for the breaker, in pico-USD. */
  spentOnDay(dayStartMs: number): bigint;
  recentRequests(burstId: string, scopeId: string, nowMs: number): RecentRequests;
}

export const ACTIONS = ['allow', 'warn', 'throttle', 'reject'] as const;
/** From the mildest to the strictest. */
export type DecisionAction = (typeof ACTIONS)[number];

export type ReasonKind =
  | 'budget'
  | 'restriction'
  | 'burst'
  | 'model'
  | 'hours'
  | 'breaker'
  | 'default'
  | 'stale';

/**
 * One rule that has something to say about a request. Amounts are in the unit of the rule's measure; `used`
 * counts this request with what it states that it will use.
 */
export type Reason = Readonly<{
  kind: ReasonKind;
  action: DecisionAction;
  /** Id of the rule. */
  rule: string;
  /** `org`, or kind and id such as `team:payments`. */
  scope: string;
  measure?: 'usd' | 'tokens' | 'requests';
  used?: bigint;
  limit?: bigint;
  /** Whole percent, rounded down. */
  percent?: number;
  /** When the rule's period ends, ISO 8601 in UTC. */
  resetAt?: string;
  /** The scope has reached a rung that raises monitoring, so its figures are fresher; absent before. */
  isMonitoredClosely?: true;
  message: string;
}>;

/** The tightest that is left of each measure, over all budgets of the request. */
export type Remaining = Readonly<{ usd?: bigint; tokens?: bigint; requests?: bigint }>;

/** The answer to "may this request go?": the strictest of all reasons, and all of them. */
export type Decision = Readonly<{
  action: DecisionAction;
  /** How long the gateway holds the request before it goes; 0 unless throttled. */
  delayMs: number;
  /** HTTP status for the caller: 200 unless rejected. */
  status: 200 | 403 | 429;
  message: string;
  headers: Readonly<Record<string, string>>;
  reasons: readonly Reason[];
  remaining: Remaining;
  resetAt?: string;
  /** The model of the routing rule that holds, or a cheaper one that may do; it would be allowed. */
  suggestedModel?: string;
  /** Decided without a snapshot that still counts. */
  isDegraded: boolean;
  snapshotAgeMs: number;
}>;
