import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, runTollbook } from './tollbook.ts';

const place = makeFolder();
afterAll(place.remove);

const LINES = [
  ['1', '2026-11-20T09:10:00Z', 'ok', { inputTokens: 1_000, cacheReadTokens: 9_000, outputTokens: 100 }],
  ['2', '2026-11-20T14:59:59Z', 'ok', { inputTokens: 1_000, outputTokens: 100, thinkingTokens: 40 }],
  ['3', '2026-11-21T14:00:00Z', 'throttled', { inputTokens: 0 }],
].map(([id, at, status, usage]) =>
  JSON.stringify({
    ...{ schema: 'tollbook.v1', id, at, status, usage },
    ...{ model: 'claude-sonnet-4-5', user: 'ada@example.com', team: 'blue', costCentre: 'c-1' },
  }),
);
const LOG = place.write('gateway.log', LINES.join('\n'));
const data = ['--data', place.path('ledger')];

describe('tollbook total', () => {
  it.each(['org', 'team:blue', 'user:ada@example.com', 'costCentre:c-1'])(
    'shows all figures of %s',
    async (scope) => {
      await runTollbook(['ingest', LOG, ...data]);
      const { code, stdout } = await runTollbook(['total', scope, '--period', '2026-11', '--json', ...data]);
      expect(code).toBe(0);
      // 2,000 × 3 + 9,000 × 0.3 + 200 × 15 = 11,700 µUSD; 9,000 of 11,000 tokens of input came from the cache.
      expect(JSON.parse(stdout)).toMatchObject({
        scope,
        period: '2026-11',
        requests: 3,
        throttled: 1,
        thinkingTokens: 40,
        costUsd: '0.0117',
        costUsdByClass: { input: '0.006', cacheRead: '0.0027', output: '0.003' },
        cacheHitRate: 9 / 11,
        firstHour: '2026-11-20T09',
        lastHour: '2026-11-21T14',
        peakHour: 14,
      });
    },
  );

  it('prints them for people', async () => {
    const { stdout } = await runTollbook(['total', 'team:blue', '--period', '2026-W47', ...data]);
    expect(stdout).toContain('team:blue, 2026-W47 (UTC)\n');
    expect(stdout).toMatch(/cache hit rate +81\.8%\n/);
    expect(stdout).toMatch(/peak hour +14:00 UTC\n/);
  });

  it.each([
    [['total', 'floor:3', '--period', '2026-11'], '"floor:3" is no scope: give org, or one of'],
    [['total', 'org', '--period', '2026-13'], '--period 2026-13: give a day, ISO week or month'],
    [['total', 'org', '--period', '2026-W54'], '--period 2026-W54: give a day, ISO week or month'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await runTollbook([...args, ...data]);
    expect({ code, stdout }).toStrictEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
