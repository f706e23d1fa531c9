import { isDay } from '../../../shared/domain/period.ts';
import type { DirectoryUser } from '../../../shared/domain/placement.ts';
import { type Arrival, ArrivalQueue } from './arrivals.ts';
import { bedrockLine } from './bedrockLine.ts';
import { planGarbage } from './garbage.ts';
import { type Oddity, ordinaryOddities, runawayOddities } from './oddities.ts';
import { type Company, directoryOf, makeCompany } from './people.ts';
import { seededRandom } from './random.ts';
import type { SampleRequest } from './request.ts';
import { sessionRequests } from './requests.ts';
import { ORDINARY_REQUESTS_PER_PERSON, planRunaway, planSessions, type Session } from './sessions.ts';

/**
 * A sample of gateway traffic as Bedrock model invocation log lines: a small company for a first look,
 * or a large one for load. Everything follows from seed and day, never from the clock, so a day that
 * is made again is the same to the last byte and a ledger counts none of it twice.
 */

/** A monthly budget of one team; the limit is an exact decimal string in USD. */
export type SampleBudget = Readonly<{ team: string; period: 'month'; limitUsd: string }>;

export type SampleFacts = Readonly<{
  company: Company;
  directory: readonly DirectoryUser[];
  budgets: readonly SampleBudget[];
  /** The budgets as a policy file has them. */
  policyText: string;
}>;

const SMALL_COMPANY = { people: 25, teams: 4 } as const;

/** A company above this size is there for load, and its people are busier. */
const SMALL_COMPANY_MAX_PEOPLE = 100;
const LOAD_REQUESTS_PER_PERSON = 72;

/**
 * The runaway day alone takes the payments team past 80 % of its budget and leaves it under 90 %; the
 * ordinary days before it add a few per cent. The other teams stay far below theirs.
 */
const BUDGETS: readonly SampleBudget[] = [
  { team: 'platform', period: 'month', limitUsd: '1500' },
  { team: 'payments', period: 'month', limitUsd: '150' },
  { team: 'mobile', period: 'month', limitUsd: '1500' },
  { team: 'data-science', period: 'month', limitUsd: '1500' },
];

const MAX_LOG_DELAY_MS = 6_000;
const DUPLICATE_DELAY_MS = [20_000, 7_200_000] as const;
const FINAL_DELAY_MS = [4_000, 40_000] as const;
const PARTIAL_OUTPUT_SHARE = 0.35;

/** The small company behind the sample: its people, whose team only the directory knows, and its budgets. */
export function makeSampleFacts(seed: string): SampleFacts {
  const company = makeCompany({ seed, ...SMALL_COMPANY });
  const entries = BUDGETS.map(
    ({ team, period, limitUsd }) => `  - { team: ${team}, ${period}: ${limitUsd} USD }\n`,
  );
  const policyText = `budgets:\n${entries.join('')}`;
  return { company, directory: directoryOf(company), budgets: BUDGETS, policyText };
}

/**
 * One UTC day of a company's log lines, one at a time in the order of their arrival, which is that of
 * their timestamps but for a few seconds. Memory holds the sessions under way, not the day.
 *
 * @param options.requestsPerPerson mean over all people, retries and duplicates not counted.
 * @throws RangeError when `day` is no day, or one on which a model of the sample had no price yet.
 */
export function* makeSampleDay(
  options: Readonly<{
    seed: string;
    company: Company;
    day: string;
    requestsPerPerson?: number;
    hasRunaway?: boolean;
  }>,
): Generator<string> {
  const { seed, company, day } = options;
  if (!isDay(day)) throw new RangeError(`Not a day of the calendar: ${day}`);
  const isLoad = company.users.length > SMALL_COMPANY_MAX_PEOPLE;
  const usual = isLoad ? LOAD_REQUESTS_PER_PERSON : ORDINARY_REQUESTS_PER_PERSON;
  const ordinary = planSessions({ seed, company, day }, options.requestsPerPerson ?? usual);
  const runaway = options.hasRunaway === true ? planRunaway({ seed, company, day }) : [];
  const sessions = [...ordinary, ...runaway].sort((a, b) => a.startMs - b.startMs);
  const oddities = { ordinary: ordinaryOddities(`${seed}|${day}`), runaway: runawayOddities() };

  const queue = new ArrivalQueue();
  for (const garbage of planGarbage({ seed, company, day }, countRequests(ordinary))) queue.add(garbage);
  for (const session of sessions) {
    yield* linesBefore(session.startMs, queue);
    const oddityAt = session.kind === 'runaway' ? oddities.runaway : oddities.ordinary;
    for (const arrival of sessionArrivals(session, oddityAt)) queue.add(arrival);
  }
  yield* linesBefore(Number.POSITIVE_INFINITY, queue);
}

function* linesBefore(untilMs: number, queue: ArrivalQueue): Generator<string> {
  for (let next = queue.takeBefore(untilMs); next !== undefined; next = queue.takeBefore(untilMs)) {
    yield next.line;
  }
}

function* sessionArrivals(session: Session, oddityAt: (ordinal: number) => Oddity): Generator<Arrival> {
  const random = seededRandom(`${session.seed}|arrivals`);
  for (const { request, oddity } of sessionRequests(session, oddityAt)) {
    const atMs = request.atMs + random.int(0, MAX_LOG_DELAY_MS);
    const line = bedrockLine(request);
    if (oddity === 'partialFirst') {
      yield { atMs, line: bedrockLine(partialOf(request)) };
      yield { atMs: atMs + random.int(...FINAL_DELAY_MS), line };
      continue;
    }
    yield { atMs, line };
    if (oddity === 'duplicate') yield { atMs: atMs + random.int(...DUPLICATE_DELAY_MS), line };
  }
}

/** The record that was written when a third of the answer had come; only its output differs. */
function partialOf(request: SampleRequest): SampleRequest {
  const output = Math.floor(request.tokens.output * PARTIAL_OUTPUT_SHARE);
  return { ...request, isPartial: true, tokens: { ...request.tokens, output } };
}

function countRequests(sessions: readonly Session[]): number {
  return sessions.reduce((sum, { requestCount }) => sum + requestCount, 0);
}
