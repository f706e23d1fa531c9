import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const CLI = fileURLToPath(new URL('../../cli/tollbook.ts', import.meta.url));

export type Run = Readonly<{ code: number | null; stdout: string; stderr: string }>;

/** A run under way; `stderrHas` waits until a text was printed there. */
export type Running = Readonly<{
  child: ChildProcess;
  ended: Promise<Run>;
  stderrHas(pattern: RegExp): Promise<RegExpExecArray>;
}>;

/** Starts the command line as a user would, in a process of its own. */
export function startTollbook(args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
    for (const watch of watchers) watch();
  });
  const ended = new Promise<Run>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  const stderrHas = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const watch = () => {
        const match = pattern.exec(stderr);
        if (match === null) return;
        watchers.delete(watch);
        resolve(match);
      };
      watchers.add(watch);
      void ended.then(() => reject(new Error(`ended before ${pattern}: ${stderr}`)));
      watch();
    });
  return { child, ended, stderrHas };
}

export function runTollbook(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  return startTollbook(args, env).ended;
}

/** A folder of its own for one test, removed by `remove`. */
/** What a command told besides the alerts of models without a price: whoever posts the first requests is told. */
export function besidesUnpriced(stderr: string): string {
  return stderr.replace(/^Warning: Model \S+ has no price\n.*?\n\n/gms, '');
}

export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'tollbook-e2e-'));
  return {
    folder,
    path: (name: string) => join(folder, name),
    write(name: string, content: string | Buffer): string {
      const file = join(folder, name);
      writeFileSync(file, content);
      return file;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const count = z.number();

export const ingestOutput = z.strictObject({
  lines: count,
  posted: count,
  duplicates: count,
  revised: count,
  ignored: count,
  ignoredReasons: z.record(z.string(), count),
  quarantined: count,
  unpriced: count,
  costUsd: z.string(),
});

const figures = {
  costUsd: z.string(),
  requests: count,
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheCreationTokens: count,
};
const name = z.string();

export const costsOutput = z.strictObject({
  currency: z.literal('USD'),
  rows: z.array(
    z.union([
      z.strictObject({ user: name, ...figures }),
      z.strictObject({ team: name, ...figures }),
      z.strictObject({ model: name, ...figures }),
      z.strictObject({ day: name, ...figures }),
    ]),
  ),
  total: z.strictObject(figures),
  unpricedRequests: count,
  estimatedRequests: count,
});

export const startOutput = z.strictObject({
  ingest: ingestOutput,
  costs: z.strictObject({
    team: z.array(z.strictObject({ team: name, ...figures })),
    user: z.array(z.strictObject({ user: name, ...figures })),
    model: z.array(z.strictObject({ model: name, ...figures })),
  }),
  alerts: z.array(
    z.looseObject({
      alertId: z.string(),
      rule: z.string(),
      scopeId: z.string(),
      threshold: count.optional(),
    }),
  ),
});

/** All four cost reports of a data folder, as printed. */
export async function allCosts(dataDir: string): Promise<Record<string, string>> {
  const reports: Record<string, string> = {};
  for (const by of ['team', 'user', 'model', 'day']) {
    const run = await runTollbook(['costs', '--by', by, '--json', '--data', dataDir]);
    if (run.code !== 0) throw new Error(run.stderr);
    reports[by] = run.stdout;
  }
  return reports;
}
