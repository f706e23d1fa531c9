import { formatCount, formatTable } from '../../cli/output/table.ts';

/** What a figure must be; each is met by equality, except `below`. */
export type Target = Readonly<
  { atLeast: number } | { atMost: number } | { below: number } | { exactly: number }
>;

/** One line of the table. Without a target it is there to be known. `digits` are decimals. */
export type Figure = Readonly<{
  benchmark: string;
  name: string;
  value: number;
  unit?: string;
  digits?: number;
  target?: Target;
}>;

export function isMissed({ value, target }: Figure): boolean {
  if (target === undefined) return false;
  if ('atLeast' in target) return !(value >= target.atLeast);
  if ('atMost' in target) return !(value <= target.atMost);
  return 'below' in target ? !(value < target.below) : value !== target.exactly;
}

/** The table as people read it: what was measured, what it must be, and whether it is. */
export function formatFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.benchmark,
    figure.name,
    withUnit(figure, figure.value),
    targetText(figure),
    figure.target === undefined ? '' : isMissed(figure) ? 'MISSED' : 'ok',
  ]);
  const right = 'right' as const;
  return formatTable(
    [
      { head: 'benchmark' },
      { head: 'figure' },
      { head: 'measured', align: right },
      { head: 'target', align: right },
      { head: '' },
    ],
    rows,
  );
}

function targetText(figure: Figure): string {
  const { target } = figure;
  if (target === undefined) return '';
  if ('atLeast' in target) return `>= ${withUnit(figure, target.atLeast)}`;
  if ('atMost' in target) return `<= ${withUnit(figure, target.atMost)}`;
  return 'below' in target ? `< ${withUnit(figure, target.below)}` : `= ${withUnit(figure, target.exactly)}`;
}

function withUnit({ unit, digits = 0 }: Figure, value: number): string {
  const text = digits === 0 ? formatCount(Math.round(value)) : value.toFixed(digits);
  return unit === undefined ? text : `${text} ${unit}`;
}
