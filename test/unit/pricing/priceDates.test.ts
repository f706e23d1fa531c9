import { describe, expect, it } from 'vitest';
import { parseUsd } from '../../../shared/domain/money.ts';
import { addDays } from '../../../shared/domain/period.ts';
import { NO_TOKENS, TOKEN_CLASSES, type TokenClass } from '../../../shared/domain/tokens.ts';
import json from '../../../shared/pricing/priceBook.json' with { type: 'json' };
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { type FileModel, type FileRow, readPriceBookFile } from '../../../shared/pricing/priceBookFile.ts';
import { priceUsage } from '../../../shared/pricing/priceUsage.ts';

const BOOK = bundledPriceBook();
const FILE = readPriceBookFile(json);
const REGIONS = { us: 'us-east-1', eu: 'eu-west-1', apac: 'ap-northeast-1' } as const;

/** An id that leads to a row: those of Bedrock by the prefix of the scope. */
function idOf(model: FileModel, { scope, regionGroup = 'us' }: FileRow): string {
  const prefixes = { api: '', global: 'global.', geo: `${regionGroup}.`, inRegion: '', gov: 'us-gov.' };
  const ids = scope === 'api' ? model.apiIds : model.bedrockIds;
  return `${prefixes[scope]}${ids[0] ?? 'none'}`;
}

/** Whether a row, read as the file has it, is of the scope and holds at a time for a prompt. */
function holds(row: FileRow, at: string, prompt: number): boolean {
  return prompt > row.promptTokensAbove && at >= row.from && (row.to === null || at < row.to);
}

/** What `prompt` tokens of a class cost by the file alone: by the highest band whose row holds. */
function expected(
  model: FileModel,
  like: FileRow,
  { at, prompt, name }: { at: string; prompt: number; name: TokenClass },
) {
  const [row] = model.rows
    .filter((other) => other.scope === like.scope && other.regionGroup === like.regionGroup)
    .filter((other) => holds(other, at, prompt))
    .toSorted((a, b) => b.promptTokensAbove - a.promptTokensAbove);
  if (row === undefined) return 'no_price_at_date';
  const usd = row.usdPerMillion[name];
  return usd === undefined ? 'no_price_for_class' : ((parseUsd(usd) ?? 0n) * BigInt(prompt)) / 1_000_000n;
}

const EDGES = FILE.models.flatMap((model) =>
  model.rows.flatMap((row) => {
    const starts = [`${addDays(row.from, -1)}T23:59:59.999Z`, `${row.from}T00:00:00.000Z`];
    const ends = row.to === null ? [] : [`${addDays(row.to, -1)}T23:59:59.999Z`, `${row.to}T00:00:00.000Z`];
    return [...starts, ...ends].map((at) => [model.model, row.scope, at, model, row] as const);
  }),
);

describe('the first and the last millisecond of every price', () => {
  it('are many', () => {
    expect(EDGES.length).toBeGreaterThan(250);
  });

  it.each(EDGES)(
    'of %s through %s at %s are priced by the row that the file has for them',
    (_model, _scope, at, model, row) => {
      const prompt = row.promptTokensAbove + 1_000;
      for (const name of TOKEN_CLASSES.filter((each) => each !== 'output')) {
        const price = priceUsage(BOOK, {
          modelId: idOf(model, row),
          region: REGIONS[row.regionGroup ?? 'us'],
          startedAt: at,
          serviceTier: 'standard',
          tokens: { ...NO_TOKENS, [name]: prompt },
        });
        const told = price.kind === 'priced' ? price.totalPicoUsd : price.reason;
        expect(told).toBe(expected(model, row, { at, prompt, name }));
      }
    },
  );
});

const BANDS = FILE.models.flatMap((model) =>
  model.rows
    .filter(({ promptTokensAbove }) => promptTokensAbove > 0)
    .map((row) => [model.model, row.scope, row.promptTokensAbove, model, row] as const),
);

describe('the prompt length at which a band starts', () => {
  it('is 200,000 or 100,000 tokens', () => {
    expect(new Set(BANDS.map(([, , above]) => above))).toEqual(new Set([200_000, 100_000]));
  });

  it.each(BANDS)('of %s through %s: %i is the last of the lower one', (_model, _scope, above, model, row) => {
    for (const prompt of [above - 1, above, above + 1]) {
      const price = priceUsage(BOOK, {
        modelId: idOf(model, row),
        region: REGIONS[row.regionGroup ?? 'us'],
        startedAt: `${row.from}T00:00:00.000Z`,
        serviceTier: 'standard',
        tokens: { ...NO_TOKENS, input: prompt },
      });
      const told = price.kind === 'priced' ? price.totalPicoUsd : price.reason;
      const at = `${row.from}T00:00:00.000Z`;
      expect(told).toBe(expected(model, row, { at, prompt, name: 'input' }));
    }
  });
});
