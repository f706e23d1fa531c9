import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createGateway } from '../../../gateway/createGateway.ts';

/** What a gateway in a process of its own is told to do, as JSON in its first argument. */
export const orderSchema = z.object({
  name: z.string(),
  ledgerUrl: z.string(),
  token: z.string(),
  requests: z.number(),
  reservedPicoUsd: z.coerce.bigint(),
  /** Says that it holds its requests and then waits to be killed. */
  isToDie: z.boolean(),
});
export type Order = z.input<typeof orderSchema>;

/** A line that it prints for each request that it served. */
export const servedSchema = z.object({ requestId: z.string(), user: z.string(), tokens: z.number() });

/** Every third request uses a tenth more than it reserved. */
const TOKENS = 10_000;
const OVERRUN_TOKENS = 1_000;
const PICO_USD_PER_TOKEN = 3_000_000n;

async function run(): Promise<void> {
  const order = orderSchema.parse(JSON.parse(process.argv[2] ?? ''));
  const gateway = createGateway({ ...order, hardWaitMs: 20_000, timeoutMs: 20_000 });
  await gateway.ready;
  for (let index = 0; index < order.requests; index += 1) {
    const requestId = `${order.name}-${index}`;
    const decision = await gateway.decideHard({
      requestId,
      user: order.name,
      team: 'payments',
      model: 'claude-sonnet-4-5',
      priority: 'normal',
      estimate: { picoUsd: order.reservedPicoUsd, tokens: {} },
    });
    if (decision.action === 'reject') continue;
    const tokens = TOKENS + (index % 3 === 2 ? OVERRUN_TOKENS : 0);
    process.stdout.write(`${JSON.stringify({ requestId, user: order.name, tokens })}\n`);
    if (order.isToDie) continue;
    await sleep(5 * Math.random());
    gateway.settle(requestId, { picoUsd: BigInt(tokens) * PICO_USD_PER_TOKEN, tokens: {} });
  }
  if (order.isToDie) {
    process.stdout.write(`${JSON.stringify({ held: gateway.state.inFlight })}\n`);
    await sleep(600_000);
  }
  process.stderr.write(JSON.stringify(gateway.state.counters));
  await gateway.close();
}

if (process.argv[1] === import.meta.filename) await run();
