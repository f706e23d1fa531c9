import { type CalledModel, callFixedModel, callModel, type ModelRole, pickRole } from './models.ts';
import { type Company, type Level, type Person, runawayPerson } from './people.ts';
import { type Random, seededRandom } from './random.ts';

/**
 * One stretch of work of one person: an `agent` working through a task in a burst, a `chat` at human
 * pace, or a part of the `runaway`.
 */
export type Session = Readonly<{
  kind: 'agent' | 'chat' | 'runaway';
  /** Seed of the session's own choices, so that no session depends on another. */
  seed: string;
  person: Person;
  day: string;
  startMs: number;
  requestCount: number;
  /** Place of the first request among all of the plan; it decides which requests are unusual. */
  firstOrdinal: number;
}>;

export type Plan = Readonly<{ seed: string; company: Company; day: string }>;

/** Requests per day of one person, before the whole company is scaled to its mean. */
const REQUESTS_PER_DAY: Readonly<Record<Level, readonly [min: number, max: number]>> = {
  heavy: [120, 170],
  moderate: [40, 60],
  light: [8, 16],
};
/** Mean of the table above over a company of 20 % heavy, 50 % moderate and 30 % light people. */
export const ORDINARY_REQUESTS_PER_PERSON = 57.6;

const AGENT_SHARE: Readonly<Record<Level, number>> = { heavy: 0.85, moderate: 0.65, light: 0.5 };
const SESSION_REQUESTS = { agent: [8, 40], chat: [3, 9] } as const;

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const WORK_STARTS_HOUR = 8.5;
const WORK_HOURS = 9.5;
/** Every session ends within an hour of its start, so none that starts before 23:00 leaves the UTC day. */
const LAST_START_HOURS = 23;

const RUNAWAY_FROM_HOUR = 13;
const RUNAWAY_SESSIONS = 10;
const RUNAWAY_SESSION_REQUESTS = 24;
const RUNAWAY_SESSION_MS = 720_000;

/** Everybody's sessions of one day, in the order of their start. */
export function planSessions(plan: Plan, requestsPerPerson: number): Session[] {
  const scale = requestsPerPerson / ORDINARY_REQUESTS_PER_PERSON;
  const sessions: Session[] = [];
  let ordinal = 0;
  for (const person of plan.company.users) {
    const random = seededRandom(`${plan.seed}|${plan.day}|${person.user}`);
    let left = Math.round(random.int(...REQUESTS_PER_DAY[person.level]) * scale);
    while (left > 0) {
      const kind = random.chance(AGENT_SHARE[person.level]) ? 'agent' : 'chat';
      const [shortest, longest] = SESSION_REQUESTS[kind];
      const requestCount = Math.min(left, random.int(shortest, longest));
      const startMs = dayStartMs(plan.day) + startWithinDayMs(person, random);
      const seed = `${plan.seed}|${plan.day}|${person.user}|${sessions.length}`;
      sessions.push({ kind, seed, person, day: plan.day, startMs, requestCount, firstOrdinal: ordinal });
      ordinal += requestCount;
      left -= requestCount;
    }
  }
  return sessions.sort((a, b) => a.startMs - b.startMs);
}

/**
 * The runaway agent's two hours. Its sessions are added to those of an ordinary day, of which nothing
 * changes: who has seen the day without the story knows all its other lines.
 */
export function planRunaway(plan: Plan): Session[] {
  const person = runawayPerson(plan.company);
  if (person === undefined) return [];
  return Array.from({ length: RUNAWAY_SESSIONS }, (_, index) => ({
    kind: 'runaway',
    seed: `${plan.seed}|${plan.day}|runaway|${index}`,
    person,
    day: plan.day,
    startMs: dayStartMs(plan.day) + RUNAWAY_FROM_HOUR * HOUR_MS + index * RUNAWAY_SESSION_MS,
    requestCount: RUNAWAY_SESSION_REQUESTS,
    firstOrdinal: index * RUNAWAY_SESSION_REQUESTS,
  }));
}

/** Milliseconds between two requests of a session: an agent's tools are quick, people read and think. */
export function pauseMs(kind: Session['kind'], random: Random): number {
  switch (kind) {
    case 'agent':
      return random.int(5_000, 30_000);
    case 'chat':
      return random.int(30_000, 240_000);
    case 'runaway':
      return RUNAWAY_SESSION_MS / RUNAWAY_SESSION_REQUESTS;
    default:
      return kind satisfies never;
  }
}

/** The model a session works with. */
export function sessionModel(session: Session, random: Random): CalledModel {
  if (session.kind === 'runaway') return callFixedModel('opus', session.day);
  return otherModel(session, pickRole(session.person.level, random), random);
}

/** A model that a session calls beside its own, such as the small one of its subagents. */
export function otherModel(session: Session, role: ModelRole, random: Random): CalledModel {
  return callModel({ role, day: session.day, person: session.person, random });
}

export function dayStartMs(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

/** Working hours as UTC sees them; where they pass midnight they come round to the day's beginning. */
function startWithinDayMs(person: Person, random: Random): number {
  const localHours = WORK_STARTS_HOUR + random.next() * WORK_HOURS;
  const utcHours = (localHours - person.utcOffsetHours + DAY_HOURS) % DAY_HOURS;
  return Math.floor((utcHours % LAST_START_HOURS) * HOUR_MS);
}
