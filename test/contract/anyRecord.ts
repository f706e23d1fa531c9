import fc from 'fast-check';
import { definedOnly } from '../../shared/domain/definedOnly.ts';
import { identifierProblem, MAX_MODEL_ID_BYTES } from '../../shared/domain/identifier.ts';
import { REQUEST_STATUSES, USAGE_SOURCES } from '../../shared/domain/usage.ts';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';

/** Ids that are allowed and awkward: separators of other systems, prefixes of each other, many bytes. */
export const ODD_IDS = [
  'a b',
  'a/b',
  'a.b',
  'a%',
  'a',
  '🚀',
  'é',
  '\uffff',
  '-',
  "O'Neill",
  'arn:aws:iam::1:user/ann',
  '__proto__',
  'constructor',
  '0',
] as const;

export const anyId = idOf(128);

function idOf(maxBytes: number): fc.Arbitrary<string> {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
  const longest = fc.constantFrom('x'.repeat(maxBytes), '🚀'.repeat(maxBytes / 4));
  return fc
    .oneof({ weight: 3, arbitrary: fc.constantFrom(...ODD_IDS) }, { weight: 3, arbitrary: text }, longest)
    .filter((id) => identifierProblem(id, maxBytes) === undefined);
}

/** Amounts around the largest exact `number`, and up to a trillion USD. */
export const anyAmount = fc.oneof(
  fc.constantFrom(0n, 1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 10n ** 24n),
  fc.bigInt({ min: 0n, max: 10n ** 24n }),
);

const anyCount = fc.oneof(fc.constant(0), fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER));
const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** A valid record with anything in it that a record may hold. */
export const anyRecord: fc.Arbitrary<UsageRecord> = fc
  .record({
    source: fc.constantFrom(...USAGE_SOURCES),
    requestId: anyId,
    startedAt: fc
      .date({ min: new Date('2020-01-01'), max: new Date('2039-12-31'), noInvalidDate: true })
      .map((at) => at.toISOString()),
    modelId: idOf(MAX_MODEL_ID_BYTES),
    model: idOf(MAX_MODEL_ID_BYTES),
    endpointScope: anyText,
    region: maybe(anyText),
    tokens: byClass(anyCount),
    costPicoUsd: fc
      .tuple(byClass(anyAmount), anyAmount)
      .map(([costs, webSearch]) => ({ ...costs, webSearch })),
    priceVersion: anyText,
    unpricedReason: maybe(anyText),
    isEstimated: fc.boolean(),
    hasTokenCounts: fc.boolean(),
    status: fc.constantFrom(...REQUEST_STATUSES),
    errorCode: maybe(anyText),
    serviceTier: anyId,
    user: anyId,
    isUserLogged: fc.boolean(),
    team: anyId,
    teamSource: fc.constantFrom('log', 'directory', 'none'),
    businessUnit: maybe(anyId),
    project: maybe(anyId),
    operation: anyId,
    entrypoint: maybe(anyId),
    department: maybe(anyId),
    costCentre: maybe(anyId),
    repository: maybe(anyId),
    session: maybe(anyId),
    priority: maybe(anyId),
    attempt: maybe(anyCount),
    thinkingTokens: maybe(anyCount),
    webSearches: maybe(anyCount),
    inferenceGeo: maybe(anyId),
    isFast: maybe(fc.boolean()),
    isCacheHit: maybe(fc.boolean()),
    rev: fc.integer({ min: 1, max: 1_000_000 }),
  })
  .map((fields) => ({ ...definedOnly(fields), day: fields.startedAt.slice(0, 10) }));

function byClass<T>(value: fc.Arbitrary<T>) {
  const classes = { input: value, cacheRead: value, cacheWrite5m: value, cacheWrite1h: value, output: value };
  return fc.record(classes, { noNullPrototype: true });
}
