import { type Metrics, totalCost } from '../../shared/domain/metrics.ts';
import { displayUsd } from '../../shared/domain/money.ts';
import { type CostSelection, reportCosts } from '../../shared/store/costReport.ts';
import { reportUnpriced, type UnpricedReport, type UnpricedRow } from '../../shared/store/reportUnpriced.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { ALL_DAYS } from '../../shared/store/totalStore.ts';
import { formatCount, formatTable, printable } from './table.ts';

/** Why a request has no price, as a person says it; any other reason is shown as it is. */
const REASONS: Readonly<Record<string, string>> = {
  unknown_model: 'the price book does not know the model',
  no_price_for_scope: 'no price for its endpoint',
  no_price_at_date: 'no price for its day',
  unknown_tier: 'no price for its service tier',
  no_price_for_class: 'no price for a class of its tokens',
  no_price_for_web_search: 'no price for its web searches',
  no_price_for_fast_mode: 'no price for its fast mode',
  unknown_inference_geo: 'no price for its place of inference',
  no_token_counts: 'the log says nothing of its tokens',
};

/** The one reason that no price mends. */
const NO_TOKEN_COUNTS = 'no_token_counts';

const MAX_ROWS = 20;
const MAX_ID_LENGTH = 96;

/** Which ledger it is, for the command that mends it. */
type Place = Readonly<{ data: string; stage?: string }>;

/** What the costs of a range of days leave out or guess. */
export type Gaps = Readonly<{ unpriced: UnpricedReport; total: Guessed }>;

type Guessed = Pick<Metrics, 'requests' | 'estimated' | 'estimatedPicoUsd' | 'costPicoUsd'>;

/** Reads the gaps of the selected days; `total` where it is known already. Splits by model do not tell all of it. */
export async function gatherGaps(
  stores: Stores,
  selection: CostSelection = ALL_DAYS,
  total?: Metrics,
): Promise<Gaps> {
  const isWhole = total !== undefined && (total.estimated === 0 || total.estimatedPicoUsd > 0n);
  return {
    unpriced: await reportUnpriced(stores, selection),
    total: isWhole ? total : (await reportCosts('day', stores.totals, selection)).total,
  };
}

/**
 * Requests without a price, with models, reasons and the way to mend it, and how many requests have a
 * guessed token class. Empty when there is neither; each paragraph begins with an empty line.
 */
export function formatGaps({ unpriced, total }: Gaps, ledger: Place): string {
  return [formatUnpriced(unpriced, ledger), formatEstimated(total)]
    .filter((part) => part !== '')
    .map((part) => `\n${part}\n`)
    .join('');
}

function formatUnpriced({ requests, rows }: UnpricedReport, ledger: Place): string {
  if (requests === 0) return '';
  const table = formatTable(
    [{ head: 'MODEL' }, { head: 'REQUESTS', align: 'right' }, { head: 'WHY' }, { head: 'LOGGED AS' }],
    rows.slice(0, MAX_ROWS).map((row) => [row.model, formatCount(row.requests), whyOf(row), idOf(row)]),
  );
  const isOne = requests === 1;
  const head = `${formatCount(requests)} ${isOne ? 'request has' : 'requests have'} no price, and the costs leave ${isOne ? 'it' : 'them'} out`;
  const hidden = rows.length > MAX_ROWS ? `\n  (${formatCount(rows.length - MAX_ROWS)} more models)` : '';
  const isMendable = rows.some(({ reason }) => reason !== NO_TOKEN_COUNTS);
  return `${head}\n${table}${hidden}${isMendable ? `\n${howToMend(ledger)}` : ''}`;
}

function whyOf({ reason }: UnpricedRow): string {
  if (reason === undefined) return 'not looked at: too many records';
  return REASONS[reason] ?? reason.replaceAll('_', ' ');
}

function idOf({ model, modelId = model }: UnpricedRow): string {
  if (modelId === model) return '';
  return modelId.length > MAX_ID_LENGTH ? `…${modelId.slice(1 - MAX_ID_LENGTH)}` : modelId;
}

function howToMend({ data, stage }: Place): string {
  const ownPlace = data === '.tollbook' ? '' : ` --data ${printable(data)}`;
  const place = stage === undefined ? ownPlace : ` --stage ${stage}`;
  return [
    '  To price them, say what they are or cost in a file of your own prices (docs/prices.md), or take a newer',
    `  Tollbook; then run: tollbook reprice --prices FILE${place}`,
  ].join('\n');
}

function formatEstimated({ requests, estimated, estimatedPicoUsd, costPicoUsd }: Guessed): string {
  if (estimated === 0) return '';
  const percent = ((100 * estimated) / requests).toFixed(1);
  const ofThem = `${formatCount(estimated)} of ${formatCount(requests)} requests (${percent}%)`;
  const cost = `${displayUsd(estimatedPicoUsd)} of ${displayUsd(totalCost(costPicoUsd))}`;
  return `Estimated: ${ofThem}, ${cost}, of which a token class was guessed, such as how long a cache write was to live`;
}
