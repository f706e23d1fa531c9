import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeFolder, runTollbook } from './tollbook.ts';

const place = makeFolder();
afterAll(place.remove);

const DATA = place.path('ledger');
const FIXTURE = new URL('../fixtures/policies/budgets.json', import.meta.url);
const POLICY = place.write('budgets.json', readFileSync(FIXTURE));

/** A request of an intern whom the log places nowhere; each costs 9 USD. */
const LOG = place.write(
  'gateway.log',
  Array.from({ length: 4 }, (_, index) =>
    JSON.stringify({
      ...{ schema: 'tollbook.v1', id: `r-${index}`, at: `2026-10-20T1${index}:00:00Z`, user: 'intern_1' },
      model: 'global.anthropic.claude-haiku-4-5-20251001-v1:0',
      usage: { inputTokens: 4_000_000, outputTokens: 1_000_000 },
    }),
  ).join('\n'),
);

const simulated = z.looseObject({
  users: z.array(z.looseObject({ user: z.string(), reject: z.looseObject({ firstAt: z.string() }) })),
  rules: z.array(z.looseObject({ rule: z.string() })),
});

describe('budgets of departments', () => {
  it('are simulated and applied unchanged, with the people that the file tells of', async () => {
    await runTollbook(['ingest', LOG, '--data', DATA]);
    const run = (...args: readonly string[]) => runTollbook(['budgets', ...args, '--data', DATA]);
    const replay = await run('simulate', '--policy', POLICY, '--to', '2026-10-20', '--json');
    expect(replay.code).toBe(0);
    const { users, rules } = simulated.parse(JSON.parse(replay.stdout));
    // The intern has 25 USD a day: the third request would come to 27.
    expect(users.map(({ user, reject }) => [user, reject.firstAt])).toEqual([
      ['intern_1', '2026-10-20T12:00:00.000Z'],
    ]);
    expect(rules.map(({ rule }) => rule)).toEqual(['user:intern_1:day:usd']);

    const applied = await run('apply', POLICY, '--as', 'ops');
    expect(applied.code).toBe(0);
    expect(applied.stdout).toContain('Version 1 is in force.');
    const people = await runTollbook(['directory', 'list', '--user', 'intern_1', '--json', '--data', DATA]);
    expect(JSON.parse(people.stdout)).toMatchObject({ placements: [{ department: 'engineering' }] });

    const again = await run('apply', POLICY, '--as', 'ops');
    expect(again.stdout).toContain('Version 1 says the same');
    expect(again.stderr).toMatch(/The directory knows \d+ people of the file and stays as it is/);
  });
});
