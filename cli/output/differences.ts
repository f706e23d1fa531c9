import type { LineKey } from '../../shared/domain/dailyLine.ts';
import type { Metrics } from '../../shared/domain/metrics.ts';
import { formatUsd } from '../../shared/domain/money.ts';
import { type LineDrift, nameOf, type TotalDrift } from '../../shared/store/proveDay.ts';

/** One figure that is not what it ought to be; amounts are exact, in USD. */
export type Difference = Readonly<{ scope: string; figure: string; expected: string; found: string }>;

/** Every figure in which a line or a total differs from what is below it. */
export function differencesOf(drift: LineDrift | TotalDrift): Difference[] {
  const scope = 'key' in drift ? nameOfLine(drift.key) : nameOf(drift.scope);
  const expected = figuresOf(drift.expected);
  const found = figuresOf(drift.found);
  const figures = [...new Set([...expected.keys(), ...found.keys()])].map((figure) => ({
    scope,
    figure,
    expected: expected.get(figure) ?? '0',
    found: found.get(figure) ?? '0',
  }));
  const differing = figures.filter((each) => each.expected !== each.found);
  if (differing.length > 0) return differing;
  return [{ scope, figure: 'split by model', expected: 'as of its lines', found: 'another' }];
}

const NOT_NAMED = new Set(['-', 'standard']);

function nameOfLine({ day: _day, ...names }: LineKey): string {
  return `line ${Object.values(names)
    .filter((name) => !NOT_NAMED.has(name))
    .join(' ')}`;
}

/** All figures under names that a person can read. */
function figuresOf(metrics: Metrics): Map<string, string> {
  const { tokens, costPicoUsd, estimatedPicoUsd, hours, ...counts } = metrics;
  return new Map([
    ...Object.entries(counts).map(([name, count]) => [name, String(count)] as const),
    ...Object.entries(tokens).map(([name, count]) => [`${name} tokens`, String(count)] as const),
    ...Object.entries(costPicoUsd).map(([name, cost]) => [`${name} cost`, formatUsd(cost)] as const),
    ['estimated cost', formatUsd(estimatedPicoUsd)] as const,
    ...hours.flatMap(({ hour, requests, costPicoUsd: cost }) => [
      [`requests of hour ${hour}`, String(requests)] as const,
      [`cost of hour ${hour}`, formatUsd(cost)] as const,
    ]),
  ]);
}
