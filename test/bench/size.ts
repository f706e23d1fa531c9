import type { Figure } from './figure.ts';
import type { ItemKind } from './itemKind.ts';
import { meteredDay } from './meteredDay.ts';
import { quantile } from './statistics.ts';

const LINES_PER_DELIVERY = 1_000;
const WRITE_UNIT_BYTES = 1_024;

/** How large the items of a day are in its end, as DynamoDB counts bytes. */
export async function size(): Promise<Figure[]> {
  const day = await meteredDay(LINES_PER_DELIVERY);
  const figure = (kind: ItemKind, share: number): Figure => ({
    benchmark: 'size',
    name: `${kind}, p${share * 100}`,
    value: quantile(day.sizesBytes(kind), share),
    unit: 'B',
  });
  return [
    figure('records', 0.5),
    { ...figure('records', 0.99), target: { below: WRITE_UNIT_BYTES } },
    figure('lines', 0.5),
    figure('lines', 0.99),
    figure('totals', 0.5),
    figure('totals', 0.99),
  ];
}
