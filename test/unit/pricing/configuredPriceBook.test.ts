import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { configuredPriceBook } from '../../../shared/pricing/configuredPriceBook.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { PriceBookError } from '../../../shared/pricing/priceBookError.ts';
import { priceUsage } from '../../../shared/pricing/priceUsage.ts';

const OWN = fileURLToPath(new URL('../../fixtures/prices/own.yaml', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tollbook-own-prices-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function refusalOf(file: string): PriceBookError {
  try {
    configuredPriceBook(file);
  } catch (error) {
    if (error instanceof PriceBookError) return error;
    throw error;
  }
  throw new Error('the file was taken');
}

describe('the price book in force', () => {
  it('is the bundled one where no file is named', () => {
    expect(configuredPriceBook(undefined)).toBe(bundledPriceBook());
  });

  it('has the prices of the file, and a version of its own', () => {
    const book = configuredPriceBook(OWN);
    expect(book.version).toMatch(new RegExp(`^${bundledPriceBook().version}\\+[0-9a-f]{8}$`));
    const request = {
      modelId: 'our-model',
      startedAt: '2026-11-20T10:00:00.000Z',
      serviceTier: 'standard',
      tokens: { input: 1_000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 100 },
    };
    // 1,000 x 1.8 USD a million = 1,800,000 x 1,000 pico-USD, and 100 x 9 = 900,000 x 1,000.
    expect(priceUsage(book, request)).toMatchObject({ kind: 'priced', totalPicoUsd: 2_700_000_000n });
    expect(priceUsage(bundledPriceBook(), request)).toMatchObject({ kind: 'unpriced' });
  });

  it('reads a file once', () => {
    const file = join(folder, 'changing.yaml');
    writeFileSync(file, 'currency: USD\n');
    const book = configuredPriceBook(file);
    writeFileSync(file, 'currency: EUR\n');
    expect(configuredPriceBook(file)).toBe(book);
  });

  it('is refused with file, line and column where the file is wrong, each time', () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'currency: USD\nprofiles:\n  mine: claude-opus-99\n');
    for (let time = 1; time <= 2; time += 1) {
      expect(refusalOf(file)).toMatchObject({ code: 'profile_unknown' });
      expect(refusalOf(file).message).toContain(`${file}:3:9: the price book does not know claude-opus-99`);
    }
  });

  it.each([join(folder, 'none.yaml'), folder])('is refused where the file cannot be read: %s', (file) => {
    expect(refusalOf(file)).toMatchObject({
      code: 'file_unreadable',
      message: `${file}: no such file, or it cannot be read`,
    });
  });
});
