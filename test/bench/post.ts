import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { UsageRecord } from '../../shared/domain/usageRecord.ts';
import { inParallel } from '../../shared/store/inParallel.ts';
import { postUsage } from '../../shared/store/postUsage.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { benchCompany, dayOfLines } from './company.ts';
import type { Figure } from './figure.ts';
import { type BenchLedger, withFileLedger } from './ledger.ts';
import { POSTING, recordsOf } from './records.ts';
import { median } from './statistics.ts';

const ROUNDS = 5;
const DELIVERIES_PER_ROUND = 5;
const RECORDS_PER_DELIVERY = 1_000;
/** As many transactions at once as `postUsage` has under way. */
const TRANSACTIONS_AT_ONCE = 8;

type Times = Readonly<{ oursMs: number; bareMs: number }>;

/**
 * Posting against a bare loop that sends the very transactions our posting sent, as many at once, to an
 * engine of its own. What is ours alone: folding and grouping, building the transactions, the index rows,
 * and dealing with repeats. The two alternate delivery by delivery, so that a busy machine slows both.
 */
export async function post(): Promise<Figure[]> {
  const company = benchCompany();
  const records = [...recordsOf(company, dayOfLines(company))];
  const rounds: Times[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const from = round * DELIVERIES_PER_ROUND * RECORDS_PER_DELIVERY;
    const times = await timeRound(records.slice(from, from + DELIVERIES_PER_ROUND * RECORDS_PER_DELIVERY));
    // The first round warms the code up and is not counted.
    if (round > 0) rounds.push(times);
  }
  const perSecond = (ms: number) => (DELIVERIES_PER_ROUND * RECORDS_PER_DELIVERY * 1_000) / ms;
  const figure = { benchmark: 'post' };
  return [
    {
      ...figure,
      name: 'speed of posting / of bare transactions',
      value: median(rounds.map(({ oursMs, bareMs }) => bareMs / oursMs)),
      digits: 2,
      target: { atLeast: 0.7 },
    },
    {
      ...figure,
      name: 'records posted',
      value: median(rounds.map(({ oursMs }) => perSecond(oursMs))),
      unit: '/s',
    },
    {
      ...figure,
      name: 'records of the bare loop',
      value: median(rounds.map(({ bareMs }) => perSecond(bareMs))),
      unit: '/s',
    },
  ];
}

async function timeRound(records: readonly UsageRecord[]): Promise<Times> {
  return withFileLedger((ours) => withFileLedger((bare) => alternate(records, { ours, bare })));
}

async function alternate(
  records: readonly UsageRecord[],
  { ours, bare }: { ours: BenchLedger; bare: BenchLedger },
): Promise<Times> {
  const sent = captureTransactions(ours.client);
  let oursMs = 0;
  let bareMs = 0;
  for (let from = 0; from < records.length; from += RECORDS_PER_DELIVERY) {
    const delivery = records.slice(from, from + RECORDS_PER_DELIVERY);
    oursMs += await timed(() => postDelivery(delivery, ours.stores));
    const transactions = sent.splice(0);
    bareMs += await timed(() => sendAll(bare.client, transactions));
  }
  return { oursMs, bareMs };
}

async function postDelivery(records: readonly UsageRecord[], stores: Stores): Promise<void> {
  await postUsage(records, POSTING, { ...stores, pause: async () => {} });
}

/** Notes the transactions that a client is given, as they were before it translated them. */
function captureTransactions(client: DynamoDBDocumentClient): TransactWriteCommandInput[] {
  const sent: TransactWriteCommandInput[] = [];
  client.middlewareStack.add(
    (next) => async (args) => {
      if ('TransactItems' in args.input) sent.push({ ...args.input });
      return next(args);
    },
    { step: 'initialize', priority: 'high', name: 'benchCapture' },
  );
  return sent;
}

async function sendAll(
  client: DynamoDBDocumentClient,
  transactions: readonly TransactWriteCommandInput[],
): Promise<void> {
  await inParallel(transactions, TRANSACTIONS_AT_ONCE, async (input) => {
    try {
      await client.send(new TransactWriteCommand(input));
    } catch (error) {
      // A repeat is refused here as it was there.
      if (!(error instanceof TransactionCanceledException)) throw error;
    }
  });
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
