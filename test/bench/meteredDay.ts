import type { Company } from '../../infra/local/sample/people.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { applyBudgets, teamMonth } from '../support/policies.ts';
import { benchCompany, benchDirectory, dayOfLines } from './company.ts';
import type { ItemKind } from './itemKind.ts';
import { type BenchLedger, withMemoryLedger } from './ledger.ts';
import { MeteredStack, type StackCounts } from './meteredStack.ts';
import type { Units } from './unitMeter.ts';

/**
 * The design load is 2 million requests a day, in working hours some 55 a second. In the 3 seconds that
 * the stream collects for `rollUp`, so many log lines arrive, whatever size their deliveries have.
 */
export const LINES_PER_WINDOW = 165;

/** A budget that no team spends in one day: what alerts cost is measured apart. */
export const UNSPENT = 10n ** 18n;

/** One day of the company, delivered whole: what was billed, and how large the items are in the end. */
export type MeteredDay = StackCounts & Readonly<{ units: Units; sizesBytes(kind: ItemKind): number[] }>;

const days = new Map<number, Promise<MeteredDay>>();

/** The day delivered in pieces of so many lines. It takes its time, so each is measured once. */
export function meteredDay(linesPerDelivery: number): Promise<MeteredDay> {
  const day =
    days.get(linesPerDelivery) ?? withMemoryLedger((ledger) => measureDay(ledger, linesPerDelivery));
  days.set(linesPerDelivery, day);
  return day;
}

async function measureDay(ledger: BenchLedger, linesPerDelivery: number): Promise<MeteredDay> {
  const company = benchCompany();
  await applyFacts(company, ledger.stores, { limitPicoUsd: UNSPENT });
  const stack = new MeteredStack(ledger.client);
  const streamBatch = { logLines: LINES_PER_WINDOW };
  await stack.deliver(dayOfLines(company), { linesPerDelivery, streamBatch });
  await stack.carryAll();
  const { meter } = stack;
  return { ...stack.counts, units: meter.units, sizesBytes: (kind) => meter.sizesBytes(kind) };
}

/** The company's directory, and the same budget for every team. */
export async function applyFacts(
  company: Company,
  { directory, policies }: Stores,
  { limitPicoUsd }: { limitPicoUsd: bigint },
): Promise<void> {
  for (const entry of benchDirectory(company)) await directory.putUser(entry);
  await applyBudgets(
    policies,
    company.teams.map(({ id }) => teamMonth(id, limitPicoUsd)),
  );
}
