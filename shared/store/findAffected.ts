import type { Aim } from '../domain/policy/asker.ts';
import { countsRequest } from '../domain/policy/budgetFindings.ts';
import { periodAt } from '../domain/policy/budgetPeriod.ts';
import { consumptionsOfLine, type KnownPersons, personOf } from '../domain/policy/consumption.ts';
import { decide } from '../domain/policy/decide.ts';
import {
  ACTIONS,
  type Decision,
  type DecisionRequest,
  type Increase,
  type Person,
} from '../domain/policy/decision.ts';
import { findIdleRules, type IdleRule } from '../domain/policy/findIdleRules.ts';
import { activeIncrease } from '../domain/policy/increase.ts';
import { requestOf } from '../domain/policy/meter.ts';
import { modelFamily } from '../domain/policy/modelFamily.ts';
import type { BudgetRule, Policy } from '../domain/policy/policy.ts';
import { rulesOf } from '../domain/policy/rulesOfAsker.ts';
import { makeSnapshot, type PeriodStanding } from '../domain/policy/snapshot.ts';
import { linesByDay } from './costReport.ts';
import type { IncreaseStore } from './increaseStore.ts';
import { inParallel } from './inParallel.ts';
import type { StandingPlace, StandingStore } from './standingStore.ts';
import { useOfBudget } from './standings.ts';
import type { DayRange, TotalStore } from './totalStore.ts';

/** What would be answered to a user now under one policy and under another: the strictest of all they ask. */
export type AffectedUser = Readonly<{ user: string; before: Decision; after: Decision }>;

export type Affected = Readonly<{
  /** The strictest answers first. */
  users: readonly AffectedUser[];
  /** Rules of the new policy for nobody who asked or is known. */
  idle: readonly IdleRule[];
}>;

export type AffectedDependencies = Readonly<{
  totals: TotalStore;
  standings: StandingStore;
  increases: IncreaseStore;
  known: KnownPersons;
  now: Date;
}>;

/** A kind of request that somebody made of late. */
type Asker = Readonly<{ person: Person; request: DecisionRequest }>;

const READS_AT_ONCE = 16;

/**
 * Whose requests would be answered otherwise now if another policy came into force, with what is used at
 * present. Asked is what people asked on these days: the same models, projects and operations, each without an
 * estimate.
 */
export async function findAffected(
  { before, after, days }: Readonly<{ before: Policy; after: Policy; days: DayRange }>,
  dependencies: AffectedDependencies,
): Promise<Affected> {
  const askers = await gatherAskers(days, dependencies);
  const old = await decideAll(before, askers, dependencies);
  const fresh = await decideAll(after, askers, dependencies);
  const affected = [...old].flatMap(([user, decision]) => {
    const next = fresh.get(user) ?? decision;
    return isSameAnswer(decision, next) ? [] : [{ user, before: decision, after: next }];
  });
  return {
    users: affected.sort((a, b) => compareAnswers(b.after, a.after) || (a.user < b.user ? -1 : 1)),
    idle: findIdleRules(after, [...askers, ...knownAskers(dependencies)]),
  };
}

/** Everybody whom the directory knows, asking for nothing in particular. */
function knownAskers({ known }: AffectedDependencies): Asker[] {
  const nothing = { model: '', priority: 'normal' } as const;
  return [...known.values()].map((person) => ({ person, request: { ...nothing, user: person.user } }));
}

async function gatherAskers(days: DayRange, { totals, known }: AffectedDependencies): Promise<Asker[]> {
  const askers = new Map<string, Asker>();
  for await (const lines of linesByDay(totals, days)) {
    for (const line of lines) {
      const [consumption] = consumptionsOfLine(line);
      if (consumption === undefined) continue;
      const { estimate: _, ...request } = requestOf(consumption);
      const person = personOf(consumption, known);
      askers.set(JSON.stringify([request, person]), { person, request });
    }
  }
  return [...askers.values()];
}

