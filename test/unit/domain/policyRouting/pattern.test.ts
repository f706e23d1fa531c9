import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compilePatterns,
  findPatternProblem,
  MAX_ROUTED_CHARACTERS,
} from '../../../../shared/domain/policy/pattern.ts';

const isIn = (pattern: string, text: string) => compilePatterns([pattern])(text).length === 1;

describe('a routing pattern', () => {
  it.each([
    ['format', 'please format this file', true],
    ['format', 'FORMAT!', true],
    ['Format', 'format', true],
    ['format', 'information', false],
    ['format', 'transform the data', false],
    ['format', 'formatting', false],
    ['format\\w*', 'formatting', true],
    ['format', 'format_date', false],
    ['format', 'format2', false],
    ['format', '(format)', true],
    ['prüf', 'überprüfen', false],
    ['prüf', 'prüf das', true],
    ['sum', 'résumé', false],
    ['fix.*bug', 'fix the nasty bug', true],
    ['fix.*bug', 'fix the bugs', false],
    ['fix.*bugs?', 'fix the bugs', true],
    ['fix.*bug', 'prefix a bug', false],
    ['fix.*bug', 'fix\nbug', false],
    ['fix|lint', 'prefix lint', true],
    ['fix|lint', 'prefix lints', false],
    ['c\\+\\+', 'write c++ code', true],
    ['\\w+\\.ts', 'mend app.ts', true],
    ['^fix', 'fix it', true],
    ['^fix', 'please fix it', false],
    ['it$', 'fix it', true],
    ['it$', 'it is', false],
    ['v\\d{1,2}', 'bump to v12', true],
    ['v\\d{1,2}', 'bump to v123', false],
    ['gr[ae]y', 'grey', true],
    ['(?:unit|e2e) tests?', 'add e2e tests', true],
    ['\\btest\\b', 'a test', true],
  ])('%s is in %j: %s', (pattern, text, expected) => {
    expect(isIn(pattern, text)).toBe(expected);
  });

  it.each([
    ['a(b', 4, 'missing closing )'],
    ['a)', 2, 'unexpected )'],
    ['(a)b)c', 5, 'unexpected )'],
    ['\\)a)', 4, 'unexpected )'],
    ['[)]a)', 5, 'unexpected )'],
    ['ab[z-a]', 4, 'invalid character class range'],
    ['ab[cd', 3, 'missing closing ]'],
    ['*a', 1, 'missing argument to repetition operator'],
    ['ab**', 3, 'invalid nested repetition operator'],
    ['(ab)\\1', 5, 'invalid escape sequence'],
    ['ab(?=c)', 3, 'invalid or unsupported Perl syntax'],
    ['ab{1001}', 3, 'invalid repeat count'],
    ['ab{3,2}', 3, 'invalid repeat count'],
    ['\\Qab', 5, 'ends within \\Q'],
    ['', 1, 'is empty'],
    ['  ', 1, 'is empty'],
    ['a*', 1, 'also means an empty text'],
    ['a|', 1, 'also means an empty text'],
  ])('%j is refused at character %i: %s', (pattern, position, why) => {
    expect(findPatternProblem(pattern)).toStrictEqual({ position, why });
  });

  it.each(['\\Qa)b\\E', '\\\\Qa', 'a\\|b', '(?i)a', 'a{100}'])('%s is sound', (pattern) => {
    expect(findPatternProblem(pattern)).toBeUndefined();
  });

  it.each([
    [255, undefined],
    [256, undefined],
    [257, { position: 257, why: 'is longer than 256 characters' }],
  ])('of %i characters is held against the limit of 256', (length, problem) => {
    expect(findPatternProblem('a'.repeat(length))).toStrictEqual(problem);
  });

  it('is refused when its repetitions unfold to too much', () => {
    expect(findPatternProblem('(?:a{100}){9}')).toBeUndefined();
    expect(findPatternProblem('(?:a{100}){10}')).toMatchObject({
      position: 1,
      why: expect.stringMatching(/^unfolds to 10\d\d steps/),
    });
  });

  it('is not compiled unchecked', () => {
    expect(() => compilePatterns(['ok', 'a(b'])).toThrow('pattern "a(b", character 4: missing closing )');
  });

  it('is looked for at the start of a text only', () => {
    const before = ' '.repeat(MAX_ROUTED_CHARACTERS - 6);
    expect(isIn('format', `${before}format`)).toBe(true);
    expect(isIn('format', `${before} format`)).toBe(false);
  });
});

describe('several patterns', () => {
  it('are told by their index, in order', () => {
    const match = compilePatterns(['c', 'a|b', 'zzz', 'b c']);
    expect([match('a b c'), match('none of them')]).toStrictEqual([[0, 1, 3], []]);
    expect(compilePatterns([])('anything')).toStrictEqual([]);
  });

  it('that are words are found exactly where splitting into words finds them', () => {
    const word = fc.stringMatching(/^[a-c]{1,3}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 4 }),
        fc.array(word, { maxLength: 8 }),
        (words, text) => {
          const expected = words.flatMap((one, index) => (text.includes(one) ? [index] : []));
          expect(compilePatterns(words)(text.join(' '))).toStrictEqual(expected);
        },
      ),
    );
  });

  it('agree with the engine of the language wherever both know the signs', () => {
    const signs = fc.string({ unit: fc.constantFrom(...'ab|()*?.'), minLength: 1, maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom(...'ab '), maxLength: 8 });
    fc.assert(
      fc.property(signs, text, (pattern, searched) => {
        // A group such as (?i) is of one of the two languages only.
        fc.pre(!pattern.includes('(?') && findPatternProblem(pattern) === undefined);
        expect(isIn(pattern, searched)).toBe(
          new RegExp(`(?<![ab])(?:${pattern})(?![ab])`, 'i').test(searched),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('are found together as each is alone', () => {
    const signs = fc.string({ unit: fc.constantFrom(...'ab|().?+'), minLength: 1, maxLength: 8 });
    const sound = signs.filter((pattern) => findPatternProblem(pattern) === undefined);
    const text = fc.string({ unit: fc.constantFrom(...'ab é'), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(sound, { maxLength: 6 }), text, (patterns, searched) => {
        const alone = patterns.flatMap((pattern, index) => (isIn(pattern, searched) ? [index] : []));
        expect(compilePatterns(patterns)(searched)).toStrictEqual(alone);
      }),
    );
  });

  it('are refused with a place in them or compile, whatever they are', () => {
    const signs = fc.string({ unit: fc.constantFrom(...'ab()[]{}|*+?.\\^$-1,:QEd'), maxLength: 24 });
    fc.assert(
      fc.property(signs, fc.string(), (pattern, text) => {
        const problem = findPatternProblem(pattern);
        if (problem === undefined) return void compilePatterns([pattern])(text);
        expect(problem.position).toBeGreaterThanOrEqual(1);
        expect(problem.position).toBeLessThanOrEqual(pattern.length + 1);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a pattern that makes engines go back and forth', () => {
  // Going back, `(a+)+$` takes 2^15998 steps here, and the last the fifth power of the length: neither ends.
  it.each(['(a+)+$', '(a|aa)+$', '(?:.*a)*c', '(a*)*b', '(?:a?){100}a{100}b', 'a*a*a*a*a*b'])(
    '%s is not found, at once',
    (pattern) => {
      expect(isIn(pattern, `${'a'.repeat(MAX_ROUTED_CHARACTERS - 2)}é!`)).toBe(false);
    },
  );
});
