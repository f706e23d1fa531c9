import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { closePeriods } from '../../shared/store/closePeriods.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { closingOf } from '../support/closing.ts';
import { makeRecord, POSTING } from '../support/records.ts';
import { readLines, sumMetrics } from './readLedger.ts';

/** The first moment at which the day of the test records is sealed. */
export const AFTER_SEAL = new Date('2026-07-17T00:00:00.000Z');

/** Posts at a time, as ingest would. */
export async function post(records: readonly UsageRecord[], now: Date, stores: Stores) {
  return postUsage(records, { ...POSTING, now }, { ...stores, pause: async () => {} });
}

/** A ledger with one request, whose day is sealed. */
export async function openSealed(open: () => Promise<{ stores: Stores }>): Promise<Stores> {
  const { stores } = await open();
  await post([makeRecord()], POSTING.now, stores);
  await closePeriods(closingOf(stores, POSTING.now));
  await closePeriods(closingOf(stores, AFTER_SEAL));
  return stores;
}

export async function linesOf(stores: Stores, day: string) {
  return (await readLines(stores.totals)).filter((line) => line.day === day);
}

export async function costOn(stores: Stores, day: string) {
  return sumMetrics(await linesOf(stores, day)).costPicoUsd;
}
