import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openStack, type Stack } from '../../infra/local/stack.ts';
import { subscriptionEvent } from '../../infra/local/subscription.ts';
import { EMPTY_POLICY } from '../../shared/domain/policy/policy.ts';
import { budget, rung } from '../fixtures/deciding.ts';
import { makeFolder } from './tollbook.ts';

const DOCS = readFileSync(new URL('../../docs/gateway.md', import.meta.url), 'utf8');
const MIDDLEWARE = /## A middleware\n\n```js\n(.*?)```/s.exec(DOCS)?.[1] ?? '';
const GATEWAY = new URL('../../gateway/index.ts', import.meta.url).href;

/** What the docs leave to the reader: a token, and a model that is called. */
const DRIVER = `
const readToken = () => process.env.TOKEN;
const usedTokens = (input) => ({ input, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 });
let count = 0;
let called = 0;
async function ask(user, expected, used) {
  const request = { requestId: 'r' + (count += 1), user, model: 'claude-sonnet-4-5', expectedTokens: usedTokens(expected) };
  const before = called;
  const startedAt = performance.now();
  const answer = await withBudgets(request, async () => {
    called += 1;
    if (used === undefined) throw new Error('the model is down');
    return { body: 'answer', usedTokens: usedTokens(used) };
  }).catch((error) => error);
  const waitedMs = performance.now() - startedAt;
  if (answer instanceof Error) return { thrown: answer.message };
  const { status, headers } = answer;
  return { status, text: await answer.text(), headers: Object.fromEntries(headers), wasCalled: called > before, isSlowed: waitedMs >= 1900 };
}
const endsAt = Date.now() + 20_000;
while ((await ask('full', 1, 1)).status !== 429 && Date.now() < endsAt) await new Promise((go) => setTimeout(go, 100));
const results = {
  low: await ask('low', 1_000, 1_000),
  slow: await ask('slow', 1_000, 1_000),
  full: await ask('full', 1_000, 1_000),
  broken: await ask('tight', 190_000, undefined),
  afterBroken: await ask('tight', 190_000, 190_000),
  afterUsed: await ask('tight', 190_000, 190_000),
};
await gateway.close();
console.log(JSON.stringify(results));
`;

const USD = 1_000_000_000_000n;
/** The same ladder for each user: warned at 80% of a dollar a day, slowed at 90%, refused at 100%. */
const DOLLAR_A_DAY = budget({
  id: 'day',
  limit: { measure: 'usd', amount: USD },
  ladder: [
    rung(80, { kind: 'warn' }, { header: { name: 'X-Budget-Warning', value: '80-percent' } }),
    rung(
      90,
      { kind: 'throttle', delayMs: 2_000 },
      { header: { name: 'X-Budget-Warning', value: 'throttled' } },
    ),
    rung(100, { kind: 'reject', status: 429 }),
  ],
});

const place = makeFolder();
let stack: Stack;
let env: Record<string, string>;

beforeAll(async () => {
  stack = await openStack({ dataDir: place.path('data') });
  await stack.stores.policies.apply({
    policy: { ...EMPTY_POLICY, budgets: [DOLLAR_A_DAY] },
    ...{ text: '', by: 'test', at: new Date(), replaces: 0 },
  });
  const at = new Date().toISOString();
  // 100,000 input tokens at 3 USD a million are 0.30 USD: three of them 90% of the limit, four 120%.
  const users = ['slow', 'slow', 'slow', 'full', 'full', 'full', 'full'];
  const logEvents = users.map((user, index) => ({
    id: `line-${index}`,
    timestamp: Date.parse(at),
    message: JSON.stringify({
      ...{ schema: 'tollbook.v1', id: `line-${index}`, at, user, model: 'claude-sonnet-4-5' },
      usage: { inputTokens: 100_000 },
    }),
  }));
  await stack.invoke('ingestLogs', subscriptionEvent({ logGroup: 'g', logStream: 's', logEvents }));
  await stack.settle();
  env = {
    LEDGER_URL: `http://127.0.0.1:${await stack.serve(0)}`,
    TOKEN: await stack.issuer.sign('gateway', 1, 'gateway'),
  };
});
afterAll(async () => {
  await stack.stop();
  place.remove();
});

const answered = z.object({
  status: z.number(),
  text: z.string(),
  headers: z.record(z.string(), z.string()),
  wasCalled: z.boolean(),
  isSlowed: z.boolean(),
});
const resultsSchema = z.record(z.string(), z.union([answered, z.object({ thrown: z.string() })]));

describe('the middleware of docs/gateway.md', () => {
  it('is not longer than promised', () => {
    const [, body = ''] = MIDDLEWARE.split('export async function');
    const lines = `export async function${body}`.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.length).toBeLessThanOrEqual(20);
  });

  it('lets go, slows, refuses, and takes back what a broken request held', async () => {
    const source = MIDDLEWARE.replace("'tollbook/gateway'", JSON.stringify(GATEWAY));
    expect(source).not.toBe(MIDDLEWARE);
    const file = place.write('middleware.mjs', source + DRIVER);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], {
      env: { ...process.env, ...env },
      timeout: 60_000,
    });
    expect(stderr).toBe('');
    const { low, slow, full, broken, afterBroken, afterUsed } = resultsSchema.parse(JSON.parse(stdout));
    const went = { status: 200, text: 'answer', wasCalled: true };
    expect(low).toMatchObject({ ...went, isSlowed: false });
    expect(slow).toMatchObject({ ...went, isSlowed: true, headers: { 'x-budget-warning': 'throttled' } });
    expect(full).toMatchObject({
      ...{ status: 429, wasCalled: false, isSlowed: false },
      text: expect.stringMatching(/^User budget exceeded: \$1\.20\/\$1\.00$/),
      headers: { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) },
    });
    // 0.57 USD of one: held by the first alone the second would not have gone, and the third goes no more.
    expect(broken).toEqual({ thrown: 'the model is down' });
    expect(afterBroken).toMatchObject(went);
    expect(afterUsed).toMatchObject({ status: 429, wasCalled: false });
  }, 90_000);
});
