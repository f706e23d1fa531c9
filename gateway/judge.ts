import { countsRequest } from '../shared/domain/policy/budgetFindings.ts';
import { type Period, periodAt } from '../shared/domain/policy/budgetPeriod.ts';
import { decide } from '../shared/domain/policy/decide.ts';
import type { Decision, RecentRequests, Snapshot } from '../shared/domain/policy/decision.ts';
import { estimatedUse } from '../shared/domain/policy/estimate.ts';
import { hardCap, isLive } from '../shared/domain/policy/lease.ts';
import { modelFamily } from '../shared/domain/policy/modelFamily.ts';
import type { BudgetRule, BurstRule, Limit } from '../shared/domain/policy/policy.ts';
import { type Aimed, rulesOf } from '../shared/domain/policy/rulesOfAsker.ts';
import { makeSnapshot } from '../shared/domain/policy/snapshot.ts';
import { followRoute } from '../shared/domain/policy/suggestion.ts';
import { degraded, leaseRefusal } from './answers.ts';
import type { BurstBook } from './burstBook.ts';
import { elapsedMs } from './gatewayClock.ts';
import type { LeaseBook } from './leaseBook.ts';
import type { LeaseSlot } from './leaseSlot.ts';
import type { GatewayRequest, Settings } from './options.ts';
import type { PromptPatterns } from './promptPatterns.ts';
import type { Hold } from './reservations.ts';
import { ageOf, type HeldSnapshot } from './snapshotFeed.ts';
import type { Tallies } from './tallies.ts';

/** A slice that a request would need and this gateway does not hold. */
export type Missing = Readonly<{ slot: LeaseSlot; amount: bigint }>;

/** What becomes of a request, and what it will hold if it goes. Nothing is held yet. */
export type Verdict = Readonly<{
  decision: Decision;
  holds: readonly Hold[];
  bursts: readonly Aimed<BurstRule>[];
  missing: readonly Missing[];
}>;

export type JudgeDependencies = Readonly<{
  settings: Settings;
  tallies: Tallies;
  leases: LeaseBook;
  bursts: BurstBook;
  patterns: PromptPatterns;
}>;

/** What the ledger said of shared burst rules, by rule; of all others what was counted here holds. */
export type Told = ReadonlyMap<string, RecentRequests>;

type Counted = Aimed<BudgetRule> & Readonly<{ period: Period; amount: bigint }>;

/** The breaker's own tally: no budget has this id, because ids are not empty. */
const BREAKER = { budgetId: '', scopeId: '*' } as const;
const BREAKER_LIMIT: Limit = { measure: 'usd', amount: 0n };
/** Standings of scopes whose totals are computed once an hour come this late. */
const HOURLY_LAG_MS = 3_900_000;

/** Decides with one snapshot, adding what only this gateway knows: requests on the way, and leases. */
export class Judge {
  readonly #held: HeldSnapshot;
  readonly #snapshot: Snapshot;
  readonly #dependencies: JudgeDependencies;

