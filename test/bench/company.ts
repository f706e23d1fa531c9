import { type Company, directoryOf, makeCompany } from '../../infra/local/sample/people.ts';
import { makeSampleDay } from '../../infra/local/sample/sample.ts';
import type { DirectoryUser } from '../../shared/domain/placement.ts';

/** Every benchmark reads the same lines on every machine: seed and days are fixed. */
const SEED = 'bench';
const FIRST_DAY = '2026-10-12';
const DAY_MS = 86_400_000;

/** A clock for what is read in this process, so that no line of the sample lies ahead of it. */
export const BENCH_NOW = new Date('2026-12-31T00:00:00Z');

/** While the first day's requests come: budgets have a standing in their present period only. */
export const DAY_UNDER_WAY = new Date(`${FIRST_DAY}T18:00:00Z`);

export const TEAMS = 25;

/** The company of the figures: 500 people who send some 37,000 lines a day. */
export function benchCompany(): Company {
  return makeCompany({ seed: SEED, people: 500, teams: TEAMS });
}

/** A company of one team, and the one person whom every sample company has outside of it. */
export function oneTeamCompany(people: number): Company {
  return makeCompany({ seed: SEED, people: people + 1, teams: 1 });
}

/** The largest company of the design. */
export function designCompany(): Company {
  return makeCompany({ seed: SEED, people: 10_000, teams: 400 });
}

export function benchDirectory(company: Company): DirectoryUser[] {
  return directoryOf(company);
}

/** One day of a company's log lines in the order of their arrival. */
export function dayOfLines(
  company: Company,
  options: Readonly<{ dayIndex?: number; requestsPerPerson?: number }> = {},
): Generator<string> {
  const { dayIndex = 0, ...rest } = options;
  return makeSampleDay({ seed: SEED, company, day: benchDay(dayIndex), ...rest });
}

/** As many lines of the company as are asked for, day after day. */
export function* manyLines(company: Company, count: number): Generator<string> {
  let left = count;
  for (let dayIndex = 0; left > 0; dayIndex += 1) {
    for (const line of dayOfLines(company, { dayIndex })) {
      if (left === 0) return;
      left -= 1;
      yield line;
    }
  }
}

export function benchDay(dayIndex: number): string {
  return new Date(Date.parse(`${FIRST_DAY}T00:00:00Z`) + dayIndex * DAY_MS).toISOString().slice(0, 10);
}

/** The next items of a generator, which can be gone on with afterwards. */
export function* next<T>(items: Iterator<T>, count: number): Generator<T> {
  for (let left = count; left > 0; left -= 1) {
    const item = items.next();
    if (item.done === true) return;
    yield item.value;
  }
}
