import fc from 'fast-check';
import { attributeUsage } from '../../shared/domain/attribution.ts';
import { definedOnly } from '../../shared/domain/definedOnly.ts';
import { TOKEN_CLASSES } from '../../shared/domain/tokens.ts';
import { REQUEST_STATUSES, type Usage } from '../../shared/domain/usage.ts';
import { makeUsageRecord, type UsageRecord } from '../../shared/domain/usageRecord.ts';
import { placed } from '../support/directory.ts';
import { costOf, tokensOf } from '../support/records.ts';

const TEAM_OF: Readonly<Record<string, string>> = { ann: 'blue', bob: 'red' };
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Ids under which all logs know a call. */
export const SHARED_IDS: readonly string[] = [
  '0f5a2c1e-7b3d-4c8a-9e6f-1234567890ab',
  'req_011CfpSK96NthX9vPNsW9X2b',
];

const FIELDS = {
  source: fc.constantFrom('bedrock', 'tollbook', 'claude-code'),
  requestId: fc.constantFrom('r1', 'r2', ...SHARED_IDS),
  startedAt: fc.constantFrom(
    '2026-07-14T23:59:59.999Z',
    '2026-07-14T00:00:00.000Z',
    '2026-07-15T00:00:00.000Z',
  ),
  modelId: fc.constantFrom('sonnet', 'haiku', 'unknown'),
  region: maybe(fc.constant('eu-west-1')),
  input: fc.nat(2),
  output: fc.nat(2),
  isEstimated: fc.boolean(),
  hasTokenCounts: fc.boolean(),
  status: fc.constantFrom(...REQUEST_STATUSES),
  errorCode: maybe(fc.constant('Timeout')),
  serviceTier: fc.constantFrom('standard', 'batch'),
  user: maybe(fc.constantFrom('ann', 'bob', 'eve')),
  team: maybe(fc.constantFrom('blue', 'green')),
  project: maybe(fc.constant('p')),
  operation: fc.constantFrom('chat', 'embed'),
  entrypoint: maybe(fc.constant('cli')),
  session: maybe(fc.constantFrom('s1', 's2')),
  attempt: maybe(fc.nat(2)),
  isCacheHit: maybe(fc.boolean()),
} as const;

const FIELD_NAMES = [
  'source',
  'requestId',
  'startedAt',
  'modelId',
  'region',
  'input',
  'output',
  'isEstimated',
  'hasTokenCounts',
  'status',
  'errorCode',
  'serviceTier',
  'user',
  'team',
  'project',
  'operation',
  'entrypoint',
  'session',
  'attempt',
  'isCacheHit',
] as const satisfies readonly (keyof typeof FIELDS)[];

const anyFields = fc.record(FIELDS);

/** Two sightings that differ in one field at most. */
const anyTwins = fc
  .tuple(anyFields, anyFields, fc.constantFrom(...FIELD_NAMES))
  .map(([fields, others, name]) => [fields, { ...fields, [name]: others[name] }]);

/**
 * Sightings of a handful of requests by a handful of people: many are of the same request, equal or nearly
 * so, partial and final, of another user, team or model. Team and price follow from the usage alone.
 */
export function anySightings(maxTwins: number): fc.Arbitrary<UsageRecord[]> {
  return fc
    .array(anyTwins, { minLength: 1, maxLength: maxTwins })
    .map((twins) =>
      twins
        .flat()
        .map(({ input, output, ...fields }) =>
          recordOf({ ...definedOnly(fields), tokens: tokensOf({ input, output }) }),
        ),
    );
}

function recordOf(usage: Usage): UsageRecord {
  const team = TEAM_OF[usage.user ?? ''];
  const entry = team === undefined ? undefined : placed(usage.user ?? '', { team, businessUnit: 'retail' });
  return makeUsageRecord(usage, attributeUsage(usage, entry), {
    model: usage.modelId,
    endpointScope: 'inRegion',
    priceVersion: '2026-07-01',
    ...(usage.modelId === 'unknown'
      ? { costPicoUsd: costOf({}), unpricedReason: 'unknown model' }
      : { costPicoUsd: priceOf(usage) }),
  });
}

function priceOf({ modelId, tokens }: Usage) {
  const picoUsdPerToken = modelId === 'sonnet' ? 10n ** 16n + 1n : 7n;
  const costs = TOKEN_CLASSES.map((name) => [name, BigInt(tokens[name]) * picoUsdPerToken]);
  return costOf(Object.fromEntries(costs));
}
