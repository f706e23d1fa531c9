import { describe, expect, it } from 'vitest';
import { formatCosts } from '../../../cli/output/costs.ts';
import { NO_COST, NO_METRICS } from '../../../shared/domain/metrics.ts';
import { output } from './runPrices.ts';

describe('prices diff', () => {
  it('tells of a premium that changed although no rate did', async () => {
    // Fast mode of Opus 4.7 was removed on 2026-07-24.
    const text = await output('diff', '2026-07-23', '2026-07-24');
    const row = text.split('\n').find((line) => line.includes('claude-opus-4-7'));
    expect(row).toMatch(
      /changed +claude-opus-4-7 +api .*fast mode x 6, US inference x 1\.1.* → US inference x 1\.1/,
    );
  });

  it('tells it as JSON too', async () => {
    const { changes } = JSON.parse(await output('diff', '2026-07-23', '2026-07-24', '--json'));
    expect(changes).toContainEqual(
      expect.objectContaining({
        model: 'claude-opus-4-7',
        scope: 'api',
        premiumsBefore: { fast: '6', inferenceUs: '1.1', webSearch: '0.01' },
        premiumsAfter: { inferenceUs: '1.1', webSearch: '0.01' },
      }),
    );
  });
});

describe('prices show', () => {
  it('gives premiums and the fee of a search with their sources as JSON', async () => {
    const { prices } = JSON.parse(await output('show', 'claude-opus-5-5', '--json'));
    expect(prices[0]).toMatchObject({
      scope: 'api',
      premiums: { fast: { times: '2', source: 'anthropic_page' }, inferenceUs: { times: '1.1' } },
      webSearch: { usd: '0.01', source: 'anthropic_page', isVerified: true },
    });
    expect(prices[1]).not.toHaveProperty('premiums');
    expect(prices[1]).not.toHaveProperty('webSearch');
  });
});

describe('the table of costs', () => {
  it('names the part of a cost that web searches are', () => {
    const costPicoUsd = { ...NO_COST, input: 10n ** 12n, webSearch: 3n * 10n ** 10n };
    const metrics = { ...NO_METRICS, requests: 2, unpriced: 1, costPicoUsd };
    const text = formatCosts({ by: 'user', rows: [{ name: 'ada', metrics }], total: metrics });
    expect(text).toMatch(/ada +\$1\.0300 .*1 unpriced, \$0\.0300 for web searches/);
    expect(formatCosts({ by: 'user', rows: [], total: NO_METRICS })).not.toContain('web searches');
  });
});
