import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DailyLine } from '../../../shared/domain/dailyLine.ts';
import { NO_METRICS, totalCost } from '../../../shared/domain/metrics.ts';
import {
  type Period,
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
