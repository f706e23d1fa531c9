import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DailyLine } from '../../../shared/domain/dailyLine.ts';
import type { Hours } from '../../../shared/domain/hours.ts';
import { NO_METRICS, totalCost } from '../../../shared/domain/metrics.ts';
import {
  daysOfPeriod,
  type Period,
  periodName,
  type Scope,
  type Total,
  totalOfLines,
  totalOfTotals,
} from '../../../shared/domain/total.ts';
import { metricsArbitrary } from '../../fixtures/arbitraries.ts';

const ORG: Scope = { kind: 'org' };
const CHESS: Scope = { kind: 'team', id: 'chess' };
const DAY: Period = { kind: 'day', day: '2026-11-22' };
const MONTH: Period = { kind: 'month', month: '2026-11' };

const lineArbitrary: fc.Arbitrary<DailyLine> = fc
  .record({
    day: fc.constantFrom('2026-11-21', '2026-11-22'),
    team: fc.constantFrom('chess', 'rivers'),
    user: fc.constantFrom('mira', 'jonas'),
    model: fc.constantFrom('model-c', 'model-a', 'model-b'),
    project: fc.constant('-'),
    entrypoint: fc.constant('-'),
    operation: fc.constant('-'),
    serviceTier: fc.constant('standard'),
    businessUnit: fc.constant('-'),
    department: fc.constant('-'),
    costCentre: fc.constant('-'),
    n: fc.integer({ min: 1, max: 1_000 }),
    metrics: metricsArbitrary,
  })
  .map(({ metrics, ...key }) => ({ ...key, ...metrics }));

const linesArbitrary = fc.array(lineArbitrary, { maxLength: 20 });

describe('totalOfLines', () => {
  it('is nothing for no lines', () => {
    expect(totalOfLines(CHESS, DAY, [])).toStrictEqual({
      scope: CHESS,
      period: DAY,
      n: 0,
      metrics: NO_METRICS,
      byModel: new Map(),
    });
  });

  it('equals the sum of its lines, and so does its split by model', () => {
    fc.assert(
      fc.property(linesArbitrary, (lines) => {
        const total = totalOfLines(CHESS, DAY, lines);
        const models = [...total.byModel.values()];
        expect(total.n).toBe(lines.reduce((n, line) => n + line.n, 0));
        expect(total.metrics.requests).toBe(lines.reduce((sum, { requests }) => sum + requests, 0));
        const cost = lines.reduce((sum, { costPicoUsd }) => sum + totalCost(costPicoUsd), 0n);
        expect(totalCost(total.metrics.costPicoUsd)).toBe(cost);
        expect(models.reduce((sum, { costPicoUsd }) => sum + totalCost(costPicoUsd), 0n)).toBe(cost);
        const output = lines.reduce((sum, { tokens }) => sum + tokens.output, 0);
        expect(models.reduce((sum, { tokens }) => sum + tokens.output, 0)).toBe(output);
      }),
    );
  });

  it('splits by the model of each line', () => {
    fc.assert(
      fc.property(linesArbitrary, (lines) => {
        const { byModel } = totalOfLines(CHESS, DAY, lines);
        expect([...byModel.keys()]).toEqual([...new Set(lines.map(({ model }) => model))].sort());
        for (const [model, figures] of byModel) {
          const own = lines.filter((line) => line.model === model);
          expect(figures.requests).toBe(own.reduce((sum, { requests }) => sum + requests, 0));
        }
      }),
    );
  });

  it('is the same for any order of lines, even the order of its models', () => {
    const shuffled = linesArbitrary.chain((lines) =>
      fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
    );
    fc.assert(
      fc.property(shuffled, ([lines, others]) => {
        expect(asText(totalOfLines(CHESS, DAY, others))).toBe(asText(totalOfLines(CHESS, DAY, lines)));
      }),
    );
  });
});

describe('the first and the last hour of a total', () => {
  const line = (day: string, ...hours: Hours): DailyLine => ({
    ...{ day, team: 'chess', user: 'mira', model: 'model-a', n: 1 },
    ...{ project: '-', entrypoint: '-', operation: '-', serviceTier: 'standard' },
    ...{ businessUnit: '-', department: '-', costCentre: '-' },
    ...NO_METRICS,
    hours,
  });
  const at = (hour: number, requests: number) => ({ hour, requests, costPicoUsd: 1n });

  it.each([
    ['one hour', [at(9, 1)], '2026-11-22T09', '2026-11-22T09'],
    ['midnight and the last hour', [at(0, 1), at(23, 2)], '2026-11-22T00', '2026-11-22T23'],
    ['hours that corrections emptied', [at(3, 0), at(9, 1), at(20, -1)], '2026-11-22T09', '2026-11-22T09'],
  ])('are read from %s', (_what, hours, first, last) => {
    expect(totalOfLines(CHESS, DAY, [line('2026-11-22', ...hours)]).span).toEqual({ first, last });
  });

  it('are absent where there are no requests', () => {
    expect(totalOfLines(CHESS, DAY, [line('2026-11-22', at(3, 0))])).not.toHaveProperty('span');
    expect(totalOfTotals(CHESS, MONTH, [])).not.toHaveProperty('span');
  });

  it('are those of the earliest and the latest day, whatever their hours', () => {
    const days = [line('2026-11-22', at(1, 1)), line('2026-11-21', at(22, 1)), line('2026-11-23')];
    const span = { first: '2026-11-21T22', last: '2026-11-22T01' };
    expect(totalOfLines(CHESS, MONTH, days).span).toEqual(span);
    const totals = days.map((day) => totalOfLines(CHESS, { kind: 'day', day: day.day }, [day]));
    expect(totalOfTotals(CHESS, MONTH, totals).span).toEqual(span);
  });
});

describe('periods', () => {
  it.each<[Period, string, string, string]>([
    [DAY, '2026-11-22', '2026-11-22', '2026-11-22'],
    [{ kind: 'week', week: '2026-W53' }, '2026-W53', '2026-12-28', '2027-01-03'],
    [MONTH, '2026-11', '2026-11-01', '2026-11-30'],
  ])('%o is called %s and has the days %s to %s', (period, name, from, to) => {
    expect(periodName(period)).toBe(name);
    expect(daysOfPeriod(period)).toEqual({ from, to });
  });
});

describe('totalOfTotals', () => {
  it('is nothing for no parts', () => {
    expect(totalOfTotals(ORG, MONTH, [])).toMatchObject({
      scope: ORG,
      period: MONTH,
      n: 0,
      metrics: NO_METRICS,
    });
  });

  it.each([
    ['days', (line: DailyLine) => line.day],
    ['teams', (line: DailyLine) => line.team],
    ['team-days', (line: DailyLine) => `${line.team} ${line.day}`],
  ])('of %s equals the total of all their lines', (_what, partOf) => {
    fc.assert(
      fc.property(linesArbitrary, (lines) => {
        const parts = [...Map.groupBy(lines, partOf).values()].map((own) => totalOfLines(CHESS, DAY, own));
        expect(asText(totalOfTotals(ORG, MONTH, parts))).toBe(asText(totalOfLines(ORG, MONTH, lines)));
      }),
    );
  });
});

/** The total with its models in the order they are in; bigints as text. */
function asText(total: Total): string {
  const whole = { ...total, byModel: [...total.byModel] };
  return JSON.stringify(whole, (_key, value) => (typeof value === 'bigint' ? `${value}n` : value));
}
