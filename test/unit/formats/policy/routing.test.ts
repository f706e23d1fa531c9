import { describe, expect, it } from 'vitest';
import { comparePolicies } from '../../../../shared/domain/policy/comparePolicies.ts';
import { encodePolicy, policySchema } from '../../../../shared/domain/policy/policySchema.ts';
import { fixture, mistakesOf, readSound, warningsOf } from './reading.ts';

const RULE = 'pattern: a, model: claude-opus-5-5, max_tokens: 1';
const section = (rules: readonly string[], rest = '') =>
  `routing:\n  rules:\n${rules.map((rule) => `    - { ${rule} }\n`).join('')}${rest}`;
const many = (count: number, rule = RULE) => section(Array.from({ length: count }, () => rule));

describe('routing rules', () => {
  it('are read from a policy with everything that they may ask', () => {
    const text = section(
      [
        'operation: review, entrypoint: cli, model: claude-opus-5-5, max_tokens: 8_000',
        'pattern: "fix.*bug|debug", complexity: low, max_prompt_tokens: 500, model: claude-haiku-5-5, max_tokens: 20',
      ],
      '  default: { model: claude-sonnet-5-5, max_tokens: 4000 }\n',
    );
    expect(readSound(text).policy.routing).toStrictEqual({
      rules: [
        { model: 'claude-opus-5-5', maxTokens: 8_000, operation: 'review', entrypoint: 'cli' },
        {
          model: 'claude-haiku-5-5',
          maxTokens: 20,
          pattern: 'fix.*bug|debug',
          complexity: 'low',
          maxPromptTokens: 500,
        },
      ],
      fallback: { model: 'claude-sonnet-5-5', maxTokens: 4_000 },
    });
    expect(warningsOf(text)).toEqual([]);
  });

  it('need no default and may all be commented out', () => {
    expect(readSound(section([RULE])).policy.routing).not.toHaveProperty('fallback');
    expect(readSound('routing:\n').policy).not.toHaveProperty('routing');
  });

  it('are imported from the file of seed 003 as they stand', () => {
    const { formats, policy } = readSound(fixture('routing.yaml'));
    expect(formats).toEqual(['routing']);
    expect(policy.routing?.rules.map(({ pattern, model, maxTokens }) => [pattern, model, maxTokens])).toEqual(
      [
        ['fix.*bug|debug|error', 'claude-3-sonnet', 2000],
        ['implement.*feature|create.*from scratch', 'claude-3-opus', 8000],
        ['format|lint|comment', 'claude-instant', 1000],
        ['test|unit test|integration test', 'claude-3-sonnet', 3000],
        ['architecture|design|refactor.*large', 'claude-3-opus', 10_000],
      ],
    );
    expect(policy.routing?.fallback).toEqual({ model: 'claude-3-sonnet', maxTokens: 4000 });
  });

  it('warn of models that nobody can call and of alternatives that never decide', () => {
    const retired = 'is not among the models that Tollbook knows as still in use';
    expect(warningsOf(fixture('routing.yaml'))).toEqual([
      expect.stringMatching(`^p\\.yaml:3:12: claude-3-sonnet ${retired}`),
      expect.stringMatching(`^p\\.yaml:6:12: claude-3-opus ${retired}`),
      expect.stringMatching(`^p\\.yaml:9:12: claude-instant ${retired}`),
      'p.yaml:11:14: "unit test" never decides, because this rule looks for "test" before it',
      'p.yaml:11:14: "integration test" never decides, because this rule looks for "test" before it',
      expect.stringMatching(`^p\\.yaml:12:12: claude-3-sonnet ${retired}`),
      expect.stringMatching(`^p\\.yaml:15:12: claude-3-opus ${retired}`),
      expect.stringMatching(`^p\\.yaml:18:10: claude-3-sonnet ${retired}`),
    ]);
  });

  it('come back from where policies are kept as they were', () => {
    const { policy } = readSound(fixture('routing.yaml'));
    expect(policySchema.parse(JSON.parse(JSON.stringify(encodePolicy(policy))))).toEqual(policy);
  });

  it('tell what a new version changes, by number because their order counts', () => {
    const one = 'operation: review, model: claude-opus-5-5, max_tokens: 8000';
    const before = readSound(section([one, RULE])).policy;
    const after = readSound(section([RULE, one])).policy;
    const [review, pattern] = [
      'operation review to claude-opus-5-5, 8000 tokens',
      'pattern "a" to claude-opus-5-5, 1 tokens',
    ];
    expect(comparePolicies(before, after)).toEqual([
      {
        kind: 'changed',
        section: 'routing',
        id: '',
        lines: [`rule 1: ${review} → ${pattern}`, `rule 2: ${pattern} → ${review}`],
      },
    ]);
  });
});