  constructor(held: HeldSnapshot, dependencies: JudgeDependencies) {
    const { tallies, bursts } = dependencies;
    this.#held = held;
    this.#dependencies = dependencies;
    this.#snapshot = makeSnapshot(held.data, {
      reserved: (budgetId, scopeId, startMs) => tallies.sum(budgetId, scopeId, startMs),
      recentRequests: (burstId, scopeId, nowMs) => bursts.recent(burstId, scopeId, nowMs),
    });
  }

  judge(request: GatewayRequest, nowMs: number, told: Told): Verdict {
    const { patterns, settings } = this.#dependencies;
    const { suggest = followRoute } = settings;
    const snapshot = this.#present(nowMs, told);
    const hasPattern = patterns.of(snapshot.policy, request.prompt);
    const decision = decide(snapshot, request, { nowMs, suggest, ...(hasPattern && { hasPattern }) });
    const nothing = { holds: [], bursts: [], missing: [] };
    if (decision.action === 'reject') return { decision, ...nothing };
    const rules = rulesOf(snapshot.policy, request, snapshot.person(request.user));
    const family = modelFamily(request.model);
    const counted = rules.budgets
      .filter(({ rule }) => countsRequest(rule.filter, { request, family }))
      .map(({ rule, aim }) => ({
        rule,
        aim,
        period: periodAt(rule.period, nowMs),
        amount: estimatedUse(rule.limit, request.estimate),
      }));
    const leased = this.#lease(counted, decision, snapshot, nowMs);
    if (leased.decision.action === 'reject') return { ...leased, holds: [], bursts: [] };
    const holds = counted.map((budget) => this.#hold(budget, leased.slots.get(budget.rule.id)));
    const breaker = this.#breakerHold(request, nowMs);
    return {
      decision: leased.decision,
      holds: breaker === undefined ? holds : [...holds, breaker],
      bursts: rules.bursts,
      missing: [],
    };
  }

  /** The snapshot as of now: its age is by the time that passed, not by clocks. */
  #present(nowMs: number, told: Told): Snapshot {
    const { tallies } = this.#dependencies;
    const snapshot = this.#snapshot;
    return {
      ...snapshot,
      takenAtMs: nowMs - ageOf(this.#held),
      spentOnDay: (dayStartMs) =>
        snapshot.spentOnDay(dayStartMs) + tallies.sum(BREAKER.budgetId, BREAKER.scopeId, dayStartMs),
      recentRequests: (burstId, scopeId, atMs) =>
        told.get(burstId) ?? snapshot.recentRequests(burstId, scopeId, atMs),
    };
  }

  /** Finds the leases that the request draws from; without one that is large enough it does not go. */
  #lease(counted: readonly Counted[], decision: Decision, snapshot: Snapshot, nowMs: number) {
    const slots = new Map<string, LeaseSlot>();
    const missing: Missing[] = [];
    let answer = decision;
    const elapsed = elapsedMs();
    for (const budget of counted) {
      if (!budget.rule.isHard) continue;
      const slot = this.#slotOf(budget, snapshot, nowMs);
      if (slot === undefined) continue;
      slots.set(budget.rule.id, slot);
      if (slot.hasRoom(budget.amount, elapsed)) continue;
      if (slot.state === 'unreachable' && snapshot.policy.failure.mode === 'open') {
        slot.want(budget.amount, elapsed);
        answer = degraded(answer, 'A hard budget is not enforced while the ledger does not answer.');
        continue;
      }
      missing.push({ slot, amount: budget.amount });
      const { used } = snapshot.standing(budget.rule.id, budget.aim.id, budget.period.startMs);
      const limit = hardCap(budget.rule, snapshot.increases(budget.rule.id, budget.aim.id), nowMs);
      answer = leaseRefusal(answer, { ...budget, used: used + budget.amount, limit, state: slot.state });
    }
    return { decision: answer, slots, missing };
  }

  /** The slot of a hard budget that is near its limit, or that was and is still leased. */
  #slotOf({ rule, aim, period, amount }: Counted, snapshot: Snapshot, nowMs: number): LeaseSlot | undefined {
    const { leases, tallies, settings } = this.#dependencies;
    const place = { budgetId: rule.id, scopeId: aim.id, periodStartMs: period.startMs };
    const known = leases.find(place);
    if (known !== undefined) return known;
    const { used } = snapshot.standing(rule.id, aim.id, period.startMs);
    const cap = hardCap(rule, snapshot.increases(rule.id, aim.id), nowMs);
    const isNear = (used + amount) * 100n >= cap * BigInt(Math.ceil(settings.leaseFromPercent));
    return isNear ? leases.open(place, tallies.sum(rule.id, aim.id, period.startMs)) : undefined;
  }

  #hold({ rule, aim, period, amount }: Counted, slot: LeaseSlot | undefined): Hold {
    const { tallies, settings } = this.#dependencies;
    return {
      tally: tallies.open({ budgetId: rule.id, scopeId: aim.id, periodStartMs: period.startMs }),
      limit: rule.limit,
      reserved: amount,
      lagMs: isLive(rule) ? settings.ledgerLagMs : Math.max(settings.ledgerLagMs, HOURLY_LAG_MS),
      ...(slot === undefined ? {} : { slot }),
    };
  }

  #breakerHold({ estimate }: GatewayRequest, nowMs: number): Hold | undefined {
    const { breaker } = this.#snapshot.policy;
    if (breaker === undefined) return undefined;
    const { tallies, settings } = this.#dependencies;
    const periodStartMs = periodAt({ unit: 'day', timeZone: breaker.timeZone }, nowMs).startMs;
    return {
      tally: tallies.open({ ...BREAKER, periodStartMs }),
      limit: BREAKER_LIMIT,
      reserved: estimatedUse(BREAKER_LIMIT, estimate),
      lagMs: settings.ledgerLagMs,
    };
  }
}
