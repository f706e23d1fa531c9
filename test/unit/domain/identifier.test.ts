import { describe, expect, it } from 'vitest';
import {
  identifierProblem,
  MAX_IDENTIFIER_BYTES,
  MAX_MODEL_ID_BYTES,
} from '../../../shared/domain/identifier.ts';

const TOO_LONG = 'is longer than 128 bytes';
const FORBIDDEN = 'holds a # or a control character';

describe('identifierProblem', () => {
  it.each([
    ['an e-mail address', 'mira.holt@example.com'],
    ['an ARN', 'arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.amazon.nova-lite-v1:0'],
    ['one character', '-'],
    ['letters of any script', 'Jürgen 株式会社'],
    ['an emoji', '🫖'],
    ['a space, as team names have', 'Chess & Rivers'],
  ])('accepts %s', (_what, text) => {
    expect(identifierProblem(text)).toBeUndefined();
  });

  it.each([
    ['nothing', '', 'is empty'],
    ['a #', 'a#b', FORBIDDEN],
    ['a # alone', '#', FORBIDDEN],
    ['NUL', 'a\u0000b', FORBIDDEN],
    ['a line feed at the end', 'team\n', FORBIDDEN],
    ['a tab', 'a\tb', FORBIDDEN],
    ['escape', '\u001b[31mred', FORBIDDEN],
    ['delete', 'a\u007f', FORBIDDEN],
    ['a C1 control character', 'a\u0085b', FORBIDDEN],
    ['a line separator', 'a\u2028b', FORBIDDEN],
    ['a paragraph separator', 'a\u2029b', FORBIDDEN],
    ['a lone high surrogate', 'a\ud83e', 'is not well-formed Unicode'],
    ['a lone low surrogate', '\uded6a', 'is not well-formed Unicode'],
    ['surrogates in the wrong order', '\uded6\ud83e', 'is not well-formed Unicode'],
  ])('refuses %s', (_what, text, problem) => {
    expect(identifierProblem(text)).toBe(problem);
  });

  it.each([
    ['127 bytes of ASCII', 'a'.repeat(127), undefined],
    ['128 bytes of ASCII', 'a'.repeat(128), undefined],
    ['129 bytes of ASCII', 'a'.repeat(129), TOO_LONG],
    ['64 characters of two bytes', 'é'.repeat(64), undefined],
    ['64 characters of two bytes and one of one', `${'é'.repeat(64)}a`, TOO_LONG],
    ['42 characters of three bytes', '茶'.repeat(42), undefined],
    ['42 characters of three bytes and two of one', `${'茶'.repeat(42)}ab`, undefined],
    ['43 characters of three bytes', '茶'.repeat(43), TOO_LONG],
    ['32 characters of four bytes', '🫖'.repeat(32), undefined],
    ['32 characters of four bytes and one of one', `${'🫖'.repeat(32)}a`, TOO_LONG],
    ['a megabyte', 'a'.repeat(1_000_000), TOO_LONG],
  ])('measures %s in UTF-8', (_what, text, problem) => {
    expect(identifierProblem(text)).toBe(problem);
  });

  it('takes another limit, as model ids need one', () => {
    expect(identifierProblem('m'.repeat(MAX_MODEL_ID_BYTES), MAX_MODEL_ID_BYTES)).toBeUndefined();
    expect(identifierProblem('m'.repeat(MAX_MODEL_ID_BYTES + 1), MAX_MODEL_ID_BYTES)).toBe(
      'is longer than 256 bytes',
    );
  });

  it('leaves room for a daily line in the 1,024 bytes of a sort key', () => {
    const user = 'u'.repeat(MAX_IDENTIFIER_BYTES);
    const longest = ['LINE', user, 'm'.repeat(MAX_MODEL_ID_BYTES), user, user, user, user].join('#');
    expect(longest.length).toBeLessThanOrEqual(1_024);
  });
});
