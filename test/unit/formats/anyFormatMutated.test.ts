import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TOKEN_CLASSES } from '../../../shared/domain/tokens.ts';
import type { Usage } from '../../../shared/domain/usage.ts';
import { decodeLine } from '../../../shared/formats/decodeLine.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { priceRecord } from '../../../shared/pricing/priceRecord.ts';
import { CONTEXT, decode } from '../../fixtures/decoding.ts';
import { FORMAT_LINES, FORMAT_NAMES } from '../../fixtures/formatLines.ts';
import { changeAt, placesOf } from '../../fixtures/mutate.ts';

/** Drops, retypes, nests, swells or turns negative what is at a place. */
const change = fc.oneof(
  fc.constant(() => undefined),
  fc.jsonValue().map((value) => () => value),
  fc.constant((old: unknown) => [old]),
  fc.constant((old: unknown) => ({ nested: old })),
  fc.constant((old: unknown) => String(old)),
  fc.constant((old: unknown) => Number(old)),
  fc.constant((old: unknown) => (typeof old === 'number' ? -old : old)),
  fc.constantFrom(-1, 0, 1, 0.5, 1e8, 1e8 + 1, 2 ** 53, 1e300, -1e300).map((value) => () => value),
  fc
    .constantFrom('', '-', 'None', '#', '\u0000', '-5', '1e9', '007', '9'.repeat(20), 'x'.repeat(5_000))
    .map((value) => () => value),
  fc.constantFrom('2026-02-29T10:00:00Z', '9999-12-31T23:59:59Z', 'NaN').map((value) => () => value),
);
const mutations = fc.array(fc.tuple(fc.nat(), change), { minLength: 1, maxLength: 4 });

function mutate(record: unknown, list: readonly (readonly [number, (old: unknown) => unknown])[]): unknown {
  return list.reduce<unknown>((whole, [choice, changed]) => {
    const places = placesOf(whole);
    return changeAt(whole, places[choice % places.length] ?? [], changed);
  }, record);
}

/** Every class costs its count times one whole price; nothing is negative, and nothing costs without a price. */
function expectExactCost(usage: Usage): void {
  for (const count of Object.values(usage.tokens))
    expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
  const { costPicoUsd, unpricedReason } = priceRecord(bundledPriceBook(), usage);
  for (const tokenClass of TOKEN_CLASSES) {
    const [cost, count] = [costPicoUsd[tokenClass], BigInt(usage.tokens[tokenClass])];
    expect(cost >= 0n).toBe(true);
    expect(count === 0n ? cost : cost % count).toBe(0n);
    if (unpricedReason !== undefined) expect(cost).toBe(0n);
  }
}

describe.each(FORMAT_NAMES)('a mutated record of %s', (format) => {
  const records = FORMAT_LINES[format] ?? [];

  it('was one usage of its format before', () => {
    for (const record of records) {
      const decoded = decode(record);
      expect(decoded).toMatchObject({ kind: 'usage', usage: { source: format.replace('.v1', '') } });
    }
  });

  it('is priced exactly, ignored with a reason, or quarantined with one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...records), mutations, (record, list) => {
        const all = decodeLine(JSON.stringify(mutate(record, list)) ?? '', CONTEXT);
        expect(all.length).toBeGreaterThan(0);
        for (const decoded of all) {
          if (decoded.kind === 'usage') expectExactCost(decoded.usage);
          else expect(decoded.reason).toMatch(/^[a-z_]+$/);
        }
      }),
      { numRuns: 1_500 },
    );
  });
});
