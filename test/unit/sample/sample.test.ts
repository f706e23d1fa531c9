import { describe, expect, it } from 'vitest';
import { directoryOf, RUNAWAY_TEAM, runawayPerson } from '../../../infra/local/sample/people.ts';
import { makeSampleDay, makeSampleFacts } from '../../../infra/local/sample/sample.ts';
import { parseUsd } from '../../../shared/domain/money.ts';
import { UNATTRIBUTED } from '../../../shared/domain/usage.ts';
import { priceOf, readDay, userOf } from './readSample.ts';

const DAYS = ['2026-11-20', '2026-11-21', '2026-11-22'];

/** A start's sample: the company and its days, the runaway agent on the last of them. */
function makeSample({ seed, days }: { seed: string; days: readonly string[] }) {
  const facts = makeSampleFacts(seed);
  const { company } = facts;
  return {
    ...facts,
    days: days.map((day, index) => ({
      day,
      lines: [...makeSampleDay({ seed, company, day, hasRunaway: index === days.length - 1 })],
    })),
  };
}

type Sample = ReturnType<typeof makeSample>;

const sample = makeSample({ seed: 'demo', days: DAYS });

/** List price in pico-USD of every team's use, day by day. */
function spendByDay({ company, days }: Sample): Map<string, bigint>[] {
  const teamOf = new Map(company.users.map(({ user, team }) => [user, team]));
  return days.map(({ day, lines }) => {
    const spend = new Map<string, bigint>();
    for (const record of readDay(lines, day).records.values()) {
      const team = teamOf.get(userOf(record)) ?? UNATTRIBUTED;
      const price = priceOf(record);
      if (price.kind === 'priced') spend.set(team, (spend.get(team) ?? 0n) + price.totalPicoUsd);
    }
    return spend;
  });
}

function limitOf(team: string): bigint {
  const budget = sample.budgets.find((candidate) => candidate.team === team);
  const limit = parseUsd(budget?.limitUsd ?? '');
  if (limit === undefined) throw new Error(`no budget of ${team}`);
  return limit;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

describe('the sample', () => {
  it('makes the days it is asked for, each the same whenever it is made', () => {
    expect(sample.days.map(({ day }) => day)).toEqual(DAYS);
    expect(makeSample({ seed: 'demo', days: DAYS })).toEqual(sample);
    expect(sample.directory).toEqual(directoryOf(sample.company));
  });

  it('has one monthly budget for each team', () => {
    expect(sample.budgets.map(({ team }) => team)).toEqual(sample.company.teams.map(({ id }) => id));
    expect(new Set(sample.budgets.map(({ period }) => period))).toEqual(new Set(['month']));
  });

  it('adds the runaway to the last day and changes none of its other lines', () => {
    const [, , last] = sample.days;
    const { company } = sample;
    const ordinary = new Set(makeSampleDay({ seed: 'demo', company, day: '2026-11-22' }));
    const added = (last?.lines ?? []).filter((line) => !ordinary.has(line));
    const runaway = readDay(added, '2026-11-22');
    expect((last?.lines ?? []).filter((line) => ordinary.has(line)).length).toBeGreaterThan(1_000);
    expect(runaway.garbage).toEqual([]);
    expect(new Set([...runaway.records.values()].map(userOf))).toEqual(
      new Set([runawayPerson(company)?.user]),
    );
    const hours = [...runaway.records.values()].map(({ timestamp }) => timestamp.slice(11, 13));
    expect(new Set(hours)).toEqual(new Set(['13', '14']));
  });

  it('makes no day but the last a runaway day', () => {
    const { company } = sample;
    const ordinary = [...makeSampleDay({ seed: 'demo', company, day: '2026-11-21' })];
    expect(sample.days[1]?.lines).toEqual(ordinary);
  });
});

describe('the budget story', () => {
  it.each([
    ['demo', DAYS],
    ['other', DAYS],
    ['demo', ['2026-10-30', '2026-10-31', '2026-11-01']],
    ['third', ['2027-01-01', '2027-01-02', '2027-01-03']],
  ])('spends on the last day (seed %s, days %j) most of the budget but not all', (seed, days) => {
    const payments = spendByDay(makeSample({ seed, days })).map((spend) => spend.get(RUNAWAY_TEAM) ?? 0n);
    const limit = limitOf(RUNAWAY_TEAM);
    const [first = 0n, second = 0n, last = 0n] = payments;
    expect(first).toBeGreaterThan(0n);
    expect(last * 100n).toBeGreaterThan(limit * 82n);
    expect(last * 100n).toBeLessThan(limit * 90n);
    expect(sum(payments) * 100n).toBeLessThan(limit * 97n);
    expect(first * 20n).toBeLessThan(last);
    expect(second * 20n).toBeLessThan(last);
  });

  it('costs the same runaway on every day of the same prices', () => {
    const runawayCost = (day: string) => {
      const { company } = sample;
      const [ordinary, story] = [false, true].map((hasRunaway) => ({
        ...sample,
        days: [{ day, lines: [...makeSampleDay({ seed: 'demo', company, day, hasRunaway })] }],
      }));
      if (ordinary === undefined || story === undefined) throw new Error('two days');
      const [before, after] = [ordinary, story].map((made) => spendByDay(made)[0]?.get(RUNAWAY_TEAM) ?? 0n);
      return (after ?? 0n) - (before ?? 0n);
    };
    expect(runawayCost('2026-10-08')).toBe(runawayCost('2026-11-22'));
  });

  it('leaves every other team below 60 % of its budget', () => {
    const days = spendByDay(sample);
    for (const { id } of sample.company.teams.filter((team) => team.id !== RUNAWAY_TEAM)) {
      const spent = sum(days.map((spend) => spend.get(id) ?? 0n));
      expect(spent).toBeGreaterThan(0n);
      expect(spent * 100n).toBeLessThan(limitOf(id) * 60n);
    }
  });

  it('has some use that no team can be found for', () => {
    for (const spend of spendByDay(sample)) expect(spend.get(UNATTRIBUTED)).toBeGreaterThan(0n);
  });
});
