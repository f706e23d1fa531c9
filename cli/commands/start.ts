import { applyConfig, readConfig } from '../../infra/local/config.ts';
import { EMPTY_TALLY, Ingest, type IngestTally } from '../../infra/local/ingestFiles.ts';
import { checkFile } from '../../infra/local/lines.ts';
import { LocalError } from '../../infra/local/localError.ts';
import { makeSampleDay, makeSampleFacts } from '../../infra/local/sample/sample.ts';
import { openStack, type Stack } from '../../infra/local/stack.ts';
import { addDays, toDay } from '../../shared/domain/period.ts';
import { readPolicy } from '../../shared/formats/policy/readPolicy.ts';
import { showIngest } from '../output/ingest.ts';
import { Progress } from '../output/progress.ts';
import { gatherSummary, summaryJson, summaryText } from '../output/summary.ts';
import { withFileFormat } from './fileFormat.ts';
import { openPriceBook } from './ownPrices.ts';
import { tellOfMoves } from './tellOfMoves.ts';

export type StartOptions = Readonly<{
  data: string;
  port: number;
  logs?: readonly string[];
  config?: string;
  prices?: string;
  format?: string;
  follow?: boolean;
  once?: boolean;
  json?: boolean;
}>;

const SAMPLE_SEED = 'tollbook';
const SAMPLE_DAYS = 3;
const TOKEN_HOURS = 12;

/** `npm start`: ingests files (or the bundled sample), shows what came of it, and serves the API. */
export async function startCommand(options: StartOptions): Promise<void> {
  const { logs = [], follow = false, once = false } = options;
  if (follow && once) throw new LocalError('usage', '--follow goes on and --once stops: give one of them');
  if (follow && logs.length === 0)
    throw new LocalError('usage', '--follow needs files: give them with --logs');
  if (options.format !== undefined && logs.length === 0)
    throw new LocalError('usage', '--format is for files: give them with --logs');
  for (const file of logs) checkFile(file);
  const config = options.config === undefined ? undefined : readConfig(options.config);
  openPriceBook(options);
  let isSummaryShown = false;
  const stack = await openStack({
    dataDir: options.data,
    prices: options.prices,
    logRules: withFileFormat(config?.logRules, options.format),
    hasPseudonyms: config?.hasPseudonyms,
    onAlert: (message) => {
      if (isSummaryShown) tell(`\n${message}\n`);
    },
    onFailure: (error) => {
      if (isSummaryShown) tell(`tollbook: ${error instanceof Error ? error.message : String(error)}`);
    },
  });
  const stopping = new AbortController();
  const stopped = waitForSignal(stopping);
  try {
    const port = once ? undefined : await stack.serve(options.port);
    if (config !== undefined) tellOfMoves(await applyConfig(config, stack), options.config);
    const tally = logs.length === 0 ? await ingestSample(stack) : await ingestFiles(stack, logs);
    await stack.settle();
    const summary = await gatherSummary(tally, stack.stores);
    const text =
      options.json === true
        ? JSON.stringify(summaryJson(summary))
        : await summaryText(summary, stack.stores, options.data);
    process.stdout.write(`${text}\n`);
    isSummaryShown = true;
    if (port === undefined) return;
    await tellHowToAsk(stack, { port, day: summary.lastDay, user: summary.topUser });
    await Promise.all([stopped, ...(follow ? followFiles(stack, logs, stopping) : [])]);
  } finally {
    stopping.abort();
    await stack.stop();
  }
}

async function ingestSample(stack: Stack): Promise<IngestTally> {
  const lastDay = addDays(toDay(new Date()), -1);
  const days = Array.from({ length: SAMPLE_DAYS }, (_, index) => addDays(lastDay, index + 1 - SAMPLE_DAYS));
  tell(
    `Ingesting the bundled sample of ${days[0]} to ${lastDay}. For your own files: npm start -- --logs FILE…`,
  );
  const { company, directory, policyText } = makeSampleFacts(SAMPLE_SEED);
  const read = readPolicy(policyText, 'sample');
  if (read.kind === 'refused') throw new Error(read.mistakes.map(({ message }) => message).join('; '));
  await applyConfig({ users: directory, written: { policy: read.policy, text: policyText } }, stack);
  const progress = new Progress();
  const ingest = new Ingest(stack, (tally) => showIngest(progress, tally));
  for (const day of days) {
    const lines = makeSampleDay({ seed: SAMPLE_SEED, company, day, hasRunaway: day === lastDay });
    await ingest.lines(lines, Date.parse(`${day}T00:00:00Z`));
  }
  progress.end();
  return ingest.tally;
}

async function ingestFiles(stack: Stack, files: readonly string[]): Promise<IngestTally> {
  const progress = new Progress();
  const ingest = new Ingest(stack, (tally) => showIngest(progress, tally));
  for (const file of files) await ingest.file(file);
  progress.end();
  return ingest.tally;
}

/** Reads on where files grow, from their start again: the ledger counts nothing twice. A failure stops all. */
function followFiles(stack: Stack, files: readonly string[], stopping: AbortController): Promise<void>[] {
  return files.map(async (file) => {
    let before = EMPTY_TALLY;
    const ingest = new Ingest(stack, (tally) => {
      if (tally.posted > before.posted) tell(`${file}: ${tally.posted - before.posted} requests posted`);
      before = tally;
    });
    await ingest.follow(file, stopping.signal);
  });
}

async function tellHowToAsk(
  stack: Stack,
  { port, day, user }: { port: number; day: string | undefined; user: string | undefined },
): Promise<void> {
  tell(`\nServing on http://127.0.0.1:${port}. Stop with Ctrl-C.`);
  if (day === undefined || user === undefined) return;
  if (stack.pseudonymOf !== undefined) {
    tell('Users are kept under pseudonyms, which no token names: ask with a token of a real user.');
    return;
  }
  // Here the one who asks is also the gateway: the token holds for every route.
  const token = await stack.issuer.sign(user, TOKEN_HOURS, 'gateway');
  tell(`What did ${day} cost ${user}? Ask (the token holds for ${TOKEN_HOURS} hours):\n`);
  tell(`curl -s -H 'Authorization: Bearer ${token}' 'http://127.0.0.1:${port}/user/costs?date=${day}'`);
}

function waitForSignal(stopping: AbortController): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        stopping.abort();
        resolve();
      });
    }
  });
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
