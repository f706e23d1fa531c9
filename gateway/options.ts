import type { Decision, DecisionRequest, Estimate } from '../shared/domain/policy/decision.ts';
import type { Suggest } from '../shared/domain/policy/suggestion.ts';
import type { MakePromptSearch } from './promptPatterns.ts';

/** A request with the id under which it is settled; an id that comes again replaces the earlier request. */
export type GatewayRequest = DecisionRequest &
  Readonly<{
    requestId: string;
    /** What the user wrote last, for `promptSearch`; nothing of it is kept. */
    prompt?: string;
  }>;

export type GatewayOptions = Readonly<{
  /** Where the ledger's HTTP API is, such as `https://ledger.example.com`. */
  ledgerUrl: string;
  /** A gateway's bearer token, or what gives one whenever it is asked. */
  token: string | (() => string | Promise<string>);
  fetch?: typeof fetch;
  /** Milliseconds since 1970; the machine's clock by default. */
  now?: () => number;
  /** How often the ledger is asked for news, give or take a fifth. */
  refreshMs?: number;
  /** Longest time without an answer that is asked again between failures. */
  maxBackOffMs?: number;
  /** Longest wait for one answer of the ledger. */
  timeoutMs?: number;
  /** A request that nobody settles counts as having used what it was expected to after this time. */
  reservationTtlMs?: number;
  /** How long after its end a request may be missing in the ledger's standings. */
  ledgerLagMs?: number;
  /** Share of a hard budget from which on it is spent by leases only; 0 for always. */
  leaseFromPercent?: number;
  /** Longest that `decideHard` waits for the ledger. */
  hardWaitMs?: number;
  /** What becomes of requests before the first snapshot came; afterwards the policy says it. */
  withoutSnapshot?: 'open' | 'closed';
  /** The name under which the ledger keeps a user, where it keeps pseudonyms. */
  pseudonymOf?: (user: string) => string;
  /** Asked for a model when a request is refused or slowed, or a routing rule holds; without it rules are followed. */
  suggest?: Suggest;
  /** Looks for the patterns of routing rules in prompts; rules with patterns are passed over without it. */
  promptSearch?: MakePromptSearch;
}>;

type Unset = 'suggest' | 'pseudonymOf' | 'promptSearch';
export type Settings = Required<Omit<GatewayOptions, Unset>> & Pick<GatewayOptions, Unset>;

const DEFAULTS = {
  refreshMs: 1_500,
  maxBackOffMs: 30_000,
  timeoutMs: 5_000,
  reservationTtlMs: 600_000,
  ledgerLagMs: 30_000,
  leaseFromPercent: 80,
  hardWaitMs: 2_000,
  withoutSnapshot: 'open',
} as const;

export function settingsOf(options: GatewayOptions): Settings {
  return {
    ...DEFAULTS,
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    ...options,
    ledgerUrl: options.ledgerUrl.replace(/\/+$/, ''),
  };
}

/** What happened since the gateway was made. */
export type Counters = {
  allowed: number;
  warned: number;
  throttled: number;
  rejected: number;
  /** Decided with figures that are too old, or without the ledger where it should have been asked. */
  degraded: number;
  /** Decided before the first snapshot came; also counted as degraded. */
  blind: number;
  /** Refused because the ledger had no slice of a hard budget left. */
  leaseRefusals: number;
  /** Requests of a shared burst rule that were counted here alone, because nobody waited for the ledger. */
  sharedCountedLocally: number;
  /** Reservations that nobody settled in time. */
  expiredReservations: number;
  settled: number;
  cancelled: number;
  /** Settled or cancelled under an id that is not known, or not any more. */
  unknownRequests: number;
  snapshots: number;
  differences: number;
  notModified: number;
  /** Answers that could not be used; the last good snapshot stayed. */
  refusedAnswers: number;
  /** Calls of the ledger that failed. */
  failures: number;
  clockJumps: number;
};

export function noCounts(): Counters {
  return {
    ...{ allowed: 0, warned: 0, throttled: 0, rejected: 0, degraded: 0, blind: 0 },
    ...{ leaseRefusals: 0, sharedCountedLocally: 0, expiredReservations: 0, settled: 0, cancelled: 0 },
    ...{ unknownRequests: 0, snapshots: 0, differences: 0, notModified: 0, refusedAnswers: 0 },
    ...{ failures: 0, clockJumps: 0 },
  };
}

/** By how much a budget may be passed, as far as this gateway can tell. Amounts in the unit of its measure. */
export type OvershootBound =
  /** Hard: by what requests used beyond what they had reserved, here so far this much, and nothing else. */
  | Readonly<{ kind: 'overruns'; overrun: bigint }>
  /** Not hard: by what others spend within this time, and what lies between two steps of the standing. */
  | Readonly<{ kind: 'delay'; delayMs: number; step: bigint }>
  | Readonly<{ kind: 'unknownBudget' }>;

export type GatewayState = Readonly<{
  /** Of the snapshot in use; absent before the first. */
  version?: string;
  /** Age of its figures; absent before the first. */
  snapshotAgeMs?: number;
  /** Why the last call of the ledger was of no use; absent after one that was. */
  lastProblem?: string;
  inFlight: number;
  leases: number;
  counters: Readonly<Counters>;
  overshootBound(budgetId: string): OvershootBound;
}>;

export type Gateway = Readonly<{
  /** Resolves when the first snapshot is there. */
  ready: Promise<void>;
  /** Decides at once from what is known here, and reserves what the request is expected to use if it may go. */
  decide(request: GatewayRequest): Decision;
  /** As `decide`, but waits for the ledger where a hard budget or a shared burst rule asks for it. */
  decideHard(request: GatewayRequest): Promise<Decision>;
  /**
   * Whether only the ledger knows: a shared burst rule counts the request, or a hard budget has no slice for it here.
   * Nothing is reserved or counted.
   */
  needsLedger(request: GatewayRequest): boolean;
  /** The request is over and used this. */
  settle(requestId: string, actual: Estimate): void;
  /** The request did not go: nothing was used. */
  cancel(requestId: string): void;
  /** Tells what was spent, gives leases back and stops. */
  close(): Promise<void>;
  readonly state: GatewayState;
}>;
