import fc from 'fast-check';
import { definedOnly } from '../../shared/domain/definedOnly.ts';
import { REQUEST_STATUSES } from '../../shared/domain/usage.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { costOf, makeRecord, tokensOf } from '../support/records.ts';
import { anyAmount } from './anyRecord.ts';

const maybe = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });

/** Two months, and two weeks that neither of them begins or ends with. */
const DAYS = ['2026-06-30', '2026-07-01', '2026-07-05', '2026-07-06'] as const;

/** Requests of few names each, so that every total has several lines and every line several requests. */
const anyRequest = fc
  .record({
    startedAt: fc
      .tuple(fc.constantFrom(...DAYS), fc.nat(23))
      .map(([day, hour]) => `${day}T${String(hour).padStart(2, '0')}:59:59.999Z`),
    user: fc.constantFrom('ann', 'bob'),
    team: fc.constantFrom('blue', 'red'),
    model: fc.constantFrom('sonnet', 'haiku'),
    operation: fc.constantFrom('chat', '-'),
    serviceTier: fc.constantFrom('standard', 'batch'),
    status: fc.constantFrom(...REQUEST_STATUSES),
    isEstimated: fc.boolean(),
    businessUnit: maybe('games'),
    department: maybe('indoor', 'outdoor'),
    costCentre: maybe('cc-1'),
    project: maybe('minutes'),
    entrypoint: maybe('cli'),
    thinkingTokens: maybe(0, 5),
    unpricedReason: maybe('unknown model'),
    tokens: fc
      .record({ input: fc.nat(9), cacheRead: fc.nat(9), cacheWrite1h: fc.nat(9), output: fc.nat(9) })
      .map(tokensOf),
    costPicoUsd: fc.record({ input: anyAmount, output: anyAmount, webSearch: anyAmount }).map(costOf),
  })
  .map((fields) => ({ ...definedOnly(fields), day: fields.startedAt.slice(0, 10) }));

/** Records of different requests, of any dimensions. */
export const anyRequests: fc.Arbitrary<UsageRecord[]> = fc
  .array(anyRequest, { minLength: 1, maxLength: 25 })
  .map((all) => all.map((parts, index) => makeRecord({ ...parts, requestId: `request-${index}` })));
