import { describe, expect, it } from 'vitest';
import { findOverlaps, makeRouter } from '../../../../shared/domain/policy/router.ts';
import type { RoutingRules } from '../../../../shared/domain/policy/routing.ts';

/** The rules of seed 003. */
const RULES = {
  rules: [
    { pattern: 'fix.*bug|debug|error', model: 'claude-3-sonnet', maxTokens: 2000 },
    { pattern: 'implement.*feature|create.*from scratch', model: 'claude-3-opus', maxTokens: 8000 },
    { pattern: 'format|lint|comment', model: 'claude-instant', maxTokens: 1000 },
    { pattern: 'test|unit test|integration test', model: 'claude-3-sonnet', maxTokens: 3000 },
    { pattern: 'architecture|design|refactor.*large', model: 'claude-3-opus', maxTokens: 10000 },
  ],
  fallback: { model: 'claude-3-sonnet', maxTokens: 4000 },
} as const satisfies RoutingRules;

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
    const found = route(text);
    expect([found?.rule, found?.model, found?.maxTokens]).toStrictEqual([rule, model, maxTokens]);
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
    const [first, second, ...rest] = RULES.rules;
    const swapped = makeRouter({ ...RULES, rules: [second, first, ...rest] });
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
    findOverlaps({ rules: patterns.map((pattern) => ({ pattern, model: 'm', maxTokens: 1 })) }).map(
      ({ rule, alternative, takenBy }) => [rule, alternative, takenBy],
    );

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

  it('are none with an earlier rule that asks for more than its pattern', () => {
    const rules = [
      { pattern: 'test', operation: 'review', model: 'm', maxTokens: 1 },
      { pattern: 'unit test', model: 'm', maxTokens: 1 },
    ];
    expect(findOverlaps({ rules })).toStrictEqual([]);
    expect(findOverlaps({ rules: rules.toReversed() })).toStrictEqual([]);
  });
});

describe('a router', () => {
  it('tries what else is known of a request beside its text', () => {
    const mixed = makeRouter({
      rules: [
        { pattern: 'lint', operation: 'review', model: 'a', maxTokens: 1 },
        { pattern: 'lint', model: 'b', maxTokens: 1 },
      ],
    });
    const modelOf = (text: string, operation?: string) => mixed(text, { operation })?.model;
    expect([modelOf('lint it', 'review'), modelOf('lint it', 'chat'), modelOf('lint it')]).toEqual([
      'a',
      'b',
      'b',
    ]);
    expect(modelOf('write it', 'review')).toBeUndefined();
  });
});
