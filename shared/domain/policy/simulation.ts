import { toDay } from '../period.ts';
import { BurstWindow, burstShape } from './burst.ts';
import { type Consumption, type KnownPersons, personOf } from './consumption.ts';
import { decide } from './decide.ts';
import type { Decision, DecisionAction, Increase, Person, RecentRequests, Snapshot } from './decision.ts';
import { Meter, requestOf } from './meter.ts';
import type { Policy } from './policy.ts';
import { rulesOf } from './rulesOfAsker.ts';

/** What happens to requests besides going without a word. */
export const AFFECTS = ['warn', 'throttle', 'reject'] as const;
export type Affect = (typeof AFFECTS)[number];

/** Requests that one thing happened to: how many, what they cost, and the first with the rule behind it. */
export type Affected = Readonly<{ requests: number; picoUsd: bigint; firstAtMs: number; rule: string }>;

/** When each thing first happened to a user on a UTC day. */
export type AffectedDay = Readonly<{ day: string } & Partial<Record<Affect, number>>>;

export type SimulatedUser = Readonly<{
  user: string;
  requests: number;
  picoUsd: bigint;
  affected: Readonly<Partial<Record<Affect, Affected>>>;
  /** Only days on which anything happened. */
  days: readonly AffectedDay[];
}>;

/** How often a rule was the strictest, and for how many users. */
export type SimulatedRule = Readonly<{ rule: string; users: number } & Record<Affect, number>>;

export type Simulated = Readonly<{
  requests: number;
  picoUsd: bigint;
  users: readonly SimulatedUser[];
  rules: readonly SimulatedRule[];
}>;

type UserTally = {
  requests: number;
  picoUsd: bigint;
  affected: Map<Affect, Affected>;
  days: Map<string, Map<Affect, number>>;
};
type RuleTally = { users: Set<string>; counts: Map<Affect, number> };

/**
 * Recorded requests decided by a policy that may never have been in force, one after the other in the order
 * of their start, each by what was used just before it. A request that is refused uses nothing: those after it may
 * go where they would not have. Each is taken to have said before what it did use.
 */
export class Simulation {
  readonly #known: KnownPersons;
  readonly #meter: Meter;
  readonly #increases: ReadonlyMap<string, readonly Increase[]>;
  readonly #windows = new Map<string, BurstWindow>();
  readonly #users = new Map<string, UserTally>();
  readonly #rules = new Map<string, RuleTally>();
  /** The last person made for a user: rules remember people by identity. */
  readonly #persons = new Map<string, Person>();

  /** `increases` are those that were granted at the time, each with when it counted. */
  constructor(policy: Policy, known: KnownPersons, increases: readonly Increase[] = []) {
    this.#known = known;
    this.#increases = Map.groupBy(increases, ({ budgetId, scopeId }) => `${budgetId}#${scopeId}`);
    this.#meter = new Meter(policy, (budgetId, scopeId) => this.#increasesOf(budgetId, scopeId));
  }

  /** Counts what was used before the days that are replayed. */
  warmUp(consumption: Consumption): void {
    this.#meter.count(consumption, this.#personOf(consumption));
  }

