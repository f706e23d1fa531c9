import { describe, expect, it } from 'vitest';
import { findOverlaps, makeRouter } from '../../../../shared/domain/policy/router.ts';
import { readRoutingRules } from '../../../../shared/domain/policy/routingRules.ts';

const SEED_003 = {
  rules: [
    { pattern: 'fix.*bug|debug|error', model: 'claude-3-sonnet', max_tokens: 2000 },
    { pattern: 'implement.*feature|create.*from scratch', model: 'claude-3-opus', max_tokens: 8000 },
    { pattern: 'format|lint|comment', model: 'claude-instant', max_tokens: 1000 },
    { pattern: 'test|unit test|integration test', model: 'claude-3-sonnet', max_tokens: 3000 },
    { pattern: 'architecture|design|refactor.*large', model: 'claude-3-opus', max_tokens: 10000 },
  ],
  default: { model: 'claude-3-sonnet', max_tokens: 4000 },
};

function rulesOf(value: unknown) {
  const read = readRoutingRules(value);
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.problems));
  return read.rules;
}

const RULES = rulesOf(SEED_003);
const route = makeRouter(RULES);

describe('the routing rules of seed 003', () => {
  it.each([
    ['fix the login bug', 0, 'claude-3-sonnet', 2000],
    ['Debug this', 0, 'claude-3-sonnet', 2000],
    ['implement the export feature', 1, 'claude-3-opus', 8000],
    ['create a parser from scratch', 1, 'claude-3-opus', 8000],
    ['lint it', 2, 'claude-instant', 1000],
    ['write a unit test', 3, 'claude-3-sonnet', 3000],
    ['propose an architecture', 4, 'claude-3-opus', 10000],
    ['refactor this large module', 4, 'claude-3-opus', 10000],
    ['give me information on transforms', undefined, 'claude-3-sonnet', 4000],
    ['the designated contest winner', undefined, 'claude-3-sonnet', 4000],
    ['', undefined, 'claude-3-sonnet', 4000],
  ])('send %j by rule %s to %s with %i tokens', (text, rule, model, maxTokens) => {
    const { alsoMatched: _alsoMatched, pattern: _pattern, ...rest } = route(text);
    expect(rest).toStrictEqual({ model, maxTokens, ...(rule === undefined ? {} : { rule }) });
  });

  it('tell which later rules match as well', () => {
    expect(route('implement error handling as a feature')).toStrictEqual({
      model: 'claude-3-sonnet',
      maxTokens: 2000,
      rule: 0,
      pattern: 'fix.*bug|debug|error',
      alsoMatched: [1],
    });
  });

  it('decide by their order', () => {
    const [first, second, ...rest] = SEED_003.rules;
    const swapped = makeRouter(rulesOf({ ...SEED_003, rules: [second, first, ...rest] }));
    expect(swapped('implement error handling as a feature')).toMatchObject({
      rule: 0,
      model: 'claude-3-opus',
    });
  });

  it('have two alternatives that never decide', () => {
    expect(findOverlaps(RULES)).toStrictEqual([
      { rule: 3, alternative: 'unit test', takenByRule: 3, takenBy: 'test' },
      { rule: 3, alternative: 'integration test', takenByRule: 3, takenBy: 'test' },
    ]);
  });
});

describe('overlaps', () => {
  const overlapsOf = (...patterns: string[]) =>
    findOverlaps(
      rulesOf({
        rules: patterns.map((pattern) => ({ pattern, model: 'm', max_tokens: 1 })),
        default: { model: 'm', max_tokens: 1 },
      }),
    ).map(({ rule, alternative, takenBy }) => [rule, alternative, takenBy]);

  it.each<[string[], (string | number)[][]]>([
    [['error', 'error handling'], [[1, 'error handling', 'error']]],
    [['error handling', 'error'], []],
    [['format', 'information'], []],
    [['fix.*bug', 'fix a bug'], [[1, 'fix a bug', 'fix.*bug']]],
    [['(a|b) c', 'a c|d'], [[1, 'a c', '(a|b) c']]],
    [['a.c', 'a b c'], []],
    [['x', 'x'], [[1, 'x', 'x']]],
  ])('of %j are %j', (patterns, overlaps) => {
    expect(overlapsOf(...patterns)).toStrictEqual(overlaps);
  });
});

describe('a routing file', () => {
  const rule = { pattern: 'a', model: 'm', max_tokens: 1 };
  const fallback = { model: 'm', max_tokens: 1 };

  it('may have its numbers as text', () => {
    expect(rulesOf({ rules: [], default: { model: 'm', max_tokens: '4000' } })).toStrictEqual({
      rules: [],
      fallback: { model: 'm', maxTokens: 4000 },
    });
  });

  it.each([
    [
      { rules: [{ ...rule, pattern: 'a(b' }], default: fallback },
      ['rules', 0, 'pattern'],
      'missing closing )',
      4,
    ],
    [
      { rules: [{ ...rule, max_token: 5 }], default: fallback },
      ['rules', 0, 'max_token'],
      'is no key here; there are pattern, model, max_tokens',
      undefined,
    ],
    [
      { rules: [], default: fallback, fallback },
      ['fallback'],
      'is no key here; there are rules, default',
      undefined,
    ],
    [
      { rules: [], default: { ...fallback, pattern: 'a' } },
      ['default', 'pattern'],
      'is no key here; there are model, max_tokens',
      undefined,
    ],
    [
      { rules: [], default: { ...fallback, max_tokens: 0 } },
      ['default', 'max_tokens'],
      'is not between 1 and 10000000',
      undefined,
    ],
    [
      { rules: [], default: { ...fallback, max_tokens: 10_000_001 } },
      ['default', 'max_tokens'],
      'is not between 1 and 10000000',
      undefined,
    ],
    [
      { rules: [], default: { ...fallback, max_tokens: 1.5 } },
      ['default', 'max_tokens'],
      'is no whole number',
      undefined,
    ],
    [{ rules: [], default: { ...fallback, model: '' } }, ['default', 'model'], 'is empty', undefined],
  ])('is refused where it is wrong: %j', (value, path, why, position) => {
    expect(readRoutingRules(value)).toStrictEqual({
      kind: 'refused',
      problems: [{ path, why, ...(position === undefined ? {} : { position }) }],
    });
  });

  it.each([[null], [[]], ['rules'], [{}], [{ rules: {} }]])('is never read from %j', (value) => {
    expect(readRoutingRules(value).kind).toBe('refused');
  });

  it('has patterns of a bounded size together', () => {
    const large = { ...rule, pattern: 'a{100}' };
    const many = (count: number) => readRoutingRules({ rules: Array(count).fill(large), default: fallback });
    expect(many(30).kind).toBe('read');
    expect(many(50)).toStrictEqual({
      kind: 'refused',
      problems: [
        {
          path: ['rules'],
          why: expect.stringMatching(/^all patterns together unfold to \d{4} steps, of 4000 at most$/),
        },
      ],
    });
  });

  it('has 100 rules at most', () => {
    const many = (count: number) =>
      readRoutingRules({ rules: Array(count).fill(rule), default: fallback }).kind;
    expect([many(99), many(100), many(101)]).toStrictEqual(['read', 'read', 'refused']);
  });
});
