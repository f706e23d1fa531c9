import type { AlertPolicy } from '../alerts/alertPolicy.ts';
import type { TokenClass } from '../tokens.ts';
import type { RoutingRules } from './routing.ts';

/** The kinds of scope that a budget may limit, besides the whole organisation. */
export const BUDGET_SCOPES = ['businessUnit', 'department', 'costCentre', 'team', 'project', 'user'] as const;
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

/**
 * Whom a rule is about: the organisation as one, one scope, each scope of a kind for itself, or each user
 * who has a tier or a role.
 */
export type Target =
  | Readonly<{ kind: 'org' }>
  | Readonly<{ kind: 'one'; scope: BudgetScope; id: string }>
  | Readonly<{ kind: 'each'; scope: BudgetScope }>
  | Readonly<{ kind: 'tier'; id: string }>
  | Readonly<{ kind: 'role'; id: string }>;

export const PERIOD_UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;

/** A budget's period begins and ends by the calendar of a zone; weeks begin on Monday. */
export type BudgetPeriod = Readonly<{
  unit: (typeof PERIOD_UNITS)[number];
  /** IANA name, such as `Europe/Berlin`; `UTC` by default. */
  timeZone: string;
}>;

/** How much of what: pico-USD, requests, or tokens of the counted classes. */
export type Limit =
  | Readonly<{ measure: 'usd' | 'requests'; amount: bigint }>
  | Readonly<{ measure: 'tokens'; amount: bigint; counted: readonly TokenClass[] }>;

/** Cache reads are left out unless asked for: a day of them is tens of millions that cost next to nothing. */
export const DEFAULT_COUNTED: readonly TokenClass[] = ['input', 'cacheWrite5m', 'cacheWrite1h', 'output'];

/** Only requests of this kind count; all without a filter. */
export type UsageFilter = Readonly<{
  /** A family such as `opus`; see `modelFamily`. */
  modelFamily?: string;
  operation?: string;
  entrypoint?: string;
}>;

/**
 * What happens to requests from a rung on. `notify` lets them go without a word; `restrict` warns through
 * the hours of grace and then refuses until somebody approves.
 */
export type RungAction =
  | Readonly<{ kind: 'notify' }>
  | Readonly<{ kind: 'warn' }>
  | Readonly<{ kind: 'throttle'; delayMs: number }>
  | Readonly<{ kind: 'reject'; status: 429 | 403 }>
  | Readonly<{ kind: 'restrict'; graceHours: number }>;

export type Audience = 'lead' | 'managers' | 'approvers';

/** One step of a ladder, reached at exactly its share of the limit. */
export type Rung = Readonly<{
  /** Whole percent of the limit. */
  percent: number;
  action: RungAction;
  /** What the caller is told; a default text for the action without it. */
  message?: string;
  header?: Readonly<{ name: string; value: string }>;
  /** Who hears of the crossing, besides the alert topic. */
  notify: readonly Audience[];
  /** From here on the scope is looked at more often: its standing is written at finer steps. */
  raisesMonitoring: boolean;
}>;

/** One limit on one target for one period, with what happens on the way to it. */
export type BudgetRule = Readonly<{
  /** Unique within the policy, and stable: alerts, increases and audits refer to it. */
  id: string;
  target: Target;
  period: BudgetPeriod;
  limit: Limit;
  filter: UsageFilter;
  /** Ascending by percent. */
  ladder: readonly Rung[];
  /** Near its limit a hard budget is spent through leases, which gateways share. */
  isHard: boolean;
}>;

/** At most so many requests of one target within any window of so many seconds. */
export type BurstRule = Readonly<{
  id: string;
  target: Target;
  limit: number;
  windowSeconds: number;
  action: Exclude<RungAction, { kind: 'notify' | 'restrict' }>;
  /** Across all gateways together, or in each for itself. */
  counting: 'shared' | 'local';
  message?: string;
}>;

/** Names a model, a family such as `opus`, or all with `*`. */
export type ModelPattern = string;

/**
 * The models that a target may use, each for all of it or for some of its people; what is not listed is
 * refused. Of several lists that concern a person the most specific decides: user, role, tier, team,
 * project, department, cost centre, business unit, organisation.
 */
export type ModelAccessList = Readonly<{
  target: Target;
  entries: readonly Readonly<{
    models: readonly ModelPattern[];
    /** Users and roles that may use them; all of the target when both are left out. */
    users?: readonly string[];
    roles?: readonly string[];
  }>[];
}>;

/** Requests to these models meet the rungs that do not refuse earlier: at this percentage of their own. */
export type Scrutiny = Readonly<{ models: readonly ModelPattern[]; percentOfThreshold: number }>;

/** Models that may be used at certain hours only. */
export type HoursRule = Readonly<{
  id: string;
  target: Target;
  models: readonly ModelPattern[];
  timeZone: string;
  /** 1 is Monday, 7 Sunday. */
  days: readonly number[];
  /** Minutes since midnight; the start is allowed, the end is not. */
  startMinute: number;
  endMinute: number;
  /** Days `YYYY-MM-DD` on which the models are closed all day. */
  holidays: readonly string[];
  message?: string;
}>;

/**
 * The organisation's emergency brake, by day: from the first amount on only critical requests go, from the
 * second none.
 */
export type BreakerRule = Readonly<{
  emergencyPicoUsd: bigint;
  openPicoUsd: bigint;
  timeZone: string;
}>;

/** A temporary increase goes through by itself up to a percentage of the limit; above it all approvers must agree. */
export type OverflowRule = Readonly<{
  autoPercent: number;
  approvers: readonly string[];
  /** Longest life of an increase. */
  maxDays: number;
}>;

/** What a gateway does when it cannot hear from the ledger. */
export type FailureRule = Readonly<{
  mode: 'open' | 'closed';
  /** A snapshot older than this no longer counts. */
  maxAgeSeconds: number;
}>;

/** Everything that a company has decided about spending: one document, one version. */
export type Policy = Readonly<{
  budgets: readonly BudgetRule[];
  bursts: readonly BurstRule[];
  access: readonly ModelAccessList[];
  scrutiny: readonly Scrutiny[];
  hours: readonly HoursRule[];
  breaker?: BreakerRule;
  /** Which model a request should go to. */
  routing?: RoutingRules;
  overflow: OverflowRule;
  /** What becomes of a request that no budget limits. */
  withoutBudget: 'allow' | 'deny';
  failure: FailureRule;
  /** Who hears of what, and how; defaults without it. No gateway needs it, so snapshots leave it out. */
  alerts?: AlertPolicy;
}>;

export const EMPTY_POLICY: Policy = {
  budgets: [],
  bursts: [],
  access: [],
  scrutiny: [],
  hours: [],
  overflow: { autoPercent: 0, approvers: [], maxDays: 31 },
  withoutBudget: 'allow',
  failure: { mode: 'open', maxAgeSeconds: 60 },
};