  replay(consumption: Consumption): Decision {
    const { atMs } = consumption;
    const person = this.#personOf(consumption);
    const request = requestOf(consumption);
    const decision = decide(this.#snapshotAt(atMs, person), request, { nowMs: atMs });
    if (decision.action !== 'reject') {
      this.#meter.count(consumption, person);
      for (const { rule, aim } of rulesOf(this.#meter.policy, request, person).bursts) {
        this.#windowOf(rule.id, aim.id)?.add(atMs);
      }
    }
    this.#tally(consumption, decision);
    return decision;
  }

  result(): Simulated {
    const users = [...this.#users].map(([user, { requests, picoUsd, affected, days }]) => ({
      ...{ user, requests, picoUsd },
      affected: Object.fromEntries(affected),
      days: [...days].map(([day, firsts]) => ({ day, ...Object.fromEntries(firsts) })),
    }));
    const rules = [...this.#rules].map(([rule, { users: ofRule, counts }]) => ({
      rule,
      users: ofRule.size,
      warn: counts.get('warn') ?? 0,
      throttle: counts.get('throttle') ?? 0,
      reject: counts.get('reject') ?? 0,
    }));
    return {
      requests: users.reduce((sum, { requests }) => sum + requests, 0),
      picoUsd: users.reduce((sum, { picoUsd }) => sum + picoUsd, 0n),
      users: users.sort(byUser),
      rules: rules.sort((a, b) => b.reject - a.reject || b.throttle - a.throttle || b.warn - a.warn),
    };
  }

  #snapshotAt(nowMs: number, person: Person): Snapshot {
    const meter = this.#meter;
    return {
      version: 'simulated',
      takenAtMs: nowMs,
      policy: meter.policy,
      person: () => person,
      standing: (budgetId, scopeId, periodStartMs) => meter.standing(budgetId, scopeId, periodStartMs),
      increases: (budgetId, scopeId) => this.#increasesOf(budgetId, scopeId),
      spentOnDay: (dayStartMs) => meter.spentOnDay(dayStartMs),
      recentRequests: (burstId, scopeId, atMs) => this.#recent(burstId, scopeId, atMs),
    };
  }

  #increasesOf(budgetId: string, scopeId: string): readonly Increase[] {
    // Mostly there are none, and then no name need be made for each request.
    return this.#increases.size === 0 ? [] : (this.#increases.get(`${budgetId}#${scopeId}`) ?? []);
  }

  #recent(burstId: string, scopeId: string, atMs: number): RecentRequests {
    return this.#windowOf(burstId, scopeId)?.recent(atMs) ?? { count: 0 };
  }

  #windowOf(burstId: string, scopeId: string): BurstWindow | undefined {
    const name = `${burstId}#${scopeId}`;
    const known = this.#windows.get(name);
    if (known !== undefined) return known;
    const rule = this.#meter.policy.bursts.find(({ id }) => id === burstId);
    if (rule === undefined) return undefined;
    const window = new BurstWindow(burstShape(rule));
    this.#windows.set(name, window);
    return window;
  }

  #personOf(consumption: Consumption): Person {
    const person = personOf(consumption, this.#known);
    const last = this.#persons.get(person.user);
    if (last !== undefined && isSame(last, person)) return last;
    this.#persons.set(person.user, person);
    return person;
  }

  #tally({ user, atMs, picoUsd }: Consumption, { action, reasons }: Decision): void {
    const tally = this.#users.get(user) ?? { requests: 0, picoUsd: 0n, affected: new Map(), days: new Map() };
    this.#users.set(user, tally);
    tally.requests += 1;
    tally.picoUsd += picoUsd;
    if (!isAffect(action)) return;
    const rule = reasons[0]?.rule ?? '';
    const known = tally.affected.get(action) ?? { requests: 0, picoUsd: 0n, firstAtMs: atMs, rule };
    const sums = { requests: known.requests + 1, picoUsd: known.picoUsd + picoUsd };
    tally.affected.set(action, { ...known, ...sums });
    const day = toDay(new Date(atMs));
    const firsts = tally.days.get(day) ?? new Map<Affect, number>();
    tally.days.set(day, firsts);
    if (!firsts.has(action)) firsts.set(action, atMs);
    const ofRule = this.#rules.get(rule) ?? { users: new Set(), counts: new Map() };
    this.#rules.set(rule, ofRule);
    ofRule.users.add(user);
    ofRule.counts.set(action, (ofRule.counts.get(action) ?? 0) + 1);
  }
}

function isAffect(action: DecisionAction): action is Affect {
  return action !== 'allow';
}

/** What the directory knows of a user does not change within a run. */
function isSame(a: Person, b: Person): boolean {
  return (
    a.team === b.team &&
    a.businessUnit === b.businessUnit &&
    a.department === b.department &&
    a.costCentre === b.costCentre
  );
}

/** Whoever lost most first, then in text order. */
function byUser(a: SimulatedUser, b: SimulatedUser): number {
  for (const affect of ['reject', 'throttle', 'warn'] as const) {
    const difference = (b.affected[affect]?.requests ?? 0) - (a.affected[affect]?.requests ?? 0);
    if (difference !== 0) return difference;
  }
  return a.user < b.user ? -1 : 1;
}
