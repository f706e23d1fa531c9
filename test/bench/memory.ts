import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { benchCompany, benchDirectory, manyLines } from './company.ts';
import type { Figure } from './figure.ts';
import { withTemporaryFolder } from './ledger.ts';

const LINES = 1_000_000;
const DISK_BYTES = 4 * 1024 ** 3;
const MOST_MIB = 512;
const LINES_PER_CHUNK = 1_000;
const WATCH_EVERY_MS = 50;
const CLI = fileURLToPath(new URL('../../cli/tollbook.ts', import.meta.url));

const outputSchema = z.object({
  lines: z.number(),
  posted: z.number(),
  duplicates: z.number(),
  revised: z.number(),
  ignored: z.number(),
  quarantined: z.number(),
});

/** A file of a million lines through `tollbook ingest`: how much memory it takes, how fast it is, what it counts. */
export function memory(): Promise<Figure[]> {
  return withTemporaryFolder(async (folder) => {
    const lines = affordableLines();
    const file = join(folder, 'gateway.log');
    await pipeline(Readable.from(chunks(lines)), createWriteStream(file));
    const { output, seconds, ...peakMib } = await ingest(folder, file);
    const accounted =
      output.posted + output.duplicates + output.revised + output.ignored + output.quarantined;
    const figure = (name: string, value: number, unit?: string): Figure => ({
      benchmark: 'memory',
      name,
      value,
      ...(unit === undefined ? {} : { unit }),
    });
    return [
      { ...figure('peak of the Node process', peakMib.nodeMib, 'MiB'), target: { below: MOST_MIB } },
      figure('peak of the engine', peakMib.engineMib, 'MiB'),
      figure('time', seconds, 's'),
      figure('lines ingested', lines / seconds, '/s'),
      figure('posted', output.posted),
      figure('duplicates', output.duplicates),
      figure('revised', output.revised),
      figure('ignored', output.ignored),
      figure('quarantined', output.quarantined),
      { ...figure('all of these', accounted), target: { exactly: lines } },
    ];
  });
}

/** A million lines need 4 GB for themselves and their ledger; with less there are fewer, and it is said. */
function affordableLines(): number {
  const { bavail, bsize } = statfsSync(tmpdir());
  const share = Math.min(1, (bavail * bsize) / DISK_BYTES);
  const lines = Math.floor(LINES * share);
  if (share < 1) process.stderr.write(`memory: less than 4 GB of disk, so ${lines} lines only\n`);
  return lines;
}

function* chunks(count: number): Generator<string> {
  let chunk: string[] = [];
  for (const line of manyLines(benchCompany(), count)) {
    chunk.push(line, '\n');
    if (chunk.length < 2 * LINES_PER_CHUNK) continue;
    yield chunk.join('');
    chunk = [];
  }
  yield chunk.join('');
}

async function ingest(folder: string, file: string) {
  const data = join(folder, 'ledger');
  const config = join(folder, 'config.yml');
  writeFileSync(config, configText());
  const startedMs = performance.now();
  // Run as a user runs it: the program's first line holds the settings of its memory.
  const args = ['ingest', '--json', '--data', data, '--config', config, file];
  const child = spawn(CLI, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [stdout, peaks] = await Promise.all([text(child.stdout), watchPeaks(child, data)]);
  const seconds = (performance.now() - startedMs) / 1_000;
  return { output: outputSchema.parse(JSON.parse(stdout)), seconds, ...peaks };
}

/** The company's people and a budget for every team. JSON is YAML too. */
function configText(): string {
  const company = benchCompany();
  const users = benchDirectory(company).map(({ user, placements }) => [user, placements]);
  const budgets = company.teams.map(({ id }) => ({ team: id, month: '1000000 USD' }));
  return JSON.stringify({ users: Object.fromEntries(users), budgets });
}

/** Reads the peaks that the kernel keeps, until the process ends; Linux only. */
async function watchPeaks(child: ChildProcess, data: string) {
  let nodeMib = 0;
  let engineMib = 0;
  while (child.exitCode === null && child.signalCode === null) {
    nodeMib = peakMib(child.pid) ?? nodeMib;
    engineMib = peakMib(enginePid(data)) ?? engineMib;
    await sleep(WATCH_EVERY_MS);
  }
  return { nodeMib, engineMib };
}

function enginePid(data: string): number | undefined {
  const state = z.object({ enginePid: z.number() });
  return state.safeParse(parseJson(readText(join(data, 'engine.json')))).data?.enginePid;
}

function peakMib(pid: number | undefined): number | undefined {
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readText(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
