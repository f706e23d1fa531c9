import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder } from './tollbook.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const KILOBYTE = 1_024;

const place = makeFolder();
const installed = place.path('node_modules/tollbook');
afterAll(place.remove);

/** What somebody gets who installs the package and nothing else. */
beforeAll(() => {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', place.path('.')], { cwd: ROOT });
  const [tarball = ''] = readdirSync(place.path('.')).filter((name) => name.endsWith('.tgz'));
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['xzf', place.path(tarball), '-C', installed, '--strip-components=1']);
});

const USE = `
import { bundledPriceBook, createGateway, priceUsage, type Decision, type Gateway } from 'tollbook/gateway';
import { makeRouter } from 'tollbook/gateway/prompts';

const gateway: Gateway = createGateway({ ledgerUrl: 'http://127.0.0.1:1', token: 'none', withoutSnapshot: 'closed' });
const request = { requestId: 'one', user: 'ann', model: 'claude-sonnet-4-5', priority: 'normal' } as const;
const decision: Decision = gateway.decide(request);
const tokens = { input: 1_000_000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };
const price = priceUsage(bundledPriceBook(), {
  ...{ modelId: 'claude-haiku-4-5', startedAt: '2026-01-01T00:00:00Z', serviceTier: 'standard', tokens },
});
await gateway.close();
const route = makeRouter({ rules: [{ pattern: 'fix.*bugs?', model: 'm', maxTokens: 1 }] })('fix all bugs');
console.log(JSON.stringify([decision.action, price.kind === 'priced' ? String(price.totalPicoUsd) : price.reason, route?.rule]));
`;

describe('the package of the gateway', () => {
  it('decides and prices in an empty folder, without any other package', () => {
    const file = place.write('use.ts', USE);
    expect(readdirSync(place.path('node_modules'))).toEqual(['tollbook']);
    const stdout = execFileSync(process.execPath, [file], { cwd: place.path('.'), encoding: 'utf8' });
    // A million input tokens at 1 USD.
    expect(JSON.parse(stdout)).toEqual(['reject', '1000000000000', 0]);
  });

  it('has types that hold by themselves', () => {
    place.write('use.ts', USE);
    place.write('package.json', '{ "type": "module" }');
    const compilerOptions = {
      ...{ module: 'nodenext', target: 'es2024', lib: ['es2024', 'dom'], types: [] },
      ...{ strict: true, noEmit: true, skipLibCheck: false },
    };
    place.write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['use.ts'] }));
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    expect(execFileSync(tsc, ['-p', place.path('.')], { encoding: 'utf8' })).toBe('');
  });

  it('is small, and knows neither AWS nor Node’s own modules', () => {
    const code = readFileSync(join(installed, 'dist/gateway/gateway.js'));
    expect(code.length).toBeLessThan(300 * KILOBYTE);
    expect(gzipSync(code).length).toBeLessThan(80 * KILOBYTE);
    expect(code.toString()).not.toMatch(/@aws-sdk|from\s*["']node:|require\(/);
  });
});
