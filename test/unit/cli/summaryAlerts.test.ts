import { expect, it } from 'vitest';
import { gatherSummary, summaryText } from '../../../cli/output/summary.ts';
import { EMPTY_TALLY } from '../../../infra/local/ingestFiles.ts';
import { makeAlert } from '../../../shared/domain/alerts/alert.ts';
import { memoryStores } from '../../../shared/store/memory/memoryStores.ts';
import { makeCrossing } from '../../support/policies.ts';

/** What a start shows of so many alerts. */
async function alertsOf(count: number, dataDir: string): Promise<string> {
  const stores = memoryStores();
  const alerts = Array.from({ length: count }, (_, index) =>
    makeAlert(makeCrossing({ scopeId: `team-${index}` }), '2026-07-14T12:00:00.000Z'),
  );
  const summary = { ...(await gatherSummary(EMPTY_TALLY, stores)), alerts, firstDay: '2026-07-14' };
  return summaryText(summary, stores, dataDir);
}

it.each([
  [9, '.tollbook', 9, undefined],
  [10, '.tollbook', 10, undefined],
  [11, '.tollbook', 10, '  and 1 more: tollbook alerts list'],
  [24, 'books', 10, '  and 14 more: tollbook alerts list --data books'],
])('of %i alerts of %s a start shows %i and counts the rest: %s', async (count, dataDir, shown, rest) => {
  const lines = (await alertsOf(count, dataDir)).split('\n');
  expect(lines.filter((line) => line.includes('tollbook alerts ack '))).toHaveLength(shown);
  expect(lines.find((line) => line.includes(' more: '))).toBe(rest);
});
