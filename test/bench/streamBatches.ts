import { formatCount } from '../../cli/output/table.ts';
import { benchCompany, dayOfLines, next } from './company.ts';
import type { Figure } from './figure.ts';
import { withMemoryLedger } from './ledger.ts';
import { applyFacts, LINES_PER_WINDOW } from './meteredDay.ts';
import { MeteredStack, type StreamBatch } from './meteredStack.ts';

/** The sizes are measured one after the other in the middle of one day, when items have their usual size. */
const MORNING_LINES = 18_000;
const PHASES = [
  { changes: 4, lines: 1_000 },
  { changes: 10, lines: 2_000 },
  { changes: 100, lines: 3_000 },
  { changes: 1_000, lines: 5_000 },
];
const ALERT_LINES = 3_300;
const LINES_PER_DELIVERY = 10;

/**
 * What totals cost by the size of the stream's batches, in units per request, and what alerts cost once
 * every team is past all thresholds of its budget (which is so from the start: it does not change totals).
 */
export function streamBatchFigures(): Promise<Figure[]> {
  return withMemoryLedger(async ({ client, stores }) => {
    const company = benchCompany();
    await applyFacts(company, stores, { limitPicoUsd: 1n });
    const stack = new MeteredStack(client);
    const lines = dayOfLines(company);
    await stack.deliver(next(lines, MORNING_LINES), {
      linesPerDelivery: 1_000,
      streamBatch: { logLines: 1_000 },
    });
    const figures: Figure[] = [];
    for (const { changes, lines: count } of PHASES) {
      const { totals, reads } = await measurePhase(stack, next(lines, count), { changes });
      const batches = `stream batches of ${formatCount(changes)} line changes`;
      figures.push(
        figureOf(`${batches}: writes of totals`, totals),
        figureOf(`${batches}: all reads`, reads),
      );
    }
    const phase = await measurePhase(stack, next(lines, ALERT_LINES), { logLines: LINES_PER_WINDOW });
    figures.push(figureOf('every team past all thresholds: writes of alerts', phase.alerts));
    figures.push(figureOf('every team past all thresholds: writes of standings', phase.standings));
    return figures;
  });
}

async function measurePhase(stack: MeteredStack, lines: Iterable<string>, streamBatch: StreamBatch) {
  await stack.carryAll();
  const [countsBefore, before] = [stack.counts, stack.meter.units];
  await stack.deliver(lines, { linesPerDelivery: LINES_PER_DELIVERY, streamBatch });
  const [counts, after] = [stack.counts, stack.meter.units];
  // Changes that filled no batch have cost nothing yet, so their requests do not count either.
  const carriedShare =
    (counts.carriedChanges - countsBefore.carriedChanges) / (counts.lineChanges - countsBefore.lineChanges);
  const requests = (counts.posted - countsBefore.posted) * carriedShare;
  return {
    totals: (after.writes.totals - before.writes.totals) / requests,
    alerts: (after.writes.alerts - before.writes.alerts) / requests,
    standings: (after.writes.standings - before.writes.standings) / requests,
    reads: (after.reads - before.reads) / requests,
  };
}

function figureOf(name: string, value: number): Figure {
  return { benchmark: 'units', name, value, digits: 2 };
}
