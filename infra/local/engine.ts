import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { LocalError } from './localError.ts';
import { isAlive } from './processes.ts';

/** A running DynamoDB engine. `stop` ends it if this process owns it, and waits until its file is at rest. */
export type Engine = Readonly<{ endpoint: string; stop(): Promise<void> }>;

/** The engine names itself in every answer, even in the refusal of an unsigned request. */
const ENGINE_HEADER = 'x-dynoxide-version';
const START_TRIES = 500;
const TRY_MS = 10;

const stateSchema = z.object({ port: z.number(), enginePid: z.number(), ownerPid: z.number() });
type EngineState = z.infer<typeof stateSchema>;

/** Starts an engine in memory, for tests: about ten milliseconds. */
export async function startMemoryEngine(): Promise<Engine> {
  const { child, endpoint } = await spawnEngine([]);
  return { endpoint, stop: () => endProcess(child) };
}

/**
 * Opens the engine of a data folder: joins the one that another process runs on it, takes over one whose
 * owner died, or starts its own. Two engines never share a file.
 */
export async function openEngine(dataDir: string): Promise<Engine> {
  prepareFolder(dataDir);
  const release = await lockFolder(dataDir);
  try {
    return (await joinEngine(dataDir)) ?? (await startEngine(dataDir));
  } finally {
    release();
  }
}

async function startEngine(dataDir: string): Promise<Engine> {
  const { child, endpoint, port } = await spawnEngine(['--db-path', join(dataDir, 'ledger.db')]);
  writeState(dataDir, { port, enginePid: child.pid ?? 0, ownerPid: process.pid });
  const stop = async () => {
    await endProcess(child);
    rmSync(stateFile(dataDir), { force: true });
  };
  return { endpoint, stop };
}

/** Another process's engine is left running when we leave; an orphan becomes ours, to be ended by us. */
async function joinEngine(dataDir: string): Promise<Engine | undefined> {
  const state = readState(dataDir);
  if (state === undefined || !isAlive(state.enginePid)) return undefined;
  const endpoint = `http://127.0.0.1:${state.port}`;
  if (!(await answers(endpoint))) return undefined;
  if (isAlive(state.ownerPid) && state.ownerPid !== process.pid) return { endpoint, stop: async () => {} };
  writeState(dataDir, { ...state, ownerPid: process.pid });
  const stop = async () => {
    process.kill(state.enginePid);
    while (isAlive(state.enginePid)) await sleep(TRY_MS);
    rmSync(stateFile(dataDir), { force: true });
  };
  return { endpoint, stop };
}

async function spawnEngine(args: readonly string[]) {
  const binary = engineBinary();
  const port = await freePort();
  const options = ['serve', '--host', '127.0.0.1', '--port', String(port), ...args];
  const child = spawn(binary, options, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk}`.slice(-400);
  });
  const killChild = () => child.kill('SIGKILL');
  process.on('exit', killChild);
  child.once('exit', () => process.off('exit', killChild));
  const endpoint = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < START_TRIES; tries += 1) {
    if (child.exitCode !== null) break;
    if (await answers(endpoint)) return { child, endpoint, port };
    await sleep(TRY_MS);
  }
  child.kill('SIGKILL');
  const reason = complaint.trim().split('\n').at(-1) ?? '';
  throw new LocalError('engine', `the embedded database did not start${reason === '' ? '' : `: ${reason}`}`);
}

/** Where the engine's program is; `resolve` finds a file of an installed package. */
export function engineBinary(resolve = createRequire(import.meta.url).resolve): string {
  try {
    return resolve('@dynoxide/linux-x64/dynoxide');
  } catch (cause) {
    const platform = `${process.platform}-${process.arch}`;
    throw new LocalError(
      'engine',
      `no embedded database for ${platform}: run a DynamoDB endpoint and set AWS_ENDPOINT_URL_DYNAMODB to it`,
      { cause },
    );
  }
}

async function answers(endpoint: string): Promise<boolean> {
  const headers = {
    'x-amz-target': 'DynamoDB_20120810.ListTables',
    'content-type': 'application/x-amz-json-1.0',
  };
  try {
    const signal = AbortSignal.timeout(2_000);
    const answer = await fetch(endpoint, { method: 'POST', headers, body: '{}', signal });
    return answer.headers.has(ENGINE_HEADER);
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await ended;
}

function prepareFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new LocalError('data_folder', `cannot use the data folder ${dataDir}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Only one process at a time decides who runs the engine; a lock whose holder died is broken. */
async function lockFolder(dataDir: string): Promise<() => void> {
  const file = join(dataDir, 'engine.lock');
  for (let tries = 0; tries < START_TRIES; tries += 1) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = Number(readText(file));
    if (holder > 0 && !isAlive(holder)) rmSync(file, { force: true });
    await sleep(TRY_MS);
  }
  throw new LocalError('data_folder', `${file} is held by another process; remove it if none is running`);
}

function stateFile(dataDir: string): string {
  return join(dataDir, 'engine.json');
}

function readState(dataDir: string): EngineState | undefined {
  try {
    return stateSchema.parse(JSON.parse(readText(stateFile(dataDir))));
  } catch {
    return undefined;
  }
}

function writeState(dataDir: string, state: EngineState): void {
  writeFileSync(stateFile(dataDir), JSON.stringify(state));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^\w+: /, '') : String(error);
}
