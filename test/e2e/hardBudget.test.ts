import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStack, type Stack } from '../../infra/local/stack.ts';
import { subscriptionEvent } from '../../infra/local/subscription.ts';
import { EMPTY_POLICY } from '../../shared/domain/policy/policy.ts';
import { budget, rung } from '../fixtures/deciding.ts';
import { type Order, servedSchema } from '../support/gateways/hardGateway.ts';
import { makeFolder } from './tollbook.ts';

const GATEWAY = fileURLToPath(new URL('../support/gateways/hardGateway.ts', import.meta.url));
const GATEWAYS = 50;
const REQUESTS = 3;

const USD = 1_000_000_000_000n;
const LIMIT = 100n * USD;
/** 10,000 input tokens of claude-sonnet-4-5 at 3 USD for a million. */
const RESERVED = 30_000_000_000n;
/** 1,000 tokens more. */
const OVERRUN = 3_000_000_000n;

const TEAM_MONTH = budget({
  id: 'payments-month',
  target: { kind: 'one', scope: 'team', id: 'payments' },
  period: { unit: 'month', timeZone: 'UTC' },
  limit: { measure: 'usd', amount: LIMIT },
  ladder: [rung(100, { kind: 'reject', status: 429 })],
  isHard: true,
});

const place = makeFolder();
let stack: Stack;
let ledgerUrl: string;
let token: string;

const at = new Date().toISOString();

function ingest(lines: readonly { id: string; user: string; tokens: number }[]): Promise<unknown> {
  const logEvents = lines.map(({ id, user, tokens }) => ({
    id,
    timestamp: Date.parse(at),
    message: JSON.stringify({
      ...{ schema: 'tollbook.v1', id, at, user, team: 'payments', model: 'claude-sonnet-4-5' },
      usage: { inputTokens: tokens },
    }),
  }));
  return stack.invoke('ingestLogs', subscriptionEvent({ logGroup: 'g', logStream: 's', logEvents }));
}

/** What the ledger's records come to. */
async function spent(): Promise<bigint> {
  const records = await Array.fromAsync(stack.stores.records.ofDay(at.slice(0, 10)));
  return records.reduce((sum, { costPicoUsd }) => sum + costPicoUsd.input, 0n);
}

beforeAll(async () => {
  stack = await openStack({ dataDir: place.path('data') });
  await stack.stores.policies.apply({
    policy: { ...EMPTY_POLICY, budgets: [TEAM_MONTH], failure: { mode: 'closed', maxAgeSeconds: 60 } },
    ...{ text: '', by: 'test', at: new Date(), replaces: 0 },
  });
  // 330 requests of 0.30 USD: 99% of the budget.
  await ingest(
    Array.from({ length: 330 }, (_, index) => ({ id: `old-${index}`, user: 'ann', tokens: 100_000 })),
  );
  await stack.settle();
  ledgerUrl = `http://127.0.0.1:${await stack.serve(0)}`;
  token = await stack.issuer.sign('gateway', 1, 'gateway');
});
afterAll(async () => {
  await stack.stop();
  place.remove();
});

function startGateway(name: string, isToDie: boolean) {
  const reservedPicoUsd = String(RESERVED);
  const order: Order = { name, ledgerUrl, token, requests: REQUESTS, reservedPicoUsd, isToDie };
  const child = spawn(process.execPath, [GATEWAY, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const hasPrinted = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
      if (stdout.includes('"held"')) resolve();
    });
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(() => stderr);
  const served = () =>
    stdout
      .split('\n')
      .filter((line) => line.includes('requestId'))
      .map((line) => servedSchema.parse(JSON.parse(line)));
  return { child, served, ended, hasPrinted };
}

describe('a hard budget at 99%', () => {
  it('is passed by fifty gateways by exactly what requests used beyond what they reserved', async () => {
    expect(await spent()).toBe(99n * USD);
    const doomed = startGateway('doomed', true);
    await doomed.hasPrinted;
    doomed.child.kill('SIGKILL');
    const gateways = Array.from({ length: GATEWAYS }, (_, index) => startGateway(`gateway-${index}`, false));
    const notes = await Promise.all([doomed, ...gateways].map(({ ended }) => ended));
    expect(notes.filter((note) => note !== '' && !note.startsWith('{'))).toEqual([]);

    const served = [doomed, ...gateways].flatMap((gateway) => gateway.served());
    await ingest(served.map(({ requestId, user, tokens }) => ({ id: requestId, user, tokens })));
    await stack.settle();
    const overruns = served.filter(({ tokens }) => tokens > 10_000).length;
    const bound = LIMIT + BigInt(overruns) * OVERRUN;
    const total = await spent();
    expect(total).toBe(99n * USD + BigInt(served.length) * RESERVED + BigInt(overruns) * OVERRUN);
    expect(total).toBeLessThanOrEqual(bound);
    // One more reservation of each gateway would not have fitted by far: the budget was used, not guarded shut.
    expect(total).toBeGreaterThan(99n * USD + USD / 2n);
  }, 180_000);
});
