import { setTimeout as sleep } from 'node:timers/promises';
import { openStack, type Stack } from '../../infra/local/stack.ts';
import { SubscriptionBatch } from '../../infra/local/subscription.ts';
import { toDay } from '../../shared/domain/period.ts';
import type { Figure } from './figure.ts';
import { withTemporaryFolder } from './ledger.ts';
import { median, quantile } from './statistics.ts';

const DELIVERIES = 300;
const LINES_PER_DELIVERY = 10;
const TEAM = { kind: 'team', id: 'payments' } as const;
const USERS = 50;
const LOOK_EVERY_MS = 2;
/** Deliveries come at any moment of the carrier's turn. */
const MAX_PAUSE_MS = 400;

/**
 * How old a team's total is: from the end of the delivery that posted a request until the team's day tells it.
 * All of it is the real stack: engine with a file, doorbells, `rollUp`.
 */
export function freshness(): Promise<Figure[]> {
  return withTemporaryFolder(async (dataDir) => {
    const stack = await openStack({ dataDir });
    try {
      const agesMs = await measure(stack);
      const figure = (name: string, value: number): Figure => ({
        benchmark: 'freshness',
        name: `a team's day after a posting, ${name}`,
        value,
        unit: 'ms',
      });
      return [
        figure('median', median(agesMs)),
        { ...figure('p99', quantile(agesMs, 0.99)), target: { below: 1_000 } },
      ];
    } finally {
      await stack.stop();
    }
  });
}

async function measure(stack: Stack): Promise<number[]> {
  const day = toDay(new Date());
  const agesMs: number[] = [];
  for (let delivery = 1; delivery <= DELIVERIES; delivery += 1) {
    await stack.invoke('ingestLogs', deliveryOf(delivery, day));
    const postedMs = performance.now();
    const isThere = async () =>
      ((await stack.stores.totals.find(TEAM, { kind: 'day', day }))?.metrics.requests ?? 0) >=
      delivery * LINES_PER_DELIVERY;
    while (!(await isThere())) await sleep(LOOK_EVERY_MS);
    agesMs.push(performance.now() - postedMs);
    await sleep((delivery * 37) % MAX_PAUSE_MS);
  }
  return agesMs;
}

function deliveryOf(delivery: number, day: string): unknown {
  const batch = new SubscriptionBatch(0);
  for (let line = 0; line < LINES_PER_DELIVERY; line += 1) {
    const number = delivery * LINES_PER_DELIVERY + line;
    batch.add(
      JSON.stringify({
        schema: 'tollbook.v1',
        id: `fresh-${number}`,
        at: `${day}T00:00:00.000Z`,
        model: 'global.anthropic.claude-sonnet-5-5',
        usage: { inputTokens: number, outputTokens: 100 },
        user: `user-${number % USERS}@example.com`,
        team: TEAM.id,
      }),
    );
  }
  return batch.take();
}
