import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addDays } from '../../shared/domain/period.ts';
import { openBudgetLedger, POLICY_TEXT, TODAY } from './budgetLedger.ts';
import { runTollbook } from './tollbook.ts';

const place = openBudgetLedger();
const { run, output, json } = place;
beforeAll(place.fill);
afterAll(place.remove);

const POLICY = place.write('policy.yaml', POLICY_TEXT);
const BUDGET = 'team:platform:month:usd';

describe('budgets validate', () => {
  it('tells every mistake with its place, and what was meant', async () => {
    const file = place.write(
      'wrong.yaml',
      'budgets:\n  - { team: a, month: 5 }\n  - { teem: b, day: 1 USD }\n',
    );
    const { code, stdout, stderr } = await runTollbook(['budgets', 'validate', file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${file}:2:23: `);
    expect(stderr).toContain(`${file}:3:7: unknown key teem; did you mean team?`);
  });

  it('says what a sound file holds, without a ledger', async () => {
    const { code, stdout } = await runTollbook(['budgets', 'validate', POLICY]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${POLICY}: valid, 2 budgets\n` });
  });

  it('is in the way of applying a wrong file', async () => {
    const file = place.write('wrong.yaml', 'budgets:\n  - { team: a, month: 5 }\n');
    for (const args of [
      ['plan', file],
      ['apply', file],
      ['simulate', '--policy', file],
    ]) {
      expect(await run(...args)).toMatchObject({ code: 2, stdout: '' });
    }
    expect(await run('export')).toMatchObject({ code: 2, stderr: 'tollbook: no policy is in force yet\n' });
  });
});

describe('budgets plan, apply, export and list', () => {
  it('show who is affected, and bring a policy into force once', async () => {
    const plan = await output('plan', POLICY);
    expect(plan).toContain('From no policy yet to');
    expect(plan).toContain(`+ budget ${BUDGET}\n    limit: $2.00 a month`);
    // 475,000 of 500,000 tokens are 95%; 1.71 of 2 USD are 85%. The stricter is told.
    expect(plan).toMatch(
      /1 person would be answered otherwise now: 1 slowed\n.*\n {2}ann@example\.com +allow +throttle 2s +user:\*:day:tokens \(95%, 475,000 of 500,000\)\n$/,
    );

    const applied = await output('apply', POLICY, '--as', 'ops', '--why', 'first limits');
    expect(applied).toContain('Version 1 is in force.');
    expect(await output('apply', POLICY)).toBe(
      'Version 1 says the same and is in force already: nothing was changed.\n',
    );
    expect(await output('plan', POLICY)).toContain('nothing would change');

    const exported = await output('export');
    expect(exported).toMatch(/^# Version 1, applied \S+ by ops: first limits\n/);
    const again = place.write('exported.yaml', exported);
    expect(await output('apply', again)).toContain('Version 1 says the same');

    const list = await json('list');
    expect(list).toMatchObject({
      version: 1,
      budgets: expect.arrayContaining([
        expect.objectContaining({
          budget: BUDGET,
          scope: 'team:platform',
          used: '1.71',
          limit: '2',
          percent: 85,
          reached: { percent: 80, action: 'warn' },
        }),
      ]),
    });
  });

  it('tell what a change changes for whom, and keep earlier versions', async () => {
    const wider = place.write(
      'wider.yaml',
      `budgets:
  - { user: "*", day: "1,000,000 tokens" }
  - { team: platform, month: 2 USD }
overflow: { automatic: 10%, approvers: [fay, eve], longest: 14 days }
`,
    );
    const { changes, affected } = z
      .object({ changes: z.array(z.unknown()), affected: z.array(z.unknown()) })
      .loose()
      .parse(await json('plan', wider));
    expect(changes).toEqual([
      {
        kind: 'changed',
        section: 'budget',
        id: 'user:*:day:tokens',
        lines: ['limit: 500,000 tokens a day → 1,000,000 tokens a day'],
      },
    ]);
    expect(affected).toMatchObject([
      { user: 'ann@example.com', before: { action: 'throttle', delayMs: 2000 }, after: { action: 'warn' } },
    ]);
    expect(await output('apply', wider)).toContain('Version 2 is in force.');
    expect(await output('export', '--number', '1')).toContain('day: 500000 tokens');
    expect(await run('export', '--number', '9')).toMatchObject({ code: 2 });
  });
});

const increase = z.looseObject({ id: z.string(), state: z.string() });

describe('budgets request, approve and deny', () => {
  let granted = '';
  const until = addDays(TODAY, 3);
  const ask = (amount: string, ...more: readonly string[]) => [
    ...['request', BUDGET, '--scope', 'platform', '--amount', amount, '--until', until],
    ...['--reason', 'release week', '--as', 'ann', ...more],
  ];

  it('let 10% through by themselves and the rest after both approvers', async () => {
    const first = increase.parse(await json(...ask('0.20 USD')));
    granted = first.id;
    expect(first).toMatchObject({ state: 'granted', automatic: true, amount: '0.2', changed: true });
    expect(await json(...ask('0.20 USD'))).toMatchObject({ id: first.id, changed: false });

    const { id, ...second } = increase.parse(await json(...ask('1 USD')));
    expect(second).toMatchObject({ state: 'requested', waitsFor: ['fay', 'eve'] });
    expect(await output('approve', id, '--as', 'fay')).toContain(`Increase ${id} waits for eve`);
    expect(await json('list')).toMatchObject({
      budgets: expect.arrayContaining([
        expect.objectContaining({ budget: BUDGET, limit: '2.2', granted: '0.2', percent: 77 }),
      ]),
    });
    expect(await output('approve', id, '--as', 'eve')).toContain(`Increase ${id} is granted: $1.00 more`);
    expect(await json('list')).toMatchObject({
      budgets: expect.arrayContaining([
        expect.objectContaining({ budget: BUDGET, limit: '3.2', granted: '1.2', percent: 53 }),
      ]),
    });

    const { steps } = z
      .looseObject({ steps: z.array(z.looseObject({ kind: z.string(), by: z.string() })) })
      .parse(await json('increases', id));
    expect(steps.map(({ kind, by }) => `${kind} by ${by}`)).toEqual([
      'requested by ann',
      'approved by fay',
      'approved by eve',
      'granted by eve',
    ]);
    expect(await output('deny', id, '--as', 'fay')).toContain(`Increase ${id} is denied by fay`);
    expect(await output('increases')).toMatch(new RegExp(`${id} .*denied`));
  });

  it.each<[string, readonly string[], string]>([
    ['somebody who is no approver', ['approve', 'ID', '--as', 'ann'], 'only approvers of the policy decide'],
    ['an id that is not there', ['deny', '0123456789ab', '--as', 'fay'], 'there is no increase 0123456789ab'],
    ['another unit', ask('5 tokens'), 'the budget is in usd, not in tokens'],
    ['an amount that is none', ask('much'), '--amount "much" is no limit such as'],
    [
      'a day that is none',
      [...ask('1 USD').slice(0, 7), 'soon', ...ask('1 USD').slice(8)],
      '--until soon: give a day',
    ],
    [
      'a budget that is misspelt',
      ['request', 'team:platfrom:month:usd', ...ask('1 USD').slice(2)],
      'did you mean team:platform:month:usd?',
    ],
  ])('refuse %s with exit code 2', async (_name, args, message) => {
    const { code, stdout, stderr } = await run(...args.map((arg) => (arg === 'ID' ? granted : arg)));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
