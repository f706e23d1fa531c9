import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, vi } from 'vitest';
import { pricesCommand } from '../../../cli/commands/prices.ts';
import { bundledPriceBook } from '../../../shared/pricing/priceBook.ts';
import { overlayText } from '../pricing/overlays.ts';

const NOW = new Date('2026-11-23T23:59:59.999Z');
export const VERSION = bundledPriceBook().version;
export const folder = mkdtempSync(join(tmpdir(), 'tollbook-prices-'));

/** A file of the test's own, by its path. */
export function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

export const OWN = write(
  'own.yaml',
  `currency: USD
sources:
  contract: { title: Private offer 2026-114, checked: 2026-10-01 }
discounts:
  - { models: ["claude-opus-5"], percent: "10", from: 2026-10-01, to: 2027-10-01, source: contract }
prices:
  - model: claude-sonnet-5-5
    scope: global
    from: 2026-11-01
    to: 2027-01-01
    usdPerMillion: { input: "1.8", cacheRead: "0.09", cacheWrite5m: "2.25", cacheWrite1h: "3.6", output: "9" }
    source: contract
profiles:
  our-model: global.anthropic.claude-sonnet-5-5
`,
);
export const BAD = write(
  'bad.yaml',
  'currency: USD\ndiscounts:\n  - { models: ["*"], percent: "120", source: s }\n',
);
export const UNFIT = write('unfit.yaml', overlayText({ profiles: { mine: 'claude-opus-99' } }));

type Outcome = Readonly<{ stdout: string; stderr: string; code: number; error: unknown }>;

/** Runs the command in this process, as the command line would, at a fixed time. */
export async function run(...args: readonly string[]): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    });
  }
  let error: unknown;
  try {
    await pricesCommand(() => NOW).parseAsync(args, { from: 'user' });
  } catch (thrown) {
    error = thrown;
  }
  vi.restoreAllMocks();
  const code = Number(process.exitCode ?? 0);
  process.exitCode = 0;
  return { ...written, code, error };
}

/** What a run prints; it must succeed. */
export async function output(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, code, error } = await run(...args);
  expect({ error, code, stderr }).toEqual({ error: undefined, code: 0, stderr: '' });
  return stdout;
}

export const json = (text: string): unknown => JSON.parse(text);

afterEach(() => vi.restoreAllMocks());
afterAll(() => {
  process.exitCode = 0;
  rmSync(folder, { recursive: true });
});
