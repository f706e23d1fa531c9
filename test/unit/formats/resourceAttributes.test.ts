import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_RESOURCE_TEXT_LENGTH,
  parseResourceAttributes,
} from '../../../shared/formats/resourceAttributes.ts';

describe('parseResourceAttributes', () => {
  it.each<[string, Record<string, string>]>([
    ['', {}],
    [
      'department=engineering,team.id=platform,cost_center=eng-123',
      { department: 'engineering', 'team.id': 'platform', cost_center: 'eng-123' },
    ],
    ['department=R%26D%20Lab', { department: 'R&D Lab' }],
    ['team.id=Gr%C3%B6%C3%9Fe', { 'team.id': 'Größe' }],
    ['a=b%2Cc%3Dd', { a: 'b,c=d' }],
    ['a%20b=c', { 'a b': 'c' }],
    ['a=', { a: '' }],
    ['a=1,a=2', { a: '2' }],
    ["a=!#$&'()*+-./:<>?@[]^_`{|}~", { a: "!#$&'()*+-./:<>?@[]^_`{|}~" }],
    ['__proto__=x', Object.fromEntries([['__proto__', 'x']])],
  ])('reads %j', (text, expected) => {
    const { attributes, problems } = parseResourceAttributes(text);
    expect(Object.fromEntries(attributes)).toStrictEqual(expected);
    expect(problems).toEqual([]);
  });

  it.each([
    ['secret', 'has no ='],
    ['=secret', 'has no key'],
    ['a=b=secret', 'has a second ='],
    ['', 'is empty'],
    [' a=secret', 'holds a space'],
    ['a= secret', 'holds a space'],
    ['a="secret"', 'holds a space or another character'],
    ['a=secret;', 'holds a space or another character'],
    ['a=sec\\ret', 'holds a space or another character'],
    ['a=secrét', 'holds a space or another character'],
    ['a=secret\u007f', 'holds a space or another character'],
    ['a=secret%', 'holds a % that encodes nothing'],
    ['a=secret%2', 'holds a % that encodes nothing'],
    ['a=secret%FF', 'holds a % that encodes nothing'],
    ['%ZZ=secret', 'holds a % that encodes nothing'],
  ])('reports the pair %j and keeps the others', (pair, problem) => {
    const { attributes, problems } = parseResourceAttributes(`x=1,${pair},y=2`);
    expect([...attributes]).toEqual([
      ['x', '1'],
      ['y', '2'],
    ]);
    expect(problems).toEqual([expect.stringContaining(`pair 2 ${problem}`)]);
    expect(problems.join()).not.toContain('secret');
  });

  it.each([
    [MAX_RESOURCE_TEXT_LENGTH - 1, 0],
    [MAX_RESOURCE_TEXT_LENGTH, 0],
    [MAX_RESOURCE_TEXT_LENGTH + 1, 1],
  ])('reads a text of %i characters with %i problems', (length, problemCount) => {
    const { attributes, problems } = parseResourceAttributes(`a=${'x'.repeat(length - 2)}`);
    expect(problems).toHaveLength(problemCount);
    expect(attributes.size).toBe(1 - problemCount);
  });

  const text = fc.string({ unit: 'grapheme', maxLength: 30 });
  it('gives back whatever was percent-encoded', () => {
    const pairs = fc.uniqueArray(
      fc.tuple(
        text.filter((key) => key !== ''),
        text,
      ),
      {
        selector: ([key]) => key,
        maxLength: 10,
      },
    );
    fc.assert(
      fc.property(pairs, (expected) => {
        const encoded = expected.map((pair) => pair.map(encodeURIComponent).join('='));
        const { attributes, problems } = parseResourceAttributes(encoded.join(','));
        expect([...attributes]).toEqual(expected);
        expect(problems).toEqual([]);
      }),
    );
  });

  it('reads or reports each pair of any text, and never throws', () => {
    const piece = fc.oneof(fc.constantFrom('a=b', ',', '=', '%', '%41', ' '), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const joined = pieces.join('');
        const { attributes, problems } = parseResourceAttributes(joined);
        const pairCount = joined === '' ? 0 : joined.split(',').length;
        expect(attributes.size + problems.length).toBeLessThanOrEqual(pairCount);
        expect(attributes.size > 0 || problems.length > 0).toBe(pairCount > 0);
      }),
    );
  });
});
