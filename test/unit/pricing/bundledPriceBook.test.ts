import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseUsd } from '../../../shared/domain/money.ts';
import { loadPriceBook, sourcesOfFileRow } from '../../../shared/pricing/loadPriceBook.ts';
import json from '../../../shared/pricing/priceBook.json' with { type: 'json' };
import { type FileModel, type FileRow, priceBookFile } from '../../../shared/pricing/priceBookFile.ts';

const FILE = priceBookFile.parse(json);
const CLAUDE = FILE.models.filter(({ vendor }) => vendor === 'anthropic');
/** From Sonnet 4.5 on, an endpoint that does not route globally costs 1.1 times the global price. */
const FLAT = /^claude-(?:3-|opus-4$|opus-4-1$|sonnet-4$)/;

/** JSON with sorted keys and without blanks, so that only a changed value changes the hash. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The rows of a scope without the cuts at which only a premium changes. */
function ratesOf(model: FileModel, scope: FileRow['scope']): readonly FileRow[] {
  const merged: FileRow[] = [];
  for (const row of model.rows.filter((candidate) => candidate.scope === scope)) {
    const before = merged.at(-1);
    const isCut =
      before?.to === row.from &&
      before.promptTokensAbove === row.promptTokensAbove &&
      canonicalJson(before.usdPerMillion) === canonicalJson(row.usdPerMillion);
    if (isCut) merged.pop();
    merged.push(isCut ? { ...row, from: before.from } : row);
  }
  return merged;
}

/** The rows of a scope as `from to band class price`, the price times tenths. */
function pricesOf(model: FileModel, scope: FileRow['scope'], tenths: bigint): readonly string[] {
  return ratesOf(model, scope).flatMap((row) =>
    Object.entries(row.usdPerMillion).map(([name, usd = '']) =>
      [row.from, row.to, row.promptTokensAbove, name, (parseUsd(usd) ?? 0n) * tenths].join(' '),
    ),
  );
}

describe('the bundled price book', () => {
  it('is sound', () => {
    expect(loadPriceBook(json).models).toHaveLength(FILE.models.length);
  });

  it('has a version that changes with every price', () => {
    const hash = createHash('sha256').update(canonicalJson(json.models)).digest('hex').slice(0, 8);
    const lastChecked = Object.values(FILE.sources)
      .map(({ checked }) => checked)
      .toSorted()
      .at(-1);
    // A price was changed: copy the expected version into the file.
    expect(FILE.version).toBe(`${lastChecked}-${hash}`);
  });

  it('uses every source that it lists', () => {
    const used = new Set(FILE.models.flatMap(({ rows }) => rows.flatMap(sourcesOfFileRow)));
    expect([...used].toSorted()).toEqual(Object.keys(FILE.sources).toSorted());
  });

  it('lists Bedrock ids without the prefix of an endpoint', () => {
    const prefixed = FILE.models
      .flatMap(({ bedrockIds }) => bedrockIds)
      .filter((id) => !/^(?:anthropic|amazon)\./.test(id));
    expect(prefixed).toEqual([]);
  });

  it.each(CLAUDE.map((model) => [model.model, model] as const))('prices %s by the rules', (name, model) => {
    expect(pricesOf(model, 'api', 10n)).not.toEqual([]);
    const isOnBedrock = model.bedrockIds.length > 0;
    expect(pricesOf(model, 'global', 10n).length > 0).toBe(isOnBedrock);
    expect(pricesOf(model, 'geo', 10n)).toEqual(pricesOf(model, 'global', FLAT.test(name) ? 10n : 11n));
    expect(pricesOf(model, 'inRegion', 10n)).toEqual(pricesOf(model, 'geo', 10n));
  });

  it.each(
    CLAUDE.filter(({ bedrockIds }) => bedrockIds.length > 0).map((model) => [model.model, model] as const),
  )('prices %s through `global.` as the vendor does', (_, model) => {
    expect(pricesOf(model, 'global', 10n)).toEqual(pricesOf(model, 'api', 10n));
  });

  it('knows GovCloud prices of two models only, at 1.2 times the global price', () => {
    const inGovCloud = CLAUDE.filter((model) => pricesOf(model, 'gov', 10n).length > 0);
    expect(inGovCloud.map(({ model }) => model)).toEqual(['claude-sonnet-4-5', 'claude-haiku-4-5']);
    for (const model of inGovCloud)
      expect(pricesOf(model, 'gov', 10n)).toEqual(pricesOf(model, 'global', 12n));
  });
});
