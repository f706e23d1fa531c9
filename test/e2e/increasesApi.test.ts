import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openStack, type Stack } from '../../infra/local/stack.ts';
import { activeIncrease } from '../../shared/domain/policy/increase.ts';
import { EMPTY_POLICY } from '../../shared/domain/policy/policy.ts';
import { budget, USD } from '../fixtures/deciding.ts';
import { makeFolder } from './tollbook.ts';

const place = makeFolder();
const before = { ...process.env };
let stack: Stack;
let address: string;

beforeAll(async () => {
  stack = await openStack({ dataDir: place.path('ledger') });
  const rule = budget({
    id: 'org/usd 100%',
    target: { kind: 'org' },
    period: { unit: 'month', timeZone: 'UTC' },
    limit: { measure: 'usd', amount: 100n * USD },
  });
  const overflow = { autoPercent: 10, approvers: ['fay@example.com', 'eve@example.com'], maxDays: 14 };
  const policy = { ...EMPTY_POLICY, budgets: [rule], overflow };
  await stack.stores.policies.apply({ policy, text: '', by: 'test', at: new Date(), replaces: 0 });
  address = `http://127.0.0.1:${await stack.serve(0)}`;
});
afterAll(async () => {
  await stack.stop();
  place.remove();
  process.env = before;
});

const answer = z.looseObject({ id: z.string().default(''), state: z.string().optional() });

async function post(path: string, user: string, body?: object) {
  const token = await stack.issuer.sign(user, 1);
  const response = await fetch(`${address}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, ...answer.parse(await response.json()) };
}

const request = (amount: string) => ({
  ...{ budget: 'org/usd 100%', scope: '*', amount, reason: 'launch' },
  until: new Date(Date.now() + 86_400_000).toISOString(),
});

describe('increases over HTTP on one machine', () => {
  it('are asked for, approved by both approvers, and then counted', async () => {
    const { id, ...asked } = await post('/budgets/increases', 'ann@example.com', request('10.01 USD'));
    expect(asked).toMatchObject({ status: 201, state: 'requested' });
    const listed = await fetch(`${address}/budgets/increases?state=requested`, {
      headers: { authorization: `Bearer ${await stack.issuer.sign('eve@example.com', 1)}` },
    });
    expect(await listed.json()).toMatchObject({
      increases: [{ id, waitsFor: ['fay@example.com', 'eve@example.com'] }],
    });
    const approve = (user: string) => post(`/budgets/increases/${id}/approve`, user);
    expect(await approve('ann@example.com')).toMatchObject({ status: 403 });
    expect(await approve('fay@example.com')).toMatchObject({ status: 200, state: 'requested' });
    expect(await approve('eve@example.com')).toMatchObject({ status: 200, state: 'granted' });
    const [kept] = (await stack.stores.increases.all()).flatMap(({ increases }) => increases);
    expect(kept && activeIncrease(kept, Date.now())?.amount).toBe(10_010_000_000_000n);
    const denied = await post(`/budgets/increases/${id}/deny`, 'fay@example.com');
    expect(denied).toMatchObject({ status: 200, state: 'denied' });
  });

  it.each([
    ['/budgets/increases/none/approve', 404],
    ['/budgets/increases/%ZZ/deny', 404],
    ['/budgets/increases//approve', 404],
    ['/budgets/increases/none/other', 404],
  ])('answer %s with %i', async (path, status) => {
    expect(await post(path, 'fay@example.com')).toMatchObject({ status });
  });

  it('want a token', async () => {
    const response = await fetch(`${address}/budgets/increases`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(401);
  });
});
