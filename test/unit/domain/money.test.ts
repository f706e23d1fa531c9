import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayUsd, formatUsd, PICO_USD_PER_USD, parseUsd } from '../../../shared/domain/money.ts';

describe('parseUsd', () => {
  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['-0.000', 0n],
    ['1', 1_000_000_000_000n],
    ['0.1', 100_000_000_000n],
    ['12.5', 12_500_000_000_000n],
    ['-12.5', -12_500_000_000_000n],
    ['007.10', 7_100_000_000_000n],
    ['0.000000000001', 1n],
    ['-0.000000000001', -1n],
    ['0.99999999999', 999_999_999_990n],
    ['0.999999999999', 999_999_999_999n],
    ['999999999999999999.999999999999', 10n ** 30n - 1n],
  ])('reads %j as %i pico-USD', (text, picoUsd) => {
    expect(parseUsd(text)).toBe(picoUsd);
  });

  it.each([
    ['thirteen decimals', '0.1234567890123'],
    ['nineteen whole digits', '1000000000000000000'],
    ['an exponent', '1e3'],
    ['a negative exponent', '1.5e-7'],
    ['a plus sign', '+1'],
    ['two signs', '--1'],
    ['a minus without digits', '-'],
    ['nothing', ''],
    ['a space before', ' 1'],
    ['a space after', '1 '],
    ['a line end', '1\n'],
    ['a space within', '1 000'],
    ['a thousands separator', '1,000'],
    ['a decimal comma', '1,5'],
    ['a point without decimals', '1.'],
    ['a point without whole digits', '.5'],
    ['two points', '1.2.3'],
    ['a currency sign', '$1'],
    ['hexadecimal', '0x10'],
    ['a word', 'Infinity'],
    ['digits of another script', '١٢'],
  ])('refuses %s', (_what, text) => {
    expect(parseUsd(text)).toBeUndefined();
  });
});

describe('formatUsd', () => {
  it.each([
    [0n, '0'],
    [1n, '0.000000000001'],
    [-1n, '-0.000000000001'],
    [10n, '0.00000000001'],
    [999_999_999_999n, '0.999999999999'],
    [1_000_000_000_000n, '1'],
    [1_000_000_000_001n, '1.000000000001'],
    [23_104_800_000n, '0.0231048'],
    [-1_234_500_000_000_000n, '-1234.5'],
    [10n ** 30n, '1000000000000000000'],
  ])('writes %i pico-USD as %j', (picoUsd, text) => {
    expect(formatUsd(picoUsd)).toBe(text);
  });

  it('loses nothing: parsing gives the same amount back, for any amount that parseUsd can read', () => {
    const amounts = fc.bigInt({ min: -(10n ** 30n) + 1n, max: 10n ** 30n - 1n });
    fc.assert(fc.property(amounts, (picoUsd) => parseUsd(formatUsd(picoUsd)) === picoUsd));
  });

  it('writes plain decimals without an exponent or a trailing zero, and zero without a sign', () => {
    fc.assert(
      fc.property(fc.bigInt(), (picoUsd) => {
        const text = formatUsd(picoUsd);
        expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d{0,11}[1-9])?$/);
        expect(text).not.toBe('-0');
        expect(text.startsWith('-')).toBe(picoUsd < 0n);
      }),
    );
  });
});

describe('displayUsd', () => {
  const cents = PICO_USD_PER_USD / 100n;

  it.each([
    [0n, '$0.00'],
    [cents / 2n - 1n, '$0.00'],
    [cents / 2n, '$0.01'],
    [cents / 2n + 1n, '$0.01'],
    [-(cents / 2n) + 1n, '$0.00'],
    [-(cents / 2n), '-$0.01'],
    [-1n, '$0.00'],
    [cents, '$0.01'],
    [PICO_USD_PER_USD - cents / 2n - 1n, '$0.99'],
    [PICO_USD_PER_USD - cents / 2n, '$1.00'],
    [999n * PICO_USD_PER_USD, '$999.00'],
    [1_000n * PICO_USD_PER_USD - cents / 2n, '$1,000.00'],
    [1_234_500_000_000_000n, '$1,234.50'],
    [-1_234_567n * PICO_USD_PER_USD, '-$1,234,567.00'],
  ])('shows %i pico-USD as %j', (picoUsd, text) => {
    expect(displayUsd(picoUsd)).toBe(text);
  });

  it.each([
    [0, '$1,235'],
    [1, '$1,234.6'],
    [4, '$1,234.5679'],
    [12, '$1,234.567890123456'],
  ])('rounds to %i decimals', (decimals, text) => {
    expect(displayUsd(1_234_567_890_123_456n, decimals)).toBe(text);
  });

  it('is never further from the amount than half a cent', () => {
    const amounts = fc.bigInt({ min: -(10n ** 26n), max: 10n ** 26n });
    fc.assert(
      fc.property(amounts, (picoUsd) => {
        const shown = parseUsd(displayUsd(picoUsd).replace(/[$,]/g, ''));
        if (shown === undefined) throw new Error(`unreadable: ${displayUsd(picoUsd)}`);
        const off = shown > picoUsd ? shown - picoUsd : picoUsd - shown;
        expect(off <= cents / 2n).toBe(true);
      }),
    );
  });
});