async function decideAll(
  policy: Policy,
  askers: readonly Asker[],
  dependencies: AffectedDependencies,
): Promise<Map<string, Decision>> {
  const nowMs = dependencies.now.getTime();
  const places = placesOf(policy, askers);
  const snapshot = makeSnapshot({
    version: 'planned',
    takenAtMs: nowMs,
    policy,
    persons: new Map(),
    standings: await readStandings([...places.values()], dependencies),
    increases: await readIncreases([...places.values()], dependencies),
    spentByDay: await readBreakerDay(policy, dependencies),
  });
  const strictest = new Map<string, Decision>();
  for (const { person, request } of askers) {
    const decision = decide({ ...snapshot, person: () => person }, request, { nowMs });
    const known = strictest.get(request.user);
    if (known === undefined || compareAnswers(decision, known) > 0) strictest.set(request.user, decision);
  }
  return strictest;
}

type Place = StandingPlace & Readonly<{ rule: BudgetRule; aim: Aim }>;

function placesOf(policy: Policy, askers: readonly Asker[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const { person, request } of askers) {
    const family = modelFamily(request.model);
    for (const { rule, aim } of rulesOf(policy, request, person).budgets) {
      if (!countsRequest(rule.filter, { request, family })) continue;
      places.set(`${rule.id}#${aim.id}`, { rule, aim, budgetId: rule.id, scopeId: aim.id });
    }
  }
  return places;
}

/** Used is read anew; since when a scope is restricted, only what was kept can tell. */
async function readStandings(
  places: readonly Place[],
  { totals, standings, now }: AffectedDependencies,
): Promise<Map<string, Map<string, PeriodStanding>>> {
  const atMs = now.getTime();
  const kept = new Map(
    (await standings.find(places)).map((standing) => [`${standing.budgetId}#${standing.scopeId}`, standing]),
  );
  const byBudget = new Map<string, Map<string, PeriodStanding>>();
  await inParallel(places, READS_AT_ONCE, async ({ rule, aim, budgetId, scopeId }) => {
    const { used } = await useOfBudget({ rule, aim, atMs }, totals);
    const { startMs: periodStartMs } = periodAt(rule.period, atMs);
    const before = kept.get(`${budgetId}#${scopeId}`);
    const since = before?.periodStartMs === periodStartMs ? before.restrictedSinceMs : undefined;
    const restriction = since === undefined ? {} : { restrictedSinceMs: since };
    const scopes = byBudget.get(budgetId) ?? new Map<string, PeriodStanding>();
    byBudget.set(budgetId, scopes.set(scopeId, { used, periodStartMs, ...restriction }));
  });
  return byBudget;
}

async function readIncreases(
  places: readonly StandingPlace[],
  { increases, now }: AffectedDependencies,
): Promise<Map<string, Increase>> {
  const kept = (await increases.find(places)).flatMap((place) => place.increases);
  const active = kept.flatMap((increase) => activeIncrease(increase, now.getTime()) ?? []);
  return new Map(active.map((increase) => [increase.id, increase]));
}

async function readBreakerDay(
  { breaker }: Policy,
  { totals, now }: AffectedDependencies,
): Promise<Map<number, bigint>> {
  if (breaker === undefined) return new Map();
  const atMs = now.getTime();
  const rule: BudgetRule = {
    id: 'breaker',
    target: { kind: 'org' },
    period: { unit: 'day', timeZone: breaker.timeZone },
    limit: { measure: 'usd', amount: breaker.openPicoUsd },
    filter: {},
    ladder: [],
    isHard: false,
  };
  const { used } = await useOfBudget({ rule, aim: { kind: 'org', id: '*', scope: 'org' }, atMs }, totals);
  return new Map([[periodAt(rule.period, atMs).startMs, used]]);
}

function isSameAnswer(a: Decision, b: Decision): boolean {
  return compareAnswers(a, b) === 0;
}

/** Positive when `a` is the stricter: by action, then delay, then 403 before 429. */
function compareAnswers(a: Decision, b: Decision): number {
  const levels = ACTIONS.indexOf(a.action) - ACTIONS.indexOf(b.action);
  return levels || a.delayMs - b.delayMs || b.status - a.status;
}
