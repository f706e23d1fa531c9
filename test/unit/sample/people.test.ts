import { describe, expect, it } from 'vitest';
import {
  type Company,
  directoryOf,
  makeCompany,
  RUNAWAY_TEAM,
  runawayPerson,
} from '../../../infra/local/sample/people.ts';
import { identifierProblem } from '../../../shared/domain/identifier.ts';
import { UNATTRIBUTED } from '../../../shared/domain/usage.ts';
import { placed } from '../../support/directory.ts';

const small = makeCompany({ seed: 'demo', people: 25, teams: 4 });
const large = makeCompany({ seed: 'demo', people: 500, teams: 25 });

function countBy<K extends 'how' | 'level' | 'team'>(company: Company, key: K) {
  const counts = new Map<string, number>();
  for (const person of company.users) counts.set(person[key], (counts.get(person[key]) ?? 0) + 1);
  return Object.fromEntries(counts);
}

describe('makeCompany', () => {
  it('makes the same company from the same seed and another from another', () => {
    expect(makeCompany({ seed: 'demo', people: 25, teams: 4 })).toEqual(small);
    const other = makeCompany({ seed: 'other', people: 25, teams: 4 });
    expect(other.users.map(({ user }) => user)).not.toEqual(small.users.map(({ user }) => user));
  });

  it('has four teams of six people and one person without a team', () => {
    expect(small.teams.map(({ id }) => id)).toEqual(['platform', 'payments', 'mobile', 'data-science']);
    expect(countBy(small, 'team')).toEqual({
      platform: 6,
      payments: 6,
      mobile: 6,
      'data-science': 6,
      [UNATTRIBUTED]: 1,
    });
  });

  it('has a fifth of heavy, a half of moderate and three tenths of light users', () => {
    expect(countBy(small, 'level')).toEqual({ heavy: 5, moderate: 12, light: 8 });
    expect(countBy(large, 'level')).toEqual({ heavy: 100, moderate: 250, light: 150 });
  });

  it('keeps the ordinary use of the runaway team light', () => {
    const levels = small.users.filter(({ team }) => team === RUNAWAY_TEAM).map(({ level }) => level);
    expect(new Set(levels)).toEqual(new Set(['light']));
  });

  it.each([
    [2, 1],
    [25, 4],
    [500, 25],
    [3_000, 30],
  ])('gives each of %i people in %i teams an id of their own that a ledger accepts', (people, teams) => {
    const { users } = makeCompany({ seed: 'ids', people, teams });
    expect(new Set(users.map(({ user }) => user)).size).toBe(people);
    for (const { user } of users) {
      expect(identifierProblem(user)).toBeUndefined();
      expect(user).toMatch(/^[a-z]+\.[a-z]+\d*@example\.com$/);
    }
  });

  it('leads each team with one of its own people', () => {
    const teamOf = new Map(large.users.map(({ user, team }) => [user, team]));
    for (const { id, lead } of large.teams) expect(teamOf.get(lead)).toBe(id);
  });

  it.each([
    { people: 4, teams: 4 },
    { people: 5, teams: 0 },
    { people: 5.5, teams: 2 },
  ])('refuses $people people in $teams teams', (size) => {
    expect(() => makeCompany({ seed: 'x', ...size })).toThrow(RangeError);
  });
});

describe('directoryOf', () => {
  it.each([
    ['small', small],
    ['large', large],
  ])(
    'knows the team of everyone in the %s company whose lines do not, except the one who has none',
    (_, company) => {
      const needed = company.users.filter(({ how }) => how === 'session' || how === 'directoryOnly');
      expect(countBy(company, 'how')).toMatchObject({ none: 1 });
      expect(needed.length).toBeGreaterThan(0);
      expect(directoryOf(company)).toEqual(needed.map(({ user, team }) => placed(user, { team })));
      expect(directoryOf(company).map(({ placements }) => placements[0]?.team)).not.toContain(UNATTRIBUTED);
    },
  );
});

describe('runawayPerson', () => {
  it.each(['demo', 'a', 'b', 'c'])('is someone of the runaway team whose lines say so (seed %s)', (seed) => {
    for (const size of [
      { people: 25, teams: 4 },
      { people: 500, teams: 25 },
    ]) {
      expect(runawayPerson(makeCompany({ seed, ...size }))).toMatchObject({
        team: RUNAWAY_TEAM,
        how: 'metadata',
      });
    }
  });

  it('is nobody in a company without that team', () => {
    expect(runawayPerson(makeCompany({ seed: 'demo', people: 5, teams: 1 }))).toBeUndefined();
  });
});
