import { createGateway } from '../../gateway/createGateway.ts';
import type { Gateway } from '../../gateway/options.ts';
import { decide } from '../../shared/domain/policy/decide.ts';
import type { DecisionRequest } from '../../shared/domain/policy/decision.ts';
import { makeSnapshot, type SnapshotData } from '../../shared/domain/policy/snapshot.ts';
import { encodeSnapshot } from '../../shared/domain/policy/snapshotCodec.ts';
import type { Figure } from './figure.ts';
import { BUDGETS, limitedCompany, NOW_MS, requestsOf } from './limitedCompany.ts';
import { median, quantile } from './statistics.ts';

const REQUESTS = 50_000;
/** The requests of a gateway that was just started. */
const FIRST = 2_000;
const ROUNDS = 5;
/** So many requests are on the way at once, as behind a busy gateway. */
const UNDER_WAY = 200;

type Times = Readonly<{ p99Us: number; perSecond: number }>;

/**
 * `decide` of the gateway package over a snapshot of 10,000 people and 20 budgets, with what it adds to the bare
 * decision: the lookup of what is on the way here, the reservation and its end, which is in their speed and not in
 * their times. Its first requests are timed before anything else, so that little of it is compiled yet.
 */
export async function gateway(): Promise<Figure[]> {
  const data = limitedCompany();
  const requests = requestsOf([...data.persons.keys()], REQUESTS);
  const [first] = await withGateway(data, (opened) => [timeGateway(opened, requests.slice(0, FIRST))]);
  const rounds = await withGateway(data, (opened) => {
    timeGateway(opened, requests);
    timeBare(data, requests);
    return Array.from({ length: ROUNDS }, () => ({
      ours: timeGateway(opened, requests),
      bare: timeBare(data, requests),
    }));
  });
  const figure = (name: string, value: number, rest: Partial<Figure> = {}): Figure => ({
    ...{ benchmark: 'gateway', name, value },
    ...rest,
  });
  const name = `p99 of decide in a gateway, ${BUDGETS} budgets, 10,000 users`;
  return [
    figure(name, median(rounds.map(({ ours }) => ours.p99Us)), { unit: 'µs', digits: 1 }),
    figure(`p99 of the first ${FIRST.toLocaleString('en')} of them`, first?.p99Us ?? 0, {
      unit: 'µs',
      digits: 1,
    }),
    figure(
      'speed of decide in a gateway, and ending / of the bare decide',
      median(rounds.map(({ ours, bare }) => ours.perSecond / bare.perSecond)),
      { digits: 2, target: { atLeast: 0.5 } },
    ),
    figure('decisions of a gateway, and their ends', median(rounds.map(({ ours }) => ours.perSecond)), {
      unit: '/s',
    }),
  ];
}

/** A gateway that has its snapshot and hears no news. */
async function withGateway<T>(data: SnapshotData, work: (opened: Gateway) => T): Promise<T> {
  const text = encodeSnapshot(data);
  const headers = { etag: '"bench"', date: new Date(NOW_MS).toUTCString() };
  const opened = createGateway({
    ...{ ledgerUrl: 'http://ledger', token: 'none', now: () => NOW_MS, refreshMs: 3_600_000 },
    fetch: async () => new Response(text, { headers }),
  });
  await opened.ready;
  try {
    return work(opened);
  } finally {
    await opened.close();
  }
}

let last = 0;

function timeGateway(opened: Gateway, requests: readonly DecisionRequest[]): Times {
  const underWay: string[] = [];
  return timeEach(requests, (request) => {
    last += 1;
    const requestId = `request-${last}`;
    const asked = { ...request, requestId };
    const beganMs = performance.now();
    const { action } = opened.decide(asked);
    const tookMs = performance.now() - beganMs;
    if (action !== 'reject') underWay.push(requestId);
    const ended = underWay.length > UNDER_WAY ? underWay.shift() : undefined;
    if (ended !== undefined) opened.cancel(ended);
    return tookMs;
  });
}

function timeBare(data: SnapshotData, requests: readonly DecisionRequest[]): Times {
  const snapshot = makeSnapshot(data);
  return timeEach(requests, (request) => {
    const beganMs = performance.now();
    decide(snapshot, request, { nowMs: NOW_MS });
    return performance.now() - beganMs;
  });
}

function timeEach(requests: readonly DecisionRequest[], run: (request: DecisionRequest) => number): Times {
  const timesUs: number[] = [];
  const startedMs = performance.now();
  for (const request of requests) timesUs.push(run(request) * 1_000);
  const perSecond = (requests.length * 1_000) / (performance.now() - startedMs);
  return { p99Us: quantile(timesUs, 0.99), perSecond };
}
