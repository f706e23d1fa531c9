import { displayUsd, formatUsd } from '../../shared/domain/money.ts';
import { NOTHING_REPRICED, type RepricedModel } from '../../shared/store/repriceRecords.ts';
import { formatCount, formatTable } from './table.ts';

type Models = ReadonlyMap<string, RepricedModel>;

/** Before and after by model, and in all. */
export function formatReprice(models: Models, isDryRun: boolean): string {
  const total = sumOf(models);
  const verb = isDryRun ? 'would change' : 'changed';
  const head = `Looked at ${formatCount(total.records)} records, ${formatCount(total.changed)} ${verb}.`;
  if (total.changed === 0) return `${head} Every one has the price of this price book.`;
  const rows = [...models].filter(([, { changed }]) => changed > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  const table = formatTable(
    [
      { head: 'MODEL' },
      { head: 'CHANGED', align: 'right' },
      { head: 'BEFORE', align: 'right' },
      { head: 'AFTER', align: 'right' },
      { head: 'UNPRICED', align: 'right' },
    ],
    [...rows, ['all', total] as const].map(([model, figures]) => [
      model,
      formatCount(figures.changed),
      displayUsd(figures.beforePicoUsd, 4),
      displayUsd(figures.afterPicoUsd, 4),
      `${formatCount(figures.unpricedBefore)} → ${formatCount(figures.unpricedAfter)}`,
    ]),
  );
  return `${head}\n\n${table}`;
}

export function repriceJson(models: Models, isDryRun: boolean) {
  const figures = ({ beforePicoUsd, afterPicoUsd, ...counts }: RepricedModel) => ({
    ...counts,
    beforeUsd: formatUsd(beforePicoUsd),
    afterUsd: formatUsd(afterPicoUsd),
  });
  return {
    dryRun: isDryRun,
    currency: 'USD',
    rows: [...models].map(([model, each]) => ({ model, ...figures(each) })),
    total: figures(sumOf(models)),
  };
}

function sumOf(models: Models): RepricedModel {
  const total = { ...NOTHING_REPRICED };
  for (const figures of models.values()) {
    total.records += figures.records;
    total.changed += figures.changed;
    total.unpricedBefore += figures.unpricedBefore;
    total.unpricedAfter += figures.unpricedAfter;
    total.beforePicoUsd += figures.beforePicoUsd;
    total.afterPicoUsd += figures.afterPicoUsd;
  }
  return total;
}