describe('readPolicy refuses routing rules', () => {
  it.each([
    [
      'with a pattern that does not compile',
      section([RULE.replace('a,', '"a(b",')]),
      '3:18: this pattern is wrong at its character 4: missing closing )',
    ],
    [
      'with a pattern of 257 characters',
      section([RULE.replace('a,', `${'a'.repeat(257)},`)]),
      '3:18: this pattern is wrong at its character 257: is longer than 256 characters',
    ],
    [
      'with a look-ahead',
      section([RULE.replace('a,', '"a(?=b)",')]),
      '3:18: this pattern is wrong at its character 2: invalid or unsupported Perl syntax',
    ],
    [
      'that ask nothing',
      section(['model: claude-opus-5-5, max_tokens: 1']),
      '3:7: this rule asks nothing of a request; what all others get stands under default',
    ],
    [
      'with a misspelt key',
      section([`${RULE}, patern: b`]),
      '3:60: unknown key patern; did you mean pattern?',
    ],
    ['with a misspelt section', 'routing:\n  rulse: []\n', '2:3: unknown key rulse; did you mean rules?'],
    ['as a misspelt section', 'routng:\n  rules: []\n', '1:1: unknown key routng; did you mean routing?'],
    ['without a model', section(['pattern: a, max_tokens: 1']), '3:7: model is missing'],
    ['without a number of tokens', section(['pattern: a, model: m']), '3:7: max_tokens is missing'],
    [
      'with no tokens',
      section([RULE.replace('max_tokens: 1', 'max_tokens: 0')]),
      '3:57: "0" is no whole number above 0',
    ],
    [
      'with more tokens than any model answers with',
      section([RULE.replace('max_tokens: 1', 'max_tokens: 10000001')]),
      '3:57: 10000001 is more than 10000000',
    ],
    [
      'with an unknown complexity',
      section([`${RULE}, complexity: hihg`]),
      '3:72: unknown complexity hihg; did you mean high?',
    ],
    [
      'that are no list',
      'routing:\n  rules: { a: b }\n',
      '2:10: write a list here: each item on a line of its own after a dash',
    ],
    [
      'with a default that looks at requests',
      `${section([RULE])}  default: { pattern: a, model: m, max_tokens: 1 }\n`,
      '4:14: unknown key pattern',
    ],
  ])('%s', (_name, text, mistake) => {
    expect(mistakesOf(text)).toEqual([`p.yaml:${mistake}`]);
  });

  it('above a hundred', () => {
    expect([many(99), many(100)].map(mistakesOf)).toEqual([[], []]);
    expect(mistakesOf(many(101))).toEqual(['p.yaml:103:7: there are more than 100 rules']);
  });

  it('whose patterns are too large together', () => {
    const large = 'pattern: "a{100}", model: claude-opus-5-5, max_tokens: 1';
    expect(mistakesOf(many(30, large))).toEqual([]);
    expect(mistakesOf(many(50, large))).toEqual([
      expect.stringMatching(/^p\.yaml:3:5: all patterns together unfold to \d{4} steps, of 4000 at most$/),
    ]);
  });
});
