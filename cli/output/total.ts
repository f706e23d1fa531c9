import { peakHour } from '../../shared/domain/hours.ts';
import { COST_CLASSES, cacheHitRate, type Metrics, totalCost } from '../../shared/domain/metrics.ts';
import { displayUsd, formatUsd } from '../../shared/domain/money.ts';
import { TOKEN_CLASSES } from '../../shared/domain/tokens.ts';
import { periodName, type Scope, type Total } from '../../shared/domain/total.ts';
import { formatCount, formatTable } from './table.ts';

const NAMES = {
  input: 'input',
  cacheRead: 'cache read',
  cacheWrite5m: 'cache write, 5 minutes',
  cacheWrite1h: 'cache write, 1 hour',
  output: 'output',
  webSearch: 'web search',
} as const;

/** Everything that one total holds, for people. */
export function formatTotal({ scope, period, metrics, span }: Total): string {
  const { requests, throttled, blocked, failed, unpriced, estimated } = metrics;
  const cost = totalCost(metrics.costPicoUsd);
  const rate = cacheHitRate(metrics);
  const peak = peakHour(metrics.hours);
  const rows: [name: string, value: string][] = [
    ['requests', formatCount(requests)],
    ['throttled, blocked, failed', [throttled, blocked, failed].map(formatCount).join(', ')],
    ['cost', displayUsd(cost, 4)],
    ...COST_CLASSES.filter((each) => metrics.costPicoUsd[each] !== 0n).map((each): [string, string] => [
      `  ${NAMES[each]}`,
      displayUsd(metrics.costPicoUsd[each], 4),
    ]),
    ['tokens', formatCount(TOKEN_CLASSES.reduce((sum, each) => sum + metrics.tokens[each], 0))],
    ...TOKEN_CLASSES.map((each): [string, string] => [`  ${NAMES[each]}`, formatCount(metrics.tokens[each])]),
    ['thinking, of the output', formatCount(metrics.thinkingTokens)],
    ['cache hit rate', rate === undefined ? '-' : `${(100 * rate).toFixed(1)}%`],
    ['estimated', `${formatCount(estimated)} requests, ${displayUsd(metrics.estimatedPicoUsd, 4)}`],
    ['unpriced', `${formatCount(unpriced)} requests`],
    ['first request', hourText(span?.first)],
    ['last request', hourText(span?.last)],
    ['peak hour', peak === undefined ? '-' : `${String(peak).padStart(2, '0')}:00 UTC`],
  ];
  const head = `${scopeText(scope)}, ${periodName(period)} (UTC)`;
  return `${head}\n${formatTable([{ head: 'FIGURE' }, { head: 'VALUE', align: 'right' }], rows)}`;
}

/** The same for programs: amounts as exact decimal texts in USD, hours in UTC. */
export function totalJson({ scope, period, metrics, span }: Total) {
  const { tokens, costPicoUsd, estimatedPicoUsd, hours, ...counts } = metrics;
  return {
    scope: scopeText(scope),
    period: periodName(period),
    currency: 'USD',
    ...counts,
    costUsd: formatUsd(totalCost(costPicoUsd)),
    costUsdByClass: usdByClass(costPicoUsd),
    estimatedUsd: formatUsd(estimatedPicoUsd),
    tokens,
    cacheHitRate: cacheHitRate(metrics) ?? null,
    firstHour: span?.first ?? null,
    lastHour: span?.last ?? null,
    peakHour: peakHour(hours) ?? null,
    hours: hours.map(({ hour, requests, costPicoUsd: cost }) => ({
      hour,
      requests,
      costUsd: formatUsd(cost),
    })),
  };
}

function usdByClass(cost: Metrics['costPicoUsd']): Record<string, string> {
  return Object.fromEntries(COST_CLASSES.map((each) => [each, formatUsd(cost[each])]));
}

function scopeText(scope: Scope): string {
  return scope.kind === 'org' ? 'org' : `${scope.kind}:${scope.id}`;
}

function hourText(hour: string | undefined): string {
  return hour === undefined ? '-' : `${hour.slice(0, 10)}, ${hour.slice(11)}:00 to ${hour.slice(11)}:59`;
}
