import type { DirectoryUser } from '../../../shared/domain/placement.ts';
import { UNATTRIBUTED } from '../../../shared/domain/usage.ts';
import { FIRST_NAMES, LAST_NAMES, TEAMS } from './names.ts';
import { type Random, seededRandom } from './random.ts';

/**
 * How a person's team is found. `metadata`: the line's requestMetadata names user and team.
 * `session`: only the role session in identity.arn names the user, the directory knows the team.
 * `directoryOnly`: requestMetadata names the user but no team. `none`: no line and no directory does.
 */
export type HowAttributed = 'metadata' | 'session' | 'directoryOnly' | 'none';

export type Level = 'heavy' | 'moderate' | 'light';

export type Person = Readonly<{
  /** User id: an e-mail address. */
  user: string;
  /** The team to which the use must be counted; `unattributed` for the one who has none. */
  team: string;
  how: HowAttributed;
  level: Level;
  /** Hours that local time is ahead of UTC. */
  utcOffsetHours: number;
  /** Where the gateway sends the person's requests. */
  geo: 'us' | 'eu';
}>;

export type Team = Readonly<{ id: string; businessUnit: string; lead: string }>;

export type Company = Readonly<{ teams: readonly Team[]; users: readonly Person[] }>;

/** The team whose ordinary use is light, so that one runaway agent stands out in its budget. */
export const RUNAWAY_TEAM = 'payments';

const HEAVY_SHARE = 0.2;
const LIGHT_SHARE = 0.3;

const HOMES = [
  { utcOffsetHours: 1, geo: 'eu' },
  { utcOffsetHours: 0, geo: 'eu' },
  { utcOffsetHours: 2, geo: 'eu' },
  { utcOffsetHours: -5, geo: 'us' },
  { utcOffsetHours: -8, geo: 'us' },
  { utcOffsetHours: -3, geo: 'us' },
  { utcOffsetHours: 5.5, geo: 'us' },
  { utcOffsetHours: 9, geo: 'us' },
] as const;

/** In every ten people of a company, these many are found in each way. */
const ATTRIBUTION_OF_TEN: readonly HowAttributed[] = [
  'metadata',
  'session',
  'metadata',
  'metadata',
  'session',
  'metadata',
  'directoryOnly',
  'metadata',
  'session',
  'metadata',
];

/**
 * Makes a company whose people are spread evenly over its teams; the last person has no team.
 *
 * @throws RangeError unless there is someone for every team besides that last person.
 */
export function makeCompany(options: Readonly<{ seed: string; people: number; teams: number }>): Company {
  const { people, teams } = options;
  if (!Number.isInteger(people) || !Number.isInteger(teams) || teams < 1 || people <= teams) {
    throw new RangeError(`A company needs whole numbers and more people than teams: ${people}, ${teams}.`);
  }
  const random = seededRandom(`${options.seed}|company`);
  const names = userIds(random, people);
  const teamIds = Array.from({ length: teams }, (_, index) => TEAMS[index]?.[0] ?? `team-${index + 1}`);
  const homes = random.shuffle(names.map((_, index) => HOMES[index % HOMES.length] ?? HOMES[0]));
  const seats = names.map((user, index) => ({
    ...(homes[index] ?? HOMES[0]),
    user,
    team: index === people - 1 ? UNATTRIBUTED : (teamIds[index % teams] ?? UNATTRIBUTED),
    how: index === people - 1 ? 'none' : attributionAt(index, teams),
  }));
  const levels = levelsByUser(random, seats);
  return {
    teams: teamIds.map((id, index) => ({
      id,
      businessUnit: TEAMS[index]?.[1] ?? 'engineering',
      lead: names[index] ?? '',
    })),
    users: seats.map((seat) => ({ ...seat, level: levels.get(seat.user) ?? 'light' })),
  };
}

/** Entries for the people whose team no log line names. */
export function directoryOf(company: Company): DirectoryUser[] {
  return company.users
    .filter(({ how }) => how === 'session' || how === 'directoryOnly')
    .map(({ user, team }) => ({ user, placements: [{ team }] }));
}

/** The person of the runaway story: one whose lines name the team; `undefined` without that team. */
export function runawayPerson(company: Company): Person | undefined {
  return company.users.find(({ team, how }) => team === RUNAWAY_TEAM && how === 'metadata');
}

/** Any two neighbours in the list include one named by metadata, so every team of two has such a person. */
function attributionAt(index: number, teams: number): HowAttributed {
  const seat = Math.floor(index / teams) + (index % teams);
  return ATTRIBUTION_OF_TEN[seat % ATTRIBUTION_OF_TEN.length] ?? 'metadata';
}

/** Every first name meets every last name once before a number is needed to tell two people apart. */
function userIds(random: Random, people: number): string[] {
  const firsts = random.shuffle(FIRST_NAMES);
  const lasts = random.shuffle(LAST_NAMES);
  return Array.from({ length: people }, (_, index) => {
    const round = Math.floor(index / firsts.length);
    const first = firsts[index % firsts.length];
    const last = lasts[(index + round) % lasts.length];
    const namesake = Math.floor(round / lasts.length);
    return `${first}.${last}${namesake === 0 ? '' : namesake + 1}@example.com`;
  });
}

/** A fifth heavy, three tenths light, the rest moderate; the runaway team gets light people first. */
function levelsByUser(
  random: Random,
  seats: readonly Pick<Person, 'user' | 'team'>[],
): ReadonlyMap<string, Level> {
  const heavy = Math.round(seats.length * HEAVY_SHARE);
  const light = Math.round(seats.length * LIGHT_SHARE);
  const busyFirst = random.shuffle(seats).sort((a, b) => Number(isQuiet(a.team)) - Number(isQuiet(b.team)));
  const levelAt = (index: number): Level => {
    if (index < heavy) return 'heavy';
    return index < seats.length - light ? 'moderate' : 'light';
  };
  return new Map(busyFirst.map(({ user }, index) => [user, levelAt(index)]));
}

function isQuiet(team: string): boolean {
  return team === RUNAWAY_TEAM || team === UNATTRIBUTED;
}
