import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openBudgetLedger, POLICY_TEXT } from './budgetLedger.ts';
import { runTollbook } from './tollbook.ts';

const CLI = fileURLToPath(new URL('../../cli/tollbook.ts', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../fixtures/policies/', import.meta.url));

const place = openBudgetLedger();
const { run, output, json } = place;
beforeAll(place.fill);
afterAll(place.remove);

describe('budgets validate', () => {
  it.each([
    ['rateLimits.yaml', '4 budgets, 1 burst rule', 0],
    ['budgetManagement.yaml', '9 budgets', 2],
    ['costLimits.yaml', '6 budgets', 0],
    ['budgets.json', '9 budgets, 3 lists of models, 6 people', 6],
    [
      'company.yaml',
      '15 budgets, 1 burst rule, 2 lists of models, 1 rule of scrutiny, 1 rule of hours, a breaker, 5 channels of alerts, 2 people',
      0,
    ],
  ])('says what %s holds', async (name, summary, warnings) => {
    const { code, stdout, stderr } = await runTollbook(['budgets', 'validate', `${FIXTURES}${name}`]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${FIXTURES}${name}: valid, ${summary}\n` });
    expect(stderr.split('\n').filter((line) => line.startsWith('warning: '))).toHaveLength(warnings);
  });

  it('prints one JSON object with every place, and its exit code says whether the file is sound', async () => {
    const file = place.write(
      'wrong.yaml',
      'budgets:\n  - { teem: a, month: 5 USD }\nscrutiny:\n  - { models: [opsu], thresholdsAt: 75% }\n',
    );
    const wrong = await runTollbook(['budgets', 'validate', file, '--json']);
    expect([wrong.code, wrong.stderr]).toEqual([2, '']);
    expect(JSON.parse(wrong.stdout)).toEqual({
      valid: false,
      mistakes: [{ file, line: 2, column: 7, message: 'unknown key teem; did you mean team?' }],
      warnings: [
        {
          ...{ file, line: 4, column: 16 },
          message: 'opsu is no model or family that is known here; did you mean opus?',
        },
      ],
    });
    const sound = await runTollbook(['budgets', 'validate', place.write('p.yaml', POLICY_TEXT), '--json']);
    expect([sound.code, JSON.parse(sound.stdout)]).toEqual([0, { valid: true, mistakes: [], warnings: [] }]);
  });

  it('reads what is piped into it', () => {
    const piped = (input: string) => {
      const args = [CLI, 'budgets', 'validate', '-'];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { input, encoding: 'utf8' });
      return { status, stdout, stderr };
    };
    expect(piped(POLICY_TEXT)).toEqual({
      status: 0,
      stdout: 'standard input: valid, 2 budgets\n',
      stderr: '',
    });
    expect(piped('budgts: []\n')).toEqual({
      ...{ status: 2, stdout: '' },
      stderr: 'tollbook: stdin:1:1: unknown key budgts; did you mean budgets?\n',
    });
    expect(piped('')).toMatchObject({ status: 0, stdout: 'standard input: valid, without any rule\n' });
  });
});

describe('budgets plan', () => {
  it('names rules that are for nobody, and what was meant', async () => {
    const file = place.write(
      'slip.yaml',
      `budgets:\n  - { team: platfrom, month: 2 USD }\n  - { user: "*", day: "500,000 tokens" }\n`,
    );
    const plan = await output('plan', file);
    expect(plan).toContain(
      '\nFor nobody whom the ledger knows\n  team:platfrom:month:usd; did you mean platform?\n\n',
    );
    expect(plan).toContain('1 person would be answered otherwise now: 1 slowed\n');
    expect(await json('plan', file)).toMatchObject({ forNobody: ['team:platfrom:month:usd'] });
    expect(await output('plan', place.write('policy.yaml', POLICY_TEXT))).not.toContain('For nobody');
  });

  it('says in one line how many are refused, slowed and warned', async () => {
    const file = place.write(
      'strict.yaml',
      `budgets:
  - { user: ann@example.com, day: "100,000 tokens" }
  - { team: platform, month: 2 USD }
`,
    );
    expect(await output('plan', file)).toContain('1 person would be answered otherwise now: 1 refused\n');
  });
});

describe('budgets list', () => {
  it('says what to do without a policy, and what was meant by a budget that is not there', async () => {
    expect(await output('list')).toBe(
      'No policy is in force yet: bring one into force with `tollbook budgets apply FILE`.\n',
    );
    await output('apply', place.write('policy.yaml', POLICY_TEXT));
    expect(await run('list', '--budget', 'team:platfrom:month:usd')).toEqual({
      ...{ code: 2, stdout: '' },
      stderr:
        'tollbook: version 1 of the policy has no budget team:platfrom:month:usd; did you mean team:platform:month:usd?\n',
    });
  });
});

it('JSON of a plan is one line that can be read, with amounts as exact text', async () => {
  const text = await output(
    'plan',
    place.write('other.yaml', 'budgets: [{ team: platform, month: 3 USD }]\n'),
    '--json',
  );
  expect(text.trimEnd().split('\n')).toHaveLength(1);
  const plan = z.looseObject({ replaces: z.number(), changes: z.array(z.unknown()) }).parse(JSON.parse(text));
  expect(plan.replaces).toBe(1);
});
