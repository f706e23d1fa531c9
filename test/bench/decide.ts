import { decide as decideOn } from '../../shared/domain/policy/decide.ts';
import type { DecisionRequest, Snapshot } from '../../shared/domain/policy/decision.ts';
import { makeSnapshot, type SnapshotData } from '../../shared/domain/policy/snapshot.ts';
import type { Figure } from './figure.ts';
import { BUDGETS, LIMIT, limitedCompany, NOW_MS, requestsOf, scopeIdOf } from './limitedCompany.ts';
import { median, quantile } from './statistics.ts';

const REQUESTS = 100_000;
const WARM_UP = 20_000;
const ROUNDS = 5;

type Round = Readonly<{ p99Us: number; perSecond: number; barePerSecond: number }>;

/**
 * Decisions about requests of 10,000 people whom 20 budgets each concern, of which one in five is near or
 * over its limit, against the least that any answer takes: as many lookups and comparisons in a bare loop.
 */
export async function decide(): Promise<Figure[]> {
  const data = limitedCompany();
  const snapshot = makeSnapshot(data);
  const requests = requestsOf([...data.persons.keys()], REQUESTS);
  for (const request of requests.slice(0, WARM_UP)) decideOn(snapshot, request, { nowMs: NOW_MS });
  const rounds = Array.from({ length: ROUNDS }, () => timeRound(snapshot, data, requests));
  const figure = (name: string, value: number, rest: Partial<Figure>): Figure => ({
    benchmark: 'decide',
    name,
    value,
    ...rest,
  });
  return [
    figure(`p99 of a decision, ${BUDGETS} budgets, 10,000 users`, median(rounds.map(({ p99Us }) => p99Us)), {
      unit: 'µs',
      digits: 1,
      target: { below: 50 },
    }),
    figure(
      'speed of decisions / of bare lookups and comparisons',
      median(rounds.map(({ perSecond, barePerSecond }) => perSecond / barePerSecond)),
      { digits: 2, target: { atLeast: 0.1 } },
    ),
    figure('decisions', median(rounds.map(({ perSecond }) => perSecond)), { unit: '/s' }),
  ];
}

function timeRound(snapshot: Snapshot, data: SnapshotData, requests: readonly DecisionRequest[]): Round {
  const timesUs: number[] = [];
  const startedMs = performance.now();
  for (const request of requests) {
    const beganMs = performance.now();
    decideOn(snapshot, request, { nowMs: NOW_MS });
    timesUs.push((performance.now() - beganMs) * 1_000);
  }
  const decidedMs = performance.now() - startedMs;
  const bareFromMs = performance.now();
  if (bareLoop(data, requests) < 0) throw new Error('there is no request');
  const bareMs = performance.now() - bareFromMs;
  return {
    p99Us: quantile(timesUs, 0.99),
    perSecond: (requests.length * 1_000) / decidedMs,
    barePerSecond: (requests.length * 1_000) / bareMs,
  };
}

/** For every budget one lookup of what was used and one exact comparison; the sum keeps it from being skipped. */
function bareLoop(
  { policy, persons, standings }: SnapshotData,
  requests: readonly DecisionRequest[],
): number {
  let reached = 0;
  for (const { user } of requests) {
    const person = persons.get(user);
    if (person === undefined) continue;
    for (const rule of policy.budgets) {
      const used = standings.get(rule.id)?.get(scopeIdOf(rule, person))?.used ?? 0n;
      if (used * 100n >= LIMIT * 80n) reached += 1;
    }
  }
  return reached;
}
