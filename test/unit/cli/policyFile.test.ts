import { afterEach, describe, expect, it, vi } from 'vitest';
import { type PolicyFile, warnWithPersons } from '../../../cli/commands/policyFile.ts';
import { readPolicy } from '../../../shared/formats/policy/readPolicy.ts';

const TEXT = `budgets:
  - { team: a, month: 100 USD }
  - { team: b, month: 100 USD, year: 1 USD }
tiers: { t: { month: 60 USD } }
`;

function read(): PolicyFile {
  const result = readPolicy(TEXT, 'p.yaml');
  if (result.kind === 'refused') throw new Error('refused');
  return { ...result, file: 'p.yaml', text: TEXT };
}

describe('warnWithPersons', () => {
  afterEach(() => vi.restoreAllMocks());

  it.each([
    [1, []],
    [
      2,
      [
        'warning: p.yaml:2:23: the limits of its 2 users come to 120 USD a month, 20 USD more than its own 100 USD\n',
      ],
    ],
  ])('tells with %i people of the ledger only what the file alone did not show', (count, told) => {
    const written: unknown[] = [];
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(text) > 0);
    const file = read();
    expect(file.warnings).toHaveLength(1);
    const persons = ['ann', 'bob'].slice(0, count).map((user) => ({ user, team: 'a', tier: 't' }));
    warnWithPersons(file, persons);
    expect(written).toEqual(told);
  });
});
