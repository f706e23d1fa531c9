import { isDeepStrictEqual } from 'node:util';
import { LocalError } from '../../infra/local/localError.ts';
import { isDay } from '../../shared/domain/period.ts';
import { rebuildDay } from '../../shared/store/rebuildDay.ts';
import { type LedgerOptions, openLedger } from '../openLedger.ts';
import { formatRebuild, type Rebuild, rebuildJson } from '../output/rebuild.ts';

export type RebuildOptions = LedgerOptions & Readonly<{ day: string; json?: boolean }>;

/** `tollbook rebuild`: makes a day's totals again from its lines and says whether they are the same. */
export async function rebuildCommand(options: RebuildOptions): Promise<void> {
  const { day, json } = options;
  if (!isDay(day)) throw new LocalError('usage', `--day ${day}: give a day as YYYY-MM-DD`);
  const ledger = await openLedger(options);
  try {
    await ledger.settle();
    const { totals } = ledger.stores;
    if ((await totals.days({ from: day, to: day })).length === 0) {
      throw new LocalError('usage', `--day ${day}: the ledger has no use on this day`);
    }
    const { before, after } = await rebuildDay(day, totals);
    await ledger.settle();
    const scopes = [...new Set([...before.keys(), ...after.keys()])];
    const rebuild: Rebuild = {
      day,
      totals: after.size,
      changed: scopes
        .filter((scope) => !isDeepStrictEqual(before.get(scope), after.get(scope)))
        .map((scope) => ({ scope, before: before.get(scope), after: after.get(scope) })),
    };
    const text = json === true ? JSON.stringify(rebuildJson(rebuild)) : formatRebuild(rebuild);
    process.stdout.write(`${text}\n`);
  } finally {
    await ledger.stop();
  }
}
