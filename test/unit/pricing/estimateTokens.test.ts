import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  estimateAudioSeconds,
  estimateTokens,
  estimateTokensOfLength,
} from '../../../shared/pricing/estimateTokens.ts';

describe('estimateTokens', () => {
  it.each([
    ['', 0],
    ['a', 1],
    ['abcd', 1],
    ['abcde', 2],
    ['abcdefgh', 2],
    ['abcdefghi', 3],
    // Five code points, ten UTF-16 units.
    ['😀😀😀😀😀', 2],
  ])('takes %j for %i tokens, and says that it is an estimate', (text, tokens) => {
    expect(estimateTokens(text)).toStrictEqual({ tokens, isEstimated: true });
  });

  it('is the same by text and by length, and never more than a token too many', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const characters = [...text].length;
        const { tokens } = estimateTokens(text);
        expect(estimateTokensOfLength(characters).tokens).toBe(tokens);
        expect(tokens * 4).toBeGreaterThanOrEqual(characters);
        expect(tokens * 4).toBeLessThan(characters + 4);
      }),
    );
  });
});

describe('estimateAudioSeconds', () => {
  it.each([
    [0, 0],
    [1, 1],
    [16_666, 1],
    // A second is 16,666 2/3 bytes.
    [16_667, 2],
    [999_999, 60],
    [1_000_000, 60],
    [1_000_001, 61],
    [2_147_483_648, 128_850],
  ])('takes %i bytes for %i seconds, and says that it is an estimate', (bytes, seconds) => {
    expect(estimateAudioSeconds(bytes)).toStrictEqual({ seconds, isEstimated: true });
  });
});
