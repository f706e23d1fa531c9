import { marshall } from '@aws-sdk/util-dynamodb';
import { changesOfPosting, type DailyLine } from '../../shared/domain/dailyLine.ts';
import { addMetrics, NO_METRICS } from '../../shared/domain/metrics.ts';
import type { Total } from '../../shared/domain/total.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { lineKey } from '../../shared/store/keys.ts';
import { memoryTotalStore } from '../../shared/store/memory/memoryTotalStore.ts';
import { emptyWorld } from '../../shared/store/memory/world.ts';
import { metricsAttributes } from '../../shared/store/metricsItem.ts';
import { rollUpTotals, type TeamDay } from '../../shared/store/rollUpTotals.ts';
import { ownerAttributes, totalToItem } from '../../shared/store/totalItem.ts';
import type { TotalStore } from '../../shared/store/totalStore.ts';
import { itemSizeBytes } from './itemSize.ts';
import { sum } from './statistics.ts';
import { readUnits, writeUnits } from './unitMeter.ts';

const TTL_SECONDS = 1_800_000_000;

/**
 * Lines and totals of a day that is too large for an engine, in the stores' twins: the real roll-up runs
 * over them, and what it would write and read is counted by the items that it would write and read.
 */
export class ScaleLedger {
  readonly #world = emptyWorld();
  readonly #totals = memoryTotalStore(this.#world);
  #writeUnits = 0;
  #readUnits = 0;

  /** What roll-ups were billed since this was asked last. */
  takeUnits(): Readonly<{ writes: number; reads: number }> {
    const taken = { writes: this.#writeUnits, reads: this.#readUnits };
    this.#writeUnits = 0;
    this.#readUnits = 0;
    return taken;
  }

  /** Posts the records of one transaction each to the lines; gives the number of lines they changed. */
  async post(transactions: readonly (readonly UsageRecord[])[]): Promise<number> {
    let changed = 0;
    for (const records of transactions) {
      await this.#totals.openDays(records);
      for (const { key, metrics, changes } of changesOfPosting(records)) {
        const before = this.#world.lines.get(lineKey(key));
        const n = (before?.n ?? 0) + changes;
        this.#world.lines.put(lineKey(key), { ...key, ...addMetrics(before ?? NO_METRICS, metrics), n });
        changed += 1;
      }
    }
    return changed;
  }

  async rollUp(teamDays: readonly TeamDay[]): Promise<void> {
    await rollUpTotals(teamDays, this.#counted());
  }

  #counted(): TotalStore {
    const totals = this.#totals;
    const read = <T>(items: T[], size: (item: T) => number): T[] => {
      this.#readUnits += readUnits(sum(items.map(size)));
      return items;
    };
    return {
      ...totals,
      linesOfTeamDay: async (team, day) => read(await totals.linesOfTeamDay(team, day), lineSizeBytes),
      dayTotals: async (scope, range) => read(await totals.dayTotals(scope, range), totalSizeBytes),
      teamsOfDay: async (day) => read(await totals.teamsOfDay(day), (team) => `TEAMS#${day}${team}`.length),
      dayTotalsOf: async (scopes, day) => {
        // Items of a batch are rounded up one by one, and each of these is below 4 KB.
        this.#readUnits += scopes.length;
        return totals.dayTotalsOf(scopes, day);
      },
      put: async (total) => {
        this.#writeUnits += writeUnits(totalSizeBytes(total));
        return totals.put(total);
      },
    };
  }
}

function totalSizeBytes(total: Total): number {
  return itemSizeBytes(marshall(totalToItem(total)));
}

function lineSizeBytes(line: DailyLine): number {
  return itemSizeBytes(
    marshall({
      ...lineKey(line),
      ttl: TTL_SECONDS,
      n: line.n,
      ...ownerAttributes(line),
      ...metricsAttributes(line),
    }),
  );
}
