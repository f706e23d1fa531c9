import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageStack } from '../../infra/checkTemplate.ts';
import type { Figure } from './figure.ts';
import { withTemporaryFolder } from './ledger.ts';
import { median } from './statistics.ts';
import { unzip } from './unzip.ts';

const ROUNDS = 15;
const BARE = ['-e', '0'];

/**
 * The archive of each function, and how long a fresh Node takes to load it: from the start of the process
 * to its end with the handler imported, less what the same Node takes to do nothing.
 */
export function zip(): Promise<Figure[]> {
  return withTemporaryFolder(async (folder) => {
    const { zipSizeBytes } = await packageStack(folder, { stage: 'prod' });
    const names = [...zipSizeBytes.keys()].sort();
    const programs = names.map((name) => loadProgram(unpackHandler(folder, name)));
    const loadMs = medianMs([BARE, ...programs]);
    const bareMs = loadMs[0] ?? 0;
    return [
      ...names.map((name) => ({
        benchmark: 'zip',
        name: `${name}, archive`,
        value: (zipSizeBytes.get(name) ?? 0) / 1_000,
        unit: 'kB',
      })),
      ...names.map((name, index) => ({
        benchmark: 'zip',
        name: `${name}, load beyond an empty Node`,
        value: (loadMs[index + 1] ?? 0) - bareMs,
        unit: 'ms',
      })),
      { benchmark: 'zip', name: 'empty Node', value: bareMs, unit: 'ms' },
    ];
  });
}

/** Unpacks an archive and gives the path of the file that Lambda would import. */
function unpackHandler(folder: string, name: string): string {
  const root = join(folder, 'unpacked', name);
  for (const { path, contents } of unzip(readFileSync(join(folder, '.serverless', `${name}.zip`)))) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }
  return join(root, 'functions', `${name}.mjs`);
}

/** The deployment runs its functions with source maps, which Node reads at the first error only. */
function loadProgram(file: string): string[] {
  const source = `await import(${JSON.stringify(pathToFileURL(file).href)})`;
  return ['--enable-source-maps', '--input-type=module', '-e', source];
}

/** The programs take turns, so that a busy machine slows all of them. */
function medianMs(programs: readonly string[][]): number[] {
  const times = programs.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, args] of programs.entries()) times[index]?.push(runMs(args));
  }
  return times.map(median);
}

function runMs(args: readonly string[]): number {
  const startedMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`A bundle does not load: ${stderr}`);
  return performance.now() - startedMs;
}
