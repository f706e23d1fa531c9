import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { TOKEN_CLASSES } from '../../shared/domain/tokens.ts';
import type { Usage } from '../../shared/domain/usage.ts';
import { decodeLine } from '../../shared/formats/decodeLine.ts';
import { bundledPriceBook } from '../../shared/pricing/priceBook.ts';
import { priceUsage } from '../../shared/pricing/priceUsage.ts';
import { BENCH_NOW, benchCompany, manyLines } from './company.ts';
import type { Figure } from './figure.ts';
import { median } from './statistics.ts';

const RECORDS = 100_000;
const RECORDS_PER_TURN = 5_000;
const WARM_UP_ROUNDS = 2;
const ROUNDS = 9;
const FRESH_PROCESSES = 15;
const NS_PER_MS = 1e6;

const BOOK_URL = new URL('../../shared/pricing/priceBook.ts', import.meta.url);

type Times = Readonly<{ oursMs: number; bareMs: number }>;

/**
 * The price engine against the least that any engine must do, one multiplication and one addition of
 * `bigint` for each token class, over the same records in turns; and how long a fresh process takes to
 * import the price book and make it ready: bundled, as a deployment has it, and from its source.
 */
export async function prices(): Promise<Figure[]> {
  const usages = usagesOf(RECORDS);
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) timeRound(usages);
  const rounds = Array.from({ length: ROUNDS }, () => timeRound(usages));
  const perSecond = (ms: number) => (usages.length * 1_000) / ms;
  const load = await loadTimes();
  const figure = (name: string, value: number, rest: Partial<Figure>): Figure => ({
    benchmark: 'prices',
    name,
    value,
    ...rest,
  });
  return [
    figure(
      'speed of the price engine / of bare multiply-add',
      median(rounds.map(({ oursMs, bareMs }) => bareMs / oursMs)),
      { digits: 2, target: { atLeast: 0.1 } },
    ),
    figure('requests priced', median(rounds.map(({ oursMs }) => perSecond(oursMs))), { unit: '/s' }),
    figure('bare multiply-adds', median(rounds.map(({ bareMs }) => perSecond(bareMs))), { unit: '/s' }),
    figure('load of the price book, as deployed', load.bundledMs, {
      unit: 'ms',
      digits: 1,
      target: { below: 10 },
    }),
    figure('load of the price book, from source', load.sourceMs, { unit: 'ms', digits: 1 }),
  ];
}

function usagesOf(count: number): Usage[] {
  const usages: Usage[] = [];
  for (const line of manyLines(benchCompany(), count)) {
    for (const decoded of decodeLine(line, { now: BENCH_NOW, eventId: () => 'no line needs one' })) {
      if (decoded.kind === 'usage') usages.push(decoded.usage);
    }
  }
  return usages;
}

function timeRound(usages: readonly Usage[]): Times {
  let oursMs = 0;
  let bareMs = 0;
  for (let from = 0; from < usages.length; from += RECORDS_PER_TURN) {
    const turn = usages.slice(from, from + RECORDS_PER_TURN);
    const isOursFirst = (from / RECORDS_PER_TURN) % 2 === 0;
    if (isOursFirst) oursMs += timed(() => priceAll(turn));
    bareMs += timed(() => multiplyAll(turn));
    if (!isOursFirst) oursMs += timed(() => priceAll(turn));
  }
  return { oursMs, bareMs };
}

/** Uses what it computes, so that none of it can be optimised away. */
function priceAll(usages: readonly Usage[]): bigint {
  const book = bundledPriceBook();
  let totalPicoUsd = 0n;
  for (const usage of usages) {
    const price = priceUsage(book, usage);
    if (price.kind === 'priced') totalPicoUsd += price.totalPicoUsd;
  }
  return totalPicoUsd;
}

/** One rate for each class of tokens, the same for all requests. */
const RATES = TOKEN_CLASSES.map((_, index) => BigInt(index + 1) * 250_000n);

function multiplyAll(usages: readonly Usage[]): bigint {
  const [input = 0n, cacheRead = 0n, cacheWrite5m = 0n, cacheWrite1h = 0n, output = 0n] = RATES;
  let totalPicoUsd = 0n;
  for (const { tokens } of usages) {
    totalPicoUsd += BigInt(tokens.input) * input;
    totalPicoUsd += BigInt(tokens.cacheRead) * cacheRead;
    totalPicoUsd += BigInt(tokens.cacheWrite5m) * cacheWrite5m;
    totalPicoUsd += BigInt(tokens.cacheWrite1h) * cacheWrite1h;
    totalPicoUsd += BigInt(tokens.output) * output;
  }
  return totalPicoUsd;
}

function timed(work: () => unknown): number {
  const started = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - started) / NS_PER_MS;
}

/** Median milliseconds from the start of the import until the book answers. */
async function loadTimes(): Promise<Readonly<{ bundledMs: number; sourceMs: number }>> {
  const folder = await mkdtemp(join(tmpdir(), 'tollbook-bench-'));
  try {
    const bundle = join(folder, 'priceBook.mjs');
    await build({
      entryPoints: [BOOK_URL.pathname],
      outfile: bundle,
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
    });
    const script = join(folder, 'load.mts');
    await writeFile(script, LOAD_SCRIPT);
    const bundledMs = await freshLoadMs(script, pathToFileURL(bundle).href);
    return { bundledMs, sourceMs: await freshLoadMs(script, BOOK_URL.href) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const LOAD_SCRIPT = `
const started: number = performance.now();
const { bundledPriceBook } = await import(String(process.argv[2]));
if (bundledPriceBook().models.length === 0) throw new Error('the price book is empty');
process.stdout.write(String(performance.now() - started));
`;

async function freshLoadMs(script: string, book: string): Promise<number> {
  const run = promisify(execFile);
  const times: number[] = [];
  for (let count = 0; count < FRESH_PROCESSES; count += 1) {
    const { stdout } = await run(process.execPath, [script, book]);
    times.push(Number(stdout));
  }
  return median(times);
}
