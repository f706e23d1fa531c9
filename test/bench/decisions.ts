import { decisions as answerDecision } from '../../functions/decisions.ts';
import type { BudgetRule } from '../../shared/domain/policy/policy.ts';
import { bundledPriceBook } from '../../shared/pricing/priceBook.ts';
import { pauseAfterContention } from '../../shared/runtime/pause.ts';
import { openBurstCounter } from '../../shared/store/burstCounter.ts';
import { openPolicyCache } from '../../shared/store/policyCache.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { applyBudgets, makeBudget } from '../support/policies.ts';
import type { Figure } from './figure.ts';
import { type BenchLedger, withFileLedger } from './ledger.ts';
import { median, quantile } from './statistics.ts';

const USERS = 1_000;
const TEAMS = 50;
const REQUESTS = 2_000;
const WARM_UP = 500;
const ROUNDS = 5;

/**
 * `POST /decisions` as the deployed function answers it, with 20 budgets that concern each request, over the
 * embedded database: how long it takes, and how many calls to the store it makes at most, one after another.
 */
export async function decisions(): Promise<Figure[]> {
  return withFileLedger(async (ledger) => {
    await fill(ledger.stores);
    const calls = countCalls(ledger);
    const dependencies = dependenciesOf(ledger.stores);
    const timesMs = Array.from({ length: ROUNDS }, () => [] as number[]);
    let mostCalls = 0;
    for (let index = 0; index < WARM_UP; index += 1) await ask(index, dependencies);
    for (const round of timesMs) {
      for (let index = 0; index < REQUESTS; index += 1) {
        calls.reset();
        const beganMs = performance.now();
        await ask(index, dependencies);
        round.push(performance.now() - beganMs);
        mostCalls = Math.max(mostCalls, calls.roundTrips());
      }
    }
    const p99 = median(timesMs.map((round) => quantile(round, 0.99)));
    const p50 = median(timesMs.map((round) => quantile(round, 0.5)));
    return [
      figure('p99 of POST /decisions, 20 budgets', p99, { unit: 'ms', digits: 1, target: { below: 10 } }),
      figure('median of POST /decisions', p50, { unit: 'ms', digits: 1 }),
      figure('round trips to the store, at most', mostCalls, { target: { atMost: 2 } }),
    ];
  });
}

function figure(name: string, value: number, rest: Partial<Figure>): Figure {
  return { benchmark: 'decisions', name, value, ...rest };
}

const SCOPES = ['user', 'team', 'department', 'businessUnit', 'costCentre'] as const;
const UNITS = ['day', 'week', 'month', 'quarter'] as const;

async function fill(stores: Stores): Promise<void> {
  for (let index = 0; index < USERS; index += 1) {
    const [team, department] = [`team-${index % TEAMS}`, `department-${index % 10}`];
    const placement = { team, department, businessUnit: `unit-${index % 5}`, costCentre: `cc-${index % 20}` };
    await stores.directory.putUser({ user: `user-${index}`, placements: [placement] });
  }
  const budgets: BudgetRule[] = SCOPES.flatMap((scope) =>
    UNITS.map((unit) =>
      makeBudget({
        id: `${scope}:*:${unit}:usd`,
        target: { kind: 'each', scope },
        period: { unit, timeZone: 'UTC' },
        limit: { measure: 'usd', amount: 10n ** 15n },
      }),
    ),
  );
  await applyBudgets(stores.policies, budgets);
}

function dependenciesOf(stores: Stores) {
  return {
    policies: openPolicyCache(stores.policies),
    directory: stores.directory,
    standings: stores.standings,
    increases: stores.increases,
    bursts: openBurstCounter({ bursts: stores.bursts, pause: pauseAfterContention }),
    reservations: { stores, pause: pauseAfterContention },
    roleClaim: 'role',
    openPriceBook: bundledPriceBook,
  };
}

async function ask(index: number, dependencies: ReturnType<typeof dependenciesOf>): Promise<void> {
  const body = { user: `user-${(index * 7) % USERS}`, model: 'claude-sonnet-5-5', estimate: { usd: '0.01' } };
  const event = {
    body: JSON.stringify(body),
    requestContext: { authorizer: { jwt: { claims: { role: 'gateway' } } } },
  };
  const { statusCode } = await answerDecision(event, { ...dependencies, now: new Date() });
  if (statusCode !== 200) throw new Error(`the decision is answered with ${statusCode}`);
}

/** Calls that are under way at once are one round trip. */
function countCalls({ client }: BenchLedger) {
  let underWay = 0;
  let waves = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      if (underWay === 0) waves += 1;
      underWay += 1;
      try {
        return await next(args);
      } finally {
        underWay -= 1;
      }
    },
    { step: 'initialize', name: 'countRoundTrips' },
  );
  return {
    reset: () => {
      waves = 0;
    },
    roundTrips: () => waves,
  };
}
