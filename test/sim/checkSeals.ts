import type { Total } from '../../shared/domain/total.ts';
import { booksOfDay } from '../../shared/store/closePeriods.ts';
import { isLive } from '../../shared/store/closeScopes.ts';
import { proveDay } from '../../shared/store/proveDay.ts';
import { rebuildDay } from '../../shared/store/rebuildDay.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { checkScopes } from './checkScopes.ts';
import type { Books } from './readBooks.ts';
import type { Violations } from './violation.ts';
import type { Watch } from './watch.ts';

export type SealsUnderTest = Readonly<{ stores: Stores; watch: Watch; violations: Violations }>;

/**
 * Whether sealed days are as they were sealed, every correction is linked both ways, and the product's own proof
 * of a day agrees with the model: `proven` are days whose records have not expired.
 */
export async function checkSeals(
  { stores, violations }: SealsUnderTest,
  { corrections, corrected }: Books,
  proven: readonly string[],
): Promise<void> {
  for (const { period, books } of await stores.seals.all()) {
    if (period.kind !== 'day' || books === undefined) continue;
    const { digest } = await booksOfDay(period.day, stores.totals);
    if (digest !== books.digest) violations.add('4 sealed stays', `${period.day} is not as it was sealed`);
    await checkScopes(period.day, stores, violations);
  }
  for (const name of [...corrections, ...corrected]) {
    if (corrections.has(name) && corrected.has(name)) continue;
    violations.add('4 sealed stays', `the correction of ${name} is linked one way only`);
  }
  for (const day of proven) {
    const { lineDrifts, totalDrifts, moving, behind, seal } = await proveDay(day, stores);
    const counts = { lines: lineDrifts.length, totals: totalDrifts.length, moving, behind, seal };
    if (lineDrifts.length + totalDrifts.length + moving + behind > 0 || seal === 'broken') {
      violations.add('5 rebuild', `the proof of ${day} fails: ${JSON.stringify(counts)}`);
    }
  }
}

/** Makes the totals of every open day again, and expects the very same ones to be made again. */
export async function checkRebuild({ stores, watch, violations }: SealsUnderTest): Promise<void> {
  const sealed = new Set(
    (await stores.seals.all()).flatMap(({ period, sealingAt }) =>
      period.kind === 'day' && sealingAt !== undefined ? [period.day] : [],
    ),
  );
  for (const day of await stores.totals.days()) {
    if (sealed.has(day)) continue;
    await watch.whileRebuilding(async () => {
      const { before, after } = await rebuildDay(day, stores.totals);
      // Totals that closePeriods makes every hour may have been behind their lines.
      const isDue = ([name, { scope, n }]: [string, Total]) => isLive(scope) || before.get(name)?.n === n;
      const remade = new Map([...after].filter(isDue));
      const stood = new Map([...before].filter(([name]) => remade.has(name)));
      if (textOf(stood) !== textOf(remade))
        violations.add('5 rebuild', `${day} has other totals when rebuilt`);
    });
  }
}

function textOf(totals: ReadonlyMap<string, object>): string {
  const entries = [...totals].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(entries, (_key, part: unknown) => {
    if (part instanceof Map) return [...part];
    return typeof part === 'bigint' ? `${part}` : part;
  });
}
