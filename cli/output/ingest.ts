import type { IngestTally } from '../../infra/local/ingestFiles.ts';
import { displayUsd, formatUsd } from '../../shared/domain/money.ts';
import type { Progress } from './progress.ts';
import { formatCount } from './table.ts';

/** An ingest as JSON: counts as numbers, the cost as an exact decimal text. */
export function ingestJson(tally: IngestTally) {
  const { lines, posted, duplicates, revised, ignored, quarantined, unpriced, costPicoUsd } = tally;
  return {
    lines,
    posted,
    duplicates,
    revised,
    ignored,
    ignoredReasons: tally.ignoredReasons,
    quarantined,
    unpriced,
    costUsd: formatUsd(costPicoUsd),
  };
}

/** An ingest in a sentence or two. */
export function formatIngest(tally: IngestTally): string {
  const { lines, posted, duplicates, revised, ignored, quarantined, unpriced, costPicoUsd } = tally;
  const counts = [
    `${formatCount(duplicates)} duplicates`,
    `${formatCount(revised)} revised`,
    `${formatCount(quarantined)} quarantined`,
    ...(ignored > 0 ? [`${formatCount(ignored)} ignored: ${formatReasons(tally.ignoredReasons)}`] : []),
  ];
  const isNothingNew = lines > 0 && posted + revised === 0;
  const head = isNothingNew
    ? `Nothing new: all ${formatCount(lines)} lines were counted before or are no usage.`
    : `Read ${formatCount(lines)} lines, posted ${formatCount(posted)} requests worth ${displayUsd(costPicoUsd, 4)}.`;
  const tail = unpriced > 0 ? ` ${formatCount(unpriced)} of the posted requests have no price yet.` : '';
  return `${head} (${counts.join(', ')})${tail}`;
}

const REASON_WORDS: Readonly<Record<string, string>> = {
  blank: 'blank',
  no_request: 'about no request',
  uncounted: 'not to be counted',
};

function formatReasons(reasons: Readonly<Record<string, number>>): string {
  return Object.entries(reasons)
    .map(([reason, lines]) => `${formatCount(lines)} ${REASON_WORDS[reason] ?? reason}`)
    .join(' and ');
}

/** An ingest under way. */
export function showIngest(progress: Progress, { lines, posted }: IngestTally): void {
  progress.show(lines, 'lines read', `, ${formatCount(posted)} posted`);
}
