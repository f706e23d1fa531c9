import { type Metrics, totalCost } from './metrics.ts';
import { formatUsd } from './money.ts';

/**
 * Figures as every interface gives them: the cost as an exact decimal text in USD, token counts under
 * the names that usage tools of the field share. Cache writes of both lifetimes are one count here.
 * `webSearchUsd` is the part of the cost that is no token's; it is left out where there were no searches.
 */
export type CostFigures = Readonly<{
  costUsd: string;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheCreationTokens: number;
  webSearchUsd?: string;
}>;

export function costFigures({ requests, tokens, costPicoUsd }: Metrics): CostFigures {
  return {
    costUsd: formatUsd(totalCost(costPicoUsd)),
    requests,
    inputTokens: tokens.input,
    outputTokens: tokens.output,
    cacheReadTokens: tokens.cacheRead,
    cacheCreationTokens: tokens.cacheWrite5m + tokens.cacheWrite1h,
    ...(costPicoUsd.webSearch === 0n ? {} : { webSearchUsd: formatUsd(costPicoUsd.webSearch) }),
  };
}
