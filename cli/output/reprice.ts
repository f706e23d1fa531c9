import { displayUsd, formatUsd } from '../../shared/domain/money.ts';
import { NOTHING_REPRICED, type RepricedModel } from '../../shared/store/repriceRecords.ts';
import { formatCount, formatTable } from './table.ts';

/** What a repricing did, by model, or on a dry run would do; and the version of the prices it used. */
export type Repricing = Readonly<{
  repriced: ReadonlyMap<string, RepricedModel>;
  isDryRun: boolean;
  priceVersion: string;
}>;

/** Before and after of each model of which a record changed, and of all records that were looked at. */
export function formatReprice({ repriced, isDryRun, priceVersion }: Repricing): string {
  const total = sumOf(repriced.values());
  const verb = isDryRun ? 'would change' : 'changed';
  const head = `Price book ${priceVersion}: looked at ${formatCount(total.records)} records, ${formatCount(total.changed)} ${verb}.`;
  const left = total.unpricedAfter > 0 ? ` ${formatCount(total.unpricedAfter)} have no price.` : '';
  if (total.changed === 0) return `${head}${left}`;
  const changed = [...repriced].filter(([, figures]) => figures.changed > 0);
  const others = [...repriced.values()].filter((figures) => figures.changed === 0);
  const rows: [name: string, figures: RepricedModel][] = changed.sort(([a], [b]) => (a < b ? -1 : 1));
  if (others.length > 0) rows.push(['other models', sumOf(others)]);
  const table = formatTable(
    [
      { head: 'MODEL' },
      { head: 'RECORDS', align: 'right' },
      { head: 'CHANGED', align: 'right' },
      { head: 'BEFORE', align: 'right' },
      { head: 'AFTER', align: 'right' },
      { head: 'DIFFERENCE', align: 'right' },
      { head: 'UNPRICED', align: 'right' },
    ],
    [...rows, ['all', total] as const].map(([name, figures]) => repricedRow(name, figures)),
  );
  return `${head}${left}\n\n${table}${lossNote(repriced.values(), isDryRun)}`;
}

/** A price that is lost is mostly a file of own prices that was forgotten. */
function lossNote(models: Iterable<RepricedModel>, isDryRun: boolean): string {
  let lost = 0;
  for (const { unpricedBefore, unpricedAfter } of models) lost += Math.max(0, unpricedAfter - unpricedBefore);
  if (lost === 0) return '';
  const verb = isDryRun ? 'would lose' : 'lost';
  return `\n\n${formatCount(lost)} records ${verb} their price. Had they one from a file of your own? Give it with --prices.`;
}

function repricedRow(name: string, figures: RepricedModel): string[] {
  const { records, changed, beforePicoUsd, afterPicoUsd, unpricedBefore, unpricedAfter } = figures;
  const difference = afterPicoUsd - beforePicoUsd;
  return [
    name,
    formatCount(records),
    formatCount(changed),
    displayUsd(beforePicoUsd, 4),
    displayUsd(afterPicoUsd, 4),
    `${difference > 0n ? '+' : ''}${displayUsd(difference, 4)}`,
    unpricedBefore === unpricedAfter
      ? formatCount(unpricedAfter)
      : `${formatCount(unpricedBefore)} → ${formatCount(unpricedAfter)}`,
  ];
}

export function repriceJson({ repriced, isDryRun, priceVersion }: Repricing) {
  const figures = ({ beforePicoUsd, afterPicoUsd, ...counts }: RepricedModel) => ({
    ...counts,
    beforeUsd: formatUsd(beforePicoUsd),
    afterUsd: formatUsd(afterPicoUsd),
  });
  return {
    dryRun: isDryRun,
    priceVersion,
    currency: 'USD',
    rows: [...repriced].map(([model, each]) => ({ model, ...figures(each) })),
    total: figures(sumOf(repriced.values())),
  };
}

function sumOf(models: Iterable<RepricedModel>): RepricedModel {
  const total = { ...NOTHING_REPRICED };
  for (const figures of models) {
    total.records += figures.records;
    total.changed += figures.changed;
    total.unpricedBefore += figures.unpricedBefore;
    total.unpricedAfter += figures.unpricedAfter;
    total.beforePicoUsd += figures.beforePicoUsd;
    total.afterPicoUsd += figures.afterPicoUsd;
  }
  return total;
}
