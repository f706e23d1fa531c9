import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSightings } from '../../../shared/domain/revision.ts';
import {
  completePrecedence,
  DEFAULT_PRECEDENCE,
  type SourcePrecedence,
} from '../../../shared/domain/sourcePrecedence.ts';
import { NO_TOKENS } from '../../../shared/domain/tokens.ts';
import { OPTIONAL_USAGE, USAGE_SOURCES, type Usage } from '../../../shared/domain/usage.ts';
import { usageArbitrary } from '../../fixtures/arbitraries.ts';
import { bedrockRecord, usageOf } from '../../fixtures/decoding.ts';

const RECORDED = usageOf(bedrockRecord({ input: { inputTokenCount: 10 }, output: { outputTokenCount: 20 } }));
const TOKENS = RECORDED.tokens;

describe('compareSightings', () => {
  it.each<[string, string, Partial<Usage>]>([
    ['same', 'the same contents', {}],
    ['better', 'one token more', { tokens: { ...TOKENS, output: 21 } }],
    ['worse', 'one token less', { tokens: { ...TOKENS, output: 19 } }],
    ['better', 'as many tokens, later in text order', { tokens: { ...TOKENS, input: 11, output: 19 } }],
    ['worse', 'as many tokens, earlier in text order', { tokens: { ...TOKENS, input: 0, output: 30 } }],
    ['worse', 'no counts, though more tokens', { hasTokenCounts: false, tokens: { ...TOKENS, output: 99 } }],
    ['better', 'more tokens and a worse status', { status: 'error', tokens: { ...TOKENS, output: 21 } }],
    ['worse', 'a blocked end where an ok one is recorded', { status: 'blocked' }],
    ['better', 'a later start', { startedAt: '2026-11-22T10:00:00.001Z' }],
    ['worse', 'an earlier start', { startedAt: '2026-11-22T09:59:59.999Z' }],
    ['same', 'another request id, which is not what is compared', { requestId: 'request-2' }],
    [
      'worse',
      'a client, though it counts more',
      { source: 'claude-code', tokens: { ...TOKENS, output: 99 } },
    ],
    ['worse', 'a gateway behind which the bill is made', { source: 'litellm' }],
  ])('finds %s: %s', (sighting, _what, change) => {
    expect(compareSightings(RECORDED, { ...RECORDED, ...change })).toBe(sighting);
  });

  it('believes a source that is nearer to the bill whatever else it says', () => {
    for (const [rank, source] of DEFAULT_PRECEDENCE.entries()) {
      for (const other of DEFAULT_PRECEDENCE.slice(rank + 1)) {
        const poor = { ...RECORDED, source, hasTokenCounts: false, tokens: NO_TOKENS };
        expect(compareSightings({ ...RECORDED, source: other }, poor)).toBe('better');
        expect(compareSightings(poor, { ...RECORDED, source: other })).toBe('worse');
      }
    }
  });

  it('believes whom the company names first', () => {
    const precedence = completePrecedence(['claude-code', 'kong']);
    const fromClient: Usage = { ...RECORDED, source: 'claude-code', tokens: NO_TOKENS };
    expect(compareSightings(RECORDED, fromClient, precedence)).toBe('better');
    expect(compareSightings(fromClient, { ...RECORDED, source: 'kong' }, precedence)).toBe('worse');
    expect(compareSightings(RECORDED, { ...RECORDED, source: 'kong' }, precedence)).toBe('better');
    expect([...precedence].sort()).toEqual([...USAGE_SOURCES].sort());
  });

  it('ends with the sighting that the new order prefers when every log is read again after a change', () => {
    const precedence = completePrecedence(['claude-code', 'litellm']);
    const all = fc.array(usageArbitrary, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(all, fc.nat(8), (sightings, change) => {
        const kept = keptOf(sightings.slice(change), precedence, keptOf(sightings.slice(0, change + 1)));
        const afterReplay = keptOf(sightings, precedence, kept);
        expect(sortedText(afterReplay)).toBe(sortedText(keptOf(sightings, precedence)));
      }),
    );
  });

  it('ranks the statuses: throttled, error, blocked, ok', () => {
    const ranked = (['throttled', 'error', 'blocked', 'ok'] as const).map((status) => ({
      ...RECORDED,
      status,
    }));
    for (const [rank, recorded] of ranked.entries()) {
      for (const [otherRank, seen] of ranked.entries()) {
        const expected = otherRank === rank ? 'same' : otherRank > rank ? 'better' : 'worse';
        expect(compareSightings(recorded, seen)).toBe(expected);
      }
    }
  });

  it('finds two sightings the same only when their contents are identical', () => {
    const pairs = fc.oneof(
      fc.tuple(usageArbitrary, usageArbitrary),
      usageArbitrary.map((usage) => [usage, structuredClone(usage)] as const),
    );
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        expect(compareSightings(a, b) === 'same').toBe(sortedText(a) === sortedText(b));
      }),
    );
  });

  it.each<[string, unknown]>([
    ...OPTIONAL_USAGE.map((field): [string, unknown] => [field, 'stated']),
    ['operation', 'lookup'],
    ['serviceTier', 'priority'],
    ['modelId', 'model-b'],
    ['isEstimated', true],
  ])('sees a difference in %s alone', (field, value) => {
    expect(compareSightings(RECORDED, { ...RECORDED, [field]: value })).not.toBe('same');
  });

  it('orders any two one way: what is better there is worse back', () => {
    const opposite = { same: 'same', better: 'worse', worse: 'better' } as const;
    fc.assert(
      fc.property(usageArbitrary, usageArbitrary, (a, b) => {
        expect(compareSightings(b, a)).toBe(opposite[compareSightings(a, b)]);
      }),
    );
  });

  it('orders any three without a circle', () => {
    fc.assert(
      fc.property(usageArbitrary, usageArbitrary, usageArbitrary, (a, b, c) => {
        fc.pre(compareSightings(a, b) !== 'worse' && compareSightings(b, c) !== 'worse');
        expect(compareSightings(a, c)).not.toBe('worse');
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the same sighting in the end, in whichever order they arrive', () => {
    const arrivals = fc
      .array(usageArbitrary, { minLength: 1, maxLength: 8 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(arrivals, ([first, second]) => {
        expect(sortedText(keptOf(first))).toBe(sortedText(keptOf(second)));
      }),
    );
  });
});

function keptOf(
  arrivals: readonly Usage[],
  precedence: SourcePrecedence = DEFAULT_PRECEDENCE,
  first?: Usage,
): Usage {
  const all = first === undefined ? arrivals : [first, ...arrivals];
  return all.reduce((recorded, seen) =>
    compareSightings(recorded, seen, precedence) === 'better' ? seen : recorded,
  );
}

/** An independent text of the contents: equal for equal contents, whatever the order of keys. */
function sortedText(usage: Usage): string {
  return JSON.stringify(usage, [...Object.keys(usage), ...Object.keys(usage.tokens)].sort());
}
