import type { Attribution, FilledIn, TeamSource } from './attribution.ts';
import { hourOfStart } from './hours.ts';
import { type CostByClass, type Metrics, NO_COST, NO_METRICS, STATUS_COUNTER, totalCost } from './metrics.ts';
import { canonicalRequestId } from './requestIdentity.ts';
import { copyOptionalUsage, type Usage, usageDay } from './usage.ts';

/** The price a usage was given; the engine's answer, in the words a record keeps. */
export type RecordPrice = Readonly<{
  /** Canonical model name, or the logged id without ARN and endpoint prefix when it is unknown. */
  model: string;
  endpointScope: string;
  priceVersion: string;
  costPicoUsd: CostByClass;
  /** Why there is no price; absent on a priced record. */
  unpricedReason?: string;
}>;

/** One LLM request as billed. `rev` counts its revisions, from 1. */
export type UsageRecord = Readonly<
  Omit<Usage, 'user' | 'team'> &
    RecordPrice & {
      day: string;
      /** The day whose lines hold the record; absent when it is its own. Set when its own was sealed already. */
      countedOn?: string;
      user: string;
      team: string;
      businessUnit?: string;
      teamSource: TeamSource;
      /** Dimensions that the directory filled in, not the log; absent when there are none. */
      filledIn?: readonly FilledIn[];
      /** False when no user was logged and `user` is `unattributed`. */
      isUserLogged: boolean;
      rev: number;
    }
>;

/** Builds the first revision of a record from what was read, whose it is and what it costs. */
export function makeUsageRecord(usage: Usage, attribution: Attribution, price: RecordPrice): UsageRecord {
  const { user: loggedUser, team: _loggedTeam, ...rest } = usage;
  return {
    ...rest,
    ...price,
    ...attribution,
    requestId: canonicalRequestId(usage.requestId),
    day: usageDay(usage),
    isUserLogged: loggedUser !== undefined,
    rev: 1,
  };
}

/** The usage a record was made of, exactly as it was decoded: attribution and price left out. */
export function usageOfRecord(record: UsageRecord): Usage {
  const usage: { -readonly [Key in keyof Usage]: Usage[Key] } = {
    source: record.source,
    requestId: record.requestId,
    startedAt: record.startedAt,
    modelId: record.modelId,
    tokens: record.tokens,
    isEstimated: record.isEstimated,
    hasTokenCounts: record.hasTokenCounts,
    status: record.status,
    serviceTier: record.serviceTier,
    operation: record.operation,
  };
  copyOptionalUsage(record, usage);
  if (!record.isUserLogged) delete usage.user;
  if (record.teamSource !== 'log') delete usage.team;
  for (const filled of record.filledIn ?? []) delete usage[filled];
  return usage;
}

/** The day whose lines hold a record: its own, or the open day on which it was corrected into the ledger. */
export function countingDay({ day, countedOn }: Pick<UsageRecord, 'day' | 'countedOn'>): string {
  return countedOn ?? day;
}

/** What one record adds to its daily line; its hour is that of its start, also when it is counted elsewhere. */
export function metricsOfRecord(record: UsageRecord): Metrics {
  const counter = STATUS_COUNTER[record.status];
  const costPicoUsd = record.unpricedReason === undefined ? record.costPicoUsd : NO_COST;
  const wholePicoUsd = totalCost(costPicoUsd);
  return {
    ...NO_METRICS,
    requests: 1,
    ...(counter === undefined ? {} : { [counter]: 1 }),
    unpriced: record.unpricedReason === undefined ? 0 : 1,
    estimated: record.isEstimated ? 1 : 0,
    thinkingTokens: record.thinkingTokens ?? 0,
    tokens: record.tokens,
    costPicoUsd,
    estimatedPicoUsd: record.isEstimated ? wholePicoUsd : 0n,
    hours: [{ hour: hourOfStart(record.startedAt), requests: 1, costPicoUsd: wholePicoUsd }],
  };
}
