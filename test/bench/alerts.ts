import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStack, type Stack } from '../../infra/local/stack.ts';
import { SubscriptionBatch } from '../../infra/local/subscription.ts';
import { closeServer, listenLocally } from '../../infra/local/topic.ts';
import { toDay } from '../../shared/domain/period.ts';
import { makePost } from '../../shared/notify/httpsPost.ts';
import { sendOver } from '../../shared/notify/openSender.ts';
import { makeChannel } from '../support/deliveries.ts';
import { applyBudgets, MARKS_ALONE, teamMonth } from '../support/policies.ts';
import type { Figure } from './figure.ts';
import { withTemporaryFolder } from './ledger.ts';
import { median, quantile } from './statistics.ts';

const CROSSINGS = 150;
const LINES_PER_DELIVERY = 10;
/** Any request costs more. */
const LIMIT_PICO_USD = 1n;
const LOOK_EVERY_MS = 1;
const GIVE_UP_AFTER_MS = 30_000;
/** Deliveries come at any moment of the carrier's turn. */
const MAX_PAUSE_MS = 400;
const CHANNEL = makeChannel({ maxPerHour: CROSSINGS });
const SECRETS = 'ssm:/tollbook/webhook: shared words\n';
const OWNER_ONLY = 0o600;

/** When the last alert came where it was to go, by this process's clock. */
type Arrivals = { publishedMs: number | undefined; sentMs: number | undefined };

/**
 * How long a crossing takes: from the delivery of the log lines that cross a team's budget until SNS gets the
 * alert, and until a webhook does. All of it is the real stack: engine with a file, doorbells, `rollUp`,
 * `evaluateBudgets`, `notify`.
 */
export function alerts(): Promise<Figure[]> {
  return withTemporaryFolder(async (dataDir) => {
    const arrivals: Arrivals = { publishedMs: undefined, sentMs: undefined };
    const stopChannel = await startChannel(arrivals);
    writeFileSync(join(dataDir, 'secrets.yml'), SECRETS, { mode: OWNER_ONLY });
    const onPublish = () => {
      arrivals.publishedMs = performance.now();
    };
    const stack = await openStack({ dataDir, onPublish });
    try {
      const times = await measure(stack, arrivals);
      return [...figuresOf('SNS', times.published), ...figuresOf('the channel', times.sent)];
    } finally {
      await stack.stop();
      await stopChannel();
    }
  });
}

/** A company's server that takes every webhook, and is the only host that this process sends to. */
async function startChannel(arrivals: Arrivals): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    arrivals.sentMs = performance.now();
    request.resume();
    response.writeHead(204).end();
  });
  const url = new URL(`http://127.0.0.1:${await listenLocally(server, 0)}/`);
  sendOver(makePost({ reroute: () => url }));
  return async () => {
    sendOver(makePost());
    await closeServer(server);
  };
}

async function measure(stack: Stack, arrivals: Arrivals) {
  const teams = Array.from({ length: CROSSINGS }, (_, index) => `team-${index}`);
  const budgets = teams.map((team) => teamMonth(team, LIMIT_PICO_USD, [100]));
  await applyBudgets(stack.stores.policies, budgets, { alerts: { ...MARKS_ALONE, channels: [CHANNEL] } });
  await stack.settle();
  const times = { published: [] as number[], sent: [] as number[] };
  for (const [index, team] of teams.entries()) {
    await sleep((index * 37) % MAX_PAUSE_MS);
    Object.assign(arrivals, { publishedMs: undefined, sentMs: undefined });
    const startMs = performance.now();
    await stack.invoke('ingestLogs', deliveryOf(team));
    while (arrivals.publishedMs === undefined || arrivals.sentMs === undefined) {
      if (performance.now() - startMs > GIVE_UP_AFTER_MS) throw new Error(`${team} crossed and nobody heard`);
      await sleep(LOOK_EVERY_MS);
    }
    times.published.push(arrivals.publishedMs - startMs);
    times.sent.push(arrivals.sentMs - startMs);
  }
  return times;
}

function figuresOf(where: string, timesMs: readonly number[]): Figure[] {
  const figure = (name: string, value: number): Figure => ({
    benchmark: 'alerts',
    name: `from a log line to ${where}, ${name}`,
    value,
    unit: 'ms',
  });
  const p99 = figure('p99', quantile(timesMs, 0.99));
  return [figure('median', median(timesMs)), where === 'SNS' ? { ...p99, target: { below: 1_000 } } : p99];
}

function deliveryOf(team: string): unknown {
  const batch = new SubscriptionBatch(0);
  for (let line = 0; line < LINES_PER_DELIVERY; line += 1) {
    batch.add(
      JSON.stringify({
        schema: 'tollbook.v1',
        id: `crossing-${team}-${line}`,
        at: `${toDay(new Date())}T00:00:00.000Z`,
        model: 'global.anthropic.claude-sonnet-5-5',
        usage: { inputTokens: 1_000, outputTokens: 100 },
        user: `user-${line}@example.com`,
        team,
      }),
    );
  }
  return batch.take();
}
