import type { RedriveOutcome } from '../../infra/aws/redriveQueue.ts';
import type { IngestTally } from '../../infra/local/ingestFiles.ts';
import { formatIngest, ingestJson } from './ingest.ts';
import { formatCount, formatTable, printable } from './table.ts';

export type RedriveResult = Readonly<{
  outcomes: readonly RedriveOutcome[];
  tally: IngestTally;
  isDryRun: boolean;
  isInterrupted: boolean;
}>;

/** So many messages are shown; JSON has all of them. */
const SHOWN_MESSAGES = 20;
const MAX_WHY_LENGTH = 80;

export function redriveJson({ outcomes, tally, isDryRun, isInterrupted }: RedriveResult) {
  return {
    dryRun: isDryRun,
    interrupted: isInterrupted,
    messages: outcomes.length,
    redriven: countOf(outcomes, 'redriven'),
    failed: countOf(outcomes, 'failed'),
    unusable: countOf(outcomes, 'unusable'),
    ...ingestJson(tally),
    outcomes,
  };
}

export function formatRedrive({ outcomes, tally, isDryRun }: RedriveResult): string {
  if (outcomes.length === 0) return 'The queue is empty.';
  const left = outcomes.filter(({ outcome }) => outcome !== 'redriven');
  const head = isDryRun
    ? `The queue shows ${formatCount(outcomes.length)} messages; nothing was done.`
    : `Redrove ${formatCount(outcomes.length - left.length)} of ${formatCount(outcomes.length)} messages.`;
  const parts = isDryRun ? [head] : [head, formatIngest(tally)];
  if (left.length > 0) parts.push('', isDryRun ? 'In the queue' : 'Left in the queue', tableOf(left));
  if (left.length > SHOWN_MESSAGES) parts.push(`  (${formatCount(left.length - SHOWN_MESSAGES)} more)`);
  if (countOf(outcomes, 'unusable') > 0)
    parts.push('', 'A message without its log lines: read them again with tollbook backfill --log-group.');
  return parts.join('\n');
}

function tableOf(outcomes: readonly RedriveOutcome[]): string {
  const columns = [
    { head: 'MESSAGE' },
    { head: 'OUTCOME' },
    { head: 'LOG GROUP' },
    { head: 'EVENTS', align: 'right' },
    { head: 'FAILED AT' },
    { head: 'WHY' },
  ] as const;
  const rows = outcomes
    .slice(0, SHOWN_MESSAGES)
    .map(({ messageId, outcome, logGroup, events, failedAt, why }) => [
      messageId,
      outcome,
      logGroup,
      formatCount(events),
      failedAt,
      printable(why).slice(0, MAX_WHY_LENGTH),
    ]);
  return formatTable(columns, rows);
}

function countOf(outcomes: readonly RedriveOutcome[], wanted: RedriveOutcome['outcome']): number {
  return outcomes.filter(({ outcome }) => outcome === wanted).length;
}
