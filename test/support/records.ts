import { type CostByClass, NO_COST } from '../../shared/domain/metrics.ts';
import { NO_TOKENS, type Tokens } from '../../shared/domain/tokens.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import type { Posting } from '../../shared/store/recordStore.ts';

export const DAY = '2026-07-14';

export const POSTING: Posting = {
  now: new Date('2026-07-14T12:00:00.000Z'),
  recordRetentionDays: 90,
  lineRetentionDays: 400,
};

/** A plain priced record of 10 pico-USD; `parts` says what is special about it. */
export function makeRecord(parts: Partial<UsageRecord> = {}): UsageRecord {
  const day = parts.day ?? DAY;
  return {
    source: 'bedrock',
    requestId: 'request-1',
    day,
    startedAt: `${day}T10:00:00.000Z`,
    modelId: 'anthropic.sonnet-v1:0',
    model: 'sonnet',
    endpointScope: 'inRegion',
    tokens: tokensOf({ input: 7, output: 3 }),
    costPicoUsd: costOf({ input: 6n, output: 4n }),
    priceVersion: '2026-07-01',
    status: 'ok',
    serviceTier: 'standard',
    user: 'ann',
    isUserLogged: true,
    team: 'blue',
    teamSource: 'directory',
    operation: 'chat',
    isEstimated: false,
    hasTokenCounts: true,
    rev: 1,
    ...parts,
  };
}

/** Records `request-0`, `request-1` …; `partsOf` says what is special about each. */
export function makeRecords(
  count: number,
  partsOf: (index: number) => Partial<UsageRecord> = () => ({}),
): UsageRecord[] {
  return Array.from({ length: count }, (_, index) =>
    makeRecord({ requestId: `request-${index}`, ...partsOf(index) }),
  );
}

export function tokensOf(tokens: Partial<Tokens>): Tokens {
  return { ...NO_TOKENS, ...tokens };
}

export function costOf(cost: Partial<CostByClass>): CostByClass {
  return { ...NO_COST, ...cost };
}
