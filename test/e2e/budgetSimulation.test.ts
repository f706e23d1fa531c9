import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openBudgetLedger, POLICY_TEXT } from './budgetLedger.ts';
import { runTollbook } from './tollbook.ts';

const place = openBudgetLedger();
const { output, json } = place;
beforeAll(place.fill);
afterAll(place.remove);

const POLICY = place.write('policy.yaml', POLICY_TEXT);

describe('budgets simulate', () => {
  it('replays recorded days: 900,000 tokens a day meet a limit of 500,000 in the early afternoon', async () => {
    const of = (first: string, requests: number, costUsd: string) => ({
      ...{ requests, costUsd, rule: 'user:*:day:tokens' },
      firstAt: `2026-10-20T${first}:00.000Z`,
    });
    const day = (name: string) => ({
      day: name,
      warn: `${name}T13:00:00.000Z`,
      throttle: `${name}T13:30:00.000Z`,
      reject: `${name}T14:00:00.000Z`,
    });
    const policy = place.write('users.yaml', 'budgets: [{ user: "*", day: 500000 tokens }]\n');
    const report = await json('simulate', '--policy', policy, '--from', '2026-10-01', '--to', '2026-10-31');
    expect(report).toEqual({
      days: 2,
      daysWithoutRecords: [],
      sources: [
        { day: '2026-10-20', from: 'ledger', requests: 37 },
        { day: '2026-10-21', from: 'ledger', requests: 37 },
      ],
      increases: 0,
      currency: 'USD',
      requests: 74,
      costUsd: '6.66',
      total: {
        warn: { requests: 4, costUsd: '0.36' },
        throttle: { requests: 4, costUsd: '0.36' },
        reject: { requests: 32, costUsd: '2.88' },
      },
      users: [
        {
          user: 'ann@example.com',
          requests: 72,
          costUsd: '6.48',
          warn: of('13:00', 4, '0.36'),
          throttle: of('13:30', 4, '0.36'),
          reject: of('14:00', 32, '2.88'),
          days: [day('2026-10-20'), day('2026-10-21')],
        },
      ],
      rules: [{ rule: 'user:*:day:tokens', users: 1, warn: 4, throttle: 4, reject: 32 }],
    });
  });

  it('begins a month with what was used before the days that are asked for', async () => {
    const policy = place.write(
      'team.yaml',
      'budgets: [{ team: platform, month: 3.51 USD, ladder: block }]\n',
    );
    const days = ['--from', '2026-10-21', '--to', '2026-10-21'];
    const report = z
      .looseObject({
        requests: z.number(),
        total: z.looseObject({ reject: z.looseObject({ requests: z.number() }) }),
      })
      .parse(await json('simulate', '--policy', policy, ...days));
    // The 20th cost 3.33: two requests of 0.09 fit into the rest, and 35 do not.
    expect(report).toMatchObject({ requests: 37, total: { reject: { requests: 35, costUsd: '3.15' } } });
  });

  it('shows a table with totals', async () => {
    const text = await output('simulate', '--policy', POLICY, '--to', '2026-10-20');
    expect(text).toMatch(/ann@example\.com +36 +\d+ +2026-10-20 \d\d:\d\d /);
    expect(text).toMatch(/\n {2}total +\d+ .*\$\d+\.\d\d\n/);
  });
});

describe('budgets suggest', () => {
  it('prints limits that a policy takes as they are', async () => {
    const text = await output('suggest', '--to', '2026-10-31');
    expect(
      text,
    ).toBe(`# Daily limits that hold 95% of each user's active days from 2026-10-20 to 2026-10-21 (UTC).
budgets:
  - user: ann@example.com # 2 active days, p95 $3.24, most $3.24
    day: 4 USD
  - user: bob@example.com # 2 active days, p95 $0.09, most $0.09
    day: 0.1 USD
`);
    const file = place.write('suggested.yaml', text);
    expect(await runTollbook(['budgets', 'validate', file])).toMatchObject({ code: 0 });
    expect(await json('suggest', '--by', 'team', '--to', '2026-10-31')).toMatchObject({
      limits: [{ team: 'platform', observedUsd: '3.33', dayUsd: '4' }],
    });
  });
});
