import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePolicies } from '../../../../shared/domain/policy/comparePolicies.ts';
import { formatPolicy } from '../../../../shared/formats/policy/formatPolicy.ts';
import { readPolicy } from '../../../../shared/formats/policy/readPolicy.ts';
import { anyPolicy } from './anyPolicy.ts';
import { fixture, readSound } from './reading.ts';

describe('formatPolicy', () => {
  it('writes what reads as the same policy', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        expect(readSound(formatPolicy(policy)).policy).toEqual(policy);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    'company.yaml',
    'stages.yaml',
    'budgets.json',
    'rateLimits.yaml',
    'budgetManagement.yaml',
    'costLimits.yaml',
    'routing.yaml',
  ])('exports %s so that it reads as the same', (name) => {
    const { policy, directory } = readSound(fixture(name));
    const again = readSound(formatPolicy(policy, directory));
    expect(again.policy).toEqual(policy);
    expect(again.directory).toEqual(directory);
  });

  it('writes a budget as people do', () => {
    const { policy } = readSound('budgets:\n  - { team: a, month: 5.50 USD, ladder: block }\n');
    expect(
      formatPolicy({ ...policy, overflow: { autoPercent: 5, approvers: ['eve'], maxDays: 7 } }),
    ).toBe(`version: "1"
budgets:
  - team: a
    id: team:a:month:usd
    month: 5.5 USD
    timeZone: UTC
    ladder:
      - at: 100%
        do: reject 429
overflow:
  automatic: 5%
  approvers:
    - eve
  longest: 7 days
withoutBudget: allow
failure:
  mode: open
  maxAge: 60s
`);
  });
});

describe('comparePolicies', () => {
  it('finds nothing between equals and something between any two others', () => {
    fc.assert(
      fc.property(anyPolicy, anyPolicy, (a, b) => {
        expect(comparePolicies(a, a)).toEqual([]);
        if (formatPolicy(a) !== formatPolicy(b)) expect(comparePolicies(a, b)).not.toEqual([]);
      }),
    );
  });
});

/** Pieces of policy files, to be put together in ways that nobody would. */
const PIECES = [
  'budgets:',
  'hierarchy:',
  'tiers:',
  'models:',
  'hours:',
  'directory:',
  'rate_limits:',
  'budget_management:',
  'cost_limits:',
  'routing:',
  'rules:',
  'default:',
  'pattern: a(b',
  '\n',
  '\n  ',
  '\n    ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  ', ',
  ': ',
  'team: a',
  'month: 500 USD',
  'units:',
  'share: 50%',
  'ladder:',
  'at: 80%',
  'do: warn',
  'allow:',
  '&a ',
  '*a',
  '"',
  "'",
  '|',
  '? ',
  '!!map ',
  '---\n',
  'limit: 5',
  'tiers: []',
  '__proto__: 1',
  'only: ',
  'from: 08:00',
  '10^9',
  '\t',
  '\u0000',
  '\ud800',
  'per_user_daily: ',
  'hierarchical_budgets: ',
  'x:',
  'users: ',
  '%',
];

describe('readPolicy', () => {
  const isSound = (text: string) => {
    const result = readPolicy(text, 'p.yaml');
    if (result.kind === 'read') return true;
    return (
      result.mistakes.length > 0 &&
      result.mistakes.every(({ line, column, message }) => line >= 1 && column >= 1 && message !== '')
    );
  };

  it('gives a policy or mistakes with their places, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), isSound), { numRuns: 500 });
    const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 25 }).map((parts) => parts.join(''));
    fc.assert(fc.property(pieces, isSound), { numRuns: 1_000 });
    fc.assert(fc.property(fc.json(), isSound), { numRuns: 500 });
  });

  it('gives a policy or mistakes for a sound file with any part of it gone or twice', () => {
    const text = fixture('company.yaml');
    const cut = fc.tuple(fc.nat(text.length), fc.nat(60), fc.boolean());
    fc.assert(
      fc.property(cut, ([at, length, isTwice]) =>
        isSound(
          text.slice(0, at) +
            (isTwice ? text.slice(at, at + length) : '') +
            text.slice(isTwice ? at : at + length),
        ),
      ),
      { numRuns: 500 },
    );
  });

  const deep = (open: string, count: number) => open.repeat(count);
  const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index}: 1`).join('\n');
  const bomb = 'a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n';

  it.each([
    ['lists within lists', deep('[', 100_000), 1],
    ['maps within maps', deep('{a: ', 20_000), 1],
    ['dashes without end', deep('- ', 100_000), 1],
    ['aliases of aliases', bomb, 2],
    ['a map within itself', 'budgets: &a\n  - *a\n', 2],
    ['a key twice', 'budgets: []\nbudgets: []\n', 2],
    ['two documents', 'budgets: []\n---\nbudgets: []\n', 2],
    ['a list', '- a\n', 1],
    ['more than a megabyte', `# ${'x'.repeat(1_048_576)}`, 1],
  ])('refuses %s with the line', (_name, text, line) => {
    const result = readPolicy(text, 'p.yaml');
    expect(result.kind === 'refused' && result.mistakes[0]?.line).toBe(line);
  });

  it('tells two hundred mistakes at most', () => {
    const result = readPolicy(keys(20_000), 'p.yaml');
    expect(result.kind === 'refused' && result.mistakes.length).toBe(200);
  });

  it('reads a directory of ten thousand people', () => {
    const people = Array.from(
      { length: 10_000 },
      (_, index) => `  user${index}: { team: team${index % 100} }`,
    );
    const { directory } = readSound(`directory:\n${people.join('\n')}\n`);
    expect(directory?.length).toBe(10_000);
    expect(directory?.[9_999]).toEqual({ user: 'user9999', team: 'team99' });
  });
});
