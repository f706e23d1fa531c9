import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeFolder, type Running, startTollbook } from './tollbook.ts';

const place = makeFolder();
let running: Running;
let address: string;
let token: string;
let url: string;

beforeAll(async () => {
  running = startTollbook(['start', '--port', '0', '--data', place.path('api')]);
  const [, bearer = '', asked = ''] = await running.stderrHas(/Bearer (\S+)' '(\S+)'/);
  token = bearer;
  url = asked;
  address = new URL(asked).origin;
});
afterAll(async () => {
  running.child.kill('SIGTERM');
  await running.ended;
  place.remove();
});

const bodySchema = z.looseObject({
  costUsd: z.string().optional(),
  requests: z.number().optional(),
  models: z.array(z.looseObject({ model: z.string(), requests: z.number() })).default([]),
});

const get = async (target: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(target, { headers });
  const body = bodySchema.parse(await answer.json());
  return { status: answer.status, type: answer.headers.get('content-type'), body };
};

describe('GET /user/costs on one machine', () => {
  it('answers the printed request with the costs of that user and day', async () => {
    const { status, body } = await get(url, { authorization: `Bearer ${token}` });
    expect(status).toBe(200);
    expect(body).toMatchObject({ currency: 'USD', date: new URL(url).searchParams.get('date') });
    expect(body.costUsd).toMatch(/^\d+\.\d+$/);
    expect(body.models.length).toBeGreaterThan(0);
    const requests = body.models.reduce(
      (sum: number, model: { requests: number }) => sum + model.requests,
      0,
    );
    expect(requests).toBe(body.requests);
  });

  it('quotes the costs of a request by service', async () => {
    const answer = await fetch(`${address}/costs/quote`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"request_id":"r-1","operation":"query","dynamodb_reads":2}',
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      request_id: 'r-1',
      total_cost: '0.00000025',
      cost_breakdown: [{ service: 'dynamodb', cost: '0.00000025', quantity: 2 }],
    });
  });

  it('quotes nothing without a token', async () => {
    const answer = await fetch(`${address}/costs/quote`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(401);
  });

  it('answers a day without use with zeros', async () => {
    const { status, body } = await get(`${address}/user/costs?date=2026-01-01`, {
      authorization: `Bearer ${token}`,
    });
    expect({ status, costUsd: body.costUsd, requests: body.requests }).toEqual({
      status: 200,
      costUsd: '0',
      requests: 0,
    });
  });

  it.each([
    ['no token', undefined],
    ['a token that is none', 'Bearer abc.def.ghi'],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
  ])('refuses %s', async (_name, authorization) => {
    const { status, body } = await get(url, authorization === undefined ? {} : { authorization });
    expect({ status, message: body.message }).toEqual({ status: 401, message: 'Unauthorized' });
  });

  it('refuses a token whose payload was changed', async () => {
    const [head = '', payload = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, email: 'somebody@example.com' })).toString(
      'base64url',
    );
    const { status } = await get(url, { authorization: `Bearer ${head}.${forged}.${signature}` });
    expect(status).toBe(401);
  });

  it.each([
    ['/user/costs', 'Give the day as ?date=YYYY-MM-DD.'],
    ['/user/costs?date=2026-02-30', '"2026-02-30" is no day of the form YYYY-MM-DD.'],
    ['/user/costs?date=yesterday', '"yesterday" is no day of the form YYYY-MM-DD.'],
  ])('answers %s with a problem that says how to mend it', async (path, detail) => {
    const { status, type, body } = await get(`${address}${path}`, { authorization: `Bearer ${token}` });
    expect({ status, type, detail: body.detail }).toEqual({
      status: 400,
      type: 'application/problem+json',
      detail,
    });
  });

  it('knows no other path', async () => {
    expect((await get(`${address}/`, { authorization: `Bearer ${token}` })).status).toBe(404);
  });

  it('lets another process read the ledger while it serves', async () => {
    const costs = startTollbook(['costs', '--by', 'team', '--data', place.path('api')]);
    const { code, stdout } = await costs.ended;
    expect(code).toBe(0);
    expect(stdout).toContain('payments');
    expect((await get(url, { authorization: `Bearer ${token}` })).status).toBe(200);
  });
});
